from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.ui.viewport import LARGEST_ZOOM, SMALLEST_ZOOM, Point, Viewport

sizes = st.tuples(st.integers(1, 20000), st.integers(1, 20000))
zooms = st.floats(SMALLEST_ZOOM / 4, LARGEST_ZOOM * 4)


def _viewport(view: tuple[int, int] = (1000, 700), picture: tuple[int, int] = (4000, 3000)) -> Viewport:
    viewport = Viewport()
    viewport.resize(*view)
    viewport.show(*picture)
    return viewport


def test_fit_shows_all_of_the_picture_in_the_middle() -> None:
    frame = _viewport().picture_rect

    assert Rect(0, 0, 1000, 700).contains(frame)
    assert abs(frame.x - (1000 - frame.right)) <= 1
    assert abs(frame.y - (700 - frame.bottom)) <= 1
    assert frame.height > 600


@pytest.mark.parametrize(
    ("picture", "zoom"), [((400, 300), 2), ((257, 80), 2), ((100, 80), 4), ((16, 16), 32), ((3, 5), 64), ((1, 1), 64)]
)
def test_a_small_picture_is_doubled_until_it_can_be_seen(picture: tuple[int, int], zoom: float) -> None:
    assert _viewport(picture=picture).zoom == zoom


@given(
    view=st.tuples(st.integers(200, 5000), st.integers(200, 4000)),
    picture=sizes,
    zoom=zooms,
    x=st.floats(0, 1),
    y=st.floats(0, 1),
)
def test_the_point_under_the_pointer_stays(
    view: tuple[int, int], picture: tuple[int, int], zoom: float, x: float, y: float
) -> None:
    viewport = _viewport(view, picture)
    frame = viewport.picture_rect
    anchor = Point(frame.x + x * frame.width, frame.y + y * frame.height)
    before, zoom_before = viewport.to_picture(anchor), viewport.zoom

    viewport.zoom_to(zoom, anchor)

    after = viewport.to_screen(before)
    # Half a pixel of rounding before, magnified, and half a pixel after; or the picture was kept in sight.
    allowed = 1 + 0.5 * viewport.zoom / zoom_before
    shown = viewport.picture_rect
    kept = min(shown.width, shown.height) <= 48 or min(picture) * viewport.zoom < 64
    assert kept or (abs(after.x - anchor.x) <= allowed and abs(after.y - anchor.y) <= allowed)


@given(zoom=zooms)
def test_the_zoom_is_clamped_and_nearly_what_was_asked(zoom: float) -> None:
    viewport = _viewport()
    viewport.zoom_to(zoom)

    wanted = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
    assert viewport.zoom == pytest.approx(wanted, rel=2e-3 if wanted > 1 else 4e-5)
    assert viewport.zoom * viewport.step == pytest.approx(1)


@given(zoom=zooms)
def test_a_step_is_a_whole_number_of_texture_units_on_the_level_drawn(zoom: float) -> None:
    viewport = _viewport()
    viewport.zoom_to(zoom)
    step = viewport.step
    while step >= 2:
        step /= 2

    assert (step * 32768).is_integer()


@given(x=st.floats(-3000, 5000), y=st.floats(-3000, 5000), zoom=zooms)
def test_screen_and_picture_are_inverse(x: float, y: float, zoom: float) -> None:
    viewport = _viewport()
    viewport.zoom_to(zoom)
    there = viewport.to_picture(Point(x, y))
    back = viewport.to_screen(there)

    assert (back.x, back.y) == pytest.approx((x, y), abs=1e-6)


@given(st.lists(st.tuples(st.floats(-9000, 9000), st.floats(-9000, 9000)), max_size=5))
def test_panning_never_loses_the_picture(ways: list[tuple[float, float]]) -> None:
    viewport = _viewport()
    viewport.zoom_to(1)
    for dx, dy in ways:
        viewport.pan(dx, dy)

    assert viewport.picture_rect.intersected(Rect(0, 0, 1000, 700))


def test_pan_reports_whole_pixels_and_loses_no_fraction() -> None:
    viewport = _viewport()
    viewport.zoom_to(1)
    before = viewport.origin

    moved = [viewport.pan(0.4, 0) for _ in range(10)]

    assert sum(dx for dx, _ in moved) == viewport.origin[0] - before[0] == 4


def test_zoom_steps_lead_up_and_down_again() -> None:
    viewport = _viewport()
    viewport.zoom_to(1)
    viewport.zoom_in()
    assert viewport.zoom == pytest.approx(1.5, rel=1e-4)
    viewport.zoom_out()
    assert viewport.zoom == 1
    for _ in range(40):
        viewport.zoom_in()
    assert viewport.zoom == LARGEST_ZOOM
    for _ in range(80):
        viewport.zoom_out()
    assert viewport.zoom == SMALLEST_ZOOM


def test_a_part_is_shown_in_the_middle_and_as_large_as_it_fits() -> None:
    viewport = _viewport()
    viewport.show_part(Rect(1000, 600, 500, 200))

    assert viewport.zoom == 2
    shown = viewport.rect_to_screen(Rect(1000, 600, 500, 200))
    assert (shown.x, shown.y, shown.width, shown.height) == (0, 150, 1000, 400)


def test_a_fitted_picture_stays_fitted_and_another_stays_in_the_middle() -> None:
    viewport = _viewport()
    viewport.resize(500, 350)
    assert Rect(0, 0, 500, 350).contains(viewport.picture_rect)

    viewport.zoom_to(1)
    middle = viewport.to_picture(Point(250, 175))
    viewport.resize(900, 900)
    assert viewport.zoom == 1
    after = viewport.to_picture(Point(450, 450))
    assert (after.x, after.y) == pytest.approx((middle.x, middle.y), abs=1)


def test_a_rectangle_on_the_screen_covers_its_pixels() -> None:
    viewport = _viewport()
    viewport.zoom_to(0.37)
    left, top = viewport.origin

    shown = viewport.rect_to_screen(Rect(10, 10, 10, 10), margin=1)

    assert shown.contains(Rect(left + 4, top + 4, 3, 3))
    assert not viewport.rect_to_screen(Rect(5, 5, 0, 0))
