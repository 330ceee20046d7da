"""Looks through a JPEG's segments: the first picture in it goes to the decoder, with metadata within limits.

Layout: ITU-T T.81, annex B; JFIF 1.02; CIPA DC-007 for several pictures in one file (MPF).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from editor.storage.content_credentials import in_jpeg_segment
from editor.storage.reading_limits import MAX_BLOCKS, MAX_METADATA, MAX_SCANS
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import LEFT_OUT, TooMuch, Vetted

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF)
_APPLICATION, _COMMENT, _MORE_PICTURES, _CREDENTIALS = range(0xE0, 0xF0), 0xFE, 0xE2, 0xEB
_ALONE = (0x01, *range(0xD0, 0xD8))
_NUMBER_OF_PICTURES = 0xB001
_MPF = b"MPF\0"
_BEGINNING = 64
_PREFIX = 0xFF
# In the compressed data 255 stands before 0 where it is a value, before D0 to D7 at a restart, before 255 to fill up.
_ENDS_DATA = np.array([byte not in (0, *range(0xD0, 0xD8), _PREFIX) for byte in range(256)])
_FIRST_PIECE, _LAST_PIECE = 1 << 12, 1 << 20


@dataclass(frozen=True, kw_only=True)
class VettedJpeg(Vetted):
    """A JPEG; ``lossless`` ones (ITU-T T.81, annex H) hold the raw data of cameras, and no usual decoder takes them."""

    lossless: bool


def vet_jpeg(source: BinaryIO) -> VettedJpeg:
    """Look through a JPEG. Raises TooMuch where its passes or segments are beyond any picture."""
    parts: list[Span] = [Span(0, 2)]
    spent, left_out, more, credentials, lossless, size = 0, False, False, False, False, None
    for marker, span in _segments(source):
        content = Span(span.start + 4, max(0, span.length - 4))
        lossless |= marker in _LOSSLESS
        if marker in _FRAMES and size is None:
            size = _frame_size(_read(source, content, _BEGINNING))
        if marker == _CREDENTIALS:
            credentials |= in_jpeg_segment(_read(source, content, _BEGINNING))
        elif marker == _MORE_PICTURES and (data := _read(source, content, content.length)).startswith(_MPF):
            more |= _pictures(data.removeprefix(_MPF)) > 1
        elif marker in _APPLICATION or marker == _COMMENT:
            spent += span.length
            left_out |= spent > MAX_METADATA
            if spent <= MAX_METADATA:
                parts.append(span)
        else:
            parts.append(span)
    return VettedJpeg(
        stream=spliced(source, parts),
        notes=(LEFT_OUT,) if left_out else (),
        more=more,
        credentials=credentials,
        size=size,
        lossless=lossless,
    )


def _segments(source: BinaryIO) -> Iterator[tuple[int, Span]]:
    """The marker and the place, marker included, of every segment; a scan comes with its compressed data."""
    place, scans = 2, 0
    for _ in range(MAX_BLOCKS):
        source.seek(place)
        head = source.read(4)
        if len(head) < 2 or head[0] != 0xFF:
            # What is between segments is for the decoder to judge.
            yield 0, Span(place, source.seek(0, 2) - place)
            return
        marker = head[1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == _END:
            yield marker, Span(place, 2)
            return
        length = 2 if marker in _ALONE else 2 + int.from_bytes(head[2:4], "big")
        if marker == _SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise TooMuch(f"more than {MAX_SCANS} scans")
            length = _next_marker(source, place + length) - place
        yield marker, Span(place, length)
        place += length
    raise TooMuch("more segments than a picture needs")


def _next_marker(source: BinaryIO, place: int) -> int:
    """Where the compressed data that begins at ``place`` ends: at a marker, or at the end of the file."""
    piece = _FIRST_PIECE
    while True:
        source.seek(place)
        data = source.read(piece)
        if (found := _first_marker(data)) is not None:
            return place + found
        if len(data) < piece:
            return place + len(data)
        # The last byte may begin a marker.
        place += len(data) - 1
        piece = min(piece * 2, _LAST_PIECE)


def _first_marker(data: bytes) -> int | None:
    """Where the first marker begins, with the 255s that may stand before it; None where there is none."""
    array = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(array[:-1] == _PREFIX)
    found = places[_ENDS_DATA[array[places + 1]]]
    if not found.size:
        return None
    place = int(found[0])
    while place and data[place - 1] == _PREFIX:
        place -= 1
    return place


def _frame_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 5:
        return None
    height, width = struct.unpack_from(">HH", data, 1)
    return width, height


def _pictures(directory: bytes) -> int:
    """How many pictures an MPF index tells of."""
    order = {b"II": "<", b"MM": ">"}.get(directory[:2])
    if order is None:
        return 1
    try:
        (place,) = struct.unpack_from(f"{order}I", directory, 4)
        (count,) = struct.unpack_from(f"{order}H", directory, place)
        for index in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHII", directory, place + 2 + index * 12)
            if tag == _NUMBER_OF_PICTURES:
                return int(value)
    except struct.error:
        return 1
    return 1


def _read(source: BinaryIO, span: Span, most: int) -> bytes:
    source.seek(span.start)
    return source.read(min(span.length, most))
