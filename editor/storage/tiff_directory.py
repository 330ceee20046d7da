"""Looks through a TIFF's first directory: entries beyond the limits are emptied before a decoder reads them.

Layout: TIFF 6.0, section 2; BigTIFF as libtiff describes it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from editor.storage.content_credentials import TIFF_TAG
from editor.storage.reading_limits import MAX_METADATA, MAX_STRIPS, MAX_TEXT
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import LEFT_OUT, TooMuch, Vetted

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WIDTH, _HEIGHT = 256, 257
_LISTS = (273, 279, 324, 325)
"""Places and lengths of strips and tiles."""
_MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a file writes its numbers: ``entry`` is tag, type and count; ``place`` an offset or a value."""

    order: str
    count: str
    entry: str
    place: str

    @property
    def entry_size(self) -> int:
        return struct.calcsize(self.order + self.entry) + self.place_size

    @property
    def place_size(self) -> int:
        return struct.calcsize(self.order + self.place)

    def number(self, code: str, data: bytes) -> int:
        """One number out of ``data``, which must be as long as it."""
        return int(struct.unpack(self.order + code, data)[0])


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    type: int
    count: int
    value: bytes
    place: int


def vet_tiff(source: BinaryIO) -> Vetted:
    """Look through a TIFF. Raises ValueError where it is none, TooMuch where it is beyond any picture."""
    kind, first = _header(source)
    end = source.seek(0, 2)
    emptied: list[_Entry] = []
    credentials, spent, size = False, 0, {}
    for entry in _entries(source, kind, first):
        bytes_long = entry.count * _SIZES.get(entry.type, 0)
        credentials |= entry.tag == TIFF_TAG
        if entry.tag in _LISTS:
            if entry.count > MAX_STRIPS or bytes_long > end:
                raise TooMuch("more strips than a picture needs")
        elif bytes_long > MAX_TEXT or spent + bytes_long > MAX_METADATA or entry.tag == TIFF_TAG:
            emptied.append(entry)
        else:
            spent += bytes_long
        if entry.tag in (_WIDTH, _HEIGHT) and entry.count == 1 and entry.type in (3, 4):
            code, length = ("H", 2) if entry.type == 3 else ("I", 4)
            size[entry.tag] = kind.number(code, entry.value[:length])
    source.seek(0)
    too_large = any(entry.tag != TIFF_TAG for entry in emptied)
    return Vetted(
        stream=_without(source, kind, emptied, end) if emptied else source,
        notes=(LEFT_OUT,) if too_large else (),
        credentials=credentials,
        size=(size[_WIDTH], size[_HEIGHT]) if len(size) == 2 else None,
    )


def _header(source: BinaryIO) -> tuple[_Kind, int]:
    head = source.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        raise ValueError("a TIFF without its header")
    version = struct.unpack(f"{order}H", head[2:4])[0]
    if version == 43 and len(head) == 16:
        kind = _Kind(order, "Q", "HHQ", "Q")
        return kind, kind.number("Q", head[8:16])
    kind = _Kind(order, "H", "HHI", "I")
    return kind, kind.number("I", head[4:8])


def _entries(source: BinaryIO, kind: _Kind, directory: int) -> Iterator[_Entry]:
    source.seek(directory)
    wide = struct.calcsize(kind.order + kind.count)
    data = source.read(wide)
    if len(data) < wide:
        raise ValueError("a directory outside the file")
    count = kind.number(kind.count, data)
    if count > _MOST_ENTRIES:
        raise TooMuch("more entries than a picture needs")
    data = source.read(count * kind.entry_size)
    for place in range(0, len(data) - kind.entry_size + 1, kind.entry_size):
        raw = data[place : place + kind.entry_size]
        tag, kind_of_value, values = struct.unpack_from(kind.order + kind.entry, raw)
        value = raw[-kind.place_size :]
        yield _Entry(tag, kind_of_value, values, value, directory + wide + place)


def _without(source: BinaryIO, kind: _Kind, emptied: list[_Entry], end: int) -> BinaryIO:
    """The file with some entries counting no values, which decoders pass over."""
    parts: list[bytes | Span] = []
    place = 0
    for entry in sorted(emptied, key=lambda entry: entry.place):
        changed = struct.pack(kind.order + kind.entry, entry.tag, entry.type, 0) + entry.value
        parts += [Span(place, entry.place - place), changed]
        place = entry.place + len(changed)
    return spliced(source, [*parts, Span(place, end - place)])
