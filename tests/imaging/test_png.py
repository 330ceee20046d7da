"""Both deflaters write files that other programs read back to the same pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from editor.imaging.codec import encode_png
from editor.imaging.deflate import Deflate, fast_deflate, zlib_deflate
from editor.imaging.png import BAND_BYTES, png_of

DEFLATERS = pytest.mark.parametrize("deflate", [fast_deflate, zlib_deflate])


def _picture(height: int, width: int, channels: int = 0) -> NDArray[np.uint8]:
    chance = np.random.default_rng(height)
    shape = (height, width, channels) if channels else (height, width)
    rough = chance.integers(0, 256, shape, dtype=np.uint8)
    rough[height // 3 : height // 2] = 200
    return rough


@DEFLATERS
@pytest.mark.parametrize(("channels", "mode"), [(0, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (9, 1), (60, 91)])
def test_any_kind_and_size_comes_back(deflate: Deflate, channels: int, mode: str, size: tuple[int, int]) -> None:
    picture = _picture(*size, channels)

    read = Image.open(io.BytesIO(png_of(picture, deflate=deflate)))

    assert read.mode == mode
    assert np.array_equal(np.asarray(read), picture)


@DEFLATERS
def test_what_takes_several_bands_comes_back(deflate: Deflate) -> None:
    picture = _picture(900, 1300, 3)
    assert picture.nbytes > 3 * BAND_BYTES

    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png_of(picture, deflate=deflate)))), picture)


@DEFLATERS
def test_a_part_of_a_larger_array_is_written_alone(deflate: Deflate) -> None:
    part = _picture(80, 120)[10:50:2, 7:100:3]

    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(part, deflate=deflate)))), part)


@DEFLATERS
def test_a_flat_mask_is_small(deflate: Deflate) -> None:
    mask = np.zeros((2000, 3000), np.uint8)
    mask[500:900, 700:1500] = 255

    assert len(png_of(mask, deflate=deflate)) < mask.size / 100


@pytest.mark.parametrize("shape", [(0, 5), (5, 0, 3), (5, 5, 5), (4,)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        encode_png(np.zeros(shape, np.uint8))
