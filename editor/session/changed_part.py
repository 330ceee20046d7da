"""How much of a returned picture is shown: what was found changed as a mask, and the result through another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from editor.domain.candidate import Candidate
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.history import Dirty, EntryKind, HistoryEntry, Target
from editor.domain.layer import Layer, Whole
from editor.domain.metadata import Metadata
from editor.domain.raster import Snapshot
from editor.domain.receipt import Receipt
from editor.domain.samples import Pixels, Samples
from editor.imaging.compose import laid_over
from editor.operations.base import WholeResult
from editor.session.again import pixels_before
from editor.session.candidates import small_picture

NO_WHOLE = "This step holds no more than it shows. Only edits of whole pictures do."
ON_TOP = "Later steps lie on top of this one. Undo them first, then choose what is to be shown."
NOTHING_SHOWN = "The mask is empty: nothing of the edit would be shown. Undo the edit instead."


def has_more(entry: HistoryEntry | None) -> bool:
    """Whether more or less of what came back can be shown than the step shows."""
    return entry is not None and entry.layer is not None and entry.layer.whole is not None


def show_changed(document: Document, entry: HistoryEntry) -> Dirty:
    """Put what ``entry`` has changed into the mask, as one step. Raises InputError where that cannot be changed."""
    layer, _ = _changeable(document, entry)
    recorder = document.record(Target.MASK)
    mask = np.zeros((document.rect.height, document.rect.width), np.uint8)
    mask[layer.rect.slices] = layer.coverage
    document.mask.write(document.rect, mask)
    recorder.finish("Mask of what changed", EntryKind.MASK)
    return Dirty(mask=document.rect)


@dataclass(frozen=True, slots=True, eq=False)
class Revealing:
    """A result about to be shown through another mask. :meth:`run` it in a worker."""

    layer: Layer
    whole: Whole
    coverage: Pixels
    before: Snapshot[Any]
    metadata: Metadata
    receipt: Receipt

    def run(self) -> Candidate:
        """The result as a further candidate of its step; blocks. Raises KeptUnavailable."""
        from editor.operations.whole import relaid

        before: Samples = self.before.read(self.before.rect)
        result = WholeResult(
            name=self.layer.name,
            image=np.asarray(self.whole.image.array, np.uint8),
            coverage=self.coverage,
            exact=self.whole.exact,
            opaque=self.whole.opaque,
        )
        laid = relaid(result, self.coverage, before=before, metadata=self.metadata).layer
        layer = Layer(laid.name, laid.rect, *laid.kept(), whole=self.whole)
        return Candidate(layer, self.receipt, small_picture(self.before, layer, layer.rect.united(self.layer.rect)))


def prepare_revealing(document: Document, entry: HistoryEntry) -> Revealing:
    """Take what is needed to show the result of ``entry`` through the present effective mask; for the UI thread.

    Raises InputError where that cannot be.
    """
    layer, whole = _changeable(document, entry)
    assert entry.receipt is not None
    coverage = document.effective.array.copy()
    if not coverage.any():
        raise InputError(NOTHING_SHOWN)
    before = pixels_before(document, entry)
    return Revealing(layer, whole, coverage, before, document.metadata, entry.receipt)


def reveal(document: Document, entry: HistoryEntry, made: Candidate) -> Dirty:
    """Show what was made as a candidate of its step, and take the mask away. Raises InputError where another step
    came on top meanwhile."""
    layer, _ = _changeable(document, entry)
    assert entry.receipt is not None
    if not entry.candidates:
        with_this = pixels_before(document, entry)
        first = Candidate(layer, entry.receipt, small_picture(with_this, layer, layer.rect.united(made.layer.rect)))
        document.offer(entry, (first,))
    document.offer(entry, (*entry.candidates, made))
    dirty = document.choose(entry, len(entry.candidates) - 1, laid_over)
    recorder = document.record(Target.MASK)
    document.mask.write(document.rect, np.zeros_like(document.mask.array))
    recorder.finish("Clear mask", EntryKind.MASK)
    return dirty.united(Dirty(mask=document.rect))


def _changeable(document: Document, entry: HistoryEntry) -> tuple[Layer, Whole]:
    layer = entry.layer
    if layer is None or layer.whole is None or entry.receipt is None:
        raise InputError(NO_WHOLE)
    if not document.may_offer(entry):
        raise InputError(ON_TOP)
    if layer.whole.coverage.shape != (document.rect.height, document.rect.width):
        raise InputError(NO_WHOLE)
    return layer, layer.whole
