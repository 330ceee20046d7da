"""Noise that spreads 8 bits over 16."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.samples import narrowed, widened
from editor.imaging.dither import dithered, noise


def test_every_value_of_the_noise_is_as_common_as_every_other() -> None:
    spread = noise((512, 512))
    assert spread.min() == -128
    assert spread.max() == 128
    assert abs(float(spread.mean())) < 0.2
    counts = np.bincount((spread + 128).ravel(), minlength=257)
    assert counts.min() > 0.8 * counts.mean()


@given(level=st.integers(0, 255), left=st.integers(-9_000, 100_000), top=st.integers(-9_000, 100_000))
def test_mean_and_8_bit_value_are_kept(level: int, left: int, top: int) -> None:
    plain = np.full((32, 32, 3), level, np.uint8)
    deep = dithered(widened(plain), origin=(left, top))
    assert np.array_equal(narrowed(deep), plain)
    assert abs(float(deep.mean()) - 257 * level) < 3
    if 0 < level < 255:
        assert float(deep.std()) > 60, "it is spread over the whole step"
    else:
        assert np.ptp(deep) == 0


def test_it_depends_on_the_place_in_the_document_alone() -> None:
    whole = dithered(widened(np.full((60, 70, 3), 77, np.uint8)))
    part = dithered(widened(np.full((20, 30, 3), 77, np.uint8)), origin=(11, 5))
    assert np.array_equal(whole[5:25, 11:41], part)


def test_a_slow_ramp_shows_no_steps() -> None:
    """Where 8 bits have 24 equal columns beside each other, no column of the result is flat."""
    ramp = np.linspace(100, 110, 256)
    plain = np.broadcast_to(np.round(ramp).astype(np.uint8)[None, :, None], (64, 256, 3))
    deep = dithered(widened(np.ascontiguousarray(plain)))
    assert (deep.std(axis=0) > 50).all()
