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
UNCHANGED = 4.0
"""Change of lightness, in levels, that nobody sees."""
ENCODED = 9.0
"""Change of lightness that a lossy file alone can bring about, at the rim of something strongly coloured."""
STANDS_OUT = 25.0
"""Distance in colour from its surroundings from which a thing is plainly to be seen."""
FOREIGN = 24.0
"""Mean change outside the mask that makes another picture of it."""


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
    change = np.abs(_lightness(request.image) - _lightness(image))
    inner = float(np.percentile(change[request.mask > 0], 99))
    outer = float(change[outside].mean()) if outside.any() else 0.0
    if outer > FOREIGN and float(np.median(change[hole])) < FLAT:
        raise BadResult("The picture that came back is changed outside the mask and not inside it.")
    distance, spread = _contrast(request.image, hole, ring)
    # Where nothing was to be seen, a good fill changes nothing.
    nothing_to_see = distance < 2 * FLAT and spread < 2 * FLAT
    unchanged = inner < UNCHANGED or (inner < ENCODED and distance > STANDS_OUT)
    if unchanged and not nothing_to_see:
        raise BadResult("The picture that came back is unchanged.")


def _lightness(image: Pixels) -> NDArray[np.float32]:
    """Grey values, averaged over 3 × 3 pixels against the noise of encoding."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.blur(grey, (3, 3)), np.float32)


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


def _contrast(before: Pixels, hole: Flags, ring: Flags) -> tuple[float, float]:
    """How far the hole's mean colour is from its surroundings', and how much the hole varies in itself."""
    inside, around = before[hole], before[ring]
    if not around.size:
        return 255.0, _spread(inside)
    return float(np.abs(inside.mean(axis=0) - around.mean(axis=0)).max()), _spread(inside)
