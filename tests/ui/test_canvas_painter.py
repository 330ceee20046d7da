from __future__ import annotations

import sys

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPainter, QTransform
from pytestqt.qtbot import QtBot
from support.painting import HEIGHT, WIDTH, blank, colours, cut, fitted, noise_picture, painted

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.imaging.picture import Picture
from editor.ui.canvas_overlay import MaskView
from editor.ui.canvas_painter import CanvasPainter
from editor.ui.cursor_ring import CursorRing
from editor.ui.first_look import MOST_PIXELS, FirstLook
from editor.ui.viewport import Point, Viewport


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("opaque", [True, False])
@pytest.mark.parametrize("view", MaskView)
def test_parts_painted_alone_equal_the_whole(
    qtbot: QtBot, ratio: float, smooth: bool, opaque: bool, view: MaskView
) -> None:
    chance = np.random.default_rng(round(ratio * 100) + smooth)
    painter = CanvasPainter()
    painter.show(noise_picture(opaque=opaque))
    painter.smooth = smooth
    painter.overlay.view = view
    painter.backdrop.ratio = painter.overlay.ratio = ratio
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(2311, 1703)
    for place, zoom in enumerate((0.11, 0.25, 0.3, 0.5, 2 / 3, 0.77, 1.0, 1.37, 3.0, 17.3, chance.uniform(0.05, 1))):
        painter.mask_moved = (0, 0) if place % 2 else (int(chance.integers(-900, 900)), int(chance.integers(-900, 900)))
        viewport.zoom_to(zoom, Point(*chance.uniform(0, 500, 2)))
        viewport.pan(*chance.uniform(-400, 400, 2))
        whole = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)], ratio)
        parts = painted(painter, viewport, cut(chance), ratio)

        assert np.array_equal(whole, parts), f"zoom {zoom}"


def test_every_pixel_is_painted(qtbot: QtBot) -> None:
    """At any size of picture and zoom nothing of what was there before shines through at the picture's edges."""
    chance = np.random.default_rng(2)
    for _ in range(40):
        width, height = (int(side) for side in chance.integers(1, 900, 2))
        document = Document(np.full((height, width, 4), 255, np.uint8), name="white")
        painter = CanvasPainter()
        painter.show(Picture.of(document))
        viewport = Viewport()
        viewport.resize(WIDTH, HEIGHT)
        viewport.show(width, height)
        viewport.zoom_to(float(2.0 ** chance.uniform(-5, 3)))
        seen = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])
        frame = viewport.picture_rect.intersected(Rect(0, 0, WIDTH, HEIGHT))

        assert (seen[frame.slices] == 255).all()
        assert not (seen == (0, 255, 0)).all(axis=2).any()


def test_at_actual_size_a_picture_pixel_is_a_screen_pixel(qtbot: QtBot) -> None:
    picture = noise_picture()
    painter = CanvasPainter()
    painter.show(picture)
    painter.mask_shown = False
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(2311, 1703)
    viewport.zoom_to(1)
    left, top = viewport.origin

    seen = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])

    shown = Rect(-left, -top, WIDTH, HEIGHT)
    assert np.array_equal(seen, picture.document.pixels.array[shown.slices][..., :3])


def test_a_shrunk_picture_lies_where_the_viewport_says(qtbot: QtBot) -> None:
    pixels = np.zeros((1600, 2400, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[800:840, 1200:1240, :3] = 255
    painter = CanvasPainter()
    painter.show(Picture.of(Document(pixels, name="dot")))
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(2400, 1600)
    viewport.zoom_to(0.2)
    place = viewport.to_screen(Point(1220, 820))

    rows, columns = np.nonzero(painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])[..., 0] > 127)

    assert columns.mean() + 0.5 == pytest.approx(place.x, abs=0.5)
    assert rows.mean() + 0.5 == pytest.approx(place.y, abs=0.5)


def test_the_tint_is_as_strong_as_the_mask(qtbot: QtBot) -> None:
    document = Document(np.full((HEIGHT, WIDTH, 4), 255, np.uint8), name="white", grow=0, feather=0)
    document.mask.array[:, :200], document.mask.array[:, 200:400] = 255, 100
    painter = CanvasPainter()
    painter.show(Picture.of(document))
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(WIDTH, HEIGHT)
    viewport.zoom_to(1)

    for tint, channel in ((QColor(255, 0, 0), 2), (QColor(0, 0, 255), 0)):
        painter.overlay.set_tint(tint, 0.45)
        seen = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)]).astype(int)

        assert seen[250, 100, channel] == seen[250, 300, channel] == 255
        others = [index for index in range(3) if index != channel]
        assert seen[250, 100, others] == pytest.approx(255 * (1 - 0.45), abs=2)
        assert seen[250, 300, others] == pytest.approx(255 * (1 - 0.45 * 100 / 255), abs=2)
        assert (seen[250, 500] == 255).all()
    painter.overlay.set_tint(QColor(255, 128, 0), 0.45)
    mixed = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)]).astype(int)
    assert mixed[250, 100] == pytest.approx([255 * 0.55, 255 * 0.55 + 128 * 0.45, 255], abs=2)


def test_the_line_runs_round_the_mask_alone(qtbot: QtBot) -> None:
    document = Document(np.full((HEIGHT, WIDTH, 4), 255, np.uint8), name="white", grow=0, feather=0)
    document.mask.array[100:200, 100:300] = 255
    painter = CanvasPainter()
    painter.show(Picture.of(document))
    painter.overlay.set_tint(QColor(255, 0, 0), 0)
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(WIDTH, HEIGHT)
    viewport.zoom_to(1)

    lined = (painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)]) != 255).any(axis=2)

    expected = np.zeros_like(lined)
    expected[100:200, 100:300] = True
    expected[101:199, 101:299] = False
    assert np.array_equal(lined, expected)


@pytest.mark.parametrize("radius", [0.4, 2, 5, 33.3, 180, 900])
def test_the_ring_stays_inside_its_region(qtbot: QtBot, radius: float) -> None:
    ring = CursorRing(350.3, 250.7, radius, 1.5)
    image = blank()
    with QPainter(image) as painter:
        ring.paint(painter, QTransform())
    changed = colours(image)
    with QPainter(image) as painter:
        painter.setClipRegion(ring.region)
        painter.fillRect(image.rect(), QColor("#00ff00"))

    assert (changed != (0, 255, 0)).any() or radius == 900, "a ring round everything leaves nothing inside"
    assert (colours(image) == (0, 255, 0)).all()


def test_the_ring_lies_where_the_view_turns_the_pointer_to(qtbot: QtBot) -> None:
    turn = QTransform().translate(WIDTH, 0).rotate(90)
    image, upright = blank(), blank()
    with QPainter(image) as painter:
        CursorRing(100, 80, 33, 1.0).paint(painter, turn)
    with QPainter(upright) as painter:
        CursorRing(WIDTH - 80, 100, 33, 1.0).paint(painter, QTransform())

    assert (colours(image) != (0, 255, 0)).any()
    assert np.array_equal(colours(image), colours(upright))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_painting_ten_thousand_times_loses_no_reference_to_none(qtbot: QtBot) -> None:
    """A binding that gives up a reference to None with every call ends the program after some thousand of them."""
    image, canvas_painter, picture = blank(), CanvasPainter(), noise_picture(width=90, height=70)
    canvas_painter.show(picture)
    viewport = fitted(picture)
    area = Rect(viewport.picture_rect.x + 5, viewport.picture_rect.y + 5, 4, 4)
    with QPainter(image) as painter:
        canvas_painter.paint(painter, area, viewport)
        before = sys.getrefcount(None)
        for _ in range(2_500):
            # Each time about ten calls that return nothing.
            canvas_painter.paint(painter, area, viewport)
        for _ in range(10_000):
            painter.fillRect(0, 0, 2, 2, QColor("#123456"))
        after = sys.getrefcount(None)

    assert abs(after - before) < 200


def test_the_shadow_keeps_its_form_at_the_largest_zoom(qtbot: QtBot) -> None:
    """A picture that is half a million pixels wide on the screen still has its edge where it ends."""
    painter = CanvasPainter()
    painter.show(Picture.of(Document(np.full((6000, 8000, 4), 255, np.uint8), name="white")))
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(8000, 6000)
    viewport.zoom_to(64)
    viewport.pan(-600_000, -600_000)
    frame = viewport.picture_rect

    seen = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])
    parts = painted(painter, viewport, cut(np.random.default_rng(1)))

    assert (seen[: frame.bottom, : frame.right] == 255).all()
    assert seen[0, frame.right + 1].max() < seen[0, frame.right + 60].max()
    assert np.array_equal(seen, parts)


def _grey_picture() -> Picture:
    return Picture.of(Document(np.full((90, 120, 4), (128, 128, 128, 255), np.uint8), name="grey"))


def _first_look(picture: Picture) -> FirstLook:
    """Green over the right half of a request's crop that lies at (30, 20)."""
    mask = np.zeros((40, 60), np.uint8)
    mask[:, 30:] = 255
    look = FirstLook.of(picture, Rect(30, 20, 60, 40), np.full((40, 60, 3), (0, 200, 0), np.uint8), mask)
    assert look is not None
    return look


def test_a_first_look_lies_over_what_is_masked_and_nothing_else() -> None:
    picture = _grey_picture()
    painter, viewport = CanvasPainter(), fitted(picture)
    painter.show(picture)
    without = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])
    painter.first_look = _first_look(picture)
    after = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])
    frame, zoom = viewport.picture_rect, viewport.zoom

    def at(x: float, y: float) -> tuple[int, int]:
        return round(frame.y + y * zoom), round(frame.x + x * zoom)

    assert tuple(after[at(75, 40)]) == (0, 200, 0)
    for place in ((45, 40), (75, 15), (75, 65), (95, 40)):
        assert (after[at(*place)] == without[at(*place)]).all()


def test_a_first_look_is_of_its_own_picture() -> None:
    picture, other = _grey_picture(), _grey_picture()
    painter = CanvasPainter()
    painter.show(other)
    whole = [Rect(0, 0, WIDTH, HEIGHT)]
    before = painted(painter, fitted(other), whole)
    painter.first_look = _first_look(picture)
    assert (painted(painter, fitted(other), whole) == before).all()


def test_a_first_look_painted_in_parts_equals_the_whole() -> None:
    picture = _grey_picture()
    painter, viewport = CanvasPainter(), fitted(picture)
    painter.show(picture)
    painter.first_look = _first_look(picture)
    whole = painted(painter, viewport, [Rect(0, 0, WIDTH, HEIGHT)])
    assert (painted(painter, viewport, cut(np.random.default_rng(3))) == whole).all()


def test_a_large_first_look_is_shown_smaller() -> None:
    picture = Picture.of(Document(np.zeros((2000, 3000, 4), np.uint8), name="large"))
    pixels = np.zeros((2000, 3000, 3), np.uint8)
    look = FirstLook.of(picture, picture.document.rect, pixels, np.full((2000, 3000), 255, np.uint8))
    assert look is not None
    assert look.image.width() * look.image.height() <= MOST_PIXELS
    assert look.rect == picture.document.rect
    assert FirstLook.of(picture, picture.document.rect, pixels, np.zeros((2000, 3000), np.uint8)) is None
