"""Arrays in one file that only grows: compressed, checked when they are read, and stored once however often they come.

A record is a header (:data:`_HEADER`) and the array's bytes compressed with Zstandard (RFC 8878). Arrays beyond
:data:`BAND_BYTES` are stored in bands of rows, so that none needs a second copy of itself in memory.
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
import threading
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import zstandard

from editor.domain.kept import Kept, KeptUnavailable
from editor.domain.samples import Samples
from editor.storage.disk import SYSTEM_DISK, Disk, write_whole

BAND_BYTES = 8 << 20
LEVEL = 1
LARGEST_ROW = 1 << 26
"""Bytes of the longest row that is stored; a header that speaks of more is not believed."""

_HEADER = struct.Struct("<4sBBxxIIIQ16s")
"""Mark, bytes a sample, number of axes, three sides, bytes that follow, BLAKE2b of the samples."""
_MARK = b"IEt1"
_DIGEST = 16
LOST = "Part of what was kept of this picture cannot be read. The step cannot be taken; the picture stays as it is."


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array in a pack: where its bands begin, and how many bytes they take."""

    pack: TilePack
    records: tuple[int, ...]
    stored: int

    def read(self) -> Samples:
        """The array. Raises KeptUnavailable."""
        bands = [self.pack.read(record) for record in self.records]
        return bands[0] if len(bands) == 1 else np.concatenate(bands)


class TilePack:
    """A pack in a file. Written by one thread at a time, read by any.

    What a failed write left behind the last whole record is written over by the next.
    """

    def __init__(self, path: Path, handle: int, *, disk: Disk = SYSTEM_DISK) -> None:
        self.path = path
        self._handle = handle
        self._disk = disk
        self._end = 0
        self._known: dict[_Key, tuple[int, int]] = {}
        self._place = threading.Lock()
        # Arrays of it may be read for as long as anybody holds them.
        self._closing = weakref.finalize(self, os.close, handle)

    @classmethod
    def create(cls, path: Path, *, disk: Disk = SYSTEM_DISK) -> TilePack:
        """An empty pack in a new file. Raises OSError."""
        return cls(path, disk.create(path), disk=disk)

    @classmethod
    def open(cls, path: Path, *, disk: Disk = SYSTEM_DISK) -> TilePack:
        """A pack that was written before, as far as its records are whole. Raises OSError."""
        pack = cls(path, disk.open(path), disk=disk)
        for key, record, length in pack._found():
            pack._known[key] = record, length
            pack._end = record + length
        return pack

    @property
    def size(self) -> int:
        """Bytes of all records."""
        return self._end

    def put(self, kept: Kept) -> PackedArray:
        """Store an array of two or three axes; one that is there already is not written again.

        Raises OSError, and KeptUnavailable where it lies elsewhere and cannot be read.
        """
        height, nbytes = kept.shape[0], math.prod(kept.shape) * kept.dtype.itemsize
        step = max(1, BAND_BYTES // max(1, nbytes // max(1, height)))
        bands = ((top, min(top + step, height)) for top in range(0, height, step))
        placed = [self._put_band(kept.rows(*band)) for band in bands]
        return PackedArray(self, tuple(record for record, _ in placed), sum(length for _, length in placed))

    def at(self, records: Sequence[int]) -> Kept:
        """The array whose bands begin at ``records``. Raises KeptUnavailable where none begins there."""
        heads = [self._head(record) for record in records]
        if not heads or any(head.shape[1:] != heads[0].shape[1:] or head.sample != heads[0].sample for head in heads):
            raise KeptUnavailable(LOST, detail="the bands do not belong together")
        packed = PackedArray(self, tuple(records), sum(_HEADER.size + head.length for head in heads))
        rows = sum(head.shape[0] for head in heads)
        return Kept.stored(packed, (rows, *heads[0].shape[1:]), heads[0].dtype)

    def read(self, record: int) -> Samples:
        """One band. Raises KeptUnavailable where it is damaged or cannot be read."""
        head = self._head(record)
        try:
            packed = self._bytes(record + _HEADER.size, head.length)
            data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=max(1, head.nbytes))
        except (OSError, zstandard.ZstdError) as error:
            raise KeptUnavailable(LOST, detail=str(error)) from error
        if len(data) != head.nbytes or hashlib.blake2b(data, digest_size=_DIGEST).digest() != head.digest:
            raise KeptUnavailable(LOST, detail=f"record {record} is damaged")
        return np.frombuffer(data, head.dtype).reshape(head.shape).copy()

    def sync(self) -> None:
        """Return once everything is on the disk. Raises OSError."""
        self._disk.sync(self._handle)

    def close(self) -> None:
        """Let go of the file; nothing can be read any more."""
        self._closing()

    def _put_band(self, band: Samples) -> tuple[int, int]:
        data = np.ascontiguousarray(band)
        digest = hashlib.blake2b(data.data, digest_size=_DIGEST).digest()
        key = _Key(digest, data.shape, data.itemsize)
        known = self._known.get(key)
        if known is not None:
            return known
        packed = zstandard.ZstdCompressor(level=LEVEL).compress(data.data)
        sides = (*data.shape, 1, 1)[:3]
        head = _HEADER.pack(_MARK, data.itemsize, data.ndim, *sides, len(packed), digest)
        record = self._end
        with self._place:
            os.lseek(self._handle, record, os.SEEK_SET)
            write_whole(self._disk, self._handle, head + packed)
        self._end = record + len(head) + len(packed)
        self._known[key] = placed = record, self._end - record
        return placed

    def _head(self, record: int) -> _Head:
        try:
            fields = _HEADER.unpack(self._bytes(record, _HEADER.size))
        except (OSError, struct.error) as error:
            raise KeptUnavailable(LOST, detail=str(error)) from error
        mark, sample, axes, *sides, length, digest = fields
        head = _Head(sample, tuple(sides[:axes]), length, digest)
        if mark != _MARK or sample not in (1, 2) or axes not in (2, 3) or not head.credible:
            raise KeptUnavailable(LOST, detail=f"no record begins at {record}")
        return head

    def _bytes(self, place: int, length: int) -> bytes:
        parts = []
        with self._place:
            os.lseek(self._handle, place, os.SEEK_SET)
            while length > 0 and (part := os.read(self._handle, min(length, BAND_BYTES))):
                parts.append(part)
                length -= len(part)
        return b"".join(parts)

    def _found(self) -> Iterator[tuple[_Key, int, int]]:
        """Key, beginning and length of every whole record from the file's beginning on."""
        place, end = 0, os.lseek(self._handle, 0, os.SEEK_END)
        while place < end:
            try:
                head = self._head(place)
            except KeptUnavailable:
                return
            length = _HEADER.size + head.length
            if place + length > end:
                return
            yield _Key(head.digest, head.shape, head.sample), place, length
            place += length


class _Key(NamedTuple):
    """What tells arrays apart."""

    digest: bytes
    shape: tuple[int, ...]
    sample: int


@dataclass(frozen=True, slots=True)
class _Head:
    """A record's header: bytes a sample, the array's shape, how many bytes follow, BLAKE2b of the samples."""

    sample: int
    shape: tuple[int, ...]
    length: int
    digest: bytes

    @property
    def nbytes(self) -> int:
        return self.sample * math.prod(self.shape)

    @property
    def credible(self) -> bool:
        """Whether a pack of ours can have a record of this size: a few bytes may unpack to any number of them."""
        return 0 < self.nbytes <= (BAND_BYTES if self.shape[0] > 1 else LARGEST_ROW)

    @property
    def dtype(self) -> np.dtype[np.unsignedinteger[Any]]:
        return np.dtype(np.uint8 if self.sample == 1 else np.uint16)
