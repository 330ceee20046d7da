from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from editor.simulator import pictures


def gradient(height: int = 90, width: int = 120) -> pictures.Array:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows, columns, rows + columns], axis=-1).astype(np.uint8)


def test_a_hole_is_filled_as_its_surroundings_go_on() -> None:
    image = gradient()
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[30:60, 40:80] = 255
    spoiled = image.copy()
    spoiled[mask > 0] = 255
    result = pictures.erase(spoiled, mask).astype(int)
    assert np.abs(result - image.astype(int))[mask > 0].max() < 25
    assert np.array_equal(result[mask == 0], image[mask == 0])


def test_grey_blends() -> None:
    image = np.full((64, 64, 3), 100, np.uint8)
    image[30:34, 30:34] = 200
    mask = np.zeros((64, 64), np.uint8)
    mask[30:34, 30:34] = 128
    assert 148 <= pictures.erase(image, mask)[31, 31, 0] <= 151


def test_nothing_and_everything_marked() -> None:
    image = gradient()
    mask = np.zeros(image.shape[:2], np.uint8)
    assert np.array_equal(pictures.erase(image, mask), image)
    mask[:] = 255
    everything = pictures.erase(image, mask)
    assert len(np.unique(everything[..., 0])) == 1 and abs(int(everything[0, 0, 0]) - 44) <= 1


@pytest.mark.parametrize("pixels", [0, 1, 2, 5, 20])
def test_grow_is_exact(pixels: int) -> None:
    mask = np.zeros((60, 70), np.uint8)
    mask[30, 35] = 255
    marked = np.argwhere(pictures.grow(mask, pixels))
    assert marked.min(0).tolist() == [30 - pixels, 35 - pixels]
    assert marked.max(0).tolist() == [30 + pixels, 35 + pixels]
    assert len(marked) == (2 * pixels + 1) ** 2


def test_only_whole_pictures_of_the_named_formats_are_decoded() -> None:
    stream = io.BytesIO()
    Image.fromarray(gradient()).save(stream, "TIFF")
    with pytest.raises(pictures.NotAPictureError):
        pictures.decode(stream.getvalue())
    for kind in ("png", "jpeg", "webp"):
        encoded = pictures.encode(gradient(), kind)
        assert pictures.decode(encoded.data).size == (encoded.width, encoded.height) == (120, 90)
        with pytest.raises(pictures.NotAPictureError):
            pictures.decode(encoded.data[: len(encoded.data) // 2])
