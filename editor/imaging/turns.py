"""A document turned by quarters or mirrored: every pixel is kept, and so is every layer."""

from __future__ import annotations

from enum import StrEnum
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
from editor.domain.samples import Samples


class Turn(StrEnum):
    """How a picture is laid anew."""

    RIGHT = "right"
    """By a quarter, clockwise."""
    LEFT = "left"
    HALF = "half"
    MIRRORED = "mirrored"
    """Left and right change places."""
    OVERTURNED = "overturned"
    """Above and below change places."""


BACK = {Turn.RIGHT: Turn.LEFT, Turn.LEFT: Turn.RIGHT}
"""What undoes a turn, where that is not the turn itself."""


def turned_document(document: Document, turn: Turn) -> Extent:
    """Pixels, mask, layers and what lies below them, turned."""
    pixels: Raster[Any] = Raster(turned_array(document.pixels.array, turn))
    mask = Mask(np.asarray(turned_array(document.mask.array, turn), np.uint8))
    layers = tuple(
        Layer(
            layer.name,
            turned_rect(layer.rect, document.rect, turn),
            *(turned_array(kept.array, turn) for kept in layer.kept()),
        )
        for layer in document.layers
    )
    return Extent(pixels, mask, _turned_original(document, pixels, turn), layers)


def turned_array(array: Samples, turn: Turn) -> Samples:
    """(height, width) or (height, width, channels), turned, in memory of its own."""
    import cv2

    match turn:
        case Turn.RIGHT:
            result = cv2.rotate(array, cv2.ROTATE_90_CLOCKWISE)
        case Turn.LEFT:
            result = cv2.rotate(array, cv2.ROTATE_90_COUNTERCLOCKWISE)
        case Turn.HALF:
            result = cv2.rotate(array, cv2.ROTATE_180)
        case Turn.MIRRORED:
            result = cv2.flip(array, 1)
        case Turn.OVERTURNED:
            result = cv2.flip(array, 0)
    return np.asarray(result, array.dtype)


def turned_rect(rect: Rect, picture: Rect, turn: Turn) -> Rect:
    """Where ``rect`` of ``picture``, which begins at (0, 0), lies after the turn."""
    right, below = picture.width - rect.right, picture.height - rect.bottom
    match turn:
        case Turn.RIGHT:
            return Rect(below, rect.x, rect.height, rect.width)
        case Turn.LEFT:
            return Rect(rect.y, right, rect.height, rect.width)
        case Turn.HALF:
            return Rect(right, below, rect.width, rect.height)
        case Turn.MIRRORED:
            return Rect(right, rect.y, rect.width, rect.height)
        case Turn.OVERTURNED:
            return Rect(rect.x, below, rect.width, rect.height)


def _turned_original(document: Document, pixels: Raster[Any], turn: Turn) -> Original:
    """What lay below all layers, below those of ``pixels``. Only tiles that were painted over differ from it."""
    old, back = document.original, BACK.get(turn, turn)
    painted = (turned_rect(document.pixels.tile_rect(place), document.rect, turn) for place in old.kept)
    places = {place for rect in painted for place in rect.tiles(TILE)}
    kept = {}
    for place in places:
        rect = pixels.tile_rect(place)
        tile = turned_array(old.read(turned_rect(rect, pixels.rect, back)), turn)
        if not np.array_equal(tile, pixels.array[rect.slices]):
            kept[place] = Kept(folded(tile))
    return Original(pixels, kept)
