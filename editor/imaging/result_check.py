"""Is what came back a good picture? A blank, unchanged or wrongly masked one is a failure, whatever the status said."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import BadResult
from editor.domain.raster import Pixels
from editor.domain.request import EditRequest

Flags = NDArray[np.bool_]

RING = 12
"""Pixels around the hole that say what a fill may look like."""
FLAT = 2.0
"""Standard deviation, in levels of 255, below which an area counts as one colour."""
LIVELY = 8.0
"""Standard deviation above which surroundings cannot be filled with one colour."""
UNCHANGED = 0.5
"""Mean change, in levels, that is no change."""
RESAMPLED = 6.0
"""Mean change that encoding and scaling alone can bring about."""


def check_result(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, (height, width, 3) uint8 of the request's size, or raise BadResult with what is wrong."""
    if image.shape != request.image.shape or image.dtype != np.uint8:
        raise BadResult("The picture that came back has the wrong size.", detail=str(image.shape))
    hole = request.mask > 127
    if not hole.any():
        hole = request.mask > 0
    outside = request.mask == 0
    ring = _ring(request.mask)
    if _is_blank(request.image, image, hole, ring):
        raise BadResult("The picture that came back is blank where the mask is.")
    change = cv2.absdiff(request.image, image).max(axis=2)
    inner = float(change[hole].mean())
    outer = float(change[outside].mean()) if outside.any() else 0.0
    if outer > 4 * RESAMPLED and inner < RESAMPLED:
        raise BadResult("The picture that came back is changed outside the mask and not inside it.")
    unchanged = inner < UNCHANGED or (inner < RESAMPLED and inner <= 1.3 * outer)
    if unchanged and not _nothing_to_see(request.image, hole, ring):
        raise BadResult("The picture that came back is unchanged.")


def _ring(mask: Pixels) -> Flags:
    marked = (mask > 0).astype(np.uint8)
    size = 2 * RING + 1
    near = np.asarray(cv2.dilate(marked, np.ones((size, size), np.uint8)), np.uint8)
    ring: Flags = (near > 0) & (marked == 0)
    return ring


def _spread(pixels: Pixels) -> float:
    """The largest standard deviation of a channel."""
    return float(pixels.reshape(-1, 3).std(axis=0).max()) if pixels.size else 0.0


def _is_blank(before: Pixels, after: Pixels, hole: Flags, ring: Flags) -> bool:
    filled, around = after[hole], before[ring]
    if not around.size:
        around = before[hole]
    if _spread(filled) >= FLAT:
        return False
    distance = np.abs(filled.mean(axis=0) - around.mean(axis=0)).max()
    # One colour is right in front of one colour, and where few pixels are filled.
    return bool(_spread(around) > LIVELY and hole.sum() > 64) or bool(distance > 60 and hole.sum() > 16)


def _nothing_to_see(before: Pixels, hole: Flags, ring: Flags) -> bool:
    """Whether the hole looked like its surroundings already, so that a good fill changes nothing."""
    inside, around = before[hole], before[ring]
    if not around.size:
        return False
    distance = np.abs(inside.mean(axis=0) - around.mean(axis=0)).max()
    return bool(distance < 2 * FLAT and _spread(inside) < 2 * FLAT)
