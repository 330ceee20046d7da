from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.imaging import effective_mask


def _document(width: int, height: int, grow: int, feather: int) -> Document:
    return Document(np.full((height, width, 4), 255, np.uint8), name="test", grow=grow, feather=feather)


def test_without_grow_and_feather_it_is_the_painted_mask() -> None:
    mask = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)

    effective = effective_mask.effective_of(mask, 0, 0)

    assert np.array_equal(effective, mask)
    assert effective is not mask
    assert effective_mask.reach(0, 0) == 0


@pytest.mark.parametrize("grow", [1, 4, 8, 11, 12, 13, 40, 45])
def test_grow_makes_a_point_a_disc(grow: int) -> None:
    mask = np.zeros((101, 101), np.uint8)
    mask[50, 50] = 200

    disc = effective_mask.effective_of(mask, grow, 0) == 200

    rows, columns = np.nonzero(disc)
    distance = np.hypot(rows - 50, columns - 50)
    assert rows.max() - 50 == columns.max() - 50 == grow
    assert distance.max() <= grow * 1.03 + 0.5
    inner = np.hypot(*(np.indices(mask.shape) - 50)) <= grow - 1.5
    assert disc[inner].all()


@pytest.mark.parametrize("feather", [2, 4, 6, 10, 15, 16, 24, 31, 32, 60, 63, 64, 150])
def test_feather_is_close_to_a_gaussian_of_half_its_width(feather: int) -> None:
    mask = np.zeros((9, 801), np.uint8)
    mask[:, 400:] = 255

    profile = effective_mask.effective_of(mask, 0, feather)[4].astype(float)

    sigma = feather / 2
    expected = np.array([127.5 * (1 + math.erf((x - 399.5) / (sigma * math.sqrt(2)))) for x in range(801)])
    assert np.abs(profile - expected).max() <= (3 if feather > 2 else 4)


@pytest.mark.parametrize("feather", [1, 10, 16, 40, 70])
def test_nothing_shows_beyond_the_reach(feather: int) -> None:
    mask = np.zeros((501, 501), np.uint8)
    mask[250, 250] = 255
    reach = effective_mask.reach(5, feather)

    box = effective_mask.bounds(effective_mask.effective_of(mask, 5, feather))

    assert Rect(250, 250, 1, 1).expanded(reach).contains(box)


def test_what_is_painted_up_to_the_edge_stays_whole_there() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[:, :30] = 255

    effective = effective_mask.effective_of(mask, 4, 6)

    assert (effective[:, 0] == 255).all()
    assert (effective == effective[0]).all()


@settings(max_examples=40, deadline=None)
@given(
    grow=st.integers(0, 24),
    feather=st.integers(0, 140),
    strokes=st.lists(
        st.tuples(
            st.integers(-30, 620), st.integers(-30, 560), st.integers(1, 250), st.integers(1, 250), st.integers(0, 3)
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_renewing_parts_equals_computing_all(
    grow: int, feather: int, strokes: list[tuple[int, int, int, int, int]]
) -> None:
    document = _document(601, 541, grow, feather)
    chance = np.random.default_rng(grow)
    for left, top, width, height, kind in strokes:
        rect = Rect(left, top, width, height).intersected(document.rect)
        if not rect:
            continue
        noise = chance.integers(0, 256, (rect.height, rect.width), dtype=np.uint8)
        document.mask.write(rect, np.full_like(noise, (0, 255, 128)[kind]) if kind < 3 else noise)
        effective_mask.refresh(document, rect)

    assert np.array_equal(document.effective.array, effective_mask.effective_of(document.mask.array, grow, feather))


def test_a_view_taken_before_keeps_the_old_mask() -> None:
    document = _document(300, 300, 4, 6)
    rect = Rect(100, 100, 50, 50)
    with document.effective.snapshot() as before:
        document.mask.write(rect, np.full((50, 50), 255, np.uint8))
        changed = effective_mask.refresh(document, rect)
        assert not before.read(document.rect).any()
    assert changed == rect.expanded(effective_mask.reach(4, 6))
    assert document.effective.array[125, 125] == 255


def test_another_grow_renews_everything() -> None:
    document = _document(200, 200, 0, 0)
    document.mask.write(Rect(90, 90, 20, 20), np.full((20, 20), 255, np.uint8))
    effective_mask.refresh_all(document)
    document.grow = 10

    effective_mask.refresh_all(document)

    assert document.effective.bounds == Rect(80, 80, 40, 40)


def test_bounds_of_an_array() -> None:
    mask = np.zeros((100, 200), np.uint8)
    assert not effective_mask.bounds(mask)
    mask[20:70, 10:50] = 1

    assert effective_mask.bounds(mask) == Rect(10, 20, 40, 50)
