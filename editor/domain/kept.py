"""Samples that are kept for undo: in memory at first, and put out of the way by a keeper when there is time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

from editor.domain.errors import EditorError
from editor.domain.geometry import Rect
from editor.domain.raster import Raster, Snapshot
from editor.domain.samples import Samples


class KeptUnavailable(EditorError):
    """What was put out of the way cannot be brought back: its file is gone or damaged."""


class Packed(Protocol):
    """Samples that lie elsewhere, compressed on a disk."""

    @property
    def stored(self) -> int:
        """Bytes that they take there."""
        ...

    def read(self) -> Samples:
        """The samples, in an array of their own. Raises :class:`KeptUnavailable`."""
        ...


class Keeper(Protocol):
    """Puts samples out of the way, in a thread of its own."""

    @property
    def relieves(self) -> bool:
        """Whether memory is going to be freed; False where the disk has refused."""
        ...

    def keep(self, kept: Iterable[Kept]) -> None:
        """Put these out of the way when there is time; returns at once."""
        ...


class Kept:
    """An array that is not written any more. May be packed by one thread while another reads it."""

    __slots__ = ("_array", "_packed", "dtype", "shape")

    def __init__(self, array: Samples) -> None:
        self._array: Samples | None = array
        self._packed: Packed | None = None
        self.shape = array.shape
        self.dtype = array.dtype

    @classmethod
    def stored(cls, packed: Packed, shape: tuple[int, ...], dtype: Any) -> Kept:
        """What lies on a disk already, as after a restart."""
        kept = cls.__new__(cls)
        kept._array, kept._packed = None, packed
        kept.shape, kept.dtype = shape, np.dtype(dtype)
        return kept

    @property
    def array(self) -> Samples:
        """The samples. Raises :class:`KeptUnavailable`."""
        array, packed = self._array, self._packed
        if array is not None:
            return array
        # The two are exchanged in this order, so that one of them is always there.
        assert packed is not None
        return packed.read()

    def rows(self, top: int, bottom: int) -> Samples:
        """The samples of some rows. Raises :class:`KeptUnavailable`."""
        return self.array[top:bottom]

    @property
    def packed(self) -> Packed | None:
        """Where it lies; None while it is in memory only."""
        return self._packed

    @property
    def in_memory(self) -> bool:
        """Whether the array is still held."""
        return self._array is not None

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return 0 if self._array is None else self._array.nbytes

    def check(self) -> None:
        """Raise :class:`KeptUnavailable` where the array could not be had."""
        if self._array is None and self._packed is not None:
            self._packed.read()

    def pack(self, packed: Packed) -> None:
        """Hold ``packed`` instead of the array."""
        self._packed = packed
        self._array = None


class KeptRaster(Kept):
    """A whole raster as it is now. While it is in memory it can be had back as the same raster, which others follow,
    and painted on: what is kept stays as it was."""

    __slots__ = ("_raster", "_snapshot")

    def __init__(self, raster: Raster[Any]) -> None:
        super().__init__(raster.array)
        self._raster: Raster[Any] | None = raster
        self._snapshot: Snapshot[Any] = raster.snapshot()

    @property
    def array(self) -> Samples:
        """A copy of the samples. Raises :class:`KeptUnavailable`."""
        return super().array if self._raster is None else self._snapshot.read(self._snapshot.rect)

    def rows(self, top: int, bottom: int) -> Samples:
        """A copy of some rows. Raises :class:`KeptUnavailable`."""
        if self._raster is None:
            return super().rows(top, bottom)
        return self._snapshot.read(Rect.from_edges(0, top, self._snapshot.rect.width, bottom))

    @property
    def raster(self) -> Raster[Any]:
        """The raster, a new one where it had been packed. Raises :class:`KeptUnavailable`."""
        raster = self._raster
        return Raster(self.array) if raster is None else raster

    def pack(self, packed: Packed) -> None:
        """Hold ``packed`` instead of the raster."""
        super().pack(packed)
        self._raster = None
        self._snapshot.close()


def folded(tile: Samples) -> Samples:
    """A tile of one value as that single pixel, which NumPy spreads again when it is written."""
    first = tile[:1, :1]
    # Most tiles that are not of one value tell so in their first row.
    same = bool((tile[:1] == first).all()) and bool((tile == first).all())
    return first.copy() if same else tile
