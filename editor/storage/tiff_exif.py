"""The part of EXIF that a TIFF shares with other formats: its own directory also describes the file's layout."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from editor.storage.exif_directory import (
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    INTEROPERABILITY,
    LONG,
    MAKER_NOTE,
    Entry,
    directory_bytes,
    value_size,
)
from editor.storage.reading_limits import MAX_METADATA

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

_DESCRIPTIVE_TAGS = (270, 271, 272, 305, 306, 315, 316, 18246, 18249, *range(40091, 40096), 33432)
"""Description, maker, model, software, time, artist, computer (TIFF 6.0), rating, title to subject as Windows writes
them, copyright."""
_MOST_ENTRIES = 4096
_LAST_CLASSIC = 13
# A maker's note that stands further behind is moved: EXIF in a JPEG has room for 65 527 bytes.
_FURTHEST = 60_000
_FURTHEST_FILE = 1 << 48


def exif_of_tiff(stream: BinaryIO) -> bytes | None:
    """EXIF data with what a TIFF's first directory tells of the photograph alone; None where that is nothing.

    The camera maker's note stays at its place, as its own offsets may count from the start of the file, unless that
    lies beyond what EXIF data can reach. What is damaged is left out.
    """
    kept = stream.tell()
    try:
        return _Directories(stream).exif()
    finally:
        stream.seek(kept)


class _Directories:
    """The directories of a TIFF or BigTIFF, read from its file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        head = self._read(0, 16).ljust(16, b"\0")
        self._order = "<" if head[:2] == b"II" else ">"
        self._big = struct.unpack_from(f"{self._order}H", head, 2)[0] == 43
        self._first = self._number(head[8:16] if self._big else head[4:8])
        self._room = MAX_METADATA

    def exif(self) -> bytes | None:
        """The data as a structure of its own, in the file's byte order."""
        head = tuple(self._entries(self._first, (*_DESCRIPTIVE_TAGS, EXIF_DIRECTORY, GPS_DIRECTORY)))
        shot, places = self._below(head, EXIF_DIRECTORY), self._below(head, GPS_DIRECTORY)
        described = [entry for entry in head if entry.tag in _DESCRIPTIVE_TAGS]
        if not described and not shot and not places:
            return None
        raw = (b"II*\0" if self._order == "<" else b"MM\0*") + bytes(4)
        note = next((entry for entry in shot if entry.tag == MAKER_NOTE), None)
        if note is not None and len(raw) <= note.place <= _FURTHEST - len(note.data) and len(note.data) > 4:
            raw = raw.ljust(note.place, b"\0") + note.data
            shot = [replace(entry, stays=entry is note) for entry in shot]
        raw, inner = self._appended(raw, INTEROPERABILITY, self._below(shot, INTEROPERABILITY))
        shot = [entry for entry in shot if entry.tag != INTEROPERABILITY] + inner
        raw, exif = self._appended(raw, EXIF_DIRECTORY, shot)
        raw, gps = self._appended(raw, GPS_DIRECTORY, places)
        raw += bytes(len(raw) % 2)
        raw = raw[:4] + struct.pack(f"{self._order}I", len(raw)) + raw[8:]
        return raw + directory_bytes([*described, *exif, *gps], len(raw), order=self._order)

    def _appended(self, raw: bytes, tag: int, entries: list[Entry]) -> tuple[bytes, list[Entry]]:
        """``raw`` with a directory of ``entries`` behind it, and the tag that points there; neither for none."""
        if not entries:
            return raw, []
        raw += bytes(len(raw) % 2)
        pointer = Entry(tag, LONG, 1, struct.pack(f"{self._order}I", len(raw)))
        return raw + directory_bytes(entries, len(raw), order=self._order), [pointer]

    def _below(self, parent: tuple[Entry, ...] | list[Entry], tag: int) -> list[Entry]:
        pointer = next((entry for entry in parent if entry.tag == tag and len(entry.data) in (4, 8)), None)
        return [] if pointer is None else list(self._entries(self._number(pointer.data), None))

    def _entries(self, place: int, wanted: tuple[int, ...] | None) -> Iterator[Entry]:
        """The tags of a directory, of those ``wanted`` or all, as far as there is room for them."""
        wide, length, inline = (8, 20, 8) if self._big else (2, 12, 4)
        count = min(self._number(self._read(place, wide)), _MOST_ENTRIES)
        table = self._read(place + wide, count * length)
        for start in range(0, len(table) - length + 1, length):
            tag, kind = struct.unpack_from(f"{self._order}HH", table, start)
            number = self._number(table[start + 4 : start + length - inline])
            size = value_size(kind, number)
            # EXIF data is no BigTIFF: a number of 64 bits has no type there, and only pointers have such.
            if kind > _LAST_CLASSIC and tag not in (EXIF_DIRECTORY, GPS_DIRECTORY, INTEROPERABILITY):
                continue
            if not 0 < size <= self._room or (wanted is not None and tag not in wanted):
                continue
            at = place + wide + start + length - inline
            if size > inline:
                at = self._number(table[start + length - inline : start + length])
            data = self._read(at, size)
            if len(data) == size:
                self._room -= size
                yield Entry(tag, kind, number, data, at)

    def _read(self, place: int, length: int) -> bytes:
        if place > _FURTHEST_FILE:
            return b""
        self._stream.seek(place)
        return self._stream.read(length)

    def _number(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self._order == "<" else "big")
