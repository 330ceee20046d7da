"""A document as it is at one moment, for a worker that writes it down while painting goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from editor.domain.document import Document
from editor.domain.history import HistoryEntry, Target
from editor.domain.kept import Kept
from editor.domain.layer import Layer
from editor.domain.metadata import Metadata
from editor.domain.raster import Place, Snapshot
from editor.domain.remembered import RememberedMask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """Everything of a document; nothing is copied but references. Close it when it is written.

    ``original`` are the tiles below all layers that differ from the picture; ``saved`` is as in
    :attr:`Document.saved_place`.
    """

    name: str
    path: Path | None
    metadata: Metadata
    depth: int
    grow: int
    feather: int
    stays_here: bool
    remembered: tuple[RememberedMask, ...]
    pixels: Snapshot[Any]
    mask: Snapshot[np.uint8]
    original: Mapping[Place, Kept]
    layers: tuple[Layer, ...]
    entries: tuple[HistoryEntry, ...]
    position: int
    floor: int
    saved: int | None

    @classmethod
    def of(cls, document: Document) -> Moment:
        """The document now; for the thread that changes it."""
        history = document.history
        return cls(
            name=document.name,
            path=document.path,
            metadata=document.metadata,
            depth=document.depth,
            grow=document.grow,
            feather=document.feather,
            stays_here=document.stays_here,
            remembered=document.remembered,
            pixels=document.pixels.snapshot(),
            mask=document.mask.snapshot(),
            original=dict(document.original.kept),
            layers=tuple(document.layers),
            entries=tuple(entry.copy() for entry in history.entries),
            position=history.position,
            floor=history.floor,
            saved=document.saved_place,
        )

    @property
    def choosing(self) -> int:
        """The place of the newest step that was done, if its candidates may still be chosen from; else the place
        behind it."""
        done = self.entries[: self.position + 1]
        for place in range(self.position, self.floor, -1):
            if done[place].touches(Target.PIXELS):
                return place if done[place].candidates else self.position + 1
        return self.position + 1

    def __enter__(self) -> Moment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop following the document."""
        self.pixels.close()
        self.mask.close()
