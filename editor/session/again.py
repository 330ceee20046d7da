"""Runs an edit of the history once more, from what its step and its receipt hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from editor.domain.candidate import Candidate
from editor.domain.changes import SizeChange, TileChange
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.history import Dirty, HistoryEntry, Target
from editor.domain.layer import Layer
from editor.domain.options import EditOptions
from editor.domain.raster import Raster, Snapshot
from editor.domain.samples import Pixels
from editor.imaging.compose import laid_over
from editor.operations.base import Blended, EditInput
from editor.operations.registry import operation_of
from editor.session.candidates import small_picture
from editor.session.edits import FinishedEdit, PreparedEdit

NO_EDIT = "This step is not an edit that can be run again."
ANOTHER_SIZE = (
    "The picture has got another size since that step. Go back to the step in the history, and run the edit from there."
)
FINAL = "What the picture was before that step is not kept any more, so the edit cannot be run again."


def prepare_again(document: Document, entry: HistoryEntry, *, without: Sequence[str] = ()) -> PreparedEdit:
    """The edit of ``entry``, a step that is done, as it was when its button was pressed: the same pixels, the same
    mask, the same choices. Platforms named in ``without`` are not asked.

    Raises InputError where the step is no edit, or what it began with is not kept.
    """
    receipt = entry.receipt
    done = document.history.entries[: document.history.position + 1]
    if receipt is None or entry.layer is None or entry not in done:
        raise InputError(NO_EDIT)
    operation, options = operation_of(receipt.operation), EditOptions.from_dict(receipt.options)
    pixels = pixels_before(document, entry)
    mask = _mask_of(entry.layer, document.rect) if receipt.operation.masked else None
    source = EditInput(
        operation=receipt.operation,
        pixels=pixels,
        mask=mask,
        hole=entry.layer.rect if mask is not None else document.rect,
        metadata=document.metadata,
        options=options,
    )
    for parameter in operation.parameters:
        parameter.check(parameter.value_in(options))
    return PreparedEdit(document=document, source=source, without=tuple(without))


def add_candidates(document: Document, entry: HistoryEntry, finished: FinishedEdit) -> Dirty:
    """Let ``entry`` have the results of the same edit, run again, to choose from, and put the first of them into the
    picture. ValueError where a later step lies on top, see :meth:`Document.may_offer`."""
    if not document.may_offer(entry) or entry.layer is None or entry.receipt is None:
        raise ValueError("another step lies on top of it")
    source = finished.prepared.source
    results = [result for result in finished.results if isinstance(result, Blended)]
    around = entry.layer.rect
    for result in results:
        around = around.united(result.layer.rect)

    def candidate(layer: Layer, receipt: Any) -> Candidate:
        return Candidate(layer, receipt, small_picture(source.pixels, layer, around))

    known = entry.candidates or (candidate(entry.layer, entry.receipt),)
    document.offer(entry, (*known, *(candidate(result.layer, finished.receipt) for result in results)))
    return document.choose(entry, len(known), laid_over)


def pixels_before(document: Document, entry: HistoryEntry) -> Snapshot[Any]:
    """The pixels as they were before ``entry``: the present ones, with the tiles of that step and of later ones.

    Raises InputError where they are not kept, or had another size.
    """
    history = document.history
    place = history.entries.index(entry)
    if place <= history.floor:
        raise InputError(FINAL)
    snapshot = document.pixels.snapshot()
    for step in reversed(history.entries[place : history.position + 1]):
        for change in step.changes:
            if isinstance(change, SizeChange):
                snapshot.close()
                raise InputError(ANOTHER_SIZE)
            if isinstance(change, TileChange) and change.target is Target.PIXELS:
                for tile, kept in change.tiles.items():
                    rect, array = document.pixels.tile_rect(tile), kept.array
                    snapshot.tiles[tile] = np.broadcast_to(array, (rect.height, rect.width, *array.shape[2:]))
    return snapshot


def _mask_of(layer: Layer, size: Rect) -> Snapshot[np.uint8]:
    """The effective mask that ``layer`` was made through."""
    mask: Pixels = np.zeros((size.height, size.width), np.uint8)
    mask[layer.rect.slices] = layer.coverage
    return Raster(mask).snapshot()
