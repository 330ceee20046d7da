"""Writes PNG in bands of rows, with 8 or 16 bits: fast, without a second copy of the picture, and without holding up
other threads.

Each row is stored as its difference from the one above (the "Up" filter). On a photograph that takes a third of the
usual encoder's fastest level, or with ISA-L an eighth, for a file a tenth larger.
Source of the layout: Portable Network Graphics (PNG) Specification, third edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np

from editor.domain.metadata import Metadata
from editor.domain.samples import Samples
from editor.imaging.deflate import Deflate, fast_deflate
from editor.imaging.png import SIGNATURE, checksum, filtered, header
from editor.storage.iptc import RAW_PROFILE, raw_profile
from editor.storage.picture_rows import flat
from editor.storage.sink import Sink

METRES_PER_INCH = 0.0254
"""PNG counts dots per metre."""
_MAX_KEYWORD = 79


def write_png(
    sink: Sink,
    bands: Iterable[Samples],
    *,
    size: tuple[int, int],
    channels: int,
    depth: int,
    metadata: Metadata,
    deflate: Deflate = fast_deflate,
) -> None:
    """Write a picture of ``size`` (width, height) from top to bottom.

    ``bands`` are (rows, width, channels) of ``depth`` bits with 1 grey, 2 grey and alpha, 3 RGB or 4 RGBA ``channels``.
    """
    sink.write(SIGNATURE)
    _chunk(sink, b"IHDR", header(size, channels=channels, depth=depth))
    for name, data in _before_pixels(metadata):
        _chunk(sink, name, data)
    stream = deflate()
    above = np.zeros(size[0] * channels * depth // 8, np.uint8)
    for band in bands:
        rows = flat(band, order=">")
        _chunk(sink, b"IDAT", stream.compress(filtered(rows, above)))
        above = rows[-1]
    _chunk(sink, b"IDAT", stream.flush())
    _chunk(sink, b"IEND", b"")


def _chunk(sink: Sink, name: bytes, data: bytes) -> None:
    if name == b"IDAT" and not data:
        return
    sink.write(struct.pack(">I", len(data)) + name)
    sink.write(data)
    sink.write(checksum(name, data))


def _before_pixels(metadata: Metadata) -> Iterator[tuple[bytes, bytes]]:
    if metadata.icc_profile:
        yield b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc_profile)
    if metadata.dpi:
        across, down = (round(dots / METRES_PER_INCH) for dots in metadata.dpi)
        yield b"pHYs", struct.pack(">IIB", across, down, 1)
    if metadata.exif:
        yield b"eXIf", metadata.exif
    if metadata.xmp:
        yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + metadata.xmp
    if metadata.iptc:
        yield b"zTXt", RAW_PROFILE.encode() + b"\0\0" + zlib.compress(raw_profile(metadata.iptc).encode())
    for keyword, text in metadata.text.items():
        name = keyword.replace("\0", " ").encode("latin-1", "replace")[:_MAX_KEYWORD] or b"Comment"
        yield b"iTXt", name + b"\0\0\0\0\0" + text.replace("\0", " ").encode("utf-8", "replace")
