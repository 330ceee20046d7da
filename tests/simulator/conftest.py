from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import numpy as np
import pytest
from PIL import Image

from editor.simulator.pictures import Array
from editor.simulator.simulated import SimulatedPlatforms


@dataclass(frozen=True)
class Scene:
    """A smooth picture with a red square, and the mask that covers it."""

    image: Array
    mask: Array

    @property
    def image_png(self) -> bytes:
        return png(self.image)

    @property
    def mask_png(self) -> bytes:
        return png(self.mask)

    def assert_erased(self, data: bytes, *, tolerance: int = 2) -> None:
        result = decoded(data)
        assert result.shape == self.image.shape
        outside = self.mask == 0
        difference = np.abs(result.astype(int) - self.image.astype(int))
        assert difference[outside].max() <= tolerance
        inside = result[44:52, 36:44].astype(int)
        assert (inside[..., 0] < 140).all(), "the red square is still there"
        assert np.ptp(inside) < 160


def png(array: Array) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG")
    return stream.getvalue()


def decoded(data: bytes) -> Array:
    image = Image.open(io.BytesIO(data))
    image.load()
    return np.asarray(image.convert("RGB"), np.uint8)


def data_address(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


@pytest.fixture
def scene() -> Scene:
    rows, columns = np.mgrid[0:96, 0:80]
    image = np.stack([rows, columns, rows // 2 + 60], axis=-1).astype(np.uint8)
    image[40:56, 32:48] = (250, 0, 0)
    mask = np.zeros((96, 80), np.uint8)
    mask[38:58, 30:50] = 255
    return Scene(image, mask)


@pytest.fixture
def platforms() -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms() as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5, trust_env=False) as one:
        yield one
