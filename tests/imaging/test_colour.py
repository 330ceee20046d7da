"""To sRGB and back through a document's profile."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageCms
from support.profiles import srgb, wide_gamut

from editor.imaging.colour import from_srgb, to_srgb


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
