"""Directories of a TIFF structure, which EXIF data also is: reading one, and writing one behind what is there.

What is there never moves, so that offsets which only a camera's maker knows stay right.
Layout: TIFF 6.0, section 2; BigTIFF as in libtiff's design document; Exif 2.32, section 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

EXIF_DIRECTORY, GPS_DIRECTORY, INTEROPERABILITY = 0x8769, 0x8825, 0xA005
ASCII, SHORT, LONG, RATIONAL, UNDEFINED, BYTE, LONG8 = 2, 3, 4, 5, 7, 1, 16
MAKER_NOTE = 0x927C
_PIXELS, _COLOUR_SPACE = (0xA002, 0xA003), 0xA001
_SRGB, _ADOBE_RGB = b"R98\0", b"R03\0"
"""Names of colour spaces among the tags of interoperability (DCF 2.0)."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {3: 2, 4: 4, 5: 4, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of the numbers of which values are made; quotients are two."""
_ENTRY = 12
_INCHES = {2: 1.0, 3: 2.54}


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: ``kind`` is its field type, ``data`` its values in the structure's byte order, and ``place`` where they
    stand in it. ``stays`` tells a writer that they stand there already, and are only to be pointed at."""

    tag: int
    kind: int
    count: int
    data: bytes
    place: int = 0
    stays: bool = False

    @property
    def swapped(self) -> Entry:
        """The same with its numbers in the other byte order."""
        width = _NUMBERS.get(self.kind, 1)
        numbers = (self.data[start : start + width] for start in range(0, len(self.data), width))
        return replace(self, data=b"".join(number[::-1] for number in numbers))


def value_size(kind: int, count: int) -> int:
    """Bytes that ``count`` values of a field type take; 0 for a type that is not known."""
    return _SIZES.get(kind, 0) * count


def byte_order(raw: bytes) -> str | None:
    """``<`` or ``>`` of a TIFF structure, None where it is none."""
    return {b"II": "<", b"MM": ">"}.get(raw[:2]) if len(raw) >= 8 else None


def first_directory(raw: bytes) -> tuple[Entry, ...]:
    """The tags of the first directory; none where the structure cannot be read."""
    order = byte_order(raw)
    return read_directory(raw, struct.unpack_from(f"{order}I", raw, 4)[0]) if order else ()


def read_directory(raw: bytes, offset: int) -> tuple[Entry, ...]:
    """The tags of the directory at ``offset`` whose values lie inside ``raw``."""
    order = byte_order(raw)
    if order is None or not 8 <= offset <= len(raw) - 2:
        return ()
    (count,) = struct.unpack_from(f"{order}H", raw, offset)
    found, room = [], len(raw)
    for place in range(offset + 2, min(offset + 2 + count * _ENTRY, len(raw) - _ENTRY + 1), _ENTRY):
        tag, kind, number = struct.unpack_from(f"{order}HHI", raw, place)
        length = value_size(kind, number)
        where = place + 8 if length <= 4 else struct.unpack_from(f"{order}I", raw, place + 8)[0]
        # Values that overlap would make a small file swell.
        if 0 < length <= room and where + length <= len(raw):
            room -= length
            found.append(Entry(tag, kind, number, raw[where : where + length], where))
    return tuple(found)


def sub_directory(raw: bytes, tag: int, parent: Iterable[Entry]) -> tuple[Entry, ...]:
    """The tags of the directory that ``tag`` in ``parent`` points at."""
    offset = pointed_at(raw, tag, parent)
    return () if offset is None else read_directory(raw, offset)


def pointed_at(raw: bytes, tag: int, parent: Iterable[Entry]) -> int | None:
    """Where the directory stands that ``tag`` in ``parent`` points at, None for none."""
    order = byte_order(raw)
    for entry in parent:
        if entry.tag == tag and len(entry.data) == 4:
            return int(struct.unpack(f"{order}I", entry.data)[0])
    return None


def with_size(raw: bytes, size: tuple[int, int]) -> bytes:
    """``raw`` with width and height in pixels as they are now, where it tells them."""
    order, data = byte_order(raw), bytearray(raw)
    for entry in sub_directory(raw, EXIF_DIRECTORY, first_directory(raw)):
        if entry.tag in _PIXELS and entry.count == 1 and entry.kind in (SHORT, LONG):
            value = size[_PIXELS.index(entry.tag)]
            code = "H" if entry.kind == SHORT else "I"
            struct.pack_into(f"{order}{code}", data, entry.place, min(value, 0xFFFF if code == "H" else 0xFFFFFFFF))
    return bytes(data)


def said_to_be_srgb(raw: bytes) -> bytes:
    """``raw`` with sRGB as its colour space, where it tells one."""
    order, data = byte_order(raw), bytearray(raw)
    shot = sub_directory(raw, EXIF_DIRECTORY, first_directory(raw))
    for entry in shot:
        if entry.tag == _COLOUR_SPACE and entry.kind == SHORT and entry.count == 1:
            struct.pack_into(f"{order}H", data, entry.place, 1)
    for entry in sub_directory(raw, INTEROPERABILITY, shot):
        if entry.tag == 1 and entry.data == _ADOBE_RGB:
            data[entry.place : entry.place + 4] = _SRGB
    return bytes(data)


def directory_bytes(entries: Iterable[Entry], at: int, *, order: str, big: bool = False) -> bytes:
    """A directory that is to stand at ``at`` (even), with its longer values behind it and no successor."""
    entries = sorted(entries, key=lambda entry: entry.tag)
    inline, layout = (8, f"{order}HHQ") if big else (4, f"{order}HHI")
    head = struct.pack(f"{order}{'Q' if big else 'H'}", len(entries))
    values_at = at + len(head) + len(entries) * (20 if big else _ENTRY) + inline
    body, values = b"", b""
    for entry in entries:
        body += struct.pack(layout, entry.tag, entry.kind, entry.count)
        if len(entry.data) <= inline:
            body += entry.data.ljust(inline, b"\0")
            continue
        if entry.stays:
            body += struct.pack(f"{order}{'Q' if big else 'I'}", entry.place)
            continue
        values += bytes((values_at + len(values)) % 2)
        body += struct.pack(f"{order}{'Q' if big else 'I'}", values_at + len(values))
        values += entry.data
    return head + body + bytes(inline) + values


def with_first_directory(raw: bytes, entries: Iterable[Entry]) -> bytes:
    """``raw`` with ``entries`` as its first directory, appended; the old one lies unused where it was."""
    order = byte_order(raw)
    if order is None:
        raise ValueError("not a TIFF structure")
    raw += bytes(len(raw) % 2)
    return raw[:4] + struct.pack(f"{order}I", len(raw)) + raw[8:] + directory_bytes(entries, len(raw), order=order)


def new_structure(entries: Iterable[Entry]) -> bytes:
    """A TIFF structure of ``entries``, whose data is in little-endian order, and nothing else."""
    return b"II*\0\x08\0\0\0" + directory_bytes(entries, 8, order="<")


def rational(value: float, order: str) -> bytes:
    """A positive number as a quotient of two 32-bit ones, to six significant digits or more."""
    scale = next((scale for scale in (10_000, 100, 1) if value * scale < 2**32), 0)
    return struct.pack(f"{order}II", min(round(value * scale), 2**32 - 1) if scale else 2**32 - 1, scale or 1)


def resolution_entries(dpi: tuple[float, float], order: str) -> tuple[Entry, ...]:
    """The three tags that tell dots per inch across and down."""
    return (
        Entry(0x011A, RATIONAL, 1, rational(dpi[0], order)),
        Entry(0x011B, RATIONAL, 1, rational(dpi[1], order)),
        Entry(0x0128, SHORT, 1, struct.pack(f"{order}H", 2)),
    )


def with_resolution(raw: bytes | None, dpi: tuple[float, float]) -> bytes:
    """``raw`` (None for none) with dots per inch in its first directory."""
    order = byte_order(raw or b"")
    if raw is None or order is None:
        return new_structure(resolution_entries(dpi, "<"))
    added = resolution_entries(dpi, order)
    kept = (entry for entry in first_directory(raw) if entry.tag not in {new.tag for new in added})
    return with_first_directory(raw, (*kept, *added))


def resolution_of(raw: bytes) -> tuple[float, float] | None:
    """Dots per inch across and down, None where the first directory does not tell them."""
    order = byte_order(raw)
    found = {entry.tag: entry.data for entry in first_directory(raw)}
    across, down, unit = (found.get(tag, b"") for tag in (0x011A, 0x011B, 0x0128))
    if len(across) != 8 or len(down) != 8:
        return None
    scale = _INCHES.get(struct.unpack(f"{order}H", unit)[0] if len(unit) == 2 else 2)
    quotients = [struct.unpack(f"{order}II", quotient) for quotient in (across, down)]
    if scale is None or not all(all(quotient) for quotient in quotients):
        return None
    return quotients[0][0] / quotients[0][1] * scale, quotients[1][0] / quotients[1][1] * scale
