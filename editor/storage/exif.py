"""Takes out of raw EXIF and XMP what is no longer true of a picture that was turned upright and edited.

The bytes are changed in place and nothing is moved, so that offsets which only the camera's maker knows stay right.
Layout: Exif 2.32, section 4.5 and 4.6.
"""

from __future__ import annotations

import re
import struct

from editor.storage.exif_directory import GPS_DIRECTORY, byte_order, first_directory, pointed_at, read_directory

EXIF_PREFIX = b"Exif\x00\x00"
"""Stands before the TIFF structure inside a JPEG segment; not part of what is kept."""

_ORIENTATION = 0x0112
_THUMBNAIL_OFFSET, _THUMBNAIL_LENGTH = 0x0201, 0x0202
_ENTRY = 12

_FOREIGN = (700, 33723, 34377)
"""XMP, IPTC and image resources, which may stand among EXIF tags and tell places, too."""

_XMP_ORIENTATION = re.compile(
    rb"""\s+tiff:Orientation\s*=\s*(["'])[^"']*\1|<tiff:Orientation>[^<]*</tiff:Orientation>"""
)
_XMP_THUMBNAILS = re.compile(rb"<xmp:Thumbnails\b.*?</xmp:Thumbnails>", re.DOTALL)


def cleaned_exif(raw: bytes) -> bytes | None:
    """The TIFF structure of ``raw`` without orientation and preview, or None where it cannot be read.

    The preview goes because it would still show what was erased; its bytes are overwritten with zeros.
    """
    data = bytearray(raw.removeprefix(EXIF_PREFIX))
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}I", data, 4)
        _remove_preview(data, order, _next_directory(data, order, first))
        _remove_entry(data, order, first, _ORIENTATION)
    except struct.error:
        return None
    return bytes(data)


def without_location(raw: bytes) -> bytes | None:
    """The TIFF structure ``raw`` without the directory of places (GPS), which is overwritten with zeros; None where it
    cannot be read."""
    data, order = bytearray(raw), byte_order(raw)
    if order is None:
        return None
    tags = first_directory(raw)
    place = pointed_at(raw, GPS_DIRECTORY, tags)
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    try:
        if place is not None:
            _erase_directory(data, raw, place)
        for entry in tags:
            if entry.tag in _FOREIGN:
                data[entry.place : entry.place + len(entry.data)] = bytes(len(entry.data))
        # One at a time: a pointer may be of no use, or stand there twice.
        while unwanted := {GPS_DIRECTORY, *_FOREIGN}.intersection(_tags(data, order, first)):
            _remove_entry(data, order, first, unwanted.pop())
    except struct.error:
        return None
    return bytes(data)


def _tags(data: bytearray, order: str, directory: int) -> tuple[int, ...]:
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    places = range(directory + 2, min(directory + 2 + count * _ENTRY, len(data) - 1), _ENTRY)
    return tuple(struct.unpack_from(f"{order}H", data, place)[0] for place in places)


def _erase_directory(data: bytearray, raw: bytes, place: int) -> None:
    for entry in read_directory(raw, place):
        data[entry.place : entry.place + len(entry.data)] = bytes(len(entry.data))
    count = int.from_bytes(raw[place : place + 2], "little" if raw[:2] == b"II" else "big")
    stop = min(place + 2 + count * _ENTRY + 4, len(data))
    data[place:stop] = bytes(max(0, stop - place))


def cleaned_xmp(raw: bytes) -> bytes:
    """``raw`` without orientation and previews."""
    return _XMP_THUMBNAILS.sub(b"", _XMP_ORIENTATION.sub(b"", raw))


def _next_directory(data: bytearray, order: str, directory: int) -> int:
    """Cut the link to the following directory and return where it was, 0 for none."""
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    link = directory + 2 + count * _ENTRY
    if link + 4 > len(data):
        return 0
    (following,) = struct.unpack_from(f"{order}I", data, link)
    struct.pack_into(f"{order}I", data, link, 0)
    return int(following)


def _remove_preview(data: bytearray, order: str, directory: int) -> None:
    if not 8 <= directory <= len(data) - 2:
        return
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    found: dict[int, int] = {}
    for index in range(count):
        tag, _, _, value = struct.unpack_from(f"{order}HHII", data, directory + 2 + index * _ENTRY)
        found[tag] = value
    start, length = found.get(_THUMBNAIL_OFFSET, 0), found.get(_THUMBNAIL_LENGTH, 0)
    stop = min(start + length, len(data))
    data[start:stop] = bytes(max(0, stop - start))


def _remove_entry(data: bytearray, order: str, directory: int, unwanted: int) -> None:
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    entries = directory + 2
    for index in range(count):
        place = entries + index * _ENTRY
        (tag,) = struct.unpack_from(f"{order}H", data, place)
        if tag != unwanted:
            continue
        # The later entries and the link behind them move up by one entry; what they point at stays.
        stop = min(entries + count * _ENTRY + 4, len(data))
        data[place : stop - _ENTRY] = data[place + _ENTRY : stop]
        data[stop - _ENTRY : stop] = bytes(_ENTRY)
        struct.pack_into(f"{order}H", data, directory, count - 1)
        return
