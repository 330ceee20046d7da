from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.imaging.straighten import Frame, straightened, turned, upright_angle
from editor.tools.base import PointerEvent, Step
from editor.tools.crop import Crop
from editor.tools.crop_frame import HANDLES, ROTATING, grabbed

PICTURE = Rect(0, 0, 200, 120)


def _document(alpha: int = 255) -> Document:
    rows, columns = np.indices((120, 200))
    pixels = np.stack((columns, rows * 2, columns // 2 + rows, np.full_like(rows, alpha)), axis=2).astype(np.uint8)
    return Document(pixels, name="slope")


def _drag(tool: Crop, document: Document, *places: tuple[float, float], **held: bool) -> None:
    tool.press(document, PointerEvent(x=places[0][0], y=places[0][1], **held))
    for x, y in places[1:]:
        tool.move(document, PointerEvent(x=x, y=y, **held))
    tool.release(document)


def _entered() -> tuple[Crop, Document]:
    tool, document = Crop(), _document()
    tool.enter(document)
    return tool, document


def test_the_frame_starts_as_the_whole_picture_and_is_not_open() -> None:
    tool, document = _entered()

    assert not tool.open
    assert tool.frame.rect == document.rect
    assert tool.confirm(document) is None


def test_a_handle_moves_its_side_and_enter_cuts() -> None:
    tool, document = _entered()
    before = document.pixels.array.copy()
    _drag(tool, document, (0, 60), (30.2, 70))
    _drag(tool, document, (200, 120), (150, 100))
    assert tool.frame.rect == Rect(30, 0, 120, 100)

    step = tool.confirm(document)

    assert isinstance(step, Step)
    assert step.dirty.resized
    assert np.array_equal(document.pixels.array, before[0:100, 30:150])
    assert not tool.open
    document.undo()
    assert np.array_equal(document.pixels.array, before)


def test_a_drag_inside_begins_a_frame_and_another_moves_it() -> None:
    tool, document = _entered()
    _drag(tool, document, (60, 40), (120, 90))
    assert tool.frame.rect == Rect(60, 40, 60, 50)

    _drag(tool, document, (90, 65), (100, 60))
    assert tool.frame.rect == Rect(70, 35, 60, 50)
    _drag(tool, document, (100, 60), (-500, 60))
    assert tool.frame.rect == Rect(0, 35, 60, 50)


def test_a_ratio_is_kept() -> None:
    tool, document = _entered()
    tool.take("crop_ratio", "1:1")
    assert tool.frame.size == (120, 120)

    _drag(tool, document, (160, 120), (130, 70))
    width, height = tool.frame.size
    assert width == height
    tool.cancel(document)
    assert tool.frame.rect == document.rect


def test_dragging_outside_turns_and_a_horizon_straightens() -> None:
    tool, document = _entered()
    _drag(tool, document, (60, 40), (140, 80))
    _drag(tool, document, (190, 60), (190, 80))
    assert tool.frame.angle == pytest.approx(12.5, abs=0.2)
    assert tool.shown == {"crop_angle": tool.frame.angle}

    _drag(tool, document, (50, 50), (150, 40), ctrl=True)
    assert tool.frame.angle == pytest.approx(-5.7, abs=0.05)


def test_an_angle_keeps_the_frame_on_the_picture() -> None:
    tool, document = _entered()
    tool.take("crop_angle", 10.0)

    assert tool.open
    assert tool.frame.inside(document.rect)
    assert tool.frame.width > 100

    step = tool.confirm(document)
    assert isinstance(step, Step)
    assert document.size == (round(tool.frame.width), round(tool.frame.height)) or document.size[0] > 100
    assert document.history.undo_label == "Crop and straighten"


def test_turned_back_the_frame_is_as_large_as_it_was() -> None:
    tool, _document = _entered()
    for angle in (3.0, 10.0):
        tool.take("crop_angle", angle)
    slightly = tool.frame
    for angle in (45.0, -45.0, 10.0):
        tool.take("crop_angle", angle)
    assert tool.frame == slightly
    tool.take("crop_angle", 0.0)

    assert not tool.open


def test_a_frame_that_was_left_is_there_when_the_tool_comes_back() -> None:
    tool, document = _entered()
    other = _document()
    tool.take("crop_angle", 10.0)
    frame = tool.frame
    tool.leave(document)
    tool.enter(other)
    assert not tool.open, "another picture has none"
    tool.leave(other)
    tool.enter(document)
    assert tool.frame == frame

    tool.cancel(document)
    tool.leave(document)
    tool.enter(document)
    assert not tool.open


MOVES = st.tuples(st.floats(-50, 250), st.floats(-50, 170), st.floats(-50, 250), st.floats(-50, 170))
KEYS = st.sampled_from([{}, {"shift": True}, {"alt": True}, {"ctrl": True}])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(MOVES, KEYS), max_size=8), st.sampled_from(["free", "original", "16:9", "2:3"]))
def test_whatever_is_dragged_the_frame_stays_on_the_picture(
    drags: list[tuple[tuple[float, float, float, float], dict[str, bool]]], ratio: str
) -> None:
    tool, document = _entered()
    tool.take("crop_ratio", ratio)
    for (x0, y0, x1, y1), held in drags:
        _drag(tool, document, (x0, y0), (x1, y1), **held)
        assert tool.frame.inside(document.rect, slack=1e-3)
        assert min(tool.frame.width, tool.frame.height) >= 0.9
    if tool.open:
        expected = tool.frame.size if tool.frame.angle else (tool.frame.rect.width, tool.frame.rect.height)
        tool.confirm(document)
        assert document.size == expected


def test_leaving_cuts_nothing() -> None:
    tool, document = _entered()
    _drag(tool, document, (60, 40), (120, 90))

    assert tool.leave(document) is None
    assert document.rect == PICTURE


def test_handles_are_hit_where_they_are() -> None:
    frame = Frame(100, 60, 80, 40, 20)
    for across, down in HANDLES:
        x, y = frame.place(across * 40, down * 20)
        assert grabbed(frame, PointerEvent(x=x + 2, y=y - 2)) == (across, down)
    assert grabbed(frame, PointerEvent(x=100, y=60)) is None
    assert grabbed(frame, PointerEvent(x=190, y=10)) == ROTATING


def test_a_turned_frame_shows_what_lies_under_it() -> None:
    document = _document()
    frame = Frame(100, 60, 60, 40, 15)
    found = turned(document.pixels.array, frame).astype(float)

    rows, columns = np.indices((40, 60)) + 0.5
    places = [
        [frame.place(x - 30, y - 20) for x, y in zip(xs, ys, strict=True)] for xs, ys in zip(columns, rows, strict=True)
    ]
    across = np.array(places)[..., 0] - 0.5
    assert np.abs(found[..., 0] - across).max() <= 1.0


def test_a_quarter_turn_moves_every_pixel_whole() -> None:
    document = _document()
    frame = Frame(100, 60, 80, 80, 90)

    found = turned(document.pixels.array, frame)

    assert np.array_equal(found, np.rot90(document.pixels.array[20:100, 60:140], 1))


def test_what_is_transparent_lends_no_colour() -> None:
    pixels = np.zeros((80, 80, 4), np.uint8)
    pixels[:, :40] = (0, 0, 250, 255)
    pixels[:, 40:] = (250, 250, 0, 0)
    found = turned(pixels, Frame(40, 40, 40, 40, 30))

    seen = found[found[..., 3] > 8].astype(int)
    assert np.abs(seen[:, :3] - (0, 0, 250)).max() <= 5


def test_deep_pictures_stay_deep() -> None:
    deep = Document(_document().pixels.array.astype(np.uint16) * 257, name="deep")

    assert straightened(deep, Frame(100, 60, 60, 40, 5)).pixels.array.dtype == np.uint16


def test_a_frame_beyond_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="inside"):
        straightened(_document(), Frame(10, 10, 60, 40, 5))


@pytest.mark.parametrize(
    ("end", "angle"), [((10, 0), 0), ((10, 1), 5.71), ((-10, 1), -5.71), ((0, 10), 0), ((1, 10), -5.71)]
)
def test_the_nearer_of_level_and_plumb_counts(end: tuple[float, float], angle: float) -> None:
    assert upright_angle((0, 0), end) == pytest.approx(angle, abs=0.01)
