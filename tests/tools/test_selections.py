from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.tools.base import Combine, PointerEvent, Search, Step, Tool
from editor.tools.colour_select import ColourSelect
from editor.tools.ellipse import Ellipse
from editor.tools.lasso import Lasso
from editor.tools.magic_wand import MagicWand
from editor.tools.marquee import Marquee
from editor.tools.object_select import ObjectSelect
from editor.tools.polygon import Polygon

Place = tuple[float, float]


def _document(deep: bool = False) -> Document:
    """Grey, with two red squares that touch at a corner."""
    pixels = np.full((60, 80, 4), 128, np.uint8)
    pixels[..., 3] = 255
    pixels[10:20, 10:20] = pixels[20:30, 20:30] = (0, 0, 220, 255)
    return Document(pixels.astype(np.uint16) * 257 if deep else pixels, name="squares")


def _drag(tool: Tool, document: Document, *places: Place, **held: bool) -> object:
    tool.press(document, PointerEvent(x=places[0][0], y=places[0][1], **held))
    for x, y in places[1:]:
        tool.move(document, PointerEvent(x=x, y=y))
    return tool.release(document)


def _area(document: Document) -> Rect:
    rows, columns = np.nonzero(document.mask.array)
    return (
        Rect.from_edges(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) if rows.size else Rect(0, 0, 0, 0)
    )


def test_a_marquee_masks_whole_pixels() -> None:
    document = _document()
    step = _drag(Marquee(), document, (50.4, 40.2), (20.1, 10.3))

    assert isinstance(step, Step)
    assert _area(document) == Rect(20, 10, 30, 30)
    assert (document.mask.array[10:40, 20:50] == 255).all()
    assert step.dirty.mask.contains(Rect(20, 10, 30, 30))


def test_shift_during_the_drag_keeps_a_marquee_square_and_alt_draws_from_the_middle() -> None:
    document, tool = _document(), Marquee()
    tool.press(document, PointerEvent(x=40, y=30))
    tool.move(document, PointerEvent(x=50, y=34, shift=True, alt=True))
    tool.release(document)

    assert _area(document) == Rect(30, 20, 20, 20)


def test_where_nothing_is_masked_a_key_held_from_the_beginning_is_about_the_shape() -> None:
    document = _document()
    tool = Marquee()
    tool.press(document, PointerEvent(x=10, y=10, shift=True))
    tool.move(document, PointerEvent(x=30, y=15, shift=True))
    tool.release(document)
    assert document.mask.bounds == Rect(10, 10, 20, 20)

    tool.press(document, PointerEvent(x=40, y=10, shift=True))
    tool.move(document, PointerEvent(x=60, y=15, shift=True))
    tool.release(document)
    assert document.mask.bounds == Rect(10, 10, 50, 20), "added, and free in its shape"
    assert int(document.mask.counts.sum()) == 20 * 20 + 20 * 5


@pytest.mark.parametrize("start", [0.0, 0.3, 0.5, 0.8])
def test_a_square_is_one_wherever_it_begins_between_pixels(start: float) -> None:
    tool, document = Marquee(), _document()
    tool.press(document, PointerEvent(x=10 + start, y=10))
    tool.move(document, PointerEvent(x=31.4, y=18, shift=True))
    tool.release(document)

    assert document.mask.bounds.width == document.mask.bounds.height > 0


def test_a_marquee_keeps_its_ratio() -> None:
    document, tool = _document(), Marquee()
    tool.take("marquee_ratio", "3:2")
    _drag(tool, document, (10, 10), (40, 12))

    assert _area(document) == Rect(10, 10, 30, 20)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({}, {(15, 15), (30, 15)}),
        ({"shift": True}, {(5, 5), (15, 15), (30, 15)}),
        ({"alt": True}, {(5, 5)}),
        ({"ctrl": True}, {(5, 5)}),
        ({"shift": True, "alt": True}, {(15, 15)}),
    ],
)
def test_keys_combine_a_selection_with_the_mask(held: dict[str, bool], expected: set[Place]) -> None:
    document = _document()
    _drag(Marquee(), document, (0, 0), (20, 20))
    _drag(Marquee(), document, (10, 10), (40, 20), **held)

    probes = {(5, 5), (15, 15), (30, 15), (60, 50)}
    assert {(x, y) for x, y in probes if document.mask.array[y, x]} == expected


def test_the_mode_of_the_option_bar_holds_where_no_key_is_held() -> None:
    document, tool = _document(), Marquee()
    _drag(tool, document, (0, 0), (20, 20))
    tool.take("select_combine", Combine.ADD.value)
    _drag(tool, document, (40, 40), (50, 50))

    assert _area(document) == Rect(0, 0, 50, 50)


def test_an_ellipse_is_round_and_smooth() -> None:
    document = _document()
    _drag(Ellipse(), document, (10, 10), (50, 50))

    mask = document.mask.array
    assert mask[30, 30] == 255
    assert mask[11, 11] == 0
    assert mask.sum() / 255 == pytest.approx(np.pi * 400, rel=0.003)
    assert ((mask > 0) & (mask < 255)).any()


def test_a_lasso_closes_by_itself() -> None:
    document = _document()
    _drag(Lasso(), document, (10, 10), (50, 10), (50, 50))

    assert document.mask.array[20, 40] == 255
    assert document.mask.array[45, 15] == 0
    assert document.history.undo_label == "Lasso"


def _clicked(tool: Polygon, document: Document, *places: Place) -> None:
    for x, y in places:
        tool.press(document, PointerEvent(x=x, y=y))
        tool.release(document)


CLOSINGS: dict[str, Callable[[Polygon, Document], object]] = {
    "enter": lambda tool, document: tool.confirm(document),
    "first corner": lambda tool, document: _drag(tool, document, (11, 12)),
    "leaving": lambda tool, document: tool.leave(document),
}


def test_a_lasso_drawn_as_a_line_masks_nothing() -> None:
    tool, document = Lasso(), _document()
    tool.press(document, PointerEvent(x=10, y=10))
    for step in range(1, 30):
        tool.move(document, PointerEvent(x=10 + step, y=10 + step / 7))
    tool.release(document)

    assert not document.mask.bounds


@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_polygon_closes(closing: str) -> None:
    document, tool = _document(), Polygon()
    _clicked(tool, document, (10, 10), (50, 10), (50, 50))
    assert tool.open

    step = CLOSINGS[closing](tool, document)

    assert isinstance(step, Step)
    assert not tool.open
    assert document.mask.array[20, 40] == 255


def test_a_polygons_corners_go_back_one_by_one() -> None:
    document, tool = _document(), Polygon()
    _clicked(tool, document, (10, 10), (50, 10))

    assert tool.step_back()
    assert tool.step_back()
    assert not tool.step_back()
    assert not tool.open


def test_two_corners_are_no_polygon() -> None:
    document, tool = _document(), Polygon()
    _clicked(tool, document, (10, 10), (50, 10))

    assert tool.confirm(document) is None
    assert document.history.undo_label is None


@pytest.mark.parametrize("deep", [False, True])
def test_the_wand_takes_what_hangs_together(deep: bool) -> None:
    document, tool = _document(deep), MagicWand()
    tool.take("wand_smooth", False)
    _drag(tool, document, (12.5, 12.5))

    assert _area(document) == Rect(10, 10, 10, 10)


@pytest.mark.parametrize("deep", [False, True])
def test_select_by_colour_takes_it_everywhere(deep: bool) -> None:
    document, tool = _document(deep), ColourSelect()
    tool.take("wand_smooth", False)
    _drag(tool, document, (12.5, 12.5))

    assert _area(document) == Rect(10, 10, 20, 20)
    assert np.count_nonzero(document.mask.array) == 200


def test_the_tolerance_counts_for_every_channel() -> None:
    document, tool = _document(), MagicWand()
    tool.take("wand_smooth", False)
    tool.take("wand_tolerance", 127)
    _drag(tool, document, (12.5, 12.5))
    assert _area(document) == Rect(10, 10, 10, 10)

    tool.take("wand_tolerance", 128)
    _drag(tool, document, (12.5, 12.5))
    assert _area(document) == document.rect


def test_a_smooth_edge_has_a_step_between() -> None:
    document = _document()
    _drag(MagicWand(), document, (12.5, 12.5))

    assert 0 < document.mask.array[15, 9] < document.mask.array[15, 10] < 255
    assert document.mask.array[15, 15] == 255


@pytest.mark.parametrize("tool", [MagicWand(), ColourSelect(), ObjectSelect()])
def test_a_click_beside_the_picture_does_nothing(tool: Tool) -> None:
    document = _document()

    assert _drag(tool, document, (-3, 10)) is None
    assert not document.mask.array.any()


def test_object_select_asks_for_the_place_or_the_box() -> None:
    document, tool = _document(), ObjectSelect()
    document.mask.write(Rect(0, 0, 1, 1), np.ones((1, 1), np.uint8))

    assert _drag(tool, document, (12.7, 13.2), (13, 14), alt=True) == Search(point=(12, 13), how=Combine.SUBTRACT)
    assert _drag(tool, document, (70.5, 50.5), (100, 20), shift=True) == Search(
        box=Rect(70, 20, 10, 31), how=Combine.ADD
    )


@pytest.mark.parametrize("tool", [Lasso(), Marquee(), Ellipse(), ObjectSelect(), MagicWand()])
def test_a_cancelled_drag_leaves_the_mask_alone(tool: Tool) -> None:
    document = _document()
    tool.press(document, PointerEvent(x=10, y=10))
    tool.move(document, PointerEvent(x=40, y=40))
    tool.cancel(document)

    assert tool.release(document) is None
    assert not tool.sketch
    assert not document.mask.array.any()


def test_every_selection_is_one_step_that_undo_takes_back() -> None:
    document = _document()
    _drag(Marquee(), document, (0, 0), (20, 20))
    before = document.mask.array.copy()
    _drag(Lasso(), document, (10, 10), (50, 10), (50, 50))

    document.undo()

    assert np.array_equal(document.mask.array, before)
