"""The separate areas of a mask: every pixel in one of them, and an edit each only where that is worth it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.domain.kinds import Areas, Context
from editor.domain.mask import Mask
from editor.imaging.areas import CELL, MOST_AREAS, MOST_PARTS, ONE_REGION, areas_of, find_parts, mask_of
from editor.imaging.crop import context_region
from editor.imaging.effective_mask import bounds

WIDE = Rect(0, 0, 4000, 3000)


def mask_with(*squares: tuple[int, int, int], picture: Rect = WIDE) -> np.ndarray:
    """Squares, each by its left and top edge and its side."""
    mask = np.zeros((picture.height, picture.width), np.uint8)
    for x, y, side in squares:
        mask[y : y + side, x : x + side] = 255
    return mask


def count(mask: np.ndarray, areas: Areas = Areas.AUTO, context: Context = Context.AUTO) -> int:
    picture = Rect(0, 0, mask.shape[1], mask.shape[0])
    return len(areas_of(find_parts(Mask(mask)), picture, areas=areas, context=context))


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """Blots of any strength, some over the edge, with or without a noise of single pixels."""
    height, width = draw(st.integers(1, 1300)), draw(st.integers(1, 1300))
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    mask = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(0, 14))):
        place = int(chance.integers(-20, width + 20)), int(chance.integers(-20, height + 20))
        cv2.circle(mask, place, int(chance.integers(0, 60)), int(chance.integers(1, 256)), -1)
    if draw(st.booleans()):
        mask[chance.random(mask.shape) < draw(st.sampled_from([0.0001, 0.01]))] = 1
    return mask


@given(masks(), st.sampled_from(Areas), st.sampled_from(Context))
def test_every_pixel_is_in_one_area(mask: np.ndarray, areas: Areas, context: Context) -> None:
    parts, picture = find_parts(Mask(mask)), Rect(0, 0, mask.shape[1], mask.shape[0])
    found = areas_of(parts, picture, areas=areas, context=context)
    together = np.zeros(mask.shape, np.int64)
    for area in found:
        alone = mask_of(parts, area, mask)
        assert bounds(alone) == area.hole
        assert context_region(area.hole, picture, context=context).contains(area.hole)
        together += alone
    # No pixel twice: one that is in two areas would have twice its strength.
    assert np.array_equal(together, mask)
    assert len(found) <= MOST_AREAS
    assert len(found) == bool(mask.any()) or areas is not Areas.TOGETHER


@given(masks(), st.sampled_from(Context))
def test_what_an_edit_shows_as_surroundings_is_not_another_area(mask: np.ndarray, context: Context) -> None:
    picture = Rect(0, 0, mask.shape[1], mask.shape[0])
    found = areas_of(find_parts(Mask(mask)), picture, context=context)
    regions = [context_region(area.hole, picture, context=context) for area in found]
    for place, region in enumerate(regions):
        others = found[:place] + found[place + 1 :]
        assert not any(region.intersected(other.hole) for other in others)


def test_far_apart_is_an_edit_each_and_near_is_one() -> None:
    assert count(mask_with((200, 200, 200), (3400, 2500, 200))) == 2
    assert count(mask_with((200, 200, 200), (500, 200, 200))) == 1
    # Two near each other and one far away: two edits.
    assert count(mask_with((200, 200, 200), (500, 200, 200), (3400, 2500, 200))) == 2


def test_a_picture_that_every_model_takes_as_it_is_is_one_edit() -> None:
    small = Rect(0, 0, 1024, 1024)
    assert small.area == ONE_REGION
    mask = mask_with((10, 10, 20), (980, 980, 20), picture=small)
    assert count(mask) == 1
    assert count(mask, Areas.APART) == 2


def test_areas_for_which_most_of_the_picture_goes_out_anyway_are_one_edit() -> None:
    assert count(mask_with((200, 200, 1000), (2800, 1800, 1000))) == 1
    assert count(mask_with((200, 200, 200), (3400, 2500, 200)), context=Context.WHOLE) == 1


@pytest.mark.parametrize("gap, edits", [(1, 1), (CELL - 1, 1), (2 * CELL, 2)])
def test_a_hair_between_two_strokes_does_not_part_them(gap: int, edits: int) -> None:
    mask = mask_with((200, 200, 104), (304 + gap, 200, 100))
    assert count(mask, Areas.APART) == edits


def test_more_than_a_press_may_start_go_with_their_neighbours() -> None:
    row = [(100 + 380 * column, 100, 50) for column in range(10)]
    areas = areas_of(find_parts(Mask(mask_with(*row))), WIDE, areas=Areas.APART)
    assert len(areas) == MOST_AREAS
    assert sorted(len(area.parts) for area in areas) == [1] * 6 + [2, 2]


def test_a_texture_is_one_area() -> None:
    mask = np.zeros((600, 600), np.uint8)
    mask[::32, ::32] = 255
    assert int(np.count_nonzero(mask)) > MOST_PARTS
    assert count(mask, Areas.APART) == 1


def test_diagonal_neighbours_and_a_ring_with_its_inside() -> None:
    mask = np.zeros((300, 300), np.uint8)
    cv2.circle(mask, (150, 150), 120, 255, 6)
    cv2.circle(mask, (150, 150), 20, 7, -1)
    parts = find_parts(Mask(mask))
    areas = areas_of(parts, Rect(0, 0, 300, 300), areas=Areas.APART)
    assert len(areas) == 2
    # The ring's rectangle holds the disc, which is not the ring's.
    assert {int(mask_of(parts, area, mask)[150, 150]) for area in areas} == {0, 7}


def test_nothing_masked_is_no_area() -> None:
    assert areas_of(find_parts(Mask(np.zeros((20, 30), np.uint8))), Rect(0, 0, 30, 20)) == []
