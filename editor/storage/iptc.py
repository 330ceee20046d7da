"""IPTC-IIM, the older way of captions, credits and places in pictures: where formats keep it, and what is in it.

Layout: IPTC - NAA Information Interchange Model, version 4, part II; Adobe Photoshop file formats specification,
"Image resource blocks"; TIFF tag 33723; in PNG, the text chunk "Raw profile type iptc" of ImageMagick.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import ImageFile

RAW_PROFILE = "Raw profile type iptc"
"""Keyword of the PNG text chunk that holds IPTC data."""
JPEG_HEADER = b"Photoshop 3.0\0"
"""Begins the JPEG segment (APP13) that holds image resources."""

_RAW_PROFILES = (RAW_PROFILE, "Raw profile type 8bim")
_TIFF_IPTC, _TIFF_RESOURCES = 33723, 34377
_SIGNATURES = (b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa")
_RESOURCE = 0x0404
_TAG = 0x1C
_EXTENDED = 0x8000
_LONGEST_LENGTH = 4
_PREVIEWS = ((2, 200), (2, 201), (2, 202))
_HEX_PROFILE = re.compile(r"\s*\S+\s+(\d+)\s+([0-9A-Fa-f\s]*)")


@dataclass(frozen=True, slots=True)
class DataSet:
    """One value: ``record`` and ``number`` say what it is (2:116 the copyright notice)."""

    record: int
    number: int
    data: bytes

    @property
    def key(self) -> tuple[int, int]:
        """Record and number together."""
        return self.record, self.number


def iptc_of(picture: ImageFile.ImageFile) -> bytes | None:
    """The IPTC data of a decoded JPEG, TIFF or PNG without previews, which would show what an edit erased; None where
    there is none that can be read."""
    sources = {"JPEG": _in_jpeg, "MPO": _in_jpeg, "TIFF": _in_tiff, "PNG": _in_png}
    raw = sources[picture.format](picture) if picture.format in sources else None
    kept = [data_set for data_set in data_sets(raw or b"") if data_set.key not in _PREVIEWS]
    return packed(kept) or None


def data_sets(raw: bytes) -> tuple[DataSet, ...]:
    """The values of ``raw`` as far as they can be read; what follows a damaged one is not."""
    found, place = [], 0
    while place + 5 <= len(raw) and raw[place] == _TAG:
        record, number, length = struct.unpack_from(">BBH", raw, place + 1)
        place += 5
        if length & _EXTENDED:
            size = length & ~_EXTENDED
            if size > _LONGEST_LENGTH:
                break
            length = int.from_bytes(raw[place : place + size], "big")
            place += size
        if place + length > len(raw):
            break
        found.append(DataSet(record, number, raw[place : place + length]))
        place += length
    return tuple(found)


def packed(values: Iterable[DataSet]) -> bytes:
    """``values`` as they stand in a file."""
    return b"".join(_packed(value) for value in values)


def _packed(value: DataSet) -> bytes:
    length = len(value.data)
    size = struct.pack(">H", length) if length < _EXTENDED else struct.pack(">HI", _EXTENDED | 4, length)
    return bytes((_TAG, value.record, value.number)) + size + value.data


def image_resources(iptc: bytes) -> bytes:
    """``iptc`` as an image resource block, as JPEG and PNG hold it."""
    head = _SIGNATURES[0] + struct.pack(">HHI", _RESOURCE, 0, len(iptc))
    return head + iptc + bytes(len(iptc) % 2)


def raw_profile(iptc: bytes) -> str:
    """``iptc`` as the text of a PNG chunk called :data:`RAW_PROFILE`."""
    resources = image_resources(iptc)
    digits = resources.hex()
    lines = (digits[start : start + 72] for start in range(0, len(digits), 72))
    return f"\niptc\n{len(resources):8}\n" + "\n".join(lines) + "\n"


def in_image_resources(resources: bytes) -> bytes | None:
    """The IPTC data among image resource blocks, None where they hold none."""
    found = b"".join(data for number, data in _blocks(resources) if number == _RESOURCE)
    return found or None


def _blocks(resources: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 12 <= len(resources) and resources[place : place + 4] in _SIGNATURES:
        (number,) = struct.unpack_from(">H", resources, place + 4)
        # The name, its length included, is filled up to an even number of bytes; so is the data.
        place += 6 + (resources[place + 6] + 2) // 2 * 2
        if place + 4 > len(resources):
            return
        (length,) = struct.unpack_from(">I", resources, place)
        place += 4
        if place + length > len(resources):
            return
        yield number, resources[place : place + length]
        place += length + length % 2


def _in_jpeg(picture: ImageFile.ImageFile) -> bytes | None:
    segments = getattr(picture, "applist", [])
    parts = [data[len(JPEG_HEADER) :] for name, data in segments if name == "APP13" and data.startswith(JPEG_HEADER)]
    return in_image_resources(b"".join(parts))


def _in_tiff(picture: ImageFile.ImageFile) -> bytes | None:
    # As bytes, whatever type is declared: many programs say 32-bit numbers, of which Pillow would keep the first.
    tags = getattr(getattr(picture, "tag_v2", None), "_tagdata", {})
    raw = tags.get(_TIFF_IPTC, b"")
    return raw if raw[:1] == bytes((_TAG,)) else in_image_resources(tags.get(_TIFF_RESOURCES, b""))


def _in_png(picture: ImageFile.ImageFile) -> bytes | None:
    texts = getattr(picture, "text", {})
    for keyword in _RAW_PROFILES:
        match = _HEX_PROFILE.fullmatch(texts.get(keyword, ""))
        if match is None:
            continue
        digits = "".join(match[2].split())
        raw = bytes.fromhex(digits[: len(digits) // 2 * 2])
        if found := in_image_resources(raw) or (raw if raw[:1] == bytes((_TAG,)) else None):
            return found
    return None
