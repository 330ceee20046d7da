"""What is done with a whole mask: clear, invert, crop to it, take away what an edit used up. Knows no widget."""

from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.history import Dirty, EntryKind, Target
from editor.domain.layer import Layer
from editor.domain.remembered import RememberedMask
from editor.domain.samples import Pixels, narrowed
from editor.imaging.effective_mask import bounds
from editor.imaging.sizes import cropped

NOTHING_PAINTED = "Nothing is masked. Paint over something first, or select it."


def clear_mask(document: Document) -> Dirty:
    """Unpaint everything, as one step."""
    area = document.mask.bounds
    if area:
        document.last_mask = RememberedMask.of(document.mask, "")
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


def mask_everything(document: Document) -> Dirty:
    """Paint everything, as one step."""
    return set_mask(document, np.full_like(document.mask.array, 255), "Mask everything")


def bring_back(document: Document) -> Dirty:
    """Paint what was painted before it was cleared, or used up by an edit, the last time. Raises InputError."""
    if document.last_mask is None:
        raise InputError("No mask was cleared or used up on this picture yet.")
    return use_remembered(document, document.last_mask, "Bring the last mask back")


def mask_transparent(document: Document) -> Dirty:
    """Paint what is transparent, as strongly as it is. Raises InputError where nothing is."""
    alpha = narrowed(document.pixels.array[..., 3])
    if int(alpha.min()) == 255:
        raise InputError("Nothing of this picture is transparent. Cut something out first.")
    return set_mask(document, np.invert(alpha), "Mask from transparency")


def remember_mask(document: Document, name: str) -> None:
    """Keep what is painted under ``name``, in place of what had that name. Raises InputError where nothing is."""
    if not document.mask.bounds:
        raise InputError(NOTHING_PAINTED)
    others = tuple(one for one in document.remembered if one.name != name)
    document.remembered = (*others, RememberedMask.of(document.mask, name))


def forget_mask(document: Document, name: str) -> None:
    """Keep the mask of that name no more."""
    document.remembered = tuple(one for one in document.remembered if one.name != name)


def use_remembered(document: Document, remembered: RememberedMask, label: str, *, add: bool = False) -> Dirty:
    """Let a mask that was kept be what is painted, or part of it, as one step. Raises InputError where the picture has
    another size, and KeptUnavailable."""
    if remembered.size != document.size:
        width, height = remembered.size
        raise InputError(
            f"This mask belongs to the picture when it had {width} × {height} pixels. Go back to that step in the "
            "history to use it."
        )
    mask = remembered.mask
    return set_mask(document, np.maximum(mask, document.mask.array) if add else mask, label)


def set_mask(document: Document, mask: Pixels, label: str) -> Dirty:
    """Let ``mask``, (height, width) of the picture's size, be what is painted, as one step called ``label``."""
    area = document.mask.bounds.united(bounds(mask))
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
    rect = document.mask.bounds
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
    area = document.mask.bounds if whole else layer.rect.intersected(document.rect)
    if not area:
        return Dirty()
    document.last_mask = RememberedMask.of(document.mask, "")
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
