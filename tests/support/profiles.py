"""Colour profiles that tests need, made here."""

from __future__ import annotations

from PIL import ImageCms


def srgb() -> bytes:
    """The profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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
