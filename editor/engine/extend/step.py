"""The step of brightness along a picture's old frame, taken out of what is new."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.imaging.membrane import membrane

ACROSS = 3
"""Pixels on both sides of the frame whose means are compared."""
MOST_LEVELS = 12.0
"""A greater step is taken for an edge of something, not for a difference of light."""
SMOOTHING_SHARE = 1 / 40
"""Of the longer side: how far along the frame the step is averaged."""
FADE = 6
"""Pixels beyond the old frame over which what is new takes over."""

Floats = NDArray[np.float32]


def without_step(filled: Pixels, hole: NDArray[np.bool_]) -> Pixels:
    """``filled`` (h, w, 3) with a smooth correction added in ``hole`` (h, w), where it goes on from what is known.

    The correction is the difference of the means along the old frame and falls to nothing towards the new one.
    """
    marked = hole.astype(np.uint8)
    known = 1.0 - marked.astype(np.float32)
    near = np.ones((3, 3), np.uint8)
    ring = hole & (cv2.dilate(1 - marked, near) > 0)
    if not ring.any():
        return filled
    colours = filled.astype(np.float32)
    step = _mean(colours, known) - _mean(colours, 1.0 - known)
    step = np.clip(step, -MOST_LEVELS, MOST_LEVELS)
    along = ring.astype(np.float32)
    deviation = max(4.0, SMOOTHING_SHARE * max(hole.shape))
    weight = cv2.GaussianBlur(along, (0, 0), deviation)
    step = cv2.GaussianBlur(step * along[..., None], (0, 0), deviation) / np.maximum(weight, 1e-6)[..., None]
    fixed = ring | _far_frame(hole)
    values = np.where(ring[..., None], step, np.float32(0))
    field = membrane(np.asarray(values, np.float32), fixed.astype(np.float32))
    corrected = np.clip(np.rint(colours + field), 0, 255).astype(np.uint8)
    return np.where(hole[..., None], corrected, filled)


def _mean(colours: Floats, share: Floats) -> Floats:
    """The mean of ``colours`` around each pixel of those that ``share`` marks."""
    side = (2 * ACROSS + 1, 2 * ACROSS + 1)
    total = cv2.blur(colours * share[..., None], side, borderType=cv2.BORDER_CONSTANT)
    weight = cv2.blur(share, side, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(total / np.maximum(weight, 1e-6)[..., None], np.float32)


def _far_frame(hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The outermost pixels of the canvas that are new, but for those right beside the old picture."""
    frame = np.zeros(hole.shape, np.bool_)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        # A side that did not grow touches the old picture; only one that is wholly new is a far one.
        if hole[edge].all():
            frame[edge] = True
    return frame


def faded_in(filled: Pixels, mirrored: Pixels, hole: NDArray[np.bool_]) -> Pixels:
    """``filled`` (h, w, 3), passing over :data:`FADE` pixels from the picture's own mirror image, which joins on to it
    without a step."""
    distance = cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    near = hole & (distance <= FADE)
    share = ((distance[near] - 0.5) / FADE)[:, None]
    before, after = mirrored[near].astype(np.float32), filled[near].astype(np.float32)
    result = filled.copy()
    result[near] = np.clip(np.rint(before + share * (after - before)), 0, 255).astype(np.uint8)
    return result
