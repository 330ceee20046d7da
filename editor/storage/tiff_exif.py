"""The part of EXIF that a TIFF shares with other formats: its own directory also describes the file's layout."""

from __future__ import annotations

from PIL import Image

_DESCRIPTIVE_TAGS = (270, 271, 272, 305, 306, 315, 33432)
"""Description, maker, model, software, time, artist, copyright (TIFF 6.0)."""
_DIRECTORIES = (0x8769, 0x8825)
"""Exif and GPS (Exif 2.32, section 4.6.3)."""


def descriptive_exif(source: Image.Exif) -> Image.Exif:
    """A copy of ``source`` with what describes the photograph alone."""
    kept = Image.Exif()
    for tag in _DESCRIPTIVE_TAGS:
        if tag in source:
            kept[tag] = source[tag]
    for directory in _DIRECTORIES:
        if values := source.get_ifd(directory):
            kept[directory] = dict(values)
    return kept
