"""The mask over the picture: in coarse gestures, and where it is level."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from support.painting import HEIGHT, WIDTH, cut, fitted, noise_picture, painted

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.ui.canvas_painter import CanvasPainter
from editor.ui.viewport import Point, Viewport

WHOLE = Rect(0, 0, WIDTH, HEIGHT)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("opaque", [True, False])
def test_a_coarse_gesture_painted_in_parts_equals_the_whole(qtbot: QtBot, ratio: float, opaque: bool) -> None:
    """With much to tint a gesture is painted at half the fineness, wherever a part begins."""
    chance = np.random.default_rng(round(ratio * 10))
    picture = noise_picture(opaque=opaque)
    painter, viewport = CanvasPainter(most_tinted=0), fitted(picture)
    painter.show(picture)
    painter.smooth = False
    painter.backdrop.ratio = painter.overlay.ratio = ratio
    for zoom in (0.11, 0.3, 0.5, 0.77, 1.0, 1.37, 3.0, 17.3):
        viewport.zoom_to(zoom, Point(*chance.uniform(0, 500, 2)))
        viewport.pan(*chance.uniform(-400, 400, 2))
        whole = painted(painter, viewport, [WHOLE], ratio)
        parts = painted(painter, viewport, cut(chance), ratio)

        assert np.array_equal(whole, parts), f"zoom {zoom}"
        frame = viewport.picture_rect.intersected(WHOLE)
        assert not (whole[frame.slices] == (0, 255, 0)).all(axis=2).any()


def test_a_coarse_gesture_shows_the_same_place(qtbot: QtBot) -> None:
    document = Document(np.full((1600, 2400, 4), 255, np.uint8), name="white", grow=0, feather=0)
    document.mask.array[400:1200, 600:1800] = 255
    picture = Picture.of(document)
    coarse, fine, viewport = CanvasPainter(most_tinted=0), CanvasPainter(), fitted(picture)
    for painter in (coarse, fine):
        painter.show(picture)
    coarse.smooth = False
    for zoom in (0.25, 0.37, 1.0, 2.5):
        viewport.zoom_to(zoom)
        tinted = [(painted(painter, viewport, [WHOLE])[..., 0] < 200).sum() for painter in (coarse, fine)]

        assert tinted[0] == pytest.approx(tinted[1], rel=0.02)


@pytest.mark.parametrize("tint", [(255, 0, 0), (0, 255, 255), (255, 128, 0), (13, 200, 77), (255, 255, 255)])
@pytest.mark.parametrize("opacity", [0.2, 0.45, 0.8, 1.0])
def test_a_level_mask_looks_as_one_that_is_not(qtbot: QtBot, tint: tuple[int, int, int], opacity: float) -> None:
    """Where the mask has one value it is a filled rectangle, elsewhere an image: no seam shows between the two."""
    shades = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    shades[..., 3] = 255
    document = Document(shades, name="shades", grow=0, feather=0)
    picture = Picture.of(document)
    painter, viewport = CanvasPainter(), Viewport()
    painter.show(picture)
    painter.overlay.set_tint(QColor(*tint), opacity)
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(WIDTH, HEIGHT)
    viewport.zoom_to(1)
    part = Rect(20, 30, 300, 8)
    for value in range(0, 256, 5):
        document.mask.array.fill(value)
        picture.refresh(Dirty(mask=document.rect))
        level = painted(painter, viewport, [part])[part.slices]
        document.mask.array[30, 319] = 255 - value
        picture.refresh(Dirty(mask=document.rect))
        image = painted(painter, viewport, [part])[part.slices]

        assert np.array_equal(level[:, :-4], image[:, :-4]), value


def test_painting_the_mask_does_not_change_it(qtbot: QtBot) -> None:
    picture = noise_picture()
    painter, viewport = CanvasPainter(), fitted(picture)
    painter.show(picture)
    before = picture.document.effective.array.copy()
    for zoom in (0.3, 1.0, 4.0):
        viewport.zoom_to(zoom)
        painted(painter, viewport, [WHOLE])

    assert np.array_equal(picture.document.effective.array, before)
