"""Erase: what the mask covers is removed and filled from its surroundings."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from editor.domain.document import Document, Metadata
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.layer import Layer
from editor.domain.options import EditOptions
from editor.domain.raster import TILE, Pixels, Snapshot
from editor.domain.request import EditRequest, EditResult
from editor.imaging.colour import from_srgb, to_srgb
from editor.imaging.compose import blend
from editor.imaging.crop import context_region
from editor.imaging.effective_mask import bounds

NOTHING_MASKED = "Paint over what you want to remove, then press Erase."
WHITE = 255


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EraseInput:
    """The document as it was when the button was pressed. Close it when the edit has ended.

    ``hole`` is around the effective mask. ``pixels`` and ``mask`` are snapshots: they cost nothing until the document
    is painted on.
    """

    pixels: Snapshot
    mask: Snapshot
    hole: Rect
    metadata: Metadata
    seed: int | None = None

    def close(self) -> None:
        """Stop following the document."""
        self.pixels.close()
        self.mask.close()


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """A layer, and the picture under it with the layer over it, (height, width, 4) uint8 BGRA."""

    layer: Layer
    pixels: Pixels


def begin_erase(document: Document, *, seed: int | None = None) -> EraseInput:
    """Freeze what an erase needs; nothing is copied. Raises InputError where nothing is masked."""
    hole = bounds(document.effective)
    if not hole:
        raise InputError(NOTHING_MASKED)
    return EraseInput(
        pixels=document.pixels.snapshot(),
        mask=document.effective.snapshot(),
        hole=hole,
        metadata=document.metadata,
        seed=seed,
    )


def build_request(source: EraseInput) -> EditRequest:
    """The crop to send: upright 8-bit sRGB without alpha or metadata, and its mask. Blocks; for a worker."""
    region = context_region(source.hole, source.pixels.rect)
    crop = source.pixels.read(region)
    colours = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGRA2RGB), np.uint8)
    if int(crop[..., 3].min()) < WHITE:
        colours = _on_white(colours, crop[..., 3])
    return EditRequest(
        operation=Operation.ERASE,
        image=to_srgb(colours, source.metadata.icc_profile),
        mask=source.mask.read(region),
        region=region,
        options=EditOptions(seed=source.seed),
    )


def commit(request: EditRequest, result: EditResult, source: EraseInput) -> Blended:
    """The result as a layer that holds only the hole's rectangle, and that rectangle blended. Blocks; for a worker."""
    inside = source.hole.moved(-request.region.x, -request.region.y)
    colours = from_srgb(np.ascontiguousarray(result.image[inside.slices]), source.metadata.icc_profile)
    if source.metadata.greyscale:
        colours = np.repeat(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    else:
        colours = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2BGR), np.uint8)
    layer = Layer(request.operation.caption, source.hole, colours, request.mask[inside.slices].copy())
    return Blended(layer, blend(source.pixels.read(source.hole), layer.pixels, layer.coverage))


def present_blend(document: Document, blended: Blended, source: EraseInput) -> Pixels:
    """What to put into the document now: the worker's blend, or a new one where the picture changed meanwhile."""
    rect = blended.layer.rect
    if not any(tile in source.pixels.tiles for tile in rect.tiles(TILE)):
        return blended.pixels
    return blend(document.pixels.array[rect.slices], blended.layer.pixels, blended.layer.coverage)


def _on_white(colours: Pixels, alpha: Pixels) -> Pixels:
    share = alpha[..., None].astype(np.uint16)
    return np.asarray((colours * share + WHITE * (WHITE - share) + 127) // WHITE, np.uint8)
