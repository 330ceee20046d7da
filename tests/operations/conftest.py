"""Documents that the operations are tried on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from editor.domain.document import Document
from editor.domain.metadata import Metadata


def lively(width: int, height: int, *, seed: int = 0, transparent: bool = False) -> np.ndarray:
    """(height, width, 4) BGRA: waves and a little noise, so that every check has something to see."""
    rows, columns = np.mgrid[0:height, 0:width]
    chance = np.random.default_rng(seed)
    waves = [110 + 60 * np.sin((columns * a + rows * b) / 23) for a, b in ((1, 2), (3, 1), (2, -2))]
    colours = np.dstack(waves) + chance.normal(0, 6, (height, width, 3))
    pixels = np.dstack((colours.clip(0, 255).astype(np.uint8), np.full((height, width), 255, np.uint8)))
    if transparent:
        pixels[..., 3] = np.linspace(0, 255, width).astype(np.uint8)
    return np.ascontiguousarray(pixels)


@pytest.fixture
def make() -> Callable[..., Document]:
    """Makes a document of a size, transparent or not, with a profile or grey."""

    def document(width: int = 120, height: int = 90, *, transparent: bool = False, **metadata: object) -> Document:
        return Document(
            lively(width, height, transparent=transparent),
            name="picture.png",
            grow=0,
            feather=0,
            metadata=Metadata(alpha=transparent, **metadata),  # type: ignore[arg-type]
        )

    return document
