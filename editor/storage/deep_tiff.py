"""Decodes TIFF pictures of 16 bits a sample, a few strips or tiles at a time.

Pillow keeps 8 bits of a 16-bit picture in colour. So what the strips hold is unpacked as plain bytes, by wrapping them
as a small grey TIFF for Pillow's libtiff, and put together here: byte order, predictor, planes, transparency. That
leaves every compression to libtiff, which never writes more than a strip may hold.

Layout: TIFF 6.0, sections 3 to 8, 14 (predictor), 15 (tiles) and 18 (transparency).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from editor.domain.samples import Samples
from editor.storage.upright import UprightPicture

BAND_BYTES = 1 << 22
"""About how much is unpacked at a time, unless one strip holds more."""

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_STRIP_OFFSETS, _SAMPLES, _STRIP_ROWS, _STRIP_LENGTHS, _PLANES, _PREDICTOR = 273, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_LENGTHS, _EXTRA, _SAMPLE_FORMAT = 322, 323, 324, 325, 338, 339
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2
_ASSOCIATED, _UNASSOCIATED = 1, 2
_RAW, _LZW, _DEFLATE, _OLD_DEFLATE, _PACK_BITS, _ZSTD = 1, 5, 8, 32946, 32773, 50000
_COMPRESSIONS = (_RAW, _LZW, _DEFLATE, _OLD_DEFLATE, _PACK_BITS, _ZSTD)
_DIFFERENCES = 2
_MOST_SAMPLES = 8
_SPACIOUS = 1 << 24
_FULL = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepTiff:
    """How a picture of 16 bits is laid out in its file. ``across`` and ``down`` are the size of a tile or strip,
    ``stored`` is how many samples of a pixel stand together, ``planes`` how many such sets there are."""

    width: int
    height: int
    across: int
    down: int
    tiled: bool
    stored: int
    planes: int
    compression: int
    differences: bool
    big_endian: bool
    inverted: bool
    colours: int
    alpha: int
    offsets: Sequence[int]
    lengths: Sequence[int]

    @property
    def has_alpha(self) -> bool:
        """Whether the file tells what is transparent."""
        return self.alpha != 0

    @property
    def working_bytes(self) -> int:
        """How much memory one strip or tile takes while it is unpacked."""
        return self.across * self.down * self.stored * self.planes * 2


def deep_tiff(tags: Mapping[int, Any], *, big_endian: bool) -> DeepTiff | None:
    """The layout that a file's tags describe, None where it is not one of 16 bits in grey or RGB.

    Raises ValueError or KeyError where the tags contradict one another.
    """
    samples = tags.get(_SAMPLES, 1)
    bits, formats = _all(tags.get(_BITS, 1)), _all(tags.get(_SAMPLE_FORMAT, 1))
    photometric, compression = tags.get(_PHOTOMETRIC), tags.get(_COMPRESSION, _RAW)
    colours = 3 if photometric == _RGB else 1
    known = (
        bits == {16}
        and formats == {1}
        and photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
        and compression in _COMPRESSIONS
        and tags.get(_FILL_ORDER, 1) == 1
        and tags.get(_PREDICTOR, 1) in (1, _DIFFERENCES)
        and colours <= samples <= _MOST_SAMPLES
    )
    if not known:
        return None
    extra = tags.get(_EXTRA, ())
    separate = tags.get(_PLANES, 1) == 2
    tiled = _TILE_OFFSETS in tags
    width, height = tags[_WIDTH], tags[_HEIGHT]
    layout = DeepTiff(
        width=width,
        height=height,
        across=tags[_TILE_WIDTH] if tiled else width,
        down=tags[_TILE_HEIGHT] if tiled else min(tags.get(_STRIP_ROWS, height), height),
        tiled=tiled,
        stored=1 if separate else samples,
        planes=samples if separate else 1,
        compression=compression,
        differences=compression not in (_RAW, _PACK_BITS) and tags.get(_PREDICTOR, 1) == _DIFFERENCES,
        big_endian=big_endian,
        inverted=photometric == _WHITE_IS_ZERO,
        colours=colours,
        alpha=extra[0] if extra and samples > colours and extra[0] in (_ASSOCIATED, _UNASSOCIATED) else 0,
        offsets=tags[_TILE_OFFSETS if tiled else _STRIP_OFFSETS],
        lengths=tags.get(_TILE_LENGTHS if tiled else _STRIP_LENGTHS, ()),
    )
    _check(layout)
    return layout


def deep_tiff_pixels(stream: BinaryIO, layout: DeepTiff, turned: int) -> Samples:
    """The picture as (height, width, 4) uint16, blue green red alpha, upright by orientation ``turned``.

    Raises ValueError or OSError where the strips do not hold what the layout promises.
    """
    picture = UprightPicture(layout.width, layout.height, turned=turned, dtype=np.uint16)
    for rows, columns, samples in _bands(stream, layout):
        picture.lay(rows, columns, _bgra(samples, layout))
    return picture.pixels


def _all(value: Any) -> set[int]:
    return set(value) if isinstance(value, tuple) else {value}


def _check(layout: DeepTiff) -> None:
    if min(layout.width, layout.height, layout.across, layout.down) < 1:
        raise ValueError("a picture without pixels")
    if layout.working_bytes > max(_SPACIOUS, 16 * layout.width * layout.height * layout.stored * layout.planes):
        raise ValueError("a tile far larger than the picture")
    count = -(-layout.width // layout.across) * -(-layout.height // layout.down) * layout.planes
    if len(layout.offsets) < count or (layout.compression != _RAW and len(layout.lengths) < count):
        raise ValueError("fewer strips than the picture needs")


def _bands(stream: BinaryIO, layout: DeepTiff) -> Iterator[tuple[slice, slice, Samples]]:
    """The rows, the columns and the samples, (rows, columns, all samples of a pixel), of each part of the picture."""
    beside, below = -(-layout.width // layout.across), -(-layout.height // layout.down)
    count = max(1, BAND_BYTES // layout.working_bytes)
    if not layout.tiled:
        band = count * layout.down
        if layout.compression == _RAW:
            # Such strips can be read in part; some writers put the whole picture into one.
            band = max(1, BAND_BYTES * layout.down // layout.working_bytes)
        for top in range(0, layout.height, band):
            part = slice(top, min(top + band, layout.height))
            yield part, slice(None), _strip_samples(stream, layout, part)
        return
    for line in range(below):
        rows = min(layout.down, layout.height - line * layout.down)
        for first in range(0, beside, count):
            tiles = range(line * beside + first, line * beside + min(first + count, beside))
            samples = _tile_samples(stream, layout, tiles)
            samples = samples.reshape(len(tiles), layout.down, layout.across, -1)[:, :rows].swapaxes(0, 1)
            left = first * layout.across
            samples = samples.reshape(rows, len(tiles) * layout.across, -1)[:, : layout.width - left]
            yield (
                slice(line * layout.down, line * layout.down + rows),
                slice(left, left + samples.shape[1]),
                samples,
            )


def _strip_samples(stream: BinaryIO, layout: DeepTiff, rows: slice) -> Samples:
    """Rows of a picture in strips, with the samples of every plane; whole strips unless they are uncompressed."""
    each = -(-layout.height // layout.down)
    planes = []
    for plane in range(layout.planes):
        if layout.compression == _RAW:
            unpacked = _raw_rows(stream, layout, plane * each, rows)
        else:
            first = plane * each + rows.start // layout.down
            parts = range(first, plane * each - (-rows.stop // layout.down))
            unpacked = _unpacked(stream, layout, parts, rows.stop - rows.start)
        planes.append(_values(unpacked, layout))
    return planes[0] if len(planes) == 1 else np.concatenate(planes, axis=2)


def _tile_samples(stream: BinaryIO, layout: DeepTiff, tiles: range) -> Samples:
    """Tiles one below the other, with the samples of every plane."""
    each = -(-layout.width // layout.across) * -(-layout.height // layout.down)
    planes = []
    for plane in range(layout.planes):
        parts = range(tiles.start + plane * each, tiles.stop + plane * each)
        planes.append(_values(_unpacked(stream, layout, parts, len(tiles) * layout.down), layout))
    return planes[0] if len(planes) == 1 else np.concatenate(planes, axis=2)


def _values(unpacked: NDArray[np.uint8], layout: DeepTiff) -> Samples:
    """Bytes of rows as (rows, across, samples that stand together)."""
    values = unpacked.view(">u2" if layout.big_endian else "<u2").astype(np.uint16)
    values = values.reshape(len(unpacked), layout.across, layout.stored)
    return np.cumsum(values, axis=1, dtype=np.uint16) if layout.differences else values


def _raw_rows(stream: BinaryIO, layout: DeepTiff, first: int, rows: slice) -> NDArray[np.uint8]:
    row_bytes = layout.across * layout.stored * 2
    pieces, top = [], rows.start
    while top < rows.stop:
        strip, above = divmod(top, layout.down)
        count = min(layout.down - above, rows.stop - top)
        pieces.append(_read(stream, layout.offsets[first + strip] + above * row_bytes, count * row_bytes))
        top += count
    return np.frombuffer(b"".join(pieces), np.uint8).reshape(rows.stop - rows.start, row_bytes)


def _unpacked(stream: BinaryIO, layout: DeepTiff, parts: range, rows: int) -> NDArray[np.uint8]:
    """The bytes of strips or tiles one below the other, (rows, bytes of a row)."""
    row_bytes = layout.across * layout.stored * 2
    if layout.compression == _RAW:
        data = b"".join(_read(stream, layout.offsets[part], layout.down * row_bytes) for part in parts)
        return np.frombuffer(data, np.uint8).reshape(rows, row_bytes)
    packed = [_read(stream, layout.offsets[part], layout.lengths[part]) for part in parts]
    small = _grey_tiff(packed, layout.compression, size=(row_bytes, rows), strip_rows=layout.down)
    with TiffImagePlugin.TiffImageFile(io.BytesIO(small)) as picture:
        return np.asarray(picture)


def _read(stream: BinaryIO, offset: int, length: int) -> bytes:
    # Asked for first: room for all of it would be made, however much the file says.
    if offset + length > stream.seek(0, io.SEEK_END):
        raise ValueError("the file ends inside a strip")
    stream.seek(offset)
    return stream.read(length)


def _grey_tiff(packed: Sequence[bytes], compression: int, *, size: tuple[int, int], strip_rows: int) -> bytes:
    """A TIFF of 8 bits whose strips are ``packed``."""
    strips = np.array([len(part) for part in packed], "<u4")
    fields = {
        _WIDTH: size[0],
        _HEIGHT: size[1],
        _BITS: 8,
        _COMPRESSION: compression,
        _PHOTOMETRIC: _BLACK_IS_ZERO,
        _STRIP_OFFSETS: 0,
        _SAMPLES: 1,
        _STRIP_ROWS: strip_rows,
        _STRIP_LENGTHS: 0,
    }
    lists = 8 + 2 + 12 * len(fields) + 4
    body = lists + 2 * strips.nbytes
    starts = (body + np.concatenate(([0], np.cumsum(strips)[:-1]))).astype("<u4")
    places = {_STRIP_OFFSETS: (starts, lists), _STRIP_LENGTHS: (strips, lists + starts.nbytes)}
    head = [struct.pack("<2sHIH", b"II", 42, 8, len(fields))]
    for tag, value in fields.items():
        values, place = places.get(tag, (None, value))
        count = 1 if values is None else len(values)
        # A single value stands in the field itself.
        head.append(struct.pack("<HHII", tag, 4, count, int(values[0]) if values is not None and count == 1 else place))
    return b"".join((*head, bytes(4), starts.tobytes(), strips.tobytes(), *packed))


def _bgra(samples: Samples, layout: DeepTiff) -> Samples:
    colours = np.ascontiguousarray(samples[..., : layout.colours])
    if layout.inverted:
        colours = _FULL - colours
    code = cv2.COLOR_RGB2BGRA if layout.colours == 3 else cv2.COLOR_GRAY2BGRA
    result: Samples = np.asarray(cv2.cvtColor(colours, code), np.uint16)
    if layout.has_alpha:
        alpha = samples[..., layout.colours]
        if layout.alpha == _ASSOCIATED:
            result[..., :3] = _divided(result[..., :3], alpha[..., None])
        result[..., 3] = alpha
    return result


def _divided(colours: Samples, alpha: Samples) -> Samples:
    """Colours that alpha had been multiplied into, without it; black where nothing is left of them."""
    over = np.maximum(alpha, 1).astype(np.uint32)
    whole = (np.minimum(colours, alpha).astype(np.uint32) * _FULL + over // 2) // over
    return whole.astype(np.uint16)
