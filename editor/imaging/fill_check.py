"""Has a hole been filled with something that fits?"""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.errors import BadResult
from editor.domain.geometry import Rect
from editor.domain.request import EditRequest
from editor.domain.samples import Pixels
from editor.imaging.blank_check import (
    FEW,
    asks_for_plain,
    check_complete,
    check_no_noise,
    fits_in,
    is_placeholder,
    plain_colour,
)
from editor.imaging.kept_check import check_kept
from editor.imaging.likeness import FLAT, FOREIGN, LIGHTNESS, Flags, Levels, pair_of, spread, strongest
from editor.imaging.membrane import membrane

RING = 12
"""Pixels around the hole that say what a fill may look like."""
BESIDE = 5
"""Pixels around the hole that a plain fill has to continue."""
SHIFTED = 6.0
"""Change of the mean of a whole hole, in levels, that a lossy file alone can bring about."""
TINTED = 16.0
"""The same of a channel's mean over 9 × 9 pixels: colours are encoded more coarsely than lightness."""
LIGHTER = 12.0
"""The same of the lightness of 3 × 3 pixels: so few may be all that was to be changed."""


def check_fill(request: EditRequest, image: Pixels) -> None:
    """Accept ``image``, RGB of the request's size, as a fill of the request's mask, or raise BadResult.

    Where the user has described what is to be there it may be of one colour; the whole picture may not. Black, white
    or middle grey must then be called for by the words: left empty, a hole has the same pixels. A fill that changes
    nothing is a good one where nothing was to be seen.
    """
    outside = request.mask == 0
    apart = ~_grown(~outside, BESIDE)
    if _is_blank(request.image, image, apart):
        raise BadResult("The picture that came back is blank.")
    area = _around(request.mask)
    before, after, mask = (array[area.slices] for array in (request.image, image, request.mask))
    hole = _inside(mask)
    marks = outside.astype(np.uint8)
    if _change(request.image, image, marks) > FOREIGN and _is_unchanged(before, after, _core(hole), np.zeros(3)):
        raise BadResult("The picture that came back is changed outside the mask and not inside it.")
    offset = _offset(request.image, image, marks)
    if _is_unchanged(before, after, mask > 0, offset) and _is_seen(before, hole, _ring(mask, RING)):
        raise BadResult("The picture that came back is unchanged.")
    if _is_left_empty(request, image, _inside(request.mask), outside):
        raise BadResult("The picture that came back is blank where the mask is.")
    if not outside.any():
        check_no_noise(image)
        check_complete(image)
        return
    check_complete(image, before=request.image, kept=apart)
    check_kept(pair_of(request.image, image, outside))


def shows_something(image: Pixels, mask: Pixels) -> bool:
    """Whether what ``mask`` covers of ``image`` differs from its surroundings, or in itself: only then does a fill that
    changes nothing tell that something is wrong."""
    return _is_seen(image, mask > 127, _ring(mask, RING))


def _inside(mask: Pixels) -> Flags:
    """What is to change wholly, or, where nothing is, what is to change at all."""
    inside: Flags = mask > 127
    return inside if inside.any() else mask > 0


def _is_seen(image: Pixels, hole: Flags, ring: Flags) -> bool:
    """Whether there is something in the hole besides what lies around it, and that is no mere slope of it."""
    distance, variation = _contrast(image, hole, ring)
    return (distance >= 2 * FLAT or variation >= 2 * FLAT) and not _goes_on(image, hole, ring)


def _goes_on(image: Pixels, hole: Flags, ring: Flags) -> bool:
    """Whether the hole is what a smooth field through its surroundings would be, but for their grain: part of a sky
    that grows brighter, on which a fill that is right changes nothing."""
    if not ring.any() or not hole.any():
        return False
    colours = image.astype(np.float32)
    grain = strongest(np.abs(colours - cv2.blur(colours, (3, 3))))[ring]
    away = strongest(np.abs(colours - membrane(colours, ring.astype(np.float32))))[hole]
    return float(np.percentile(away, 99)) <= 2 * FLAT + 2 * float(np.percentile(grain, 99))


def _around(mask: Pixels) -> Rect:
    """The part of the picture that has the hole and its ring in it."""
    left, top, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    right, bottom = min(mask.shape[1], left + width + RING), min(mask.shape[0], top + height + RING)
    left, top = max(0, left - RING), max(0, top - RING)
    return Rect(left, top, right - left, bottom - top)


def _grown(marked: Flags, width: int) -> Flags:
    kernel = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    grown: Flags = cv2.dilate(marked.astype(np.uint8), kernel) > 0
    return grown


def _ring(mask: Pixels, width: int) -> Flags:
    marked = mask > 0
    return _grown(marked, width) & ~marked


def _is_left_empty(request: EditRequest, image: Pixels, hole: Flags, outside: Flags) -> bool:
    """Whether the hole has one colour, and neither words nor surroundings ask for that."""
    if hole.sum() <= FEW or not outside.any():
        return False
    colour = plain_colour(image[_core(hole)])
    words = request.options.prompt.strip()
    if colour is None or (words and (not is_placeholder(colour) or asks_for_plain(words))):
        return False
    # In what came back, since a model that makes the whole picture anew gives all of it a tone of its own.
    return not fits_in(colour, image, beside=_ring(request.mask, BESIDE), kept=outside)


def _core(hole: Flags) -> Flags:
    """The inside of a hole, as far from its edge as it has an inside: encoding mixes what lies beside an edge."""
    for side in (17, 9):
        core: Flags = cv2.erode(hole.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
        if core.sum() > FEW // 2:
            return core
    return hole


def _is_blank(before: Pixels, after: Pixels, outside: Flags) -> bool:
    """Whether the whole picture has become one colour and what lies outside the mask was more, or another."""
    left = spread(after)
    if left >= FLAT:
        return False
    kept = before[outside] if outside.any() else before.reshape(-1, 3)
    lively, distance = spread(kept), np.abs(kept.mean(axis=0) - after.mean(axis=(0, 1))).max()
    return bool((lively > FLAT and left < lively / 4) or distance > FOREIGN)


def _change(before: Pixels, after: Pixels, outside: Pixels) -> float:
    """The mean change, in levels, of what was to stay."""
    return cv2.norm(before, after, cv2.NORM_L1, outside) / max(1, 3 * cv2.countNonZero(outside))


def _offset(before: Pixels, after: Pixels, outside: Pixels) -> np.ndarray:
    """By how many levels a channel is shifted where nothing was to change; 0 where all was."""
    shift = np.subtract(cv2.mean(after, outside)[:3], cv2.mean(before, outside)[:3])
    return np.clip(shift, -FOREIGN, FOREIGN)


def _is_unchanged(before: Pixels, after: Pixels, marked: Flags, offset: np.ndarray) -> bool:
    """Whether the hole has changed no more than a lossy file changes it; how much that is tells what lies around it."""
    change = cv2.subtract(after, before, dtype=cv2.CV_32F) - offset.astype(np.float32)
    if np.abs(change[marked].mean(axis=0)).max() > SHIFTED:
        return False
    lighter = np.abs(cv2.blur(change @ LIGHTNESS, (3, 3)))
    tinted = strongest(cv2.blur(change, (9, 9)))
    beyond = ~_grown(marked, BESIDE)
    return _is_noise(lighter, marked, beyond, LIGHTER) and _is_noise(tinted, marked, beyond, TINTED)


def _is_noise(change: Levels, marked: Flags, beyond: Flags, most: float) -> bool:
    """Whether the strongest change in the hole is no stronger than ``most``, or than it is elsewhere."""
    noise = float(np.percentile(change[beyond], 99)) if beyond.any() else 0.0
    return float(np.percentile(change[marked], 99)) <= max(most, min(2 * most, 1.3 * noise))


def _contrast(before: Pixels, hole: Flags, ring: Flags) -> tuple[float, float]:
    """How far the hole's mean colour is from its surroundings', and how much the hole varies in itself."""
    inside, around = before[hole], before[ring]
    if not around.size:
        return 255.0, spread(inside)
    return float(np.abs(inside.mean(axis=0) - around.mean(axis=0)).max()), spread(inside)
