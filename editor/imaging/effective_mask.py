"""The effective mask: what was painted, after *grow* and then *feather*.

*Grow* by g pixels is the maximum over a disc of radius g; a large disc is made of several of radius 8 at most, which
strays from the true disc by less than 7 % of g. *Feather* by f pixels is a Gaussian of standard deviation
sigma = f / 2, approached by three box means of odd widths: a box of width k has the variance (k² - 1) / 12, and of the
two odd numbers round sqrt(4 sigma² + 1) as many are taken of each as brings the sum nearest to sigma². Unlike
a Gaussian boxes end, so that a part computed alone equals the whole to the byte.
Beyond the picture's edge the mask goes on as at the edge: what is painted up to the edge stays whole there.
"""

from __future__ import annotations

import math

import numpy as np

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.raster import Raster
from editor.domain.samples import Pixels

BLOCK = 512
"""Side of the squares that are computed at once; a square with nothing or everything painted costs next to nothing."""
LARGEST_DISC = 8


def reach(grow: int, feather: int) -> int:
    """How many pixels away a painted pixel can still show, on every side."""
    return grow + sum(width // 2 for width in _box_widths(feather))


def effective_of(mask: Pixels, grow: int, feather: int) -> Pixels:
    """The effective mask of ``mask``, (height, width) uint8; a new array."""
    import cv2

    result: Pixels = mask
    left = grow
    while left > 0:
        radius = min(left, LARGEST_DISC)
        result = np.asarray(cv2.dilate(result, _disc(radius)), np.uint8)
        left -= radius
    for width in _box_widths(feather):
        if width > 1:
            result = np.asarray(cv2.blur(result, (width, width), borderType=cv2.BORDER_REPLICATE), np.uint8)
    return result.copy() if result is mask else result


def refresh(document: Document, rect: Rect) -> Rect:
    """Renew ``document.effective`` where the mask changed inside ``rect``; returns what had to be computed anew."""
    if not rect:
        return NOWHERE
    margin = reach(document.grow, document.feather)
    changed = rect.expanded(margin).intersected(document.rect)
    for top in range(changed.y, changed.bottom, BLOCK):
        for left in range(changed.x, changed.right, BLOCK):
            _refresh_block(document, Rect(left, top, BLOCK, BLOCK).intersected(changed), margin)
    return changed


def refresh_all(document: Document) -> Rect:
    """Renew the whole effective mask, as after another *grow* or *feather*; returns the picture's rectangle."""
    return refresh(document, document.rect)


def bounds(mask: Raster[np.uint8] | Pixels) -> Rect:
    """The smallest rectangle around everything above 0; empty for an empty mask."""
    import cv2

    array = mask.array if isinstance(mask, Raster) else mask
    return Rect(*cv2.boundingRect(array))


def coverage(mask: Raster[np.uint8] | Pixels) -> float:
    """The share of pixels above 0, from 0 to 1."""
    import cv2

    array = mask.array if isinstance(mask, Raster) else mask
    return float(cv2.countNonZero(array)) / array.size if array.size else 0.0


def _refresh_block(document: Document, block: Rect, margin: int) -> None:
    window = block.expanded(margin).intersected(document.rect)
    painted = document.mask.array[window.slices]
    highest = int(painted.max())
    if highest == int(painted.min()):
        # A level field stays level whatever is done to it.
        part = document.effective.array[block.slices]
        if int(part.max()) != highest or int(part.min()) != highest:
            document.effective.about_to_change(block)
            part.fill(highest)
        return
    result = effective_of(painted, document.grow, document.feather)
    document.effective.write(block, result[block.moved(-window.x, -window.y).slices])


def _box_widths(feather: int) -> list[int]:
    sigma = max(0, feather) / 2
    lower = int(math.sqrt(4 * sigma * sigma + 1))
    lower -= lower % 2 == 0
    # From lower to lower + 2 a box's variance grows by (lower + 1) / 3.
    missing = sigma * sigma - 3 * (lower * lower - 1) / 12
    upper = min(3, round(3 * missing / (lower + 1)))
    return [lower + 2] * upper + [lower] * (3 - upper)


def _disc(radius: int) -> Pixels:
    """A filled circle, (2 radius + 1) squared; the half pixel makes small ones round rather than pointed."""
    offsets = np.arange(-radius, radius + 1)
    squares = offsets[:, np.newaxis] ** 2 + offsets**2
    return (squares <= radius * radius + radius * 0.5).astype(np.uint8)
