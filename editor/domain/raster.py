"""Pixel arrays that can be looked at as they were while they are being painted on.

A raster is contiguous, for speed on screen; only what remembers the past works in tiles. A writer announces the
rectangle that it is about to change, and every open snapshot keeps its own copy of the tiles it had not kept yet.
That one mechanism gives undo (the tiles before a stroke) and a frozen view for a worker (the picture as it was when
the button was pressed), and never copies a picture whole.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.samples import Samples

TILE = 256
"""Side of a tile in pixels."""

Place = tuple[int, int]
"""Column and row of a tile."""
Tiles = dict[Place, Samples]
"""Pixels of tiles by their place."""
S = TypeVar("S", bound=np.unsignedinteger[Any])


class Follower(Protocol):
    """Is told of every rectangle of a raster that is about to be written."""

    def keep(self, rect: Rect) -> None:
        """``rect``, inside the raster, is still as it was. Called with the raster's lock held."""
        ...


class Raster(Generic[S]):
    """A contiguous array of uint8 or uint16, (height, width) or (height, width, channels), with copy-on-write
    snapshots."""

    def __init__(self, array: NDArray[S]) -> None:
        if array.dtype not in (np.uint8, np.uint16) or not array.flags.c_contiguous or array.ndim not in (2, 3):
            raise ValueError("a raster is a contiguous array of 8 or 16 bits with two or three axes")
        self.array = array
        self._lock = threading.Lock()
        self._followers: weakref.WeakSet[Follower] = weakref.WeakSet()

    @property
    def rect(self) -> Rect:
        """The whole raster."""
        return Rect(0, 0, self.array.shape[1], self.array.shape[0])

    def snapshot(self) -> Snapshot[S]:
        """A view of the raster as it is now; costs nothing until something is written."""
        snapshot = Snapshot(self)
        self.follow(snapshot)
        return snapshot

    def follow(self, follower: Follower) -> None:
        """Tell ``follower`` of every write from now on, for as long as somebody holds it."""
        with self._lock:
            self._followers.add(follower)

    def unfollow(self, follower: Follower) -> None:
        """Tell ``follower`` no more."""
        with self._lock:
            self._followers.discard(follower)

    def about_to_change(self, rect: Rect) -> None:
        """Must be called before every write, with the rectangle to be written."""
        rect = rect.intersected(self.rect)
        with self._lock:
            for follower in self._followers:
                follower.keep(rect)

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
                kept = self.tile(tile)
                if kept is None:
                    target[...] = self._raster.array[part.slices]
            if kept is not None:
                origin = self._raster.tile_rect(tile)
                target[...] = kept[part.moved(-origin.x, -origin.y).slices]
        return result

    def of(self, raster: Raster[S]) -> bool:
        """Whether it is a view of ``raster``; not any more where the picture got another size."""
        return self._raster is raster

    def tile(self, place: Place) -> NDArray[S] | None:
        """The pixels of a tile that was written since; None for one that was not."""
        return self.tiles.get(place)

    def close(self) -> None:
        """Stop following the raster; ``tiles`` stays as it is."""
        self._raster.unfollow(self)

    def keep(self, rect: Rect) -> None:
        """Copy the tiles of ``rect`` that were not kept yet."""
        for tile in rect.tiles(TILE):
            if tile not in self.tiles:
                self.tiles[tile] = self._raster.array[self._raster.tile_rect(tile).slices].copy()


class Watch:
    """Which tiles of a raster were written, since it was last asked."""

    def __init__(self, raster: Raster[Any]) -> None:
        self.raster = raster
        self._lock = threading.Lock()
        self._places: set[Place] = set(raster.rect.tiles(TILE))
        raster.follow(self)

    def taken(self) -> frozenset[Place]:
        """The tiles written since the last call; at first all. For the thread that writes."""
        with self._lock:
            places, self._places = self._places, set()
        return frozenset(places)

    def again(self, places: Iterable[Place]) -> None:
        """Count ``places`` as written once more, as what was to be done with them has failed."""
        with self._lock:
            self._places.update(places)

    def keep(self, rect: Rect) -> None:
        """Note the tiles of ``rect``."""
        with self._lock:
            self._places.update(rect.tiles(TILE))
