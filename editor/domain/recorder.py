"""One change of a document under way, which becomes a step of its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from editor.domain.changes import TileChange
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, HistoryEntry, Target
from editor.domain.raster import Snapshot

if TYPE_CHECKING:
    from editor.domain.document import Document


class Recorder:
    """One change under way on one raster, from press to release."""

    def __init__(self, document: Document, target: Target) -> None:
        self._document = document
        self._target = target
        self._snapshot: Snapshot[Any] = document.raster(target).snapshot()

    @property
    def before(self) -> Snapshot[Any]:
        """The raster as it was when the change began."""
        return self._snapshot

    def finish(self, label: str, kind: EntryKind) -> HistoryEntry | None:
        """Close the change and put it into the history; None where nothing was touched."""
        change = self._change()
        if change is None:
            return None
        entry = HistoryEntry(label, kind, (change,))
        self._document.history.add(entry)
        return entry

    def join(self, entry: HistoryEntry) -> None:
        """Close the change and make it part of ``entry``, the newest step: one undo takes both back."""
        change = self._change()
        if change is not None:
            entry.changes = (*entry.changes, change)
            self._document.history.hand_over(entry)

    def _change(self) -> TileChange | None:
        self._snapshot.close()
        if self._target is Target.MASK:
            self._forget_unchanged()
        return TileChange(self._target, self._snapshot.tiles) if self._snapshot.tiles else None

    def _forget_unchanged(self) -> None:
        """An eraser on an empty mask writes what is there: that is no step."""
        raster = self._document.raster(self._target)
        for tile, before in tuple(self._snapshot.tiles.items()):
            if np.array_equal(before, raster.array[raster.tile_rect(tile).slices]):
                del self._snapshot.tiles[tile]

    def abandon(self) -> Rect:
        """Put everything back as it was and return the rectangle that changed."""
        self._snapshot.close()
        return TileChange(self._target, self._snapshot.tiles).put(self._document.raster(self._target))
