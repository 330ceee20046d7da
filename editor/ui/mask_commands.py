"""What is done with a whole mask: clear, invert, crop to it, take away what an edit used up. Knows no widget."""

from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.history import Dirty, EntryKind, Target
from editor.domain.layer import Layer
from editor.domain.samples import Pixels
from editor.imaging.effective_mask import bounds
from editor.imaging.sizes import cropped


def clear_mask(document: Document) -> Dirty:
    """Unpaint everything, as one step."""
    area = bounds(document.mask)
    if area:
        recorder = document.record(Target.MASK)
        document.mask.about_to_change(area)
        document.mask.array[area.slices] = 0
        recorder.finish("Clear mask", EntryKind.MASK)
    return Dirty(mask=area)


def invert_mask(document: Document) -> Dirty:
    """Paint what is not painted and the other way round, as one step."""
    recorder = document.record(Target.MASK)
    document.mask.about_to_change(document.rect)
    np.invert(document.mask.array, out=document.mask.array)
    recorder.finish("Invert mask", EntryKind.MASK)
    return Dirty(mask=document.rect)


def set_mask(document: Document, mask: Pixels, label: str) -> Dirty:
    """Let ``mask``, (height, width) of the picture's size, be what is painted, as one step called ``label``."""
    area = bounds(document.mask).united(bounds(mask))
    if area:
        recorder = document.record(Target.MASK)
        document.mask.about_to_change(area)
        document.mask.array[area.slices] = mask[area.slices]
        recorder.finish(label, EntryKind.MASK)
    return Dirty(mask=area)


def crop_to_mask(document: Document) -> Dirty:
    """Keep only what lies in the smallest rectangle around the painted mask, with all layers, as one step.

    Raises InputError where nothing is painted, or everything.
    """
    rect = bounds(document.mask)
    if not rect:
        raise InputError("Paint over what is to stay first: the picture is cut to the rectangle around it.")
    if rect == document.rect:
        raise InputError("What is painted reaches from edge to edge, so there is nothing to cut away.")
    extent = cropped(document, rect)
    # What was painted has said what stays; it would cover all that is left.
    extent.mask.array.fill(0)
    return document.resize(extent, label="Crop", kind=EntryKind.CROP)


def use_up_mask(document: Document, layer: Layer, *, whole: bool) -> Dirty:
    """Unpaint what the newest step, an edit, has filled, as part of that step: one undo brings both back.

    ``whole`` takes the whole mask; otherwise only what lies under ``layer`` goes, and strokes that were painted
    elsewhere while the edit ran stay.
    """
    area = bounds(document.mask) if whole else layer.rect.intersected(document.rect)
    if not area:
        return Dirty()
    edit = document.history.current
    recorder = document.record(Target.MASK)
    document.mask.about_to_change(area)
    part = document.mask.array[area.slices]
    if whole:
        part.fill(0)
    else:
        part[layer.coverage[area.moved(-layer.rect.x, -layer.rect.y).slices] > 0] = 0
    recorder.join(edit)
    return Dirty(mask=area)
