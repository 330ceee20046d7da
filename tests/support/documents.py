"""Documents with a past: strokes, edits with candidates, other sizes, in the order that chance has it."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.fakes import RECEIPT

from editor.domain.candidate import Candidate
from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, HistoryEntry, Target
from editor.domain.layer import Layer
from editor.domain.options import Expansion
from editor.domain.remembered import RememberedMask
from editor.imaging.compose import laid_over
from editor.imaging.extend import around, with_room
from editor.imaging.sizes import cropped, enlarged, extended

MOST_SIDE = 700


def noise(seed: int, *, size: tuple[int, int] = (300, 280), depth: Any = np.uint8) -> Document:
    """A document of noise, which no compression makes small."""
    pixels = np.random.default_rng(seed).integers(0, np.iinfo(depth).max, (size[1], size[0], 4), depth, endpoint=True)
    return Document(pixels, name=f"noise {seed}.png")


def some_rect(chance: np.random.Generator, document: Document) -> Rect:
    width, height = document.size
    left, top = int(chance.integers(0, width)), int(chance.integers(0, height))
    return Rect(left, top, int(chance.integers(1, 200)), int(chance.integers(1, 200))).intersected(document.rect)


def stroke(document: Document, chance: np.random.Generator) -> None:
    rect = some_rect(chance, document)
    recorder = document.record(Target.MASK)
    document.mask.write(rect, np.full((rect.height, rect.width), chance.integers(0, 256), np.uint8))
    recorder.finish("Mask stroke", EntryKind.STROKE)
    if chance.integers(0, 4) == 0:
        kept = RememberedMask.of(document.mask, f"Mask {len(document.remembered) + 1}")
        document.remembered = (*document.remembered, kept)


def layer_at(document: Document, rect: Rect, chance: np.random.Generator, *, alpha: bool = False) -> Layer:
    pixels, shape = document.pixels.array, (rect.height, rect.width)
    most = np.iinfo(pixels.dtype).max
    colours = chance.integers(0, most, (*shape, 3), pixels.dtype, endpoint=True)
    coverage = chance.choice(np.array([0, 255, 99], np.uint8), shape)
    clear = chance.integers(0, most, shape, pixels.dtype, endpoint=True) if alpha else None
    return Layer("Erase", rect, colours, coverage, clear)


def edit(document: Document, chance: np.random.Generator) -> HistoryEntry:
    """One edit, sometimes a cut-out, sometimes with a choice of two, sometimes with the mask used up."""
    rect, alpha = some_rect(chance, document), bool(chance.integers(0, 4) == 0)
    layers = [layer_at(document, rect, chance, alpha=alpha) for _ in range(1 + int(chance.integers(0, 2)))]
    before = document.pixels.array[rect.slices].copy()
    entry = document.attach(layers[0], laid_over(before, layers[0]), label="Erase", receipt=RECEIPT)
    if len(layers) > 1:
        small = np.full((5, 4, 4), 7, np.uint8)
        document.offer(entry, tuple(Candidate(layer, RECEIPT, small) for layer in layers))
    if chance.integers(0, 2):
        recorder = document.record(Target.MASK)
        document.mask.write(rect, np.zeros((rect.height, rect.width), np.uint8))
        recorder.join(entry)
    return entry


def another_size(document: Document, chance: np.random.Generator) -> None:
    """A crop, an extension or an enlargement."""
    width, height = document.size
    kind = int(chance.integers(0, 3)) if max(width, height) < MOST_SIDE else 0
    if kind == 0:
        rect = some_rect(chance, document)
        document.resize(cropped(document, rect), label="Crop", kind=EntryKind.EDIT)
    elif kind == 1:
        expansion = Expansion(left=int(chance.integers(0, 90)), up=int(chance.integers(1, 90)))
        old, (wide, high) = document.pixels.array, expansion.grown(document.size)
        new = chance.integers(0, np.iinfo(old.dtype).max, (high, wide, 3), old.dtype)
        layer = around("Outpaint", old, new, expansion)
        pixels = laid_over(with_room(old, expansion), layer)
        extent = extended(document, pixels, layer, (expansion.left, expansion.up))
        document.resize(extent, label="Outpaint", kind=EntryKind.EDIT, receipt=RECEIPT)
    else:
        large = np.repeat(np.repeat(document.pixels.array, 2, axis=0), 2, axis=1)
        document.resize(enlarged(document, large), label="Upscale", kind=EntryKind.EDIT, receipt=RECEIPT)


def lead_a_life(document: Document, chance: np.random.Generator, steps: int) -> None:
    """``steps`` things that a user might do."""
    for _ in range(steps):
        what = int(chance.integers(0, 10))
        if what < 4:
            stroke(document, chance)
        elif what < 6:
            edit(document, chance)
        elif what == 6:
            another_size(document, chance)
        elif what == 7:
            document.undo()
        elif what == 8:
            document.travel(int(chance.integers(0, len(document.history.entries))))
        else:
            choose(document, chance)


def choose(document: Document, chance: np.random.Generator) -> None:
    entry = next((one for one in reversed(document.history.entries) if document.may_choose(one)), None)
    if entry is not None:
        document.choose(entry, int(chance.integers(0, len(entry.candidates))), laid_over)


def facts(document: Document) -> dict[str, Any]:
    """Everything that a document holds now, for comparing."""
    history = document.history
    return {
        "size": document.size,
        "depth": document.depth,
        "pixels": document.pixels.array.tobytes(),
        "mask": document.mask.array.tobytes(),
        "original": document.original.read(document.rect).tobytes(),
        "layers": [_layer(layer) for layer in document.layers],
        "remembered": [(one.name, one.size, one.mask.tobytes()) for one in document.remembered],
        "edge": (document.grow, document.feather, document.stays_here),
        "metadata": document.metadata,
        "entries": [_entry(entry) for entry in history.entries],
        "position": history.position,
        "floor": history.floor,
        "modified": document.modified,
    }


def whole_past(document: Document) -> list[dict[str, Any]]:
    """The facts at every place of the history that can be reached; the document comes back to where it was."""
    history, present = document.history, document.history.position
    past = []
    for place in range(history.floor, len(history.entries)):
        document.travel(place)
        past.append(facts(document))
    document.travel(present)
    return past


def _entry(entry: HistoryEntry) -> tuple[Any, ...]:
    layer = None if entry.layer is None else _layer(entry.layer)
    candidates = [(_layer(one.layer), one.receipt, one.thumbnail.tobytes()) for one in entry.candidates]
    return entry.label, entry.kind, layer, entry.receipt, candidates, entry.chosen


def _layer(layer: Layer) -> tuple[Any, ...]:
    return layer.name, layer.rect, [kept.array.tobytes() for kept in layer.kept()]
