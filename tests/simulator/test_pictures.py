from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from editor.simulator import pictures


def gradient(height: int = 90, width: int = 120) -> pictures.Array:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows, columns, rows + columns], axis=-1).astype(np.uint8)


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


def test_alpha_and_grey_are_encoded() -> None:
    matte = np.zeros((90, 120), np.uint8)
    matte[20:70, 30:90] = 255
    for kind in ("png", "webp"):
        cut = pictures.decode(pictures.encode(np.dstack([gradient(), matte]), kind).data)
        assert cut.mode == "RGBA"
        assert np.array_equal(np.asarray(cut.getchannel("A")), matte)
        grey = pictures.decode(pictures.encode(matte, kind).data)
        assert np.abs(np.asarray(grey.convert("L")).astype(int) - matte).max() <= 8
    assert pictures.decode(pictures.encode(np.dstack([gradient(), matte]), "jpeg").data).mode == "RGB"
