from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.tools.outline import around, coverage, ellipse

AREA = Rect(0, 0, 40, 30)
PLACES = st.tuples(st.floats(-20, 60, width=32), st.floats(-20, 50, width=32))


def _sampled(places: list[tuple[float, float]], area: Rect, fine: int = 16) -> np.ndarray:
    """The coverage by counting samples in every pixel: even-odd rays, which equals winding for simple outlines."""
    ys = area.y + (np.arange(area.height * fine) + 0.5) / fine
    xs = area.x + (np.arange(area.width * fine) + 0.5) / fine
    winding = np.zeros((ys.size, xs.size), int)
    for (x0, y0), (x1, y1) in zip(places, [*places[1:], places[0]], strict=True):
        if y0 == y1:
            continue
        down = 1 if y1 > y0 else -1
        rows = (ys >= min(y0, y1)) & (ys < max(y0, y1))
        cut = x0 + (ys - y0) / (y1 - y0) * (x1 - x0)
        winding += down * (rows[:, None] & (xs[None, :] >= cut[:, None]))
    return (winding != 0).reshape(area.height, fine, area.width, fine).mean(axis=(1, 3)) * 255


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACES, min_size=3, max_size=3))
def test_a_triangle_covers_what_counting_samples_finds(places: list[tuple[float, float]]) -> None:
    assert np.abs(coverage(places, AREA) - _sampled(places, AREA)).max() <= 16


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACES, min_size=3, max_size=12))
def test_a_part_computed_alone_is_the_same(places: list[tuple[float, float]]) -> None:
    part = Rect(7, 5, 12, 9)

    assert np.abs(coverage(places, part).astype(int) - coverage(places, AREA)[part.slices]).max() <= 1


def test_whole_pixels_are_covered_whole() -> None:
    found = coverage([(3, 4), (10, 4), (10, 9), (3, 9)], AREA)

    assert (found[4:9, 3:10] == 255).all()
    assert found.sum() == 255 * 7 * 5


def test_half_a_pixel_counts_half() -> None:
    found = coverage([(2.5, 2), (4, 2), (4, 3), (2.5, 3)], AREA)

    assert found[2, 2] == pytest.approx(128, abs=1)
    assert found[2, 3] == 255


def test_both_loops_of_an_eight_are_inside() -> None:
    found = coverage([(2, 2), (12, 12), (12, 2), (2, 12)], AREA)

    assert found[7, 3] == 255
    assert found[7, 10] == 255


def test_an_ellipse_has_its_area() -> None:
    places = ellipse(2.0, 3.0, 38.0, 27.0)
    found = coverage(places, around(places, AREA))

    assert found.sum() / 255 == pytest.approx(math.pi * 18 * 12, rel=0.002)


def test_an_outline_beside_the_picture_covers_nothing() -> None:
    assert not around([(100, 100), (120, 100), (110, 130)], AREA)
    assert not coverage([(1, 1), (5, 5)], AREA).any()
