"""A document from its record. What a file says is not believed: every size and place is checked before it is used."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from editor.domain.candidate import Candidate
from editor.domain.changes import SizeChange, TileChange
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.history import Change, EntryKind, HistoryEntry, Target
from editor.domain.kept import Kept, KeptUnavailable
from editor.domain.layer import Layer, Whole
from editor.domain.original import Original
from editor.domain.raster import TILE, Place, Raster
from editor.domain.receipt import Receipt
from editor.domain.remembered import RememberedMask
from editor.domain.samples import Pixels, Samples
from editor.storage.document_record import VERSION, Record
from editor.storage.metadata_record import metadata_of
from editor.storage.reading_limits import MAX_PIXELS

Get = Callable[[Sequence[int]], Kept]
"""The array that lies at these places; raises KeptUnavailable."""

DAMAGED = "What was kept of the picture is damaged."
LARGEST_THUMBNAIL = 1 << 22
"""Samples of a small picture; ours have less than a hundredth of it."""
NEWER = "This was written by a newer version of the program. Open it with that version."
_NONSENSE = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)


def document_of(record: Any, get: Get, *, pixels: Samples | None = None) -> Document:
    """The document that ``record`` describes, unmodified as far as its file goes.

    ``pixels`` are the present ones where the record does not hold them. Raises InputError where the record is not
    one, is damaged, or was written by a newer program, and KeptUnavailable where arrays are lost.
    """
    try:
        if record["version"] > VERSION:
            raise InputError(NEWER)
        return _Restorer(record, get, pixels).document()
    except _NONSENSE as error:
        raise InputError(DAMAGED, detail=f"{type(error).__name__}: {error}") from error


class _Restorer:
    def __init__(self, record: Record, get: Get, pixels: Samples | None) -> None:
        width, height = (_count(side) for side in record["size"])
        if not 0 < width * height <= MAX_PIXELS or record["depth"] not in (8, 16):
            raise InputError(DAMAGED, detail="no size that a picture can have")
        self._record = record
        self._get = get
        self._rect = Rect(0, 0, width, height)
        self._type = np.dtype(np.uint8 if record["depth"] == 8 else np.uint16)
        self._pixels = pixels
        self._receipts = [Receipt.from_dict(one) for one in record["receipt_table"]]
        self._layers = [self._layer(one) for one in record["layer_table"]]

    def document(self) -> Document:
        record = self._record
        pixels = self._whole(record["pixels"], self._rect) if self._pixels is None else self._pixels
        if pixels.shape != (self._rect.height, self._rect.width, 4) or pixels.dtype != self._type:
            raise InputError(DAMAGED, detail="the pixels have another size or depth")
        document = Document(
            pixels,
            name=str(record["name"]),
            path=None if record["path"] is None else Path(record["path"]),
            metadata=metadata_of(record["metadata"]),
            grow=_count(record["grow"]),
            feather=_count(record["feather"]),
        )
        document.stays_here = bool(record["stays_here"])
        self._put_mask(document.mask, record["mask"])
        # Files of older versions remember none.
        document.remembered = tuple(self._remembered(one) for one in record.get("remembered", ()))
        document.original = Original(document.pixels, self._tiles(record["original"], self._rect, 4, self._type))
        document.layers = [self._layers[_count(place)] for place in record["layers"]]
        self._take_up(document, record["history"])
        return document

    def _take_up(self, document: Document, history: Record) -> None:
        # A step that changes the size is kept with the size on its other side: walking from the present one outwards
        # tells the size that each step's tiles belong to.
        records, position = history["entries"], _count(history["position"])
        entries: list[HistoryEntry | None] = [None] * len(records)
        rect = self._rect
        for place in range(position, -1, -1):
            entries[place], rect = self._entry(records[place], rect)
        rect = self._rect
        for place in range(position + 1, len(records)):
            entries[place], rect = self._entry(records[place], rect)
        saved = history["saved"]
        document.resume(
            [entry for entry in entries if entry is not None],
            position=position,
            floor=_count(history["floor"]),
            saved=None if saved is None else _count(saved),
        )

    def _entry(self, record: Record, rect: Rect) -> tuple[HistoryEntry, Rect]:
        """A step between ``rect`` and the size that is returned."""
        changes: list[Change] = []
        for change in record["changes"]:
            if "target" in change:
                target = Target(change["target"])
                pixels = target is Target.PIXELS
                kind = self._type if pixels else np.dtype(np.uint8)
                changes.append(TileChange(target, self._tiles(change["tiles"], rect, 4 if pixels else 0, kind)))
            else:
                size_change, rect = self._size_change(change)
                changes.append(size_change)
        layer, thumbnail = record["layer"], record["thumbnail"]
        entry = HistoryEntry(
            str(record["label"]),
            EntryKind(record["kind"]),
            tuple(changes),
            layer=None if layer is None else self._layers[_count(layer)],
            receipt=self._receipt(record["receipt"]),
            thumbnail=None if thumbnail is None else self._thumbnail(thumbnail),
            candidates=tuple(self._candidate(one) for one in record["candidates"]),
        )
        return entry, rect

    def _size_change(self, record: Record) -> tuple[SizeChange, Rect]:
        pixels, mask = self._get(record["pixels"]), self._get(record["mask"])
        height, width = pixels.shape[:2]
        if not 0 < width * height <= MAX_PIXELS:
            raise InputError(DAMAGED, detail="no size that a picture can have")
        if pixels.shape != (height, width, 4) or pixels.dtype != self._type or mask.shape != (height, width):
            raise InputError(DAMAGED, detail="a step has another size or depth")
        rect = Rect(0, 0, width, height)
        original = self._tiles(record["original"], rect, 4, self._type)
        layers = tuple(self._layers[_count(place)] for place in record["layers"])
        return SizeChange.stored(pixels, mask, original, layers), rect

    def _remembered(self, record: Record) -> RememberedMask:
        width, height = (_count(side) for side in record["size"])
        if not 0 < width * height <= MAX_PIXELS:
            raise InputError(DAMAGED, detail="a remembered mask has no size that a picture can have")
        tiles = self._tiles(record["tiles"], Rect(0, 0, width, height), 0, np.dtype(np.uint8))
        return RememberedMask(name=str(record["name"]), size=(width, height), tiles=tiles)

    def _candidate(self, record: Record) -> Candidate:
        receipt = self._receipt(record["receipt"])
        if receipt is None:
            raise InputError(DAMAGED, detail="a candidate without a receipt")
        return Candidate(self._layers[_count(record["layer"])], receipt, self._thumbnail(record["thumbnail"]))

    def _receipt(self, place: Any) -> Receipt | None:
        return None if place is None else self._receipts[_count(place)]

    def _layer(self, record: Record) -> Layer:
        rect = Rect(*(_count(side) for side in record["rect"]))
        pixels, coverage = self._get(record["pixels"]), self._get(record["coverage"])
        alpha = None if record["alpha"] is None else self._get(record["alpha"])
        shape = rect.height, rect.width
        if not 0 < rect.area <= MAX_PIXELS:
            raise InputError(DAMAGED, detail="a layer has no size that a picture can have")
        if pixels.shape != (*shape, 3) or coverage.shape != shape or (alpha is not None and alpha.shape != shape):
            raise InputError(DAMAGED, detail="a layer has another size than its pixels")
        if pixels.dtype != self._type or coverage.dtype != np.uint8 or (alpha or pixels).dtype != self._type:
            raise InputError(DAMAGED, detail="a layer has another depth than its picture")
        whole = None if record["whole"] is None else self._whole_of(record["whole"])
        return Layer(str(record["name"]), rect, pixels, coverage, alpha, whole=whole)

    def _whole_of(self, record: Record) -> Whole:
        image, coverage = self._get(record["image"]), self._get(record["coverage"])
        fits = image.shape == (*coverage.shape, 3) and image.dtype.itemsize <= 2 and coverage.dtype == np.uint8
        if not fits or math.prod(coverage.shape) > MAX_PIXELS:
            raise InputError(DAMAGED, detail="a result has another size than what it changes")
        return Whole(image, coverage, bool(record["exact"]), bool(record["opaque"]))

    def _thumbnail(self, places: Sequence[int]) -> Pixels:
        kept = self._get(places)
        if math.prod(kept.shape) > LARGEST_THUMBNAIL:
            raise InputError(DAMAGED, detail="a small picture is large")
        array = kept.array
        if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 4:
            raise InputError(DAMAGED, detail="a small picture is none")
        return np.asarray(array, np.uint8)

    def _tiles(self, records: Sequence[Any], rect: Rect, channels: int, kind: np.dtype[Any]) -> dict[Place, Kept]:
        raster = _Grid(rect)
        tiles = {}
        for column, row, places in records:
            place = _count(column), _count(row)
            kept, size = self._get(places), raster.tile(place)
            ends = (channels,) if channels else ()
            if kept.dtype != kind or kept.shape not in ((size.height, size.width, *ends), (1, 1, *ends)) or not size:
                raise InputError(DAMAGED, detail="a tile does not fit into its picture")
            tiles[place] = kept
        return tiles

    def _whole(self, records: Sequence[Any], rect: Rect) -> Samples:
        """An array of which every tile is there."""
        tiles = self._tiles(records, rect, 4, self._type)
        if len(tiles) != sum(1 for _ in rect.tiles(TILE)):
            raise KeptUnavailable(DAMAGED, detail="pixels are missing")
        pixels = np.empty((rect.height, rect.width, 4), self._type)
        for place, kept in tiles.items():
            pixels[_Grid(rect).tile(place).slices] = kept.array
        return pixels

    def _put_mask(self, mask: Raster[Any], records: Sequence[Any]) -> None:
        for place, kept in self._tiles(records, self._rect, 0, np.dtype(np.uint8)).items():
            mask.write(mask.tile_rect(place), kept.array)


class _Grid:
    """The tiles of a picture of the size of ``rect``."""

    def __init__(self, rect: Rect) -> None:
        self._rect = rect

    def tile(self, place: Place) -> Rect:
        return Rect(place[0] * TILE, place[1] * TILE, TILE, TILE).intersected(self._rect)


def _count(value: Any) -> int:
    """A whole number from 0 on; anything else is nonsense."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"not a count: {str(value)[:40]}")
    return value
