"""Looks through a WebP's chunks: its first picture and metadata within limits go to the decoder.

Layout: RFC 9649 (WebP image format), section 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from editor.storage.content_credentials import RIFF_CHUNK
from editor.storage.reading_limits import MAX_BLOCKS, MAX_PROFILE, MAX_TEXT
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import LEFT_OUT, TooMuch, Vetted

_HEAD = 12
_EXTENDED, _LOSSY, _LOSSLESS, _FRAME = b"VP8X", b"VP8 ", b"VP8L", b"ANMF"
# Each with its limit and its flag in the extended header.
_METADATA = {b"ICCP": (MAX_PROFILE, 0x20), b"EXIF": (MAX_TEXT, 0x08), b"XMP ": (MAX_TEXT, 0x04)}
_KEPT = (_LOSSY, _LOSSLESS, b"ALPH", b"ANIM")


def vet_webp(source: BinaryIO) -> Vetted:
    """Look through a WebP. Raises ValueError where it has no picture, TooMuch where there is no end to its chunks."""
    parts: list[bytes | Span] = []
    extended, size = b"", None
    frames, left_out, credentials = 0, False, False
    for name, span in _chunks(source):
        if name == _EXTENDED:
            source.seek(span.start)
            extended = source.read(min(span.length, 18))
            size = _canvas(extended)
        elif name == _FRAME:
            frames += 1
            if frames == 1:
                parts.append(span)
        elif name in _METADATA:
            limit, flag = _METADATA[name]
            if span.length > limit:
                left_out = True
                extended = extended[:8] + bytes((extended[8] & ~flag,)) + extended[9:] if extended else extended
            else:
                parts.append(span)
        elif name in _KEPT:
            parts.append(span)
            size = size or _plain_size(source, name, span)
        credentials |= name == RIFF_CHUNK
    body = sum(len(part) if isinstance(part, bytes) else part.length for part in (extended, *parts))
    head = b"RIFF" + struct.pack("<I", 4 + body) + b"WEBP"
    return Vetted(
        stream=spliced(source, [head, extended, *parts]),
        notes=(LEFT_OUT,) if left_out else (),
        more=frames > 1,
        credentials=credentials,
        size=size,
    )


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, Span]]:
    """Name and place, head and padding included, of every chunk."""
    end = source.seek(0, 2)
    source.seek(0)
    if end < 8 + int.from_bytes(source.read(8)[4:], "little"):
        raise ValueError("the file ends before it says it does")
    place = _HEAD
    for _ in range(MAX_BLOCKS):
        source.seek(place)
        head = source.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        whole = 8 + length + length % 2
        yield head[:4], Span(place, min(whole, end - place))
        place += whole
    raise TooMuch("more chunks than a picture needs")


def _canvas(extended: bytes) -> tuple[int, int] | None:
    if len(extended) < 18:
        return None
    return 1 + int.from_bytes(extended[12:15], "little"), 1 + int.from_bytes(extended[15:18], "little")


def _plain_size(source: BinaryIO, name: bytes, span: Span) -> tuple[int, int] | None:
    source.seek(span.start + 8)
    data = source.read(10)
    if len(data) < 10:
        return None
    if name == _LOSSLESS:
        packed = int.from_bytes(data[1:5], "little")
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    if name == _LOSSY:
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None
