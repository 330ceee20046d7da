"""Blending through coverage: exact where it has to be, nearest elsewhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from editor.imaging.compose import blend


@given(seed=st.integers(0, 2**32 - 1), height=st.integers(1, 150), width=st.integers(1, 20))
def test_blending_is_exact(seed: int, height: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    picture = chance.integers(0, 256, (height, width, 4), dtype=np.uint8)
    layer = chance.integers(0, 256, (height, width, 3), dtype=np.uint8)
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
