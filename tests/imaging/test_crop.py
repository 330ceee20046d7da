"""The rectangle that is sent: inside the picture, around the hole, with context."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.imaging.crop import LEAST_SIDE, context_region


@given(
    width=st.integers(1, 9000),
    height=st.integers(1, 9000),
    data=st.data(),
)
def test_the_region_lies_in_the_picture_and_holds_the_hole(width: int, height: int, data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    hole = Rect(left, top, data.draw(st.integers(1, width - left)), data.draw(st.integers(1, height - top)))
    picture = Rect(0, 0, width, height)
    region = context_region(hole, picture)
    assert picture.contains(region)
    assert region.contains(hole)
    assert region.width >= min(width, LEAST_SIDE)
    assert region.height >= min(height, LEAST_SIDE)


def test_a_small_hole_in_a_large_photo_sends_little_of_it() -> None:
    photo = Rect(0, 0, 6708, 4472)
    region = context_region(Rect(3000, 2000, 300, 240), photo)
    assert region.area < 0.1 * photo.area


def test_what_an_edge_cuts_off_is_added_on_the_other_side() -> None:
    region = context_region(Rect(0, 0, 20, 20), Rect(0, 0, 2000, 2000))
    assert region == Rect(0, 0, LEAST_SIDE, LEAST_SIDE)
