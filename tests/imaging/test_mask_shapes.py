from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from editor.domain.samples import Pixels
from editor.imaging.effective_mask import effective_of
from editor.imaging.mask_shapes import border, feathered, filled, grown, shrunk, smoothed

BLOBS = arrays(np.uint8, (5, 7), elements=st.sampled_from([0, 0, 0, 120, 255])).map(
    lambda small: np.ascontiguousarray(small.repeat(9, axis=0).repeat(9, axis=1))
)
RADII = st.integers(1, 12)


def _disc(size: int = 120, radius: float = 30.0) -> Pixels:
    middles = np.arange(size) + 0.5 - size / 2
    return np.where(np.hypot(middles[:, None], middles) <= radius, 255, 0).astype(np.uint8)


@settings(max_examples=40, deadline=None)
@given(BLOBS, RADII)
def test_growing_and_shrinking_bracket_the_mask_and_mirror_each_other(mask: Pixels, by: int) -> None:
    assert (grown(mask, by) >= mask).all()
    assert (shrunk(mask, by) <= mask).all()
    assert np.array_equal(shrunk(mask, by), np.invert(effective_of(np.invert(mask), by, 0)))


@settings(max_examples=40, deadline=None)
@given(BLOBS, RADII)
def test_what_is_computed_near_the_mask_equals_the_whole(mask: Pixels, by: int) -> None:
    assert np.array_equal(grown(mask, by), effective_of(mask, by, 0))
    assert np.array_equal(feathered(mask, by), effective_of(mask, 0, by))


@settings(max_examples=40, deadline=None)
@given(BLOBS)
def test_filling_adds_only_what_no_way_leads_to(mask: Pixels) -> None:
    found = filled(mask)

    assert (found >= mask).all()
    assert np.array_equal(filled(found), found)
    # What hangs together with the picture's edge outside of the mask stays as it is.
    free, reached = mask == 0, np.zeros(mask.shape, bool)
    reached[0], reached[-1], reached[:, 0], reached[:, -1] = free[0], free[-1], free[:, 0], free[:, -1]
    while True:
        wider = reached.copy()
        wider[1:] |= reached[:-1]
        wider[:-1] |= reached[1:]
        wider[:, 1:] |= reached[:, :-1]
        wider[:, :-1] |= reached[:, 1:]
        wider &= free
        if np.array_equal(wider, reached):
            break
        reached = wider
    assert not found[reached].any()


def test_a_disc_grows_and_shrinks_by_its_radius() -> None:
    mask = _disc()

    assert np.count_nonzero(grown(mask, 10)) == pytest.approx(np.pi * 40**2, rel=0.02)
    assert np.count_nonzero(shrunk(mask, 10)) == pytest.approx(np.pi * 20**2, rel=0.05)


def test_a_mask_stays_at_the_pictures_edge() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[:, :30] = 255

    assert (shrunk(mask, 10)[:, :20] == 255).all()
    assert not shrunk(mask, 10)[:, 20:].any()
    assert not border(mask, 10)[:, :20].any()


def test_a_ring_is_filled_and_its_soft_inner_edge_too() -> None:
    ring = feathered(np.where((_disc() > 0) & (_disc(radius=12) == 0), 255, 0).astype(np.uint8), 4)

    found = filled(ring)

    assert (found[_disc(radius=20) > 0] == 255).all()
    assert np.array_equal(found[_disc(radius=26) == 0], ring[_disc(radius=26) == 0])


def test_a_gap_in_the_ring_keeps_it_open() -> None:
    ring = np.where((_disc() > 0) & (_disc(radius=18) == 0), 255, 0).astype(np.uint8)
    ring[58:62, 60:] = 0

    assert not filled(ring)[60, 60]


def test_smoothing_drops_specks_and_keeps_shapes() -> None:
    mask = _disc()
    mask[10, 10] = mask[11, 10] = 255
    mask[60, 60:64] = 0
    found = smoothed(mask, 8)

    assert not found[10, 10]
    assert found[60, 62] == 255
    assert found.sum() / 255 == pytest.approx(np.pi * 900, rel=0.03)
    assert (found[_disc(radius=27) > 0] == 255).all()


def test_a_border_lies_on_the_edge() -> None:
    band = border(_disc(), 10)

    assert not band[_disc(radius=23) > 0].any()
    assert (band[(_disc(radius=33) > 0) & (_disc(radius=27) == 0)] == 255).all()
    assert not band[_disc(radius=37) == 0].any()


@pytest.mark.parametrize("change", [grown, shrunk, feathered, smoothed, border])
def test_nothing_stays_nothing(change) -> None:  # type: ignore[no-untyped-def]
    assert not change(np.zeros((40, 50), np.uint8), 5).any()
    assert not filled(np.zeros((40, 50), np.uint8)).any()
