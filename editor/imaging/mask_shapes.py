"""Other shapes of a mask: larger, smaller, softer, smoother, without holes, its border alone.

Every function takes a mask as (height, width) uint8 and returns a new one. Beyond the picture's edge a mask goes on as
at the edge, so that what is painted up to it stays there. Only what lies within reach of something painted is computed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.imaging.effective_mask import bounds, effective_of, reach
from editor.imaging.feather import aligned, blurred, spread

LEVELS = (32, 64, 96, 128, 160, 192, 224, 255)
"""Coverages of a soft border at which it is asked whether it encloses a hole."""
SOFT_EDGE = 1.5
"""Width in pixels of the step that smoothing leaves at an edge."""
GAUSSIAN_SLOPE = 2.5066
"""A step blurred by a Gaussian of standard deviation s rises by 1 / (s √(2π)) a pixel in its middle."""


def grown(mask: Pixels, by: int) -> Pixels:
    """Larger by ``by`` pixels on every side: the maximum over a disc of that radius."""
    return _near(mask, reach(by, 0), lambda part: effective_of(part, by, 0))


def shrunk(mask: Pixels, by: int) -> Pixels:
    """Smaller by ``by`` pixels on every side that is not the picture's edge."""
    return _near(mask, 0, lambda part: np.invert(effective_of(np.invert(part), by, 0)), margin=by + 1)


def feathered(mask: Pixels, by: int) -> Pixels:
    """Softer, as by a Gaussian of standard deviation ``by`` / 2; see :mod:`editor.imaging.feather`."""
    return _near(mask, spread(by), lambda part: blurred(part, by), feather=by)


def smoothed(mask: Pixels, by: int) -> Pixels:
    """Without what is finer than about ``by`` pixels: specks go, notches close, edges run evenly."""
    by = max(by, 1)
    slope = GAUSSIAN_SLOPE * by / 2 / SOFT_EDGE

    def smooth(part: Pixels) -> Pixels:
        soft = blurred(part, by).astype(np.float32)
        return np.asarray(np.rint(np.clip((soft - 127.5) * slope + 127.5, 0, 255)), np.uint8)

    return _near(mask, spread(by), smooth, feather=by)


def filled(mask: Pixels) -> Pixels:
    """With everything masked that is enclosed: from where no way leads to the picture's edge but through the mask."""
    import cv2

    area = bounds(mask)
    if not area:
        return mask.copy()
    result = mask.copy()
    part = result[area.slices]
    height, width = part.shape
    for level in LEVELS:
        # What touches the edge of the part reaches the outside: a rim that is not masked leads all round it.
        open_to = np.zeros((height + 2, width + 2), np.uint8)
        open_to[1:-1, 1:-1] = (part >= level).astype(np.uint8)
        found = np.zeros((height + 4, width + 4), np.uint8)
        flags = 4 | (1 << 8) | cv2.FLOODFILL_MASK_ONLY
        cv2.floodFill(open_to, found, (0, 0), 0.0, 0.0, 0.0, flags)
        enclosed = (found[2:-2, 2:-2] == 0) & (part < level)
        part[enclosed] = level
    return result


def border(mask: Pixels, width: int) -> Pixels:
    """A band of ``width`` pixels along the edge, as far outside as inside."""
    outer = (width + 1) // 2
    return np.asarray(np.minimum(grown(mask, outer), np.invert(shrunk(mask, width - outer))), np.uint8)


def effective_near(mask: Pixels, grow: int, feather: int) -> Pixels:
    """The effective mask of all of ``mask``, as :func:`~editor.imaging.effective_mask.effective_of` has it."""
    return _near(mask, reach(grow, feather), lambda part: effective_of(part, grow, feather), feather=feather)


def _near(
    mask: Pixels, outside: int, change: Callable[[Pixels], Pixels], *, margin: int | None = None, feather: int = 0
) -> Pixels:
    """``change`` applied where something is painted and up to ``outside`` pixels round it; ``feather`` is that of a
    change which blurs."""
    result: Pixels = np.zeros_like(mask)
    area = bounds(mask)
    if area:
        whole = Rect(0, 0, mask.shape[1], mask.shape[0])
        wide = aligned(area.expanded((2 * outside if margin is None else margin) + 1), feather).intersected(whole)
        result[wide.slices] = change(np.ascontiguousarray(mask[wide.slices]))
    return result
