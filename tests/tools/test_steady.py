from __future__ import annotations

import math

import numpy as np
import pytest

from editor.domain.document import Document
from editor.tools.base import Picked, PointerEvent
from editor.tools.brush_options import BRUSH_OPTIONS
from editor.tools.colour_picker import ColourPicker
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.options import Number
from editor.tools.registry import BUTTONS, TOOLS
from editor.tools.steady import LONGEST, Steadier
from editor.tools.stroke import BrushSettings, StrokeTool


def _document() -> Document:
    return Document(np.full((200, 300, 4), 255, np.uint8), name="test")


def _stroke(tool: StrokeTool, document: Document, *events: PointerEvent) -> None:
    tool.press(document, events[0])
    for event in events[1:]:
        tool.move(document, event)
    tool.release(document)


def _jittered() -> list[PointerEvent]:
    """A straight way drawn by a hand that shakes by three pixels."""
    return [PointerEvent(x=20 + 4 * step, y=100 + 3 * (-1) ** step) for step in range(60)]


def _waver(smoothing: float) -> float:
    events = _jittered()
    steadier = Steadier(events[0], smoothing)
    way = [place for event in events[1:] for place in steadier.moved(event)]
    return float(np.std([place.y for place in way[len(way) // 4 :]]))


def test_smoothing_evens_out_a_shaky_hand() -> None:
    assert _waver(0.0) == pytest.approx(3, abs=0.1)
    assert _waver(0.3) < 0.3 * _waver(0.0)


def test_without_smoothing_the_brush_goes_where_the_pointer_goes() -> None:
    events = _jittered()
    steadier = Steadier(events[0], 0.0)

    assert [place for event in events[1:] for place in steadier.moved(event)] == events[1:]
    assert list(steadier.ended()) == []


def test_the_brush_trails_by_the_string_and_catches_up_at_the_end() -> None:
    start, end = PointerEvent(x=0, y=0), PointerEvent(x=200, y=0)
    steadier = Steadier(start, 0.5)
    last = list(steadier.moved(end))[-1]

    assert last.x < 200 - LONGEST / 2
    assert list(steadier.ended())[-1].place == end.place


def test_the_string_is_as_long_on_the_screen_at_every_zoom() -> None:
    """Where a pixel of the screen shows four of the picture, the string is four times as long in the picture."""
    near = Steadier(PointerEvent(x=0, y=0), 0.5)
    far = Steadier(PointerEvent(x=0, y=0, step=4), 0.5)

    close = list(near.moved(PointerEvent(x=100, y=0)))[-1]
    wide = list(far.moved(PointerEvent(x=400, y=0, step=4)))[-1]
    assert wide.x == pytest.approx(4 * close.x)


def test_a_smoothed_stroke_ends_under_the_pointer() -> None:
    document = _document()
    _stroke(
        MaskBrush(BrushSettings(size=10, hardness=1, smoothing=1)),
        document,
        PointerEvent(x=20, y=100),
        PointerEvent(x=150, y=100),
        PointerEvent(x=260, y=100),
    )

    assert (document.mask.array[100, 20:260] == 255).all()


def test_a_recorded_pen_stream_paints_the_same_mask_again() -> None:
    events = [
        PointerEvent(x=20 + 2 * step, y=100 + 40 * math.sin(step / 9), pressure=0.5 + 0.5 * math.sin(step / 5))
        for step in range(120)
    ]
    settings = BrushSettings(size=40, hardness=0.5, flow=0.3, smoothing=0.4, pen_flow=True)
    first, second = _document(), _document()
    _stroke(MaskBrush(settings), first, *events)
    _stroke(MaskBrush(settings), second, *events)

    assert first.mask.array.any()
    assert np.array_equal(first.mask.array, second.mask.array)


def test_flow_builds_up() -> None:
    document, brush = _document(), MaskBrush(BrushSettings(size=60, hardness=1, flow=0.25))
    levels = []
    for _ in range(4):
        _stroke(brush, document, PointerEvent(x=100, y=100))
        levels.append(int(document.mask.array[100, 100]))

    assert levels[0] == pytest.approx(64, abs=1)
    assert levels == sorted(set(levels))
    _stroke(MaskEraser(BrushSettings(size=60, hardness=1, flow=0.5)), document, PointerEvent(x=100, y=100))
    assert document.mask.array[100, 100] == pytest.approx(levels[-1] / 2, abs=1)


def test_pressure_sets_what_it_is_asked_to() -> None:
    soft = PointerEvent(x=100, y=100, pressure=0.5)
    sized, faint = _document(), _document()
    _stroke(MaskBrush(BrushSettings(size=80, hardness=1)), sized, soft)
    _stroke(MaskBrush(BrushSettings(size=80, hardness=1, pen_size=False, pen_flow=True)), faint, soft)

    assert sized.mask.array.max() == 255
    assert np.count_nonzero(sized.mask.array) < 0.4 * np.count_nonzero(faint.mask.array)
    assert faint.mask.array.max() == pytest.approx(128, abs=1)


def test_shift_shows_the_line_that_a_press_would_draw() -> None:
    document, brush = _document(), MaskBrush(BrushSettings(size=10, hardness=1))
    _stroke(brush, document, PointerEvent(x=50, y=50))
    brush.hover(document, PointerEvent(x=150, y=50, shift=True))
    (path,) = brush.sketch.paths
    assert path.places == ((50, 50), (150, 50))

    brush.hover(document, PointerEvent(x=150, y=50))
    assert not brush.sketch
    brush.press(document, PointerEvent(x=150, y=50, shift=True))
    brush.release(document)
    assert (document.mask.array[50, 50:150] == 255).all()


def test_every_option_is_taken_by_the_tools_that_name_it() -> None:
    for tool in TOOLS:
        made = tool()
        for option in tool.options:
            made.take(option.id, option.default)
        with pytest.raises(KeyError):
            made.take("nonsense", 1)


def test_tools_have_names_keys_and_hints_of_their_own() -> None:
    assert len({tool.id for tool in TOOLS}) == len({tool.key for tool in TOOLS}) == len(TOOLS)
    assert all(tool.caption and tool.icon and tool.hint.endswith(".") for tool in TOOLS)
    assert sum(len(shared) for group in BUTTONS for shared in group) == len(TOOLS)


def test_numbers_out_of_range_are_moved_into_it() -> None:
    for option in BRUSH_OPTIONS:
        if isinstance(option, Number):
            assert option.fitted(10**6) == option.most
            assert option.fitted(-(10**6)) == option.least
            assert option.fitted("nonsense") == option.default
            assert option.fitted(None) == option.default


@pytest.mark.parametrize("scale", [1, 257])
def test_the_picker_gives_the_colour_under_the_pointer(scale: int) -> None:
    pixels = np.zeros((20, 20, 4), np.uint8 if scale == 1 else np.uint16)
    pixels[...] = np.array((30, 60, 90, 255)) * scale
    pixels[5, 5, :3] = np.array((0, 0, 255)) * scale
    document, picker = Document(pixels, name="test"), ColourPicker()

    picker.hover(document, PointerEvent(x=5.5, y=5.5))
    assert picker.sketch.label is not None
    assert picker.sketch.label.words == "#ff0000"
    picker.press(document, PointerEvent(x=5.5, y=5.5))
    assert picker.release(document) == Picked((255, 0, 0))

    picker.take("picker_sample", "3")
    picker.press(document, PointerEvent(x=5.5, y=5.5))
    picker.move(document, PointerEvent(x=0.5, y=0.5))
    assert picker.release(document) == Picked((90, 60, 30))
    picker.press(document, PointerEvent(x=-1, y=0.5))
    assert picker.release(document) is None
