"""What was done to a document, in order, and the way back and forth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from editor.domain.candidate import Candidate
from editor.domain.geometry import Rect
from editor.domain.kept import Keeper, Kept
from editor.domain.layer import Layer
from editor.domain.receipt import Receipt
from editor.domain.samples import Pixels

if TYPE_CHECKING:
    from editor.domain.document import Document

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
    CROP = "crop"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class Dirty:
    """What has to be repainted: a rectangle of the picture and one of the mask, either may be empty.

    After another size of the picture (``resized``) everything has, and the rectangles say nothing more.
    """

    pixels: Rect = NOWHERE
    mask: Rect = NOWHERE
    resized: bool = False

    def united(self, other: Dirty) -> Dirty:
        """Both together."""
        resized = self.resized or other.resized
        return Dirty(self.pixels.united(other.pixels), self.mask.united(other.mask), resized)


class Change(Protocol):
    """What a step holds of the other side of it."""

    def touches(self, target: Target) -> bool:
        """Whether it changes the raster that ``target`` names."""
        ...

    def kept(self) -> Iterator[Kept]:
        """Everything that it holds."""
        ...

    def copy(self) -> Change:
        """The same as it is now, which a later exchange does not change."""
        ...

    def swap(self, document: Document) -> Dirty:
        """Exchange what is held with what is there. Raises KeptUnavailable, and has changed nothing then."""
        ...


@dataclass(slots=True, eq=False)
class HistoryEntry:
    """One step: a stroke, an AI edit. ``layer`` and ``receipt`` belong to edits."""

    label: str
    kind: EntryKind
    changes: tuple[Change, ...] = ()
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
        return any(change.touches(target) for change in self.changes)

    def copy(self) -> HistoryEntry:
        """The same as it is now, which a later undo does not change."""
        return replace(self, changes=tuple(change.copy() for change in self.changes))

    def kept(self) -> Iterator[Kept]:
        """Everything that is held for undo."""
        for change in self.changes:
            yield from change.kept()

    @property
    def nbytes(self) -> int:
        """Memory held for undo and for the choice, in bytes."""
        others = sum(one.layer.nbytes for one in self.candidates if one.layer is not self.layer)
        return sum(kept.nbytes for kept in self.kept()) + others

    @property
    def stored(self) -> int:
        """Bytes that lie on a disk for undo."""
        return sum(kept.packed.stored for kept in self.kept() if kept.packed is not None)


class History:
    """Entries in order and the position among them. Entry 0 is the opened picture and is never undone.

    What the steps hold goes to the disk by and by. The oldest become final (they stay in the list but can't be undone
    any more, and have no choice of candidates) where more than ``disk`` bytes lie there, or where the disk refuses and
    more than ``memory`` bytes are held.
    """

    def __init__(self, first: HistoryEntry, *, memory: int = 1 << 30, disk: int = 16 << 30) -> None:
        self.entries: list[HistoryEntry] = [first]
        self.position = 0
        self.floor = 0
        self.memory = memory
        self.disk = disk
        self.keeper: Keeper | None = None
        self._at_most = 0
        """Bytes that may be held: counted upwards with every step, and exactly where that is too much."""

    @property
    def current(self) -> HistoryEntry:
        """The entry whose result is on the screen."""
        return self.entries[self.position]

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None."""
        return self.current.label if self.position > self.floor else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, or None."""
        above = self.position + 1
        return self.entries[above].label if above < len(self.entries) else None

    def add(self, entry: HistoryEntry) -> None:
        """Put a step on top; what had been undone is gone."""
        del self.entries[self.position + 1 :]
        self.entries.append(entry)
        self.position += 1
        self.hand_over(entry)

    def hand_over(self, entry: HistoryEntry) -> None:
        """What ``entry`` holds has changed: have it put out of the way, and let go of what is too much."""
        self._at_most += entry.nbytes
        if self.keeper is not None:
            layers = [one.layer for one in entry.candidates]
            self.keeper.keep([*entry.kept(), *(kept for layer in layers for kept in layer.held())])
        if self._at_most > min(self.memory, self.disk):
            self._let_go()

    def _let_go(self) -> None:
        """Make the oldest steps final until the rest is within the bounds, but never the newest one."""
        on_the_way = self.keeper is not None and self.keeper.relieves
        held = sum(entry.nbytes for entry in self.entries)
        stored = sum(entry.stored for entry in self.entries)
        while self.floor < self.position - 1 and (stored > self.disk or (held > self.memory and not on_the_way)):
            self.floor += 1
            final = self.entries[self.floor]
            held, stored = held - final.nbytes, stored - final.stored
            final.changes, final.candidates = (), ()
        self._at_most = held

    def forget_undone(self, target: Target) -> None:
        """Drop what was undone from the first step on that changes ``target``, which is no longer what it was."""
        first = self.position + 1
        for place in range(first, len(self.entries)):
            if self.entries[place].touches(target):
                del self.entries[place:]
                return
