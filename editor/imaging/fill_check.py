"""Has a hole been filled with something that fits?"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import BadResult
from editor.domain.raster import Pixels
from editor.domain.request import EditRequest
from editor.imaging.likeness import FLAT, FOREIGN, LIVELY, is_blank, lightness, spread

Flags = NDArray[np.bool_]

RING = 12
"""Pixels around the hole that say what a fill may look like."""
UNCHANGED = 4.0
"""Change of lightness, in levels, that nobody sees."""
ENCODED = 9.0
"""Change of lightness that a lossy file alone can bring about, at the rim of something strongly coloured."""
STANDS_OUT = 25.0
"""Distance in colour from its surroundings from which a thing is plainly to be seen."""


def check_fill(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's size, as a fill of the request's mask, or raise BadResult.

    Where the user has described what is to be there it may be of one colour; the whole picture may not.
    """
    hole = request.mask > 127
    if not hole.any():
        hole = request.mask > 0
    ring = _ring(request.mask)
    described = bool(request.options.prompt.strip())
    blank = is_blank(request.image, image) if described else _is_hole_blank(request.image, image, hole, ring)
    if blank:
        raise BadResult("The picture that came back is blank where the mask is.")
    change = np.abs(lightness(request.image) - lightness(image))
    outside = request.mask == 0
    outer = float(change[outside].mean()) if outside.any() else 0.0
    if outer > FOREIGN and float(np.median(change[hole])) < FLAT:
        raise BadResult("The picture that came back is changed outside the mask and not inside it.")
    inner = float(np.percentile(change[request.mask > 0], 99))
    distance, variation = _contrast(request.image, hole, ring)
    unchanged = inner < UNCHANGED or (inner < ENCODED and distance > STANDS_OUT)
    # Where nothing was to be seen, a good fill changes nothing.
    if unchanged and _is_seen(distance, variation):
        raise BadResult("The picture that came back is unchanged.")


def shows_something(image: Pixels, mask: Pixels) -> bool:
    """Whether what ``mask`` covers of ``image`` differs from its surroundings, or in itself: only then does a fill that
    changes nothing tell that something is wrong."""
    return _is_seen(*_contrast(image, mask > 127, _ring(mask)))


def _is_seen(distance: float, variation: float) -> bool:
    return distance >= 2 * FLAT or variation >= 2 * FLAT


def _ring(mask: Pixels) -> Flags:
    marked = (mask > 0).astype(np.uint8)
    size = 2 * RING + 1
    near = np.asarray(cv2.dilate(marked, np.ones((size, size), np.uint8)), np.uint8)
    ring: Flags = (near > 0) & (marked == 0)
    return ring


def _is_hole_blank(before: Pixels, after: Pixels, hole: Flags, ring: Flags) -> bool:
    filled, around = after[hole], before[ring]
    if not around.size:
        around = before[hole]
    if spread(filled) >= FLAT:
        return False
    distance = np.abs(filled.mean(axis=0) - around.mean(axis=0)).max()
    # One colour is right in front of one colour, and where few pixels are filled.
    return bool(spread(around) > LIVELY and hole.sum() > 64) or bool(distance > 60 and hole.sum() > 16)


def _contrast(before: Pixels, hole: Flags, ring: Flags) -> tuple[float, float]:
    """How far the hole's mean colour is from its surroundings', and how much the hole varies in itself."""
    inside, around = before[hole], before[ring]
    if not around.size:
        return 255.0, spread(inside)
    return float(np.abs(inside.mean(axis=0) - around.mean(axis=0)).max()), spread(inside)
