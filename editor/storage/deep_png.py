"""Decodes PNG pictures of 16 bits a sample, a band of rows at a time.

Pillow keeps 8 bits of a 16-bit picture in colour, and OpenCV decodes a file whole. So each band is inflated here and
handed to OpenCV as a small PNG of its own, uncompressed and begun with the row above, which the filters refer to. What
is handed over is checked before: OpenCV's library would print to the standard error of the whole program.

Layout: PNG specification, third edition, sections 7 (filtering and interlacing) and 11.2 (chunks).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Samples
from editor.storage.upright import UprightPicture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOUR, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 4, 6
BAND_BYTES = 1 << 22
"""About how much is inflated at a time: a few milliseconds."""

_CHANNELS = {GREY: 1, COLOUR: 3, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
_TO_BGRA = {1: cv2.COLOR_GRAY2BGRA, 3: cv2.COLOR_BGR2BGRA}
_HIGHEST_FILTER = 4
_FULL = 65535
# Column, row, and the steps to the next of each, for the seven passes of Adam7.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class PngHeader:
    """The fields of IHDR, and the value that stands for transparent (tRNS) where there is one."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool
    transparent: tuple[int, ...] | None = None


def deep_png_pixels(header: PngHeader, compressed: Iterable[bytes], turned: int) -> Samples:
    """The picture as (height, width, 4) uint16, blue green red alpha, upright by orientation ``turned``.

    ``compressed`` is what the IDAT chunks hold, in pieces of any size. Raises ValueError or zlib.error where it is not
    the picture that ``header`` promises.
    """
    picture = UprightPicture(header.width, header.height, turned=turned, dtype=np.uint16)
    inflated = _Inflated(compressed)
    for column, row, across, down in _PASSES if header.interlaced else ((0, 0, 1, 1),):
        width = -(-(header.width - column) // across)
        height = -(-(header.height - row) // down)
        if width <= 0 or height <= 0:
            continue
        for top, band in _bands(header, width, height, inflated):
            rows = slice(row + top * down, row + (top + len(band)) * down, down)
            picture.lay(rows, slice(column, None, across), band)
    return picture.pixels


class _Inflated:
    """The filtered rows, taken from the compressed pieces as they are needed and never more than that."""

    def __init__(self, compressed: Iterable[bytes]) -> None:
        self._pieces = iter(compressed)
        self._inflate = zlib.decompressobj()

    def read(self, length: int) -> bytearray:
        found = bytearray()
        while len(found) < length:
            waiting = self._inflate.unconsumed_tail or next(self._pieces, None)
            if waiting is None or self._inflate.eof:
                raise ValueError("the picture ends before its last row")
            found += self._inflate.decompress(waiting, length - len(found))
        return found


def _bands(header: PngHeader, width: int, height: int, inflated: _Inflated) -> Iterator[tuple[int, Samples]]:
    """The top row and the pixels of each band of a picture, or of one pass of an interlaced one."""
    stride = 1 + width * _CHANNELS[header.colour] * 2
    count = max(1, BAND_BYTES // stride)
    above: NDArray[np.uint8] | None = None
    for top in range(0, height, count):
        rows = min(count, height - top)
        filtered = np.frombuffer(inflated.read(rows * stride), np.uint8).reshape(rows, stride)
        if filtered[:, 0].max() > _HIGHEST_FILTER:
            raise ValueError("a row is filtered in a way that is not known")
        first = np.zeros(stride, np.uint8) if above is None else above
        decoded = _decoded(header.colour, width, np.vstack((first, filtered)))
        above = _unfiltered(decoded[-1], header.colour)
        yield top, _bgra(decoded[1:], header)


def _decoded(colour: int, width: int, rows: NDArray[np.uint8]) -> Samples:
    """Filtered rows as OpenCV returns them: (rows, width) grey, or with three or four channels, blue first."""
    header = struct.pack(">IIBBBBB", width, len(rows), 16, colour, 0, 0, 0)
    content = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows.data, 0)) + _chunk(b"IEND", b"")
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    decoded: Any = cv2.imdecode(np.frombuffer(SIGNATURE + content, np.uint8), flags)
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("rows that cannot be decoded")
    samples: Samples = decoded
    return samples


def _unfiltered(row: Samples, colour: int) -> NDArray[np.uint8]:
    """A decoded row as it would stand in a file that filters nothing."""
    if colour == GREY:
        samples = row[:, None]
    elif colour == GREY_ALPHA:
        samples = row[:, (2, 3)]
    else:
        samples = row[:, (2, 1, 0, 3)[: row.shape[1]]]
    values = np.ascontiguousarray(samples).astype(">u2").view(np.uint8).reshape(-1)
    return np.concatenate((np.zeros(1, np.uint8), values))


def _bgra(decoded: Samples, header: PngHeader) -> Samples:
    channels = 1 if decoded.ndim == 2 else decoded.shape[2]
    if channels == 4:
        return np.ascontiguousarray(decoded)
    result: Samples = np.asarray(cv2.cvtColor(np.ascontiguousarray(decoded), _TO_BGRA[channels]), np.uint16)
    if header.transparent is not None:
        key = np.array(header.transparent[::-1], np.uint16)
        hidden = (decoded.reshape(*decoded.shape[:2], -1) == key).all(axis=2)
        result[..., 3] = np.where(hidden, 0, _FULL)
    return result


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
