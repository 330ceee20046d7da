"""Looks through a TIFF's first directory: entries beyond the limits are emptied before a decoder reads them.

Layout: TIFF 6.0, section 2; BigTIFF as libtiff describes it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from editor.storage.content_credentials import TIFF_TAG
from editor.storage.reading_limits import MAX_METADATA, MAX_STRIPS, MAX_TEXT
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import LEFT_OUT, NotRead, TooMuch, Vetted

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WIDTH, _HEIGHT = 256, 257
_NUMBERS = {3: "H", 4: "I", 16: "Q"}
_LISTS = (273, 279, 324, 325)
"""Places and lengths of strips and tiles."""
_NEEDED = (258, 273, 279, 320, 324, 325, 338, 339, 347)
"""Bits, strips and tiles, palette, kinds of samples, tables of JPEG: without them other pixels would come."""
_MOST_ENTRIES = 4096
_COMPRESSION, _FAX = 259, ((2,), (3,), (4,))
_SINGLE = (_WIDTH, _HEIGHT, _COMPRESSION)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file writes its numbers: ``entry`` is tag, type and count; ``place`` an offset or a value."""

    order: str
    count: str
    entry: str
    place: str

    @property
    def entry_size(self) -> int:
        """Bytes of an entry."""
        return struct.calcsize(self.order + self.entry) + self.place_size

    @property
    def place_size(self) -> int:
        """Bytes of an offset, and of what an entry can hold itself."""
        return struct.calcsize(self.order + self.place)

    def number(self, code: str, data: bytes) -> int:
        """One number out of ``data``, which must be as long as it."""
        return int(struct.unpack(self.order + code, data)[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: ``value`` is what it holds or where that is, ``place`` where the entry stands in the file."""

    tag: int
    type: int
    count: int
    value: bytes
    place: int


def vet_tiff(source: BinaryIO) -> Vetted:
    """Look through a TIFF. Raises ValueError where it is none, TooMuch where it is beyond any picture."""
    kind, first = read_header(source)
    end = source.seek(0, io.SEEK_END)
    entries = tuple(read_entries(source, kind, first))
    left_out = _unkept(entries, kind, end)
    stale = [entry for entry in entries if entry.tag == TIFF_TAG]
    single = {entry.tag: numbers(source, kind, entry)[:1] for entry in entries if entry.tag in _SINGLE}
    if single.get(_COMPRESSION) in _FAX:
        _require_whole_strips(source, kind, entries, end)
    source.seek(0)
    emptied = [*left_out, *stale]
    return Vetted(
        stream=_without(source, kind, emptied, end) if emptied else source,
        notes=(LEFT_OUT,) if left_out else (),
        credentials=bool(stale),
        size=_size(single),
    )


def _unkept(entries: tuple[Entry, ...], kind: Kind, end: int) -> list[Entry]:
    """The entries that are beyond the file or the limits. Raises where the picture cannot be decoded without them."""
    found, spent = [], 0
    for entry in entries:
        length = entry.count * _SIZES.get(entry.type, 0)
        if entry.tag in _LISTS and entry.count > MAX_STRIPS:
            raise TooMuch("more strips than a picture needs")
        beyond = length > kind.place_size and kind.number(kind.place, entry.value) + length > end
        if beyond and entry.tag in _NEEDED:
            raise ValueError("the file ends inside what the decoder needs")
        if entry.tag in _NEEDED or entry.tag == TIFF_TAG:
            continue
        if beyond or length > MAX_TEXT or spent + length > MAX_METADATA:
            found.append(entry)
        else:
            spent += length
    return found


def _size(single: dict[int, tuple[int, ...]]) -> tuple[int, int] | None:
    width, height = single.get(_WIDTH), single.get(_HEIGHT)
    return (width[0], height[0]) if width and height else None


def read_header(source: BinaryIO) -> tuple[Kind, int]:
    """How a TIFF writes its numbers, and where its first directory is."""
    head = source.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        raise ValueError("a TIFF without its header")
    version = struct.unpack(f"{order}H", head[2:4])[0]
    if version == 43 and order == ">":
        raise NotRead("is a BigTIFF with the high byte first, which is not read. Save it as an ordinary TIFF.")
    if version == 43 and len(head) == 16:
        kind = Kind(order, "Q", "HHQ", "Q")
        return kind, kind.number("Q", head[8:16])
    kind = Kind(order, "H", "HHI", "I")
    return kind, kind.number("I", head[4:8])


def read_entries(source: BinaryIO, kind: Kind, directory: int) -> Iterator[Entry]:
    """The entries of the directory at a place. Raises ValueError where there is none, TooMuch where it has no end."""
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
        yield Entry(tag, kind_of_value, values, value, directory + wide + place)


def _require_whole_strips(source: BinaryIO, kind: Kind, entries: tuple[Entry, ...], end: int) -> None:
    """Raise ValueError where a strip reaches past the end: fax decoders go on in white."""
    lists = {entry.tag: numbers(source, kind, entry) for entry in entries if entry.tag in _LISTS}
    for places, lengths in ((273, 279), (324, 325)):
        for place, length in zip(lists.get(places, ()), lists.get(lengths, ()), strict=False):
            if place + length > end:
                raise ValueError("the file ends inside a strip")


def numbers(source: BinaryIO, kind: Kind, entry: Entry) -> tuple[int, ...]:
    """The values of an entry, none where it is of another type or beyond the file."""
    if entry.type not in _NUMBERS or entry.count > MAX_STRIPS:
        return ()
    form = f"{kind.order}{entry.count}{_NUMBERS[entry.type]}"
    length = struct.calcsize(form)
    data = entry.value[:length]
    if length > kind.place_size:
        source.seek(kind.number(kind.place, entry.value))
        data = source.read(length)
    return struct.unpack(form, data) if len(data) == length else ()


def _without(source: BinaryIO, kind: Kind, emptied: list[Entry], end: int) -> BinaryIO:
    """The file with some entries counting no values, which decoders pass over."""
    parts: list[bytes | Span] = []
    place = 0
    for entry in sorted(emptied, key=lambda entry: entry.place):
        changed = struct.pack(kind.order + kind.entry, entry.tag, entry.type, 0) + entry.value
        parts += [Span(place, entry.place - place), changed]
        place = entry.place + len(changed)
    return spliced(source, [*parts, Span(place, end - place)])
