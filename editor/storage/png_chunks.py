"""Looks through a PNG's chunks: what a decoder needs goes to it, metadata within limits, and nothing else.

Layout: PNG specification, third edition, sections 5 (chunks) and 11 (what they hold).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO

from PIL import PngImagePlugin

from editor.storage.content_credentials import PNG_CHUNK
from editor.storage.deep_png import COLOUR, GREY, SIGNATURE, PngHeader
from editor.storage.reading_limits import MAX_BLOCKS, MAX_METADATA, MAX_PROFILE, MAX_TEXT
from editor.storage.spliced_stream import Span, spliced
from editor.storage.vetted import LEFT_OUT, TooMuch, Vetted

_HEADER, _PALETTE, _TRANSPARENT, _PIXELS, _END = b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"
_ANIMATION, _PROFILE = b"acTL", b"iCCP"
_COMPRESSED_TEXT, _INTERNATIONAL_TEXT = b"zTXt", b"iTXt"
_DESCRIPTIVE = (b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"eXIf", b"tEXt", _COMPRESSED_TEXT, _INTERNATIONAL_TEXT, _PROFILE)
_KEPT = (_PALETTE, _TRANSPARENT, *_DESCRIPTIVE)
_DEPTHS = {GREY: (1, 2, 4, 8, 16), COLOUR: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_HEAD = 8
_PIECE = 1 << 16


@dataclass(frozen=True, kw_only=True)
class VettedPng(Vetted):
    """A PNG with what its header says and where its compressed pixels are."""

    header: PngHeader
    source: BinaryIO
    pixels: tuple[Span, ...]

    def compressed(self) -> Iterator[bytes]:
        """The compressed pixels, in pieces."""
        for span in self.pixels:
            self.source.seek(span.start)
            left = span.length
            while left and (piece := self.source.read(min(_PIECE, left))):
                left -= len(piece)
                yield piece


class PngFile(PngImagePlugin.PngImageFile):
    """Pillow's PNG, for a file that was looked through: all its texts stand before the pixels."""

    @property
    def text(self) -> dict[str, str | PngImagePlugin.iTXt]:
        """The texts by keyword. Pillow would decode the picture first, to see whether more follow behind it."""
        return super().text if self.png is None else self.png.im_text


@dataclass
class _Findings:
    """What has been found so far."""

    kept: list[bytes] = field(default_factory=list)
    pixels: list[Span] = field(default_factory=list)
    spent: int = 0
    left_out: bool = False
    more: bool = False
    credentials: bool = False
    icc_profile: bytes | None = None
    transparent: bytes = b""


def vet_png(source: BinaryIO) -> VettedPng:
    """Look through a PNG. Raises ValueError where it is none."""
    chunks = _chunks(source)
    name, span = next(chunks, (b"", Span(0, 0)))
    if name != _HEADER or span.length != 13:
        raise ValueError("a PNG without its header")
    raw = _read(source, span)
    width, height, depth, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", raw)
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlaced > 1:
        raise ValueError("a PNG of no known kind")
    found = _Findings()
    for name, span in chunks:
        _note(source, name, span, found)
    header = PngHeader(
        width=width,
        height=height,
        depth=depth,
        colour=colour,
        interlaced=bool(interlaced),
        transparent=_transparent(found.transparent, colour),
    )
    # Each span with the length before and the checksum behind it, as the decoder checks the latter.
    pixels = [Span(span.start - _HEAD, span.length + 12) for span in found.pixels]
    parts: list[bytes | Span] = [SIGNATURE, packed_chunk(_HEADER, raw), *found.kept, *pixels, packed_chunk(_END, b"")]
    return VettedPng(
        stream=spliced(source, parts),
        notes=(LEFT_OUT,) if found.left_out else (),
        more=found.more,
        credentials=found.credentials,
        size=(width, height),
        info=MappingProxyType({"icc_profile": found.icc_profile} if found.icc_profile else {}),
        header=header,
        source=source,
        pixels=tuple(found.pixels),
    )


def packed_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk as it stands in a file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, Span]]:
    """Name and place of every chunk, up to the end of the picture or of the file."""
    place = source.seek(len(SIGNATURE))
    for _ in range(MAX_BLOCKS):
        source.seek(place)
        head = source.read(_HEAD)
        if len(head) < _HEAD or head[4:] == _END:
            return
        length = int.from_bytes(head[:4], "big")
        yield head[4:], Span(place + _HEAD, length)
        place += length + 12
    raise TooMuch("more chunks than a picture needs")


def _note(source: BinaryIO, name: bytes, span: Span, found: _Findings) -> None:
    if name == _PIXELS:
        found.pixels.append(span)
    elif name == PNG_CHUNK:
        found.credentials = True
    elif name == _ANIMATION:
        # Its first field is the number of frames (section 11.3.4.1).
        found.more = int.from_bytes(_read(source, Span(span.start, min(4, span.length))), "big") > 1
    elif name in _KEPT:
        _keep(source, name, span, found)


def _keep(source: BinaryIO, name: bytes, span: Span, found: _Findings) -> None:
    if span.length > MAX_TEXT or found.spent + span.length > MAX_METADATA:
        found.left_out = True
        return
    data = _read(source, span)
    checksum = source.read(4)
    if len(data) < span.length or checksum != zlib.crc32(name + data).to_bytes(4, "big"):
        if name in (_PALETTE, _TRANSPARENT):
            raise ValueError("damaged colours")
        found.left_out = True
        return
    found.spent += span.length
    if name == _PROFILE:
        found.icc_profile = _inflated(data.partition(b"\0")[2][1:], MAX_PROFILE, found)
        found.left_out |= found.icc_profile is None
        return
    plain = _plain_text(name, data, found)
    if plain is None:
        found.left_out = True
        return
    if name == _TRANSPARENT:
        found.transparent = data
    found.kept.append(packed_chunk(*plain))


def _plain_text(name: bytes, data: bytes, found: _Findings) -> tuple[bytes, bytes] | None:
    """A chunk with its text inflated, other chunks as they are; None where the text is damaged or too large."""
    if name == _COMPRESSED_TEXT:
        keyword, _, rest = data.partition(b"\0")
        text = _inflated(rest[1:], MAX_TEXT, found) if rest[:1] == b"\0" else None
        return None if text is None else (b"tEXt", keyword + b"\0" + text)
    if name == _INTERNATIONAL_TEXT:
        keyword, _, rest = data.partition(b"\0")
        language, _, after = rest[2:].partition(b"\0")
        translated, separator, text = after.partition(b"\0")
        if not separator or rest[:1] not in (b"\0", b"\1"):
            return None
        inflated = _inflated(text, MAX_TEXT, found) if rest[:1] == b"\1" else text
        return None if inflated is None else (name, b"\0".join((keyword, b"\0", language, translated, inflated)))
    return name, data


def _inflated(data: bytes, limit: int, found: _Findings) -> bytes | None:
    """``data`` inflated, None where it is damaged or larger than ``limit``; what was inflated in vain counts too."""
    inflate = zlib.decompressobj()
    try:
        result = inflate.decompress(data, max(1, min(limit, MAX_METADATA - found.spent)))
    except zlib.error:
        return None
    found.spent += len(result)
    return result if inflate.eof else None


def _transparent(data: bytes, colour: int) -> tuple[int, ...] | None:
    channels = {GREY: 1, COLOUR: 3}.get(colour)
    if channels is None or len(data) != 2 * channels:
        return None
    return struct.unpack(f">{channels}H", data)


def _read(source: BinaryIO, span: Span) -> bytes:
    source.seek(span.start)
    return source.read(span.length)
