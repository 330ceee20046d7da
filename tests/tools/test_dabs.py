from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.document import Document
from editor.tools.base import PointerEvent
from editor.tools.dab import DabCache
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.stroke import BrushSettings

SIDE = 500
place = st.floats(-60, SIDE + 60)


@given(
    place,
    place,
    st.floats(-400, 400),
    st.floats(-400, 400),
    st.floats(1, 500),
    st.floats(0, 1),
)
def test_a_dab_covers_more_than_the_one_before_only_where_it_says(
    x: float, y: float, across: float, down: float, diameter: float, hardness: float
) -> None:
    dabs = DabCache()
    first = dabs.at(x, y, diameter=diameter, hardness=hardness)
    second = dabs.at(x + across, y + down, diameter=diameter, hardness=hardness)
    rect = second.rect
    under = np.zeros_like(second.coverage)
    both = rect.intersected(first.rect)
    if both:
        under[both.moved(-rect.x, -rect.y).slices] = first.coverage[both.moved(-first.rect.x, -first.rect.y).slices]

    more = second.coverage > under

    said = second.beyond(first)
    more[said.moved(-rect.x, -rect.y).slices] = False
    assert not more.any()
    assert not said or rect.contains(said)


def test_half_of_a_dab_is_cut_off_where_dabs_lie_close() -> None:
    dabs = DabCache()
    first, second = (dabs.at(x, 300, diameter=400, hardness=0.5) for x in (300, 320))

    assert second.beyond(first).x == 320 - 11
    assert second.beyond(second).area == 0


@given(
    st.lists(st.tuples(place, place, st.sampled_from([0.5, 1.0, 1.0])), min_size=2, max_size=6),
    st.floats(60, 300),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_stroke_is_what_its_whole_dabs_make(
    places: list[tuple[float, float, float]], size: float, hardness: float, erasing: bool
) -> None:
    settings = BrushSettings(size=size, hardness=hardness, spacing=0.07)
    tool = (MaskEraser if erasing else MaskBrush)(settings)
    document = Document(np.zeros((SIDE, SIDE, 4), np.uint8), name="empty")
    document.mask.about_to_change(document.rect)
    document.mask.array.fill(100)
    plain = Document(np.zeros((SIDE, SIDE, 4), np.uint8), name="empty")
    plain.mask.array.fill(100)
    laid = []
    lay = tool._dab

    def noted(document: Document, event: PointerEvent):  # type: ignore[no-untyped-def]
        laid.append(event)
        return lay(document, event)

    tool._dab = noted  # type: ignore[method-assign]
    tool.press(document, PointerEvent(x=places[0][0], y=places[0][1], pressure=places[0][2]))
    for x, y, pressure in places[1:]:
        tool.move(document, PointerEvent(x=x, y=y, pressure=pressure))
    tool.release(document)

    for event in laid:  # each by itself, which lays all of the dab
        alone = (MaskEraser if erasing else MaskBrush)(settings)
        alone.press(plain, event)
        alone.release(plain)
    assert np.array_equal(document.mask.array, plain.mask.array)
