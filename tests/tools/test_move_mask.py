from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.document import Document
from editor.domain.samples import Pixels
from editor.tools.base import PointerEvent, Step
from editor.tools.move_mask import MoveMask

WIDTH, HEIGHT = 300, 280


def _document() -> Document:
    """With a mask of noise that reaches over four tiles."""
    document = Document(np.zeros((HEIGHT, WIDTH, 4), np.uint8), name="empty")
    document.mask.about_to_change(document.mask.rect)
    document.mask.array[200:270, 100:290] = np.random.default_rng(3).integers(1, 256, (70, 190), dtype=np.uint8)
    return document


def _shifted(mask: Pixels, across: int, down: int) -> Pixels:
    padded = np.pad(mask, ((HEIGHT, HEIGHT), (WIDTH, WIDTH)))
    return padded[HEIGHT - down : 2 * HEIGHT - down, WIDTH - across : 2 * WIDTH - across]


def _drag(tool: MoveMask, document: Document, across: float, down: float, *, shift: bool = False) -> object:
    tool.press(document, PointerEvent(x=10, y=10))
    assert not tool.move(document, PointerEvent(x=70, y=30))
    tool.move(document, PointerEvent(x=10 + across, y=10 + down, shift=shift))
    return tool.release(document)


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_the_mask_lies_where_it_was_dragged_and_back_after_undo(across: int, down: int) -> None:
    document, tool = _document(), MoveMask()
    before = document.mask.array.copy()

    _drag(tool, document, across, down)

    # Bounds of the mask are 100 to 290 and 200 to 270: one row and one column of it stay.
    across, down = min(max(across, -289), 199), min(max(down, -269), 79)
    assert np.array_equal(document.mask.array, _shifted(before, across, down))
    assert document.mask.bounds
    document.undo()
    assert np.array_equal(document.mask.array, before)


def test_shift_keeps_to_one_direction_and_a_pixel_is_whole() -> None:
    document, tool = _document(), MoveMask()
    before = document.mask.array.copy()

    step = _drag(tool, document, -20.4, 11, shift=True)

    assert isinstance(step, Step)
    assert step.entry.label == "Move mask"
    assert np.array_equal(document.mask.array, _shifted(before, -20, 0))
    assert step.dirty.mask.x == 80 and step.dirty.mask.right == 290


def test_the_sketch_tells_where_the_mask_is_shown_until_it_is_let_go() -> None:
    document, tool = _document(), MoveMask()
    tool.press(document, PointerEvent(x=0, y=0))
    tool.move(document, PointerEvent(x=5, y=-7))
    assert tool.sketch.mask_moved == (5, -7)
    assert not tool.sketch

    tool.cancel(document)

    assert tool.sketch.mask_moved == (0, 0)
    assert tool.release(document) is None
    assert len(document.history.entries) == 1


def test_a_click_and_an_empty_mask_make_no_step() -> None:
    document, tool = _document(), MoveMask()
    assert _drag(tool, document, 0, 0) is None
    assert len(document.history.entries) == 1

    empty = Document(np.zeros((20, 30, 4), np.uint8), name="empty")
    tool.press(empty, PointerEvent(x=4, y=5))
    tool.move(empty, PointerEvent(x=9, y=9))
    assert tool.sketch.label is not None
    assert tool.sketch.label.words == "Nothing is masked"
    assert tool.release(empty) is None
    assert not tool.sketch


@given(st.lists(st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1), (10, 0), (-10, 0), (0, -10), (0, 10)]), max_size=25))
def test_arrow_keys_add_up(keys: list[tuple[int, int]]) -> None:
    document, tool = _document(), MoveMask()
    before = document.mask.array.copy()

    for key in keys:
        step = tool.nudge(document, *key)
        assert isinstance(step, Step)

    across, down = (sum(way) for way in zip(*keys, strict=True)) if keys else (0, 0)
    # The mask is ten pixels from two edges; moved back to where it was it is a step of its own, and what had left the
    # picture by then is gone.
    place = np.cumsum(keys, axis=0) if keys else np.zeros((1, 2), int)
    if (place.max(axis=0) <= 10).all():
        assert np.array_equal(document.mask.array, _shifted(before, across, down))
    if keys and not (place == 0).all(axis=1).any():
        assert len(document.history.entries) == 2
        assert np.array_equal(document.mask.array, _shifted(before, across, down))
        document.undo()
        assert np.array_equal(document.mask.array, before)


def test_arrow_keys_begin_anew_after_another_step_and_stop_at_the_last_pixel() -> None:
    document, tool = _document(), MoveMask()
    tool.nudge(document, 3, 0)
    _drag(tool, document, 0, 5)
    tool.nudge(document, 0, 1)
    assert len(document.history.entries) == 4
    for _ in range(60):
        tool.nudge(document, 0, 10)
    assert document.mask.bounds.height == 1
    assert len(document.history.entries) == 4
    document.undo()
    assert document.mask.bounds == (103, 205, 190, 70)


def test_nothing_is_nudged_where_nothing_is_masked() -> None:
    empty = Document(np.zeros((20, 30, 4), np.uint8), name="empty")
    assert MoveMask().nudge(empty, 1, 0) is None
    assert len(empty.history.entries) == 1
