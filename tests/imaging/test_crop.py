"""The rectangle that is sent: inside the picture, around the hole, with context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.domain.kinds import Context
from editor.imaging.crop import LEAST_MARGIN, LEAST_SIDE, Room, context_region


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


@pytest.mark.parametrize("context", list(Context))
@given(width=st.integers(1, 5000), height=st.integers(1, 5000), most=st.integers(64, 4096), data=st.data())
def test_any_choice_and_any_room(context: Context, width: int, height: int, most: int, data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    hole = Rect(left, top, data.draw(st.integers(1, width - left)), data.draw(st.integers(1, height - top)))
    picture, room = Rect(0, 0, width, height), Room(most_side=most, most_pixels=most * most // 2)
    region = context_region(hole, picture, context=context, room=room)
    assert picture.contains(region)
    assert region.contains(hole)
    if context is Context.WHOLE:
        assert region == picture


def test_a_large_hole_gets_as_much_context_as_goes_without_being_made_smaller() -> None:
    photo, hole = Rect(0, 0, 6708, 4472), Rect(2000, 1500, 1200, 1100)
    free = context_region(hole, photo)
    fitting = context_region(hole, photo, room=Room(most_side=2048))
    assert free.width == 3000
    assert 2030 <= fitting.width <= 2048
    tightest = context_region(hole, photo, room=Room(most_side=1024))
    assert tightest.width == 1200 + 2 * LEAST_MARGIN * 1200, "it is made smaller, but not filled from nothing"
    by_area = context_region(hole, photo, room=Room(most_pixels=4_000_000))
    assert 3_900_000 <= by_area.area <= 4_000_000
    assert context_region(hole, photo, room=Room(most_side=4096)) == free


def test_what_the_user_chose_is_kept_whatever_the_room() -> None:
    photo, hole = Rect(0, 0, 6708, 4472), Rect(3000, 2000, 400, 300)
    room = Room(most_side=512)
    areas = [context_region(hole, photo, context=one, room=room).area for one in Context]
    auto, tight, wide, whole = areas
    assert auto == tight < wide < whole == photo.area
    assert tight < context_region(hole, photo).area < wide
