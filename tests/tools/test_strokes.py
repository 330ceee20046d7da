from __future__ import annotations

import numpy as np
import pytest

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind
from editor.tools.base import Pointer, PointerEvent
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.pan import Pan
from editor.tools.stroke import BrushSettings, StrokeTool


def _document(width: int = 400, height: int = 300) -> Document:
    return Document(np.full((height, width, 4), 255, np.uint8), name="test")


def _paint(tool: StrokeTool, document: Document, *places: tuple[float, float], pressure: float = 1.0) -> Rect:
    events = [PointerEvent(x=x, y=y, pressure=pressure) for x, y in places]
    changed = tool.press(document, events[0])
    for event in events[1:]:
        changed = changed.united(tool.move(document, event))
    tool.release(document)
    return changed


def test_one_press_leaves_a_disc_of_the_brushs_size() -> None:
    document = _document()
    brush = MaskBrush(BrushSettings(size=60, hardness=1))

    changed = _paint(brush, document, (200.0, 150.0))

    mask = document.mask.array
    rows, columns = np.indices(mask.shape) + 0.5
    distance = np.hypot(columns - 200, rows - 150)
    assert (mask[distance < 29.4] == 255).all()
    assert not mask[distance > 30.6].any()
    assert changed.contains(Rect(170, 120, 60, 60))
    assert mask.sum() / 255 == pytest.approx(np.pi * 900, rel=0.01)


def test_a_soft_brush_falls_off_evenly() -> None:
    document = _document()
    _paint(MaskBrush(BrushSettings(size=100, hardness=0)), document, (200.0, 150.0))

    profile = document.mask.array[150, 200:255].astype(int)

    assert profile[0] >= 250
    assert 100 < profile[25] < 150
    assert profile[-1] == 0
    assert (np.diff(profile) <= 0).all()


def test_a_pixels_part_of_the_place_counts() -> None:
    left, right = _document(), _document()
    brush = MaskBrush(BrushSettings(size=9, hardness=1))
    _paint(brush, left, (100.0, 100.0))
    _paint(brush, right, (100.5, 100.0))

    assert not np.array_equal(left.mask.array, right.mask.array)
    assert np.array_equal(right.mask.array[95:106, 95:106], right.mask.array[95:106, 95:106][:, ::-1])


@pytest.mark.parametrize("hardness", [0.0, 0.7, 1.0])
def test_a_stroke_is_the_same_however_many_events_describe_it(hardness: float) -> None:
    results = []
    for events in (2, 7, 200):
        document = _document()
        way = [(40 + 300 * share, 50 + 200 * share) for share in np.linspace(0, 1, events)]
        _paint(MaskBrush(BrushSettings(size=40, hardness=hardness)), document, *way)
        results.append(document.mask.array.astype(int))

    assert np.abs(results[0] - results[1]).max() <= 4
    assert np.abs(results[0] - results[2]).max() <= 4


def test_dabs_meet_without_building_up() -> None:
    document = _document()
    brush = MaskBrush(BrushSettings(size=50, hardness=0.3))
    once = _document()
    _paint(brush, once, (200.0, 150.0))

    _paint(brush, document, *[(200.0, 150.0)] * 20)

    assert np.array_equal(document.mask.array, once.mask.array)


def test_the_edge_of_the_picture_cuts_the_brush() -> None:
    document = _document()

    changed = _paint(MaskBrush(BrushSettings(size=80, hardness=1)), document, (-10.0, 150.0), (-500.0, 150.0))

    assert document.rect.contains(changed)
    assert document.mask.array[150, 0] == 255
    assert document.mask.array[:, 40:].max() == 0


def test_the_eraser_takes_away_what_the_brush_painted() -> None:
    document = _document()
    way = (50.0, 150.0), (350.0, 150.0)
    settings = BrushSettings(size=40, hardness=0.5)
    _paint(MaskBrush(settings), document, *way)

    _paint(MaskEraser(BrushSettings(size=60, hardness=1)), document, *way)

    assert not document.mask.array.any()


def test_a_half_strong_eraser_leaves_the_rest() -> None:
    document = _document()
    document.mask.array[...] = 255
    _paint(MaskEraser(BrushSettings(size=100, hardness=0)), document, (200.0, 150.0))

    assert document.mask.array[150, 200] <= 5
    assert 100 < document.mask.array[150, 225] < 160


@pytest.mark.parametrize("tool", [MaskBrush(), MaskEraser()])
def test_a_stroke_is_one_step_and_undo_restores_byte_for_byte(tool: StrokeTool) -> None:
    document = _document()
    document.mask.array[...] = np.random.default_rng(0).integers(0, 256, document.mask.array.shape, dtype=np.uint8)
    before = document.mask.array.copy()
    _paint(tool, document, (20.0, 20.0), (380.0, 280.0), (20.0, 280.0))
    after = document.mask.array.copy()

    assert not np.array_equal(before, after)
    assert [entry.kind for entry in document.history.entries[1:]] == [EntryKind.STROKE]
    document.undo()
    assert np.array_equal(document.mask.array, before)
    document.redo()
    assert np.array_equal(document.mask.array, after)


def test_cancelling_puts_everything_back() -> None:
    document = _document()
    brush = MaskBrush()
    brush.press(document, PointerEvent(x=100, y=100))
    brush.move(document, PointerEvent(x=300, y=200))

    changed = brush.cancel(document)

    assert changed.contains(Rect(100, 100, 200, 100))
    assert not document.mask.array.any()
    assert len(document.history.entries) == 1
    assert brush.release(document) is None
    assert not brush.move(document, PointerEvent(x=0, y=0))


def test_a_stroke_beside_the_picture_is_no_step() -> None:
    document = _document()
    brush = MaskBrush()
    brush.press(document, PointerEvent(x=-500, y=-500))

    assert brush.release(document) is None


def test_shift_draws_a_line_from_the_last_stroke() -> None:
    line, stroke = _document(), _document()
    brush = MaskBrush(BrushSettings(size=20, hardness=1))
    _paint(brush, line, (50.0, 50.0))
    brush.press(line, PointerEvent(x=350, y=250, shift=True))
    brush.release(line)
    _paint(brush, stroke, (50.0, 50.0), (350.0, 250.0))

    assert np.array_equal(line.mask.array, stroke.mask.array)
    assert len(line.history.entries) == 3


def test_shift_in_another_document_starts_afresh() -> None:
    first, second = _document(), _document()
    brush = MaskBrush(BrushSettings(size=20, hardness=1))
    _paint(brush, first, (50.0, 50.0))
    brush.press(second, PointerEvent(x=350, y=250, shift=True))
    brush.release(second)

    assert not second.mask.array[:200, :300].any()


def test_pressure_makes_the_brush_smaller() -> None:
    light, full = _document(), _document()
    brush = MaskBrush(BrushSettings(size=60))
    _paint(brush, light, (200.0, 150.0), pressure=0.2)
    _paint(brush, full, (200.0, 150.0), pressure=1.0)

    assert 0 < np.count_nonzero(light.mask.array) < np.count_nonzero(full.mask.array) / 4


def test_settings_stay_within_the_possible() -> None:
    settings = BrushSettings(size=0, hardness=7, spacing=0)

    assert (settings.size, settings.hardness, settings.spacing) == (1.0, 1.0, 0.01)


def test_the_ring_follows_the_size() -> None:
    brush = MaskBrush()
    brush.take("brush_size", 123)

    assert brush.diameter == 123
    assert Pan().diameter is None
    assert Pan().pointer is Pointer.HAND
