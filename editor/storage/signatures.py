"""Tells a picture's format by the beginning of its file, never by its name."""

from __future__ import annotations

from typing import BinaryIO

from editor.domain.file_formats import READABLE, FileFormat
from editor.storage.bmff_boxes import AVIF_BRANDS, HEIC_BRANDS, NEUTRAL_BRANDS, brands

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"8BPS", "PSD"),
)
_LONGEST = 12


def format_of_file(stream: BinaryIO) -> FileFormat | None:
    """The format of a file, None for one that is not read. Goes back to the beginning."""
    stream.seek(0)
    prefix = stream.read(_LONGEST)
    name = next((name for beginning, name in _BEGINNINGS if prefix.startswith(beginning)), "")
    if prefix[:4] == b"RIFF" and prefix[8:] == b"WEBP":
        name = "WEBP"
    elif prefix[4:8] == b"ftyp":
        name = _by_brands(brands(stream))
    stream.seek(0)
    return next((one for one in READABLE if one.name == name), None)


def _by_brands(found: tuple[bytes, ...]) -> str:
    """The main brand decides unless it says no more than that there are pictures."""
    for brand in found:
        if brand in AVIF_BRANDS:
            return "AVIF"
        if brand in HEIC_BRANDS:
            return "HEIF"
        if brand not in NEUTRAL_BRANDS and brand == found[0]:
            return ""
    return ""
