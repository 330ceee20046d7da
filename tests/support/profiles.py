"""Colour profiles that tests need, made here."""

from __future__ import annotations

import struct

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


ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
PROPHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491))
"""Red, green and blue in CIE XYZ under D50, as such profiles have them."""


def matrix_profile(primaries: tuple[tuple[float, ...], ...] = ADOBE_RGB, *, gamma: float = 2.19921875) -> bytes:
    """A profile of RGB with one gamma and a matrix."""
    colorants = [(name, _xyz(values)) for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    return _profile(b"RGB ", [*colorants, *((name, _gamma(gamma)) for name in (b"rTRC", b"gTRC", b"bTRC"))])


def grey_profile(gamma: float = 1.8) -> bytes:
    """A profile of grey with a gamma."""
    return _profile(b"GRAY", [(b"kTRC", _gamma(gamma))])


def _xyz(values: tuple[float, ...]) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(value * 65536) for value in values))


def _gamma(gamma: float) -> bytes:
    return struct.pack(">4sIIHH", b"curv", 0, 1, round(gamma * 256), 0)


def _profile(space: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    """ICC version 2.4: a header, a table of tags, and their data."""
    words = b"test"
    described = struct.pack(">4sII", b"desc", 0, len(words) + 1) + words + bytes(1 + 4 + 4 + 2 + 1 + 67)
    tags = [(b"desc", described + bytes(-len(described) % 4)), (b"wtpt", _xyz((0.9642, 1.0, 0.8249))), *tags]
    place = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        table += struct.pack(">4sII", name, place + len(data), len(content))
        data += content
    header = struct.pack(">II4s4s4s4s", place + len(data), 0, bytes((2, 0x40, 0, 0)), b"mntr", space, b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    return header + struct.pack(">3i", 63190, 65536, 54061) + bytes(128 - 80) + table + data
