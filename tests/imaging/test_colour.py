"""To sRGB and back through a document's profile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageCms
from support.profiles import PROPHOTO, grey_profile, matrix_profile, srgb, wide_gamut

from editor.domain.samples import narrowed, widened
from editor.imaging.colour import from_srgb, to_srgb
from editor.imaging.icc import shaper_of


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)


@pytest.mark.parametrize("profile", [None, b"", b"no profile at all", srgb()], ids=["none", "empty", "broken", "srgb"])
def test_srgb_and_unreadable_profiles_leave_every_pixel(pixels: np.ndarray, profile: bytes | None) -> None:
    assert to_srgb(pixels, profile) is pixels
    assert from_srgb(pixels, profile) is pixels


def test_a_profile_that_is_not_for_rgb_leaves_every_pixel(pixels: np.ndarray) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert to_srgb(pixels, lab) is pixels


def test_another_rgb_profile_is_converted_and_converted_back(pixels: np.ndarray) -> None:
    profile = wide_gamut()
    there = to_srgb(pixels // 2 + 64, profile)
    assert np.abs(there.astype(int) - (pixels // 2 + 64)).mean() > 3, "swapped primaries are another colour"
    back = from_srgb(there, profile)
    assert np.abs(back.astype(int) - (pixels // 2 + 64)).max() <= 4


def test_a_damaged_rgb_profile_leaves_every_pixel(pixels: np.ndarray) -> None:
    """It reads well and fails only when a conversion is asked of it."""
    damaged = wide_gamut().replace(b"rTRC", b"none")
    assert to_srgb(pixels, damaged) is pixels
    assert from_srgb(pixels, damaged) is pixels


@pytest.mark.parametrize(
    "profile",
    [matrix_profile(), matrix_profile(PROPHOTO, gamma=1.8), matrix_profile(gamma=1.0)],
    ids=["adobe", "prophoto", "linear"],
)
def test_16_bits_agree_with_the_library_within_its_rounding(pixels: np.ndarray, profile: bytes) -> None:
    for conversion in (to_srgb, from_srgb):
        apart = np.abs(conversion(widened(pixels), profile) / 257 - conversion(pixels, profile))
        assert apart.mean() < 0.3
        assert np.percentile(apart, 99) < 0.6
        assert apart.max() < 2.5


@pytest.mark.parametrize("profile", [matrix_profile(), matrix_profile(PROPHOTO, gamma=1.8)], ids=["adobe", "prophoto"])
def test_16_bits_come_back(profile: bytes) -> None:
    """Where the other space holds them: from sRGB into the wider one and back."""
    deep = np.random.default_rng(1).integers(0, 65536, (60, 50, 3)).astype(np.uint16)
    apart = np.abs(to_srgb(from_srgb(deep, profile), profile).astype(int) - deep)
    assert apart.mean() < 2
    assert apart.max() < 64, "a quarter of an 8-bit step, at the dark end of ProPhoto's curve"


def test_a_profile_of_tables_keeps_what_8_bits_have_no_room_for() -> None:
    """LittleCMS's own Lab tables lead through a profile of tables; here the matrix is hidden by an unreadable one."""
    profile = wide_gamut()
    hidden = profile.replace(b"chad", b"A2B0")
    assert shaper_of(profile) is not None
    assert shaper_of(hidden) is None
    deep = np.full((4, 5, 3), 30000, np.uint16)
    assert to_srgb(deep, hidden) is deep, "a table that cannot be read leaves every pixel"


def test_a_linear_profile_is_not_taken_for_srgb_by_its_name(pixels: np.ndarray) -> None:
    named = matrix_profile(gamma=1.0).replace(b"test\0", b"sRGB\0")
    assert np.abs(to_srgb(pixels, named).astype(int) - pixels).mean() > 20


@pytest.mark.parametrize("depth", [8, 16])
def test_grey_goes_through_its_own_curve(depth: int) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    values = widened(ramp) if depth == 16 else ramp
    there = to_srgb(values, grey_profile(1.8))
    assert there.dtype == values.dtype
    assert (there[..., 0] == there[..., 2]).all()
    lighter = narrowed(there).astype(int)[0, 40:200, 0] - ramp[0, 40:200, 0]
    assert lighter.min() > 4, "a gamma of 1.8 has more light at the same value than sRGB"
    back = narrowed(from_srgb(there, grey_profile(1.8))).astype(int)
    assert np.abs(back - ramp)[0, 16:].max() <= 1


@given(data=st.binary(max_size=400), place=st.integers(0, 500), other=st.integers(0, 255))
def test_a_damaged_profile_is_none_and_no_error(data: bytes, place: int, other: int) -> None:
    shaper_of(data)
    profile = bytearray(matrix_profile())
    profile[place % len(profile)] = other
    found = shaper_of(bytes(profile))
    assert found is None or all(np.isfinite(curve).all() for curve in found.curves)
