"""A picture laid back into a larger one, whatever the sizes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.domain.options import Expansion
from editor.imaging.compose import laid_over
from editor.imaging.extend import RAMP, around, enlarged_with, with_room

sides = st.integers(0, 12)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 150),
    left=sides,
    right=sides,
    up=sides,
    down=sides,
    depth=st.sampled_from([np.uint8, np.uint16]),
)
def test_the_inner_part_is_exact_and_the_border_opaque(width, height, left, right, up, down, depth) -> None:  # type: ignore[no-untyped-def]
    expansion = Expansion(left=left, right=right, up=up, down=down)
    chance = np.random.default_rng(width * height)
    most = np.iinfo(depth).max
    old = chance.integers(0, most, (height, width, 4), dtype=depth, endpoint=True)
    new = chance.integers(0, most, (height + up + down, width + left + right, 3), dtype=depth, endpoint=True)
    result = laid_over(with_room(old, expansion), around("Outpaint", old, new, expansion))
    border = np.ones(result.shape[:2], bool)
    border[up : up + height, left : left + width] = False
    assert np.array_equal(result[border][:, :3], new[border])
    assert (result[border][:, 3] == most).all()
    across, down_ = min(RAMP, width // 4), min(RAMP, height // 4)
    rows = slice(up + (down_ if up else 0), up + height - (down_ if down else 0))
    columns = slice(left + (across if left else 0), left + width - (across if right else 0))
    kept = result[rows, columns]
    assert kept.size > 0
    assert np.array_equal(kept, old[rows.start - up : rows.stop - up, columns.start - left : columns.stop - left])


def test_opaque_pictures_stay_opaque_when_they_are_enlarged() -> None:
    grown = enlarged_with(np.full((3, 4), 255, np.uint8), np.zeros((7, 9, 3), np.uint8))
    assert grown.shape == (7, 9, 4)
    assert (grown[..., 3] == 255).all()
