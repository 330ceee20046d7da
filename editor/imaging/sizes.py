"""A document in another size: its layers, its mask and what lies below them, put where they belong."""

from __future__ import annotations

from typing import Any

import numpy as np

from editor.domain.changes import Extent
from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.kept import Kept, folded
from editor.domain.layer import Layer
from editor.domain.mask import Mask
from editor.domain.original import Original
from editor.domain.raster import TILE, Raster
from editor.domain.samples import Pixels, Samples


def cropped(document: Document, rect: Rect) -> Extent:
    """Only what lies inside ``rect``, which must lie inside the picture and have an area."""
    if not rect or not document.rect.contains(rect):
        raise ValueError("a crop lies inside the picture")
    # Copied in any case: a part as wide as the picture would be a view of what undo has to find unchanged.
    pixels: Raster[Any] = Raster(document.pixels.array[rect.slices].copy())
    mask = Mask(document.mask.array[rect.slices].copy())
    layers = (_part(layer, rect) for layer in document.layers)
    original = _moved(document.original, document.rect, pixels, (-rect.x, -rect.y))
    return Extent(pixels, mask, original, tuple(layer for layer in layers if layer is not None))


def extended(document: Document, pixels: Samples, layer: Layer, offset: tuple[int, int]) -> Extent:
    """The picture with more around it.

    ``pixels`` is the larger picture, ``layer`` what was laid around the old one in it, ``offset`` where the old one's
    upper left corner now lies.
    """
    raster: Raster[Any] = Raster(np.require(pixels, requirements=["C", "W"]))
    mask = np.zeros(pixels.shape[:2], np.uint8)
    mask[document.rect.moved(*offset).slices] = document.mask.array
    layers = [Layer(one.name, one.rect.moved(*offset), *one.kept()) for one in document.layers]
    return Extent(raster, Mask(mask), _moved(document.original, document.rect, raster, offset), (*layers, layer))


def enlarged(document: Document, pixels: Samples) -> Extent:
    """The picture made anew with more pixels. What lay on it in layers is part of it: a platform enlarges what is
    seen."""
    import cv2

    raster: Raster[Any] = Raster(np.require(pixels, requirements=["C", "W"]))
    size = pixels.shape[1], pixels.shape[0]
    mask: Pixels = np.zeros(pixels.shape[:2], np.uint8)
    if document.mask.bounds:
        mask = np.asarray(cv2.resize(document.mask.array, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return Extent(raster, Mask(mask), Original(raster), ())


def _part(layer: Layer, rect: Rect) -> Layer | None:
    """What of a layer lies inside ``rect``, in its coordinates; None where nothing does."""
    inside = layer.rect.intersected(rect)
    if not inside:
        return None
    place = inside.moved(-layer.rect.x, -layer.rect.y).slices
    parts = [np.ascontiguousarray(kept.array[place]) for kept in layer.kept()]
    return Layer(layer.name, inside.moved(-rect.x, -rect.y), *parts)


def _moved(old: Original, size: Rect, raster: Raster[Any], offset: tuple[int, int]) -> Original:
    """What lay below all layers of a picture of ``size``, below those of ``raster``, in which that picture lies at
    ``offset``; transparent where it had nothing."""
    kept = {}
    for place in raster.rect.tiles(TILE):
        rect = raster.tile_rect(place)
        inside = rect.moved(-offset[0], -offset[1]).intersected(size)
        tile = np.zeros((rect.height, rect.width, *raster.array.shape[2:]), raster.array.dtype)
        if inside:
            tile[inside.moved(offset[0] - rect.x, offset[1] - rect.y).slices] = old.read(inside)
        if not np.array_equal(tile, raster.array[rect.slices]):
            kept[place] = Kept(folded(tile))
    return Original(raster, kept)
