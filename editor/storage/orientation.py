"""A picture's raw EXIF, and which of its sides is up, read without trusting either.

Layout: Exif 2.32, sections 4.5 and 4.6.
"""

from __future__ import annotations

import re
import struct

from PIL import Image

from editor.storage.exif import EXIF_PREFIX

TURNED = (5, 6, 7, 8)
"""The orientations that make rows of the file's columns (Exif 2.32, tag 0x0112)."""

_ORIENTATION = 0x0112
_SHORT = 3
_IN_TEXT = "Raw profile type exif"
_XMP_ORIENTATION = re.compile(rb"""tiff:Orientation(?:>|\s*=\s*["'])([1-8])""")


def raw_exif(picture: Image.Image) -> bytes | None:
    """The EXIF that came with a picture, a TIFF structure, perhaps with the prefix it has in a JPEG."""
    raw = picture.info.get("exif")
    if isinstance(raw, bytes) and raw:
        return raw
    text = picture.info.get(_IN_TEXT)
    if not isinstance(text, str):
        return None
    # ImageMagick's way before PNG had a chunk for it: a name, a length, and digits in lines.
    digits = "".join(text.split()[2:])
    try:
        return bytes.fromhex(digits) or None
    except ValueError:
        return None


def orientation(picture: Image.Image) -> int:
    """The orientation, 1 to 8, that EXIF or else XMP names; 1 where there is none or a wrong one."""
    found = exif_orientation(raw_exif(picture) or b"")
    xmp = picture.info.get("xmp", b"")
    if found is None and isinstance(xmp, bytes) and (match := _XMP_ORIENTATION.search(xmp)):
        return int(match[1])
    return found or 1


def exif_orientation(raw: bytes) -> int | None:
    """The orientation that raw EXIF names, 1 to 8, or None."""
    data = raw.removeprefix(EXIF_PREFIX)
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return None
    try:
        (directory,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, directory)
        for index in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", data, directory + 2 + index * 12)
            if tag == _ORIENTATION:
                return value if kind == _SHORT and value in range(1, 9) else None
    except struct.error:
        return None
    return None


def bare_exif(turned: int) -> bytes:
    """EXIF that says the orientation and nothing else."""
    return EXIF_PREFIX + b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)
