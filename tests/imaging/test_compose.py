"""Blending through coverage: exact where it has to be, nearest elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.imaging.compose import blend


@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.integers(1, 150),
    width=st.integers(1, 20),
    depth=st.sampled_from([np.uint8, np.uint16]),
)
def test_blending_is_exact(seed: int, height: int, width: int, depth: type[np.uint8] | type[np.uint16]) -> None:
    chance = np.random.default_rng(seed)
    most = np.iinfo(depth).max
    picture = chance.integers(0, most, (height, width, 4), dtype=depth, endpoint=True)
    layer = chance.integers(0, most, (height, width, 3), dtype=depth, endpoint=True)
    coverage = chance.choice(np.array([0, 0, 255, 255, 1, 128, 254, 77], np.uint8), (height, width))
    before = picture.copy()
    result = blend(picture, layer, coverage)
    assert np.array_equal(picture, before)
    assert np.array_equal(result[coverage == 0], picture[coverage == 0])
    assert np.array_equal(result[coverage == 255][:, :3], layer[coverage == 255])
    assert np.array_equal(result[..., 3], picture[..., 3])
    share = coverage[..., None] / 255.0
    exact = picture[..., :3] * (1 - share) + layer * share
    assert np.abs(result[..., :3] - exact).max() <= 0.51


def test_depths_are_not_mixed() -> None:
    picture, layer = np.zeros((2, 2, 4), np.uint16), np.zeros((2, 2, 3), np.uint8)
    with pytest.raises(ValueError, match="depth"):
        blend(picture, layer, np.zeros((2, 2), np.uint8))
