from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty
from editor.imaging import effective_mask
from editor.imaging.picture import Picture


def _document(width: int = 2100, height: int = 1500) -> Document:
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    return Document(pixels, name="noise.png")


def test_a_painted_mask_reaches_every_level() -> None:
    document = _document()
    picture = Picture.of(document)
    rect = Rect(700, 500, 300, 200)
    document.mask.write(rect, np.full((200, 300), 255, np.uint8))

    shown = picture.refresh(Dirty(mask=rect), down_to=0)

    assert shown.mask == rect.expanded(effective_mask.reach(4, 6))
    assert not shown.pixels
    assert picture.mask.level(1)[300, 420] == 255
    assert picture.mask.level(2)[150, 210] == 255
    assert picture.coverage > 300 * 200 / (2100 * 1500)


def test_changed_pixels_reach_the_smaller_levels() -> None:
    document = _document()
    picture = Picture.of(document)
    rect = Rect(0, 0, 64, 64)
    document.pixels.write(rect, np.zeros((64, 64, 4), np.uint8))

    shown = picture.refresh(Dirty(pixels=rect))

    assert shown == Dirty(pixels=rect)
    assert not picture.pixels.level(1)[:32, :32].any()


def test_a_mask_that_was_there_is_followed() -> None:
    document = _document()
    document.mask.write(Rect(5, 5, 50, 50), np.full((50, 50), 255, np.uint8))

    assert Picture.of(document).mask.level(0)[30, 30] == 255


def test_transparency_is_noticed() -> None:
    document = _document()
    assert Picture.of(document).opaque
    document.pixels.array[10, 10, 3] = 254

    assert not Picture.of(document).opaque


def test_thumbnails_keep_the_shape_and_the_mean() -> None:
    document = _document()
    picture = Picture.of(document)

    thumbnail = picture.thumbnail(96)

    assert thumbnail.shape == (69, 96, 4)
    assert abs(float(thumbnail[..., :3].mean()) - float(document.pixels.array[..., :3].mean())) < 2


def test_a_thumbnail_of_a_small_picture_is_a_copy() -> None:
    document = _document(20, 10)
    thumbnail = Picture.of(document).thumbnail(96)
    thumbnail[...] = 0

    assert document.pixels.array[..., 3].all()
