"""Writes TIFF and, beyond 4 GB, BigTIFF in bands of rows, with 8 or 16 bits.

EXIF data is a TIFF structure itself: it opens the file as it is, so that nothing in it moves and the offsets in a
camera maker's notes stay right; behind it come the strips, and last a directory that describes them and points at what
lies in front. Layout: TIFF 6.0 (baseline and section 14, 18); BigTIFF as in libtiff's design document.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

from editor.domain.metadata import Metadata
from editor.domain.samples import Samples
from editor.storage.exif_directory import (
    BYTE,
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    INTEROPERABILITY,
    LONG,
    LONG8,
    SHORT,
    UNDEFINED,
    Entry,
    byte_order,
    directory_bytes,
    first_directory,
    resolution_entries,
    sub_directory,
)
from editor.storage.picture_rows import flat
from editor.storage.sink import SeekableSink
from editor.storage.tiff_exif import LAYOUT_TAGS, RESOLUTION_TAGS

BIG_FROM = 4_000_000_000
"""Bytes from which on a file is a BigTIFF: offsets of 32 bits reach 4.29 GB."""

_LEVEL = 4
_DEFLATE, _NONE = 8, 1


def write_tiff(
    sink: SeekableSink,
    bands: Iterable[Samples],
    *,
    size: tuple[int, int],
    channels: int,
    depth: int,
    metadata: Metadata,
    deflate: bool = False,
    big_from: int = BIG_FROM,
) -> None:
    """Write a picture of ``size`` (width, height) from top to bottom.

    ``bands`` are (rows, width, channels) of ``depth`` bits with 1 grey, 2 grey and alpha, 3 RGB or 4 RGBA ``channels``,
    all but the last with as many rows. They are stored as they are, or with ``deflate`` compressed without loss.
    """
    room = size[0] * size[1] * channels * depth // 8
    _Tiff(sink, metadata, big=room + _apart(metadata) > big_from).write(
        bands, size=size, channels=channels, depth=depth, deflate=deflate
    )


def _apart(metadata: Metadata) -> int:
    return sum(len(part or b"") for part in (metadata.exif, metadata.xmp, metadata.iptc, metadata.icc_profile))


class _Tiff:
    """One file on its way out."""

    def __init__(self, sink: SeekableSink, metadata: Metadata, *, big: bool) -> None:
        self._sink, self._metadata, self._big = sink, metadata, big
        self._exif = metadata.exif or b""
        # Few programs read a BigTIFF with the high byte first.
        self._exif_order = byte_order(self._exif) or "<"
        self._order = "<" if big else self._exif_order
        self._at = 0
        self._offsets: list[int] = []
        self._lengths: list[int] = []
        self._rows = 0

    def write(
        self, bands: Iterable[Samples], *, size: tuple[int, int], channels: int, depth: int, deflate: bool
    ) -> None:
        self._head()
        described = tuple(self._described())
        for band in bands:
            self._strip(band, deflate=deflate)
        layout = self._layout(size, channels=channels, depth=depth, deflate=deflate)
        place = self._directory((*layout, *self._blobs(), *described))
        self._sink.seek(8 if self._big else 4)
        self._sink.write(self._word(place))

    def _head(self) -> None:
        mark = b"II" if self._order == "<" else b"MM"
        if self._big:
            self._put(mark + struct.pack(f"{self._order}HHHQ", 43, 8, 0, 0))
        else:
            self._put(mark + struct.pack(f"{self._order}HI", 42, 0))
            self._put(self._exif[8:])

    def _put(self, data: bytes | memoryview) -> int:
        """Append at the next even place, and return it."""
        if self._at % 2:
            self._sink.write(b"\0")
            self._at += 1
        place = self._at
        self._sink.write(data)
        self._at += len(data)
        return place

    def _directory(self, entries: Iterable[Entry]) -> int:
        return self._put(directory_bytes(entries, self._at + self._at % 2, order=self._order, big=self._big))

    def _described(self) -> Iterator[Entry]:
        """What the EXIF data says of the photograph. In a BigTIFF directories look otherwise, and are written anew."""
        taken = {*LAYOUT_TAGS, *(RESOLUTION_TAGS if self._metadata.dpi else ())}
        for entry in first_directory(self._exif):
            if entry.tag in taken:
                continue
            yield self._again(entry) if self._big else entry

    def _again(self, entry: Entry, pointers: tuple[int, ...] = (EXIF_DIRECTORY, GPS_DIRECTORY)) -> Entry:
        """``entry`` for another byte order and, where it points at a directory, for that one written anew."""
        if entry.tag not in pointers:
            return entry if self._order == self._exif_order else entry.swapped
        entries = sub_directory(self._exif, entry.tag, (entry,))
        below = (INTEROPERABILITY,) if entry.tag == EXIF_DIRECTORY else ()
        inner = tuple(self._again(one, below) for one in entries)
        return Entry(entry.tag, LONG8, 1, self._word(self._directory(inner)))

    def _strip(self, band: Samples, *, deflate: bool) -> None:
        self._rows = self._rows or band.shape[0]
        if deflate:
            band = band.copy()
            # Predictor 2: every sample as its difference from the same one to the left.
            band[:, 1:] -= band[:, :-1].copy()
        raw = flat(band, order=self._order)
        data: bytes | memoryview = raw.data.cast("B")
        if deflate:
            data = zlib.compress(data, _LEVEL)
        self._offsets.append(self._put(data))
        self._lengths.append(len(data))

    def _layout(self, size: tuple[int, int], *, channels: int, depth: int, deflate: bool) -> Iterator[Entry]:
        width, height = size
        yield self._numbers(256, LONG, width)
        yield self._numbers(257, LONG, height)
        yield self._numbers(258, SHORT, *[depth] * channels)
        yield self._numbers(259, SHORT, _DEFLATE if deflate else _NONE)
        yield self._numbers(262, SHORT, 1 if channels < 3 else 2)
        yield self._numbers(273, LONG8 if self._big else LONG, *self._offsets)
        yield self._numbers(274, SHORT, 1)
        yield self._numbers(277, SHORT, channels)
        yield self._numbers(278, LONG, self._rows)
        yield self._numbers(279, LONG8 if self._big else LONG, *self._lengths)
        yield self._numbers(284, SHORT, 1)
        if deflate:
            yield self._numbers(317, SHORT, 2)
        if channels in (2, 4):
            yield self._numbers(338, SHORT, 2)
        yield self._numbers(339, SHORT, *[1] * channels)

    def _blobs(self) -> Iterator[Entry]:
        metadata = self._metadata
        if metadata.dpi:
            yield from resolution_entries(metadata.dpi, self._order)
        for tag, kind, data in (
            (700, BYTE, metadata.xmp),
            (33723, UNDEFINED, metadata.iptc),
            (34675, UNDEFINED, metadata.icc_profile),
        ):
            if data:
                yield Entry(tag, kind, len(data), data)

    def _numbers(self, tag: int, kind: int, *values: int) -> Entry:
        letter = {SHORT: "H", LONG: "I", LONG8: "Q"}[kind]
        return Entry(tag, kind, len(values), struct.pack(f"{self._order}{len(values)}{letter}", *values))

    def _word(self, place: int) -> bytes:
        return struct.pack(f"{self._order}{'Q' if self._big else 'I'}", place)
