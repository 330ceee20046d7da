"""A whole document as plain JSON values and arrays that lie elsewhere: what autosave and project files hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from editor import __version__
from editor.domain.candidate import Candidate
from editor.domain.changes import SizeChange, TileChange
from editor.domain.history import Change, HistoryEntry
from editor.domain.kept import Kept
from editor.domain.layer import Layer, Whole
from editor.domain.moment import Moment
from editor.domain.raster import Place
from editor.domain.receipt import Receipt
from editor.domain.remembered import RememberedMask
from editor.storage.metadata_record import metadata_record

VERSION = 1
"""Raised with every change that an older program could not read."""

Put = Callable[[Kept], list[int]]
"""Stores an array and returns where it lies."""
Record = dict[str, Any]


class DocumentRecorder:
    """Writes down one moment of a document. ``put`` may raise OSError.

    What several steps share (a layer and the candidate it was, a receipt) is written once, into a table.
    """

    def __init__(self, put: Put) -> None:
        self._put = put
        self._wholes = True
        self._layers: dict[int, tuple[int, Layer, Record]] = {}
        self._receipts: dict[int, tuple[int, Receipt, Record]] = {}

    def record(
        self, moment: Moment, *, pixels: Mapping[Place, Kept] | None, mask: Mapping[Place, Kept], history: bool = True
    ) -> Record:
        """The whole record. ``pixels`` and ``mask`` are the present tiles; None where the pixels lie elsewhere.

        Without ``history`` the steps' names and receipts are kept, but nothing can be undone except the newest edit
        where there is a choice of candidates.
        """
        self._wholes = history
        done = moment.entries if history else moment.entries[: moment.position + 1]
        final = moment.floor if history else moment.choosing - 1
        entries = [self._entry(entry, final=place <= final) for place, entry in enumerate(done)]
        layers = [self._layer(layer) for layer in moment.layers]
        return {
            "version": VERSION,
            "program": __version__,
            "name": moment.name,
            "path": None if moment.path is None else str(moment.path),
            "size": [moment.pixels.rect.width, moment.pixels.rect.height],
            "depth": moment.depth,
            "grow": moment.grow,
            "feather": moment.feather,
            "stays_here": moment.stays_here,
            "metadata": metadata_record(moment.metadata),
            "pixels": None if pixels is None else self._tiles(pixels),
            "mask": self._tiles(mask),
            "remembered": [self._remembered(one) for one in moment.remembered],
            "original": self._tiles(moment.original),
            "layers": layers,
            "history": {
                "entries": entries,
                "position": moment.position,
                "floor": final,
                # What was undone is not written without history: then the file holds none of these steps' pixels.
                "saved": moment.saved if moment.saved is None or moment.saved < len(entries) else None,
            },
            "layer_table": [record for _, _, record in self._layers.values()],
            "receipt_table": [record for _, _, record in self._receipts.values()],
        }

    def _entry(self, entry: HistoryEntry, *, final: bool) -> Record:
        return {
            "label": entry.label,
            "kind": str(entry.kind),
            "changes": [] if final else [self._change(change) for change in entry.changes],
            "layer": None if entry.layer is None or final else self._layer(entry.layer),
            "receipt": self._receipt(entry.receipt),
            "thumbnail": None if entry.thumbnail is None else self._put(Kept(entry.thumbnail)),
            "candidates": [] if final else [self._candidate(one) for one in entry.candidates],
        }

    def _change(self, change: Change) -> Record:
        if isinstance(change, TileChange):
            return {"target": str(change.target), "tiles": self._tiles(change.tiles)}
        if isinstance(change, SizeChange):
            return {
                "pixels": self._put(change.pixels),
                "mask": self._put(change.mask),
                "original": self._tiles(change.original),
                "layers": [self._layer(layer) for layer in change.layers],
            }
        raise TypeError(f"a change of an unknown kind: {type(change).__name__}")

    def _remembered(self, mask: RememberedMask) -> Record:
        return {"name": mask.name, "size": list(mask.size), "tiles": self._tiles(mask.tiles)}

    def _candidate(self, candidate: Candidate) -> Record:
        return {
            "layer": self._layer(candidate.layer),
            "receipt": self._receipt(candidate.receipt),
            "thumbnail": self._put(Kept(candidate.thumbnail)),
        }

    def _tiles(self, tiles: Mapping[Place, Kept]) -> list[list[Any]]:
        return [[column, row, self._put(kept)] for (column, row), kept in tiles.items()]

    def _layer(self, layer: Layer) -> int:
        if id(layer) not in self._layers:
            rect = layer.rect
            pixels, coverage, *alpha = [self._put(kept) for kept in layer.kept()]
            record = {
                "name": layer.name,
                "rect": [rect.x, rect.y, rect.width, rect.height],
                "pixels": pixels,
                "coverage": coverage,
                "alpha": alpha[0] if alpha else None,
                "whole": None if layer.whole is None or not self._wholes else self._whole(layer.whole),
            }
            self._layers[id(layer)] = len(self._layers), layer, record
        return self._layers[id(layer)][0]

    def _whole(self, whole: Whole) -> Record:
        return {
            "image": self._put(whole.image),
            "coverage": self._put(whole.coverage),
            "exact": whole.exact,
            "opaque": whole.opaque,
        }

    def _receipt(self, receipt: Receipt | None) -> int | None:
        if receipt is None:
            return None
        if id(receipt) not in self._receipts:
            self._receipts[id(receipt)] = len(self._receipts), receipt, receipt.as_dict()
        return self._receipts[id(receipt)][0]
