"""The open picture: pixels, mask, layers, history, and what its file said about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from editor.domain.candidate import Candidate
from editor.domain.changes import Extent, SizeChange, TileChange
from editor.domain.geometry import Rect
from editor.domain.history import Dirty, EntryKind, History, HistoryEntry, Target
from editor.domain.kept import KeptUnavailable
from editor.domain.layer import Layer
from editor.domain.mask import Mask
from editor.domain.metadata import Metadata
from editor.domain.original import Original
from editor.domain.raster import Raster
from editor.domain.receipt import Receipt
from editor.domain.recorder import Recorder
from editor.domain.remembered import RememberedMask
from editor.domain.samples import Pixels, Samples, bits


class Document:
    """An open picture. Only the UI thread (or the command line) changes it.

    ``pixels`` is (height, width, 4) uint8 or uint16 in the order of a 32-bit screen, blue green red alpha, alpha not
    multiplied in. ``mask`` is what was painted, (height, width), 255 = change here. ``effective`` is the mask after
    *grow* and *feather*, kept up to date by :mod:`editor.imaging.effective_mask`.
    """

    def __init__(
        self,
        pixels: Samples,
        *,
        name: str,
        path: Path | None = None,
        metadata: Metadata | None = None,
        grow: int = 4,
        feather: int = 6,
    ) -> None:
        height, width, channels = pixels.shape
        if channels != 4:
            raise ValueError("a document's pixels have four channels")
        self.pixels: Raster[Any] = Raster(pixels)
        self.mask = Mask(_touched(height, width))
        self.effective = Mask(_touched(height, width))
        self.original = Original(self.pixels)
        self.name = name
        self.path = path
        self.metadata = metadata or Metadata()
        self.grow = grow
        self.feather = feather
        self.stays_here = False
        """Whether nothing of the picture may leave this computer."""
        self.layers: list[Layer] = []
        self.remembered: tuple[RememberedMask, ...] = ()
        """Masks kept under a name, each name once."""
        self.last_mask: RememberedMask | None = None
        """What was painted before it was cleared, or used up by an edit, the last time."""
        self.history = History(HistoryEntry(f"Opened {name}", EntryKind.OPENED))
        self._saved: HistoryEntry | None = self.history.current
        self._kept_masks = self.mask_state

    @property
    def modified(self) -> bool:
        """Whether the pixels differ from those in the file, as far as the steps between tell.

        Set it to False when all there is now is in a file, masks too, to True when the pixels are in none.
        """
        return self._saved is not self._newest(Target.PIXELS)

    @modified.setter
    def modified(self, value: bool) -> None:
        self._saved = None if value else self._newest(Target.PIXELS)
        if not value:
            self._kept_masks = self.mask_state

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost with the document."""
        return self.modified or self.masks_unsaved

    @property
    def masks_unsaved(self) -> bool:
        """Whether a mask would be lost with the document: one that is painted or remembered and in no project."""
        painted, remembered = self._kept_masks
        lost = self._newest(Target.MASK) is not painted and bool(self.mask.bounds)
        return lost or (self.remembered is not remembered and bool(self.remembered))

    @property
    def pixel_state(self) -> tuple[HistoryEntry, Layer | None]:
        """What tells whether the pixels are those of now: the newest step that changed them, and the layer it laid."""
        newest = self._newest(Target.PIXELS)
        return newest, newest.layer

    def saved_at(self, state: tuple[HistoryEntry, Layer | None]) -> None:
        """The pixels of an earlier :attr:`pixel_state` are in the file now."""
        entry, layer = state
        self._saved = entry if entry.layer is layer else None

    @property
    def mask_state(self) -> tuple[HistoryEntry, tuple[RememberedMask, ...]]:
        """What tells whether the masks are those of now: the newest step that changed what is painted, and what is
        remembered."""
        return self._newest(Target.MASK), self.remembered

    def masks_saved_at(self, state: tuple[HistoryEntry, tuple[RememberedMask, ...]]) -> None:
        """The masks of an earlier :attr:`mask_state` are in a project now."""
        self._kept_masks = state

    def _newest(self, target: Target) -> HistoryEntry:
        """The newest step, of those that are not undone, that changed pixels or mask."""
        steps = self.history.entries[: self.history.position + 1]
        return next((step for step in reversed(steps) if step.touches(target)), steps[0])

    def resume(self, entries: Sequence[HistoryEntry], *, position: int, floor: int, saved: int | None) -> None:
        """Take up a history where it was left, as after a restart.

        ``saved`` is the place of the newest step that changed the pixels that are in the file; None where they are in
        none. ValueError where the places do not fit.
        """
        if not 0 <= floor <= position < len(entries) or (saved is not None and not 0 <= saved < len(entries)):
            raise ValueError("the places are not those of the steps")
        history = self.history
        history.entries[:] = entries
        history.position, history.floor = position, floor
        self._saved = None if saved is None else entries[saved]

    @property
    def saved_place(self) -> int | None:
        """The place in the history of the newest step whose pixels are in the file; None where they are in none."""
        entries = self.history.entries
        return next((place for place, entry in enumerate(entries) if entry is self._saved), None)

    @property
    def rect(self) -> Rect:
        """The whole picture."""
        return self.pixels.rect

    @property
    def depth(self) -> int:
        """Bits a channel: 8 or 16."""
        return bits(self.pixels.array)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.rect.width, self.rect.height

    def raster(self, target: Target) -> Raster[Any]:
        """The raster that ``target`` names."""
        return self.pixels if target is Target.PIXELS else self.mask

    def record(self, target: Target) -> Recorder:
        """Begin a change; write only after this, and after :meth:`Raster.about_to_change`."""
        return Recorder(self, target)

    def attach(self, layer: Layer, blended: Samples, *, label: str, receipt: Receipt) -> HistoryEntry:
        """Lay an edit's result over the picture as one undoable step.

        ``blended`` is (height, width, 4) in the document's depth: the picture at ``layer.rect`` with the layer over it.
        """
        recorder = self.record(Target.PIXELS)
        self.pixels.write(layer.rect, blended)
        entry = recorder.finish(label, EntryKind.EDIT)
        if entry is None:
            raise ValueError("a layer without area")
        entry.layer, entry.receipt = layer, receipt
        self.layers.append(layer)
        self._keep_layer(layer)
        return entry

    @property
    def extent(self) -> Extent:
        """Everything that changes with the size. Set it only from a step; the effective mask is empty afterwards."""
        return Extent(self.pixels, self.mask, self.original, tuple(self.layers))

    @extent.setter
    def extent(self, extent: Extent) -> None:
        self.pixels, self.mask, self.original = extent.pixels, extent.mask, extent.original
        self.layers = list(extent.layers)
        self.effective = Mask(_touched(extent.mask.rect.height, extent.mask.rect.width))

    def resize(self, extent: Extent, *, label: str, kind: EntryKind, receipt: Receipt | None = None) -> Dirty:
        """Give the document another size, with its layers and its mask, as one undoable step."""
        if extent.pixels.rect != extent.mask.rect or extent.pixels.array.dtype != self.pixels.array.dtype:
            raise ValueError("pixels and mask of a document have one size, and its depth stays")
        change, self.extent = SizeChange(self.extent), extent
        entry = HistoryEntry(label, kind, (change,), receipt=receipt)
        self.history.add(entry)
        for layer in extent.layers:
            self._keep_layer(layer)
        return Dirty(pixels=self.rect, mask=self.rect, resized=True)

    def _keep_layer(self, layer: Layer) -> None:
        if self.history.keeper is not None:
            self.history.keeper.keep(layer.held())

    def offer(self, entry: HistoryEntry, candidates: tuple[Candidate, ...]) -> None:
        """Let ``entry`` have ``candidates`` to choose from."""
        entry.candidates = candidates
        self.history.hand_over(entry)

    def may_choose(self, entry: HistoryEntry) -> bool:
        """Whether another candidate of ``entry`` can take the place of the one in the picture."""
        return bool(entry.candidates) and self.may_offer(entry)

    def may_offer(self, entry: HistoryEntry) -> bool:
        """Whether what ``entry`` laid over the picture can be exchanged: the step is done, can be undone, and no later
        step that is done has changed the pixels."""
        history = self.history
        done = history.entries[history.floor + 1 : history.position + 1]
        if entry not in done or entry.layer is None:
            return False
        return not any(later.touches(Target.PIXELS) for later in done[done.index(entry) + 1 :])

    def choose(self, entry: HistoryEntry, place: int, blend: Callable[[Samples, Layer], Samples]) -> Dirty:
        """Put another of the candidates of ``entry`` into the picture, as the same step. ValueError where that cannot
        be, see :meth:`may_choose`.

        ``blend`` lays a layer over the pixels at its place. What had been undone after the step is gone where it
        changed the pixels.
        """
        if not self.may_choose(entry):
            raise ValueError("the step is not the newest that changed the pixels")
        candidate, old = entry.candidates[place], entry.layer
        beside = tuple(change for change in entry.changes if not change.touches(Target.PIXELS))
        rect, dirty = candidate.layer.rect, Dirty()
        for kept in candidate.layer.kept():
            kept.check()
        for change in entry.changes:
            if change.touches(Target.PIXELS):
                dirty = dirty.united(change.swap(self))
        with self.pixels.snapshot() as before:
            self.pixels.write(rect, blend(self.pixels.array[rect.slices], candidate.layer))
        entry.changes = (TileChange(Target.PIXELS, before.tiles), *beside)
        entry.layer, entry.receipt, entry.thumbnail = candidate.layer, candidate.receipt, None
        self.layers = [candidate.layer if layer is old else layer for layer in self.layers]
        self.history.forget_undone(Target.PIXELS)
        self.history.hand_over(entry)
        if self._saved is entry:
            self._saved = None
        return dirty.united(Dirty(pixels=rect))

    def undo(self) -> Dirty | None:
        """Take the last step back; None where there is none. Raises KeptUnavailable, and has changed nothing then."""
        history = self.history
        if history.undo_label is None:
            return None
        entry = history.current
        dirty = self._swap(entry)
        if entry.layer is not None:
            self.layers.remove(entry.layer)
        history.position -= 1
        return dirty

    def redo(self) -> Dirty | None:
        """Do the next step again; None where there is none. Raises KeptUnavailable, and has changed nothing then."""
        history = self.history
        if history.redo_label is None:
            return None
        entry = history.entries[history.position + 1]
        dirty = self._swap(entry)
        if entry.layer is not None:
            self.layers.append(entry.layer)
        history.position += 1
        return dirty

    def travel(self, position: int) -> Dirty:
        """Undo or redo until ``position`` in the history is reached, as far as that can be.

        Raises KeptUnavailable where not even the first step can be taken.
        """
        dirty, begun = Dirty(), self.history.position
        while position != self.history.position:
            try:
                step = self.undo() if position < self.history.position else self.redo()
            except KeptUnavailable:
                if self.history.position == begun:
                    raise
                break
            if step is None:
                break
            dirty = dirty.united(step)
        return dirty

    def _swap(self, entry: HistoryEntry) -> Dirty:
        if len(entry.changes) > 1:
            # Of two changes none must be made where the other is lost: all that lies on the disk is read once before.
            for kept in entry.kept():
                kept.check()
        dirty = Dirty()
        for change in entry.changes:
            dirty = dirty.united(change.swap(self))
        self.history.hand_over(entry)
        return dirty


def _touched(height: int, width: int) -> Pixels:
    """Zeros whose memory has been written once: pages of ``np.zeros`` appear at the first stroke and stutter."""
    array = np.empty((height, width), np.uint8)
    array.fill(0)
    return array
