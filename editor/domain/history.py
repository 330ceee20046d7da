"""What was done to a document, in order, and the way back and forth."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from editor.domain.candidate import Candidate
from editor.domain.geometry import Rect
from editor.domain.layer import Layer
from editor.domain.raster import Place, Raster, Tiles
from editor.domain.receipt import Receipt
from editor.domain.samples import Pixels, Samples

NOWHERE = Rect(0, 0, 0, 0)


class Target(StrEnum):
    """Which raster of a document a change belongs to."""

    PIXELS = "pixels"
    MASK = "mask"


class EntryKind(StrEnum):
    """What a history entry is, for its icon and its thumbnail."""

    OPENED = "opened"
    STROKE = "stroke"
    MASK = "mask"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Dirty:
    """What has to be repainted: a rectangle of the picture and one of the mask, either may be empty."""

    pixels: Rect = NOWHERE
    mask: Rect = NOWHERE

    def united(self, other: Dirty) -> Dirty:
        """Both together."""
        return Dirty(self.pixels.united(other.pixels), self.mask.united(other.mask))


class TileChange:
    """The tiles of one raster on the other side of a step. Applying it swaps them with what is there."""

    def __init__(self, target: Target, tiles: Tiles) -> None:
        self.target = target
        self._tiles: dict[Place, Samples] = {tile: _folded(pixels) for tile, pixels in tiles.items()}

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return sum(pixels.nbytes for pixels in self._tiles.values())

    def swap(self, raster: Raster[Any]) -> Rect:
        """Exchange the kept tiles with the raster's and return the rectangle that changed."""
        area = NOWHERE
        for tile, kept in self._tiles.items():
            rect = raster.tile_rect(tile)
            present = raster.array[rect.slices].copy()
            raster.write(rect, kept)
            self._tiles[tile] = _folded(present)
            area = area.united(rect)
        return area


def _folded(tile: Samples) -> Samples:
    """A tile of one value as that single pixel, which NumPy spreads again when it is written."""
    first = tile[:1, :1]
    return first.copy() if np.array_equal(tile, np.broadcast_to(first, tile.shape)) else tile


@dataclass(slots=True, eq=False)
class HistoryEntry:
    """One step: a stroke, an AI edit. ``layer`` and ``receipt`` belong to edits."""

    label: str
    kind: EntryKind
    changes: tuple[TileChange, ...] = ()
    layer: Layer | None = None
    receipt: Receipt | None = None
    thumbnail: Pixels | None = field(default=None)
    """(height, width, 4) uint8, blue green red alpha; small, made when the entry is added."""
    candidates: tuple[Candidate, ...] = ()
    """The results of the same edit, of which ``layer`` is one; empty where there was no choice."""

    @property
    def chosen(self) -> int:
        """The place among ``candidates`` of the one in the picture; -1 where there are none."""
        return next((place for place, one in enumerate(self.candidates) if one.layer is self.layer), -1)

    def touches(self, target: Target) -> bool:
        """Whether the step changed the raster that ``target`` names."""
        return any(change.target is target for change in self.changes)

    @property
    def nbytes(self) -> int:
        """Memory held for undo and for the choice, in bytes."""
        others = sum(one.layer.nbytes for one in self.candidates if one.layer is not self.layer)
        return sum(change.nbytes for change in self.changes) + others


class History:
    """Entries in order and the position among them. Entry 0 is the opened picture and is never undone.

    Above ``budget`` bytes the oldest steps become final: they stay in the list but can't be undone any more,
    and have no choice of candidates.
    """

    def __init__(self, first: HistoryEntry, *, budget: int = 1 << 30) -> None:
        self.entries: list[HistoryEntry] = [first]
        self.position = 0
        self.floor = 0
        self._budget = budget

    @property
    def current(self) -> HistoryEntry:
        """The entry whose result is on the screen."""
        return self.entries[self.position]

    @property
    def undo_label(self) -> str | None:
        """What :meth:`step_back` would take back, or None."""
        return self.current.label if self.position > self.floor else None

    @property
    def redo_label(self) -> str | None:
        """What :meth:`step_forward` would do again, or None."""
        above = self.position + 1
        return self.entries[above].label if above < len(self.entries) else None

    def add(self, entry: HistoryEntry) -> None:
        """Put a step on top; what had been undone is gone."""
        del self.entries[self.position + 1 :]
        self.entries.append(entry)
        self.position += 1
        held = sum(kept.nbytes for kept in self.entries)
        while held > self._budget and self.floor < self.position - 1:
            self.floor += 1
            held -= self.entries[self.floor].nbytes
            self.entries[self.floor].changes = ()
            self.entries[self.floor].candidates = ()

    def forget_undone(self, target: Target) -> None:
        """Drop what was undone from the first step on that changes ``target``, which is no longer what it was."""
        first = self.position + 1
        for place in range(first, len(self.entries)):
            if self.entries[place].touches(target):
                del self.entries[place:]
                return

    def step_back(self) -> HistoryEntry | None:
        """The entry to be taken back, or None at the beginning."""
        if self.position <= self.floor:
            return None
        entry = self.current
        self.position -= 1
        return entry

    def step_forward(self) -> HistoryEntry | None:
        """The entry to be done again, or None at the end."""
        if self.redo_label is None:
            return None
        self.position += 1
        return self.current
