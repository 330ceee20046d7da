"""A smooth field through known values: what is stretched like a skin over what is not known.

Between its known points the field solves Laplace's equation with a free edge, as in gradient-domain cloning (P. Pérez,
M. Gangnet, A. Blake, Poisson image editing, 2003). It is solved from coarse to fine: a few rounds of relaxation on
each level smooth out what the coarser one could not tell.
"""

from __future__ import annotations

import cv2
import numpy as np

from editor.imaging.likeness import Levels

_ROUNDS = 16
_KNOWN = 0.05
"""Weight from which a point is known."""
_COARSEST = 4
_NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4


def membrane(values: Levels, weight: Levels) -> Levels:
    """(h, w, 3) float32 that is ``values`` where ``weight``, (h, w) from 0 to 1, is not about 0; 0 where nothing is
    known at all."""
    known = weight > _KNOWN
    if not known.any():
        return np.zeros_like(values)
    if known.all():
        return values
    height, width = weight.shape
    if min(height, width) <= _COARSEST:
        mean = values[known].mean(axis=0)
        field = np.where(known[..., None], values, mean.astype(np.float32))
    else:
        size = (width + 1) // 2, (height + 1) // 2
        share = np.where(known, weight, np.float32(0.0))
        below = np.asarray(cv2.resize(share, size, interpolation=cv2.INTER_AREA), np.float32)
        sums = cv2.resize(values * share[..., None], size, interpolation=cv2.INTER_AREA)
        coarse = membrane(np.asarray(sums / np.maximum(below, 1e-6)[..., None], np.float32), below)
        grown = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
        field = np.where(known[..., None], values, grown)
    for _ in range(_ROUNDS):
        relaxed = cv2.filter2D(field, cv2.CV_32F, _NEIGHBOURS, borderType=cv2.BORDER_REPLICATE)
        field = np.where(known[..., None], values, relaxed)
    return np.asarray(field, np.float32)
