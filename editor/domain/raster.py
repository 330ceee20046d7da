"""Pixel arrays that can be looked at as they were while they are being painted on.

A raster is contiguous, for speed on screen; only what remembers the past works in tiles. A writer announces the
rectangle that it is about to change, and every open snapshot keeps its own copy of the tiles it had not kept yet.
That one mechanism gives undo (the tiles before a stroke) and a frozen view for a worker (the picture as it was when
the button was pressed), and never copies a picture whole.
"""

from __future__ import annotations

import threading
import weakref
from types import TracebackType
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.samples import Samples

TILE = 256
"""Side of a tile in pixels."""

Place = tuple[int, int]
"""Column and row of a tile."""
Tiles = dict[Place, Samples]
S = TypeVar("S", bound=np.unsignedinteger[Any])


class Raster(Generic[S]):
    """A contiguous array of uint8 or uint16, (height, width) or (height, width, channels), with copy-on-write
    snapshots."""

    def __init__(self, array: NDArray[S]) -> None:
        if array.dtype not in (np.uint8, np.uint16) or not array.flags.c_contiguous or array.ndim not in (2, 3):
            raise ValueError("a raster is a contiguous array of 8 or 16 bits with two or three axes")
        self.array = array
        self._lock = threading.Lock()
        self._snapshots: weakref.WeakSet[Snapshot[S]] = weakref.WeakSet()

    @property
    def rect(self) -> Rect:
        """The whole raster."""
        return Rect(0, 0, self.array.shape[1], self.array.shape[0])

    def snapshot(self) -> Snapshot[S]:
        """A view of the raster as it is now; costs nothing until something is written."""
        snapshot = Snapshot(self)
        with self._lock:
            self._snapshots.add(snapshot)
        return snapshot

    def about_to_change(self, rect: Rect) -> None:
        """Must be called before every write, with the rectangle to be written."""
        rect = rect.intersected(self.rect)
        with self._lock:
            for snapshot in self._snapshots:
                snapshot._keep(rect)

    def write(self, rect: Rect, pixels: Samples) -> None:
        """Put ``pixels``, of the raster's own type, at ``rect``, which must lie inside."""
        if pixels.dtype != self.array.dtype:
            raise ValueError(f"{pixels.dtype} does not fit into a raster of {self.array.dtype}")
        self.about_to_change(rect)
        self.array[rect.slices] = pixels

    def tile_rect(self, tile: Place) -> Rect:
        """Where a tile lies; smaller than a whole one at the right and lower edge."""
        column, row = tile
        return Rect(column * TILE, row * TILE, TILE, TILE).intersected(self.rect)

    def _release(self, snapshot: Snapshot[S]) -> None:
        with self._lock:
            self._snapshots.discard(snapshot)


class Snapshot(Generic[S]):
    """A raster as it was at one moment. May be read from any thread; close it when done."""

    def __init__(self, raster: Raster[S]) -> None:
        self._raster = raster
        self.tiles: dict[Place, NDArray[S]] = {}

    def __enter__(self) -> Snapshot[S]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def rect(self) -> Rect:
        """The whole raster."""
        return self._raster.rect

    @property
    def changed(self) -> Rect:
        """Around all tiles written since; empty where nothing was."""
        area = Rect(0, 0, 0, 0)
        for tile in self.tiles:
            area = area.united(self._raster.tile_rect(tile))
        return area

    def read(self, rect: Rect) -> NDArray[S]:
        """A copy of ``rect`` as it was; ``rect`` must lie inside."""
        result = np.empty((rect.height, rect.width, *self._raster.array.shape[2:]), self._raster.array.dtype)
        for tile in rect.tiles(TILE):
            part = self._raster.tile_rect(tile).intersected(rect)
            target = result[part.moved(-rect.x, -rect.y).slices]
            # The lock is taken for one tile at a time: a painter never waits longer than a tile's copy.
            with self._raster._lock:
                kept = self.tiles.get(tile)
                if kept is None:
                    target[...] = self._raster.array[part.slices]
            if kept is not None:
                origin = self._raster.tile_rect(tile)
                target[...] = kept[part.moved(-origin.x, -origin.y).slices]
        return result

    def close(self) -> None:
        """Stop following the raster; ``tiles`` stays as it is."""
        self._raster._release(self)

    def _keep(self, rect: Rect) -> None:
        for tile in rect.tiles(TILE):
            if tile not in self.tiles:
                self.tiles[tile] = self._raster.array[self._raster.tile_rect(tile).slices].copy()
