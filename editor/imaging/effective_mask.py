"""The effective mask: what was painted, after *grow* and then *feather*.

*Grow* by g pixels is the maximum over a disc of radius g; a large disc is made of several small ones, which strays from
the true disc by less than 3 % of g. *Feather* by f pixels is a Gaussian of standard deviation f / 2, see
:mod:`editor.imaging.feather`. Both end somewhere, so that a part computed alone equals the whole to the byte.
Beyond the picture's edge the mask goes on as at the edge: what is painted up to the edge stays whole there.
"""

from __future__ import annotations

from itertools import cycle

import numpy as np

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.samples import Pixels
from editor.imaging.feather import aligned, blurred, spread

BLOCK = 512
"""Side of the squares that are computed at once; a square with nothing or everything painted costs next to nothing."""
DISCS = (11, 9, 8, 7, 5)
"""Radii of what large discs are made of, the largest first. Small discs of pixels have corners; where no two are alike
the corners of one lie on the sides of another."""


def reach(grow: int, feather: int) -> int:
    """How many pixels away a painted pixel can still show, on every side."""
    return grow + spread(feather)


def effective_of(mask: Pixels, grow: int, feather: int) -> Pixels:
    """The effective mask of ``mask``, (height, width) uint8; a new array. Of a part of a picture it is what the whole
    has there, at :func:`reach` from the part's edges, where the part is :func:`~editor.imaging.feather.aligned`."""
    import cv2

    result: Pixels = mask
    for radius in _radii(grow):
        result = np.asarray(cv2.dilate(result, _disc(radius)), np.uint8)
    return result if feather <= 0 and result is not mask else blurred(result, feather)


def refresh(document: Document, rect: Rect) -> Rect:
    """Renew ``document.effective`` where the mask changed inside ``rect``; returns what had to be computed anew."""
    if not rect:
        return NOWHERE
    margin = reach(document.grow, document.feather)
    changed = rect.expanded(margin).intersected(document.rect)
    if margin == 0:
        document.effective.write(changed, document.mask.array[changed.slices])
        return changed
    for top in range(changed.y, changed.bottom, BLOCK):
        for left in range(changed.x, changed.right, BLOCK):
            _refresh_block(document, Rect(left, top, BLOCK, BLOCK).intersected(changed), margin)
    return changed


def refresh_all(document: Document) -> Rect:
    """Renew the whole effective mask, as after another *grow* or *feather*; returns the picture's rectangle."""
    return refresh(document, document.rect)


def bounds(mask: Pixels) -> Rect:
    """The smallest rectangle around everything above 0; empty for an empty mask. A document's own masks know theirs,
    see :class:`editor.domain.mask.Mask`."""
    import cv2

    return Rect(*cv2.boundingRect(mask))


def _refresh_block(document: Document, block: Rect, margin: int) -> None:
    import cv2

    window = aligned(block.expanded(margin), document.feather).intersected(document.rect)
    painted = document.mask.array[window.slices]
    lowest, highest, *_ = cv2.minMaxLoc(painted)
    if lowest == highest:
        # A level field stays level whatever is done to it.
        part = document.effective.array[block.slices]
        if cv2.minMaxLoc(part)[:2] != (lowest, highest):
            document.effective.about_to_change(block)
            part.fill(int(highest))
        return
    result = effective_of(painted, document.grow, document.feather)
    document.effective.write(block, result[block.moved(-window.x, -window.y).slices])


def _radii(grow: int) -> list[int]:
    """Radii of discs that make one of ``grow`` together."""
    radii: list[int] = []
    left = grow
    for radius in cycle(DISCS):
        if left <= DISCS[0]:
            return [*radii, left] if left > 0 else radii
        radii.append(radius)
        left -= radius
    return radii


def _disc(radius: int) -> Pixels:
    """A filled circle, (2 radius + 1) squared; the half pixel makes small ones round rather than pointed."""
    offsets = np.arange(-radius, radius + 1)
    squares = offsets[:, np.newaxis] ** 2 + offsets**2
    return (squares <= radius * radius + radius * 0.5).astype(np.uint8)
