"""To sRGB and back through a document's profile."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageCms

from editor.imaging.colour import from_srgb, to_srgb


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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


def wide_gamut() -> bytes:
    """An sRGB profile under another name whose red and green curves are steeper: gamma by a patched table."""
    data = bytearray(srgb())
    name = "sRGB".encode("utf-16-be")
    while (place := data.find(name)) >= 0:
        data[place : place + len(name)] = "xRGB".encode("utf-16-be")
    while (place := data.find(b"sRGB")) >= 0:
        data[place : place + 4] = b"xRGB"
    # A parametric curve ("para") begins with its gamma as s15Fixed16: 2.4 becomes 1.8.
    gamma = (round(2.4 * 65536)).to_bytes(4, "big")
    place = data.find(b"para")
    while place >= 0:
        at = data.find(gamma, place, place + 32)
        if at >= 0:
            data[at : at + 4] = (round(1.8 * 65536)).to_bytes(4, "big")
        place = data.find(b"para", place + 4)
    return bytes(data)
