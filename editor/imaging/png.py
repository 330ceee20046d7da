"""The parts of a PNG file that holds 8 or 16 bits a sample, for the writers of files and of what is sent.

Each row is stored as its difference from the one above (the "Up" filter): one subtraction for a whole band of rows.
Source of the layout: Portable Network Graphics (PNG) Specification, third edition.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from editor.domain.samples import Pixels
from editor.imaging.deflate import Deflate, fast_deflate

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BAND_BYTES = 1 << 20
"""About so much is filtered and deflated at once: it stays in the processor's cache from one to the other."""
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_UP_FILTER = 2


def header(size: tuple[int, int], *, channels: int, depth: int) -> bytes:
    """The data of IHDR for a picture of ``size`` (width, height) with 1 grey, 2 grey and alpha, 3 RGB or 4 RGBA
    ``channels`` of ``depth`` bits."""
    return struct.pack(">IIBBBBB", *size, depth, _COLOUR_TYPES[channels], 0, 0, 0)


def chunk(name: bytes, data: bytes) -> bytes:
    """A whole chunk: length, name, data and checksum."""
    return b"".join((struct.pack(">I", len(data)), name, data, checksum(name, data)))


def checksum(name: bytes, data: bytes) -> bytes:
    """What stands behind a chunk's data."""
    return struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def filtered(rows: Pixels, above: Pixels) -> memoryview:
    """``rows``, (height, bytes) uint8, each behind its filter's number; ``above`` is the row before the first."""
    result = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    result[:, 0] = _UP_FILTER
    np.subtract(rows[0], above, out=result[0, 1:])
    np.subtract(rows[1:], rows[:-1], out=result[1:, 1:])
    return result.data.cast("B")


def png_of(array: Pixels, *, deflate: Deflate = fast_deflate) -> bytes:
    """(height, width) grey or (height, width, 1 to 4), uint8 of at least one pixel, as a PNG without metadata."""
    height, width = array.shape[:2]
    channels = 1 if array.ndim == 2 else array.shape[2]
    stream = deflate()
    above = np.zeros(width * channels, np.uint8)
    parts = [SIGNATURE, chunk(b"IHDR", header((width, height), channels=channels, depth=8))]
    rows = max(1, BAND_BYTES // (width * channels))
    for top in range(0, height, rows):
        band = np.ascontiguousarray(array[top : top + rows]).reshape(-1, width * channels)
        data = stream.compress(filtered(band, above))
        if data:
            parts.append(chunk(b"IDAT", data))
        above = band[-1]
    parts += (chunk(b"IDAT", stream.flush()), chunk(b"IEND", b""))
    return b"".join(parts)
