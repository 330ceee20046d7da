"""A mask that counts by tiles: what it says is what looking at every pixel would say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.domain.mask import Mask


@st.composite
def writes(draw: st.DrawFn) -> tuple[int, int, list[tuple[Rect, int]]]:
    """A size, and rectangles inside it with the value that is written there, 0 among them."""
    width, height = draw(st.integers(1, 700)), draw(st.integers(1, 700))
    made = []
    for _ in range(draw(st.integers(0, 8))):
        left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
        made.append((Rect.from_edges(left, top, right, bottom), draw(st.sampled_from([0, 1, 255]))))
    return width, height, made


def _looked_at(array: np.ndarray) -> Rect:
    rows, columns = array.any(axis=1).nonzero()[0], array.any(axis=0).nonzero()[0]
    if not rows.size:
        return Rect(0, 0, 0, 0)
    return Rect.from_edges(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


@given(writes())
def test_bounds_and_coverage_follow_every_write(case: tuple[int, int, list[tuple[Rect, int]]]) -> None:
    width, height, made = case
    mask = Mask(np.zeros((height, width), np.uint8))
    assert not mask.bounds
    for rect, value in made:
        mask.write(rect, np.full((rect.height, rect.width), value, np.uint8))

        assert mask.bounds == _looked_at(mask.array)
        assert mask.coverage == (mask.array > 0).mean()


def test_a_write_over_the_edge_counts_what_is_inside() -> None:
    mask = Mask(np.zeros((300, 300), np.uint8))
    assert mask.coverage == 0
    mask.about_to_change(Rect(-50, -50, 100, 100))
    mask.array[:50, :50] = 9

    assert mask.bounds == Rect(0, 0, 50, 50)
    assert int(mask.counts.sum()) == 2500


def test_what_was_there_before_counts() -> None:
    mask = Mask(np.full((257, 1), 3, np.uint8))

    assert mask.bounds == Rect(0, 0, 1, 257)
    assert mask.counts.tolist() == [[256], [1]]
