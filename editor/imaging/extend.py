"""Pictures of another size: the old one laid back into a larger one, and its transparency enlarged."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.options import Expansion
from editor.domain.samples import Pixels
from editor.imaging.compose import BAND

RAMP = 8
"""Pixels inside the old edge over which the new picture passes into the old one, so that no seam shows."""
OPAQUE = 255


def laid_back(old: Pixels, new: Pixels, expansion: Expansion) -> Pixels:
    """``old``, (height, width, 4) uint8 BGRA, in the middle of ``new``, (…, …, 3) BGR of the extended size.

    Every pixel of ``old`` is kept bit for bit, except in a ramp of :data:`RAMP` pixels along the sides that were
    extended. The border is opaque.
    """
    height, width = old.shape[:2]
    result = np.dstack((new, np.full(new.shape[:2], OPAQUE, np.uint8)))
    target = result[expansion.up : expansion.up + height, expansion.left : expansion.left + width]
    across = _ramp(width, bool(expansion.left), bool(expansion.right))
    down = _ramp(height, bool(expansion.up), bool(expansion.down))
    whole = RAMP + 1
    for top in range(0, height, BAND):
        rows = slice(top, top + BAND)
        # The share of the new picture, in parts of ``whole``.
        share = np.maximum(down[rows, None], across[None, :])[..., None]
        mixed = old[rows] * (whole - share) + target[rows] * share
        target[rows] = (mixed + whole // 2) // whole
    return result


def enlarged_with(alpha: Pixels, colours: Pixels) -> Pixels:
    """``colours``, (height, width, 3) uint8 BGR, with ``alpha`` of a smaller picture, enlarged to its size: BGRA."""
    height, width = colours.shape[:2]
    if int(alpha.min()) == OPAQUE:
        grown = np.full((height, width), OPAQUE, np.uint8)
    else:
        # Bytes saturate: what a cubic curve overshoots is cut off at 0 and 255.
        alpha = np.ascontiguousarray(alpha)
        grown = np.asarray(cv2.resize(alpha, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.dstack((colours, grown))


def _ramp(length: int, at_start: bool, at_end: bool) -> NDArray[np.uint16]:
    """The share of the new picture along one side of ``length`` pixels, falling inwards from an extended end to 0."""
    depth = min(RAMP, length // 4)
    fall = np.zeros(length, np.uint16)
    inwards = (np.arange(depth, 0, -1) * RAMP // max(1, depth)).astype(np.uint16)
    if at_start:
        fall[:depth] = inwards
    if at_end:
        fall[length - depth :] = np.maximum(fall[length - depth :], inwards[::-1])
    return fall
