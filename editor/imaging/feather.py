"""Soft edges: a Gaussian blur that costs no more for being wide.

*Feather* by f pixels is a Gaussian of standard deviation sigma = f / 2. Wide ones are made on a smaller mask: the means
of squares of s × s pixels, blurred, and interpolated linearly. The means add a variance of (s² - 1) / 12 and the
interpolation one of s² / 6, which the blur between them leaves out. With s at most sigma / 4 the result differs by less
than 3 of 255 levels from the Gaussian itself.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels

FINEST = 4.0
"""Standard deviations of a blur that is still well sampled, in pixels of the smaller mask."""
PARTS = 128
NO_TIE = 1 / 65536
"""Added before rounding. OpenCV counts in such parts and rounds a half in two ways, depending on the place; with
weights that are even in its 256ths no sum can then be a half."""
TAILS = 3
"""Standard deviations after which a Gaussian is cut off."""


def step_of(feather: int) -> int:
    """Side in pixels of the squares that are looked at as one; a power of two."""
    step = 1
    while feather / 2 >= 2 * step * FINEST:
        step *= 2
    return step


def spread(feather: int) -> int:
    """How many pixels away a pixel can still show, on every side."""
    if feather <= 0:
        return 0
    step = step_of(feather)
    return step * (_radius(feather) + (2 if step > 1 else 0))


def aligned(rect: Rect, feather: int) -> Rect:
    """``rect`` grown to whole squares, counted from the picture's corner: only such a part is blurred as in the
    whole."""
    step = step_of(feather)
    left, top = rect.x // step * step, rect.y // step * step
    return Rect.from_edges(left, top, -(-rect.right // step) * step, -(-rect.bottom // step) * step)


def blurred(mask: Pixels, feather: int) -> Pixels:
    """``mask``, (height, width) uint8, with soft edges, as a new array; beyond its edges it goes on as at the edge."""
    import cv2

    if feather <= 0:
        return mask.copy()
    step, (height, width) = step_of(feather), mask.shape
    below, beside = -height % step, -width % step
    whole = mask
    if below or beside:
        whole = np.asarray(cv2.copyMakeBorder(mask, 0, below, 0, beside, cv2.BORDER_REPLICATE), np.uint8)
    size = whole.shape[1], whole.shape[0]
    small = whole
    if step > 1:
        small = np.asarray(
            cv2.resize(whole, (size[0] // step, size[1] // step), interpolation=cv2.INTER_AREA), np.uint8
        )
    kernel = _kernel(feather)
    soft = cv2.sepFilter2D(small, cv2.CV_8U, kernel, kernel, delta=NO_TIE, borderType=cv2.BORDER_REPLICATE)
    if step > 1:
        soft = cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR_EXACT)[:height, :width]
    return np.ascontiguousarray(soft, np.uint8)


def _sigma(feather: int) -> float:
    """Standard deviation of the blur of the smaller mask, in its pixels."""
    step = step_of(feather)
    added = (step * step - 1) / 12 + (step * step / 6 if step > 1 else 0)
    return math.sqrt((feather / 2) ** 2 - added) / step


def _radius(feather: int) -> int:
    return math.ceil(TAILS * _sigma(feather))


@lru_cache(maxsize=8)
def _kernel(feather: int) -> NDArray[np.float32]:
    """A Gaussian in whole :data:`PARTS`: with such OpenCV filters bytes in whole numbers. The sums from the ends on are
    rounded, so that no error gathers under a step."""
    sigma, radius = _sigma(feather), _radius(feather)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    tail = np.rint(PARTS * (weights / weights.sum())[:radius].cumsum())
    half = np.diff(tail, prepend=0)
    whole = np.concatenate((half, [PARTS - 2 * tail[-1]], half[::-1]))
    return np.asarray(whole / PARTS, np.float32)
