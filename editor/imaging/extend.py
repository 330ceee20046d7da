"""Pictures of another size: the old one inside a larger one, and its transparency enlarged."""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.geometry import Rect
from editor.domain.layer import Layer
from editor.domain.options import Expansion
from editor.domain.samples import Pixels, Samples, full

RAMP = 8
"""Pixels inside the old edge over which the new picture passes into the old one, so that no seam shows."""
OPAQUE = 255


def around(name: str, old: Samples, new: Samples, expansion: Expansion) -> Layer:
    """What ``new``, (…, …, 3) BGR of the extended size, adds around ``old``, (height, width, 4) BGRA of its depth.

    The layer hides everything beyond the old picture's edge, which becomes opaque, and falls to nothing over
    :data:`RAMP` pixels along the sides that were extended: every other pixel of ``old`` stays bit for bit.
    """
    height, width = old.shape[:2]
    inside = np.s_[expansion.up : expansion.up + height, expansion.left : expansion.left + width]
    coverage = np.full(new.shape[:2], OPAQUE, np.uint8)
    across = _ramp(width, bool(expansion.left), bool(expansion.right))
    down = _ramp(height, bool(expansion.up), bool(expansion.down))
    coverage[inside] = np.maximum(down[:, None], across[None, :])
    alpha = np.full(new.shape[:2], full(old), old.dtype)
    alpha[inside] = old[..., 3]
    return Layer(name, Rect(0, 0, new.shape[1], new.shape[0]), new, coverage, alpha)


def with_room(old: Samples, expansion: Expansion) -> Samples:
    """``old``, (height, width, 4), with nothing around it: transparent black."""
    height, width = old.shape[:2]
    result = np.zeros((height + expansion.up + expansion.down, width + expansion.left + expansion.right, 4), old.dtype)
    result[expansion.up : expansion.up + height, expansion.left : expansion.left + width] = old
    return result


def enlarged_with(alpha: Samples, colours: Samples) -> Samples:
    """``colours``, (height, width, 3) BGR, with ``alpha`` of a smaller picture of its depth, enlarged to its size:
    BGRA."""
    height, width = colours.shape[:2]
    if int(alpha.min()) == full(alpha):
        grown: Samples = np.full((height, width), full(alpha), alpha.dtype)
    else:
        # Whole numbers saturate: what a cubic curve overshoots is cut off at both ends.
        alpha = np.ascontiguousarray(alpha)
        grown = np.asarray(cv2.resize(alpha, (width, height), interpolation=cv2.INTER_CUBIC), alpha.dtype)
    return np.dstack((colours, grown))


def _ramp(length: int, at_start: bool, at_end: bool) -> Pixels:
    """The coverage of the new picture along one side of ``length`` pixels, falling inwards from an end."""
    depth = min(RAMP, length // 4)
    fall = np.zeros(length, np.uint8)
    inwards = (np.arange(depth, 0, -1) * OPAQUE // (depth + 1)).astype(np.uint8)
    if at_start:
        fall[:depth] = inwards
    if at_end:
        fall[length - depth :] = np.maximum(fall[length - depth :], inwards[::-1])
    return fall
