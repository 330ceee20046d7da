"""The part of EXIF that a TIFF shares with other formats: its own directory also describes the file's layout."""

from __future__ import annotations

from PIL import Image

_DESCRIPTIVE_TAGS = (270, 271, 272, 305, 306, 315, 316, 18246, 18249, *range(40091, 40096), 33432)
"""Description, maker, model, software, time, artist, computer (TIFF 6.0), rating, title to subject as Windows writes
them, copyright."""
_DIRECTORIES = (0x8769, 0x8825)
"""Exif and GPS (Exif 2.32, section 4.6.3)."""

RESOLUTION_TAGS = (282, 283, 296)
"""Across, down, and their unit."""
LAYOUT_TAGS = frozenset(
    (
        *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284, 288, 289, 290),
        *(291, 292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 337, 338, 339, 340),
        *(341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 700, 33723, 34377, 34675),
        *(37724, 52545),
    )
)
"""Tags that tell how pixels are stored or that are written apart: TIFF 6.0, the two of Photoshop, XMP, IPTC, the colour
profile, and Content Credentials (52545 in the C2PA specification), which an edit makes stale."""


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
