"""How deep a hole is, and how long filling it will take.

Imports OpenCV only when asked: its callers start with the window.
"""

from __future__ import annotations

import numpy as np

from editor.domain.request import Pixels

NOTHING_LEFT = "There is nothing left of the picture to fill from. Leave some of it unmasked."

THIN_HALF_WIDTH = 4.0
"""Pixels. Holes nowhere deeper than this (scratches, wires, dust) are continued or patched better than filled by
pieces."""

CROSSING_HALF_WIDTH, MEAN_DEPTH = 10.0, 2.5
"""Nor do those want pieces that are a little deeper where scratches cross, but hardly anywhere else."""

START_SECONDS = 0.5
"""Starting the process and handing the picture over."""

HOLE_SECONDS = 0.6
"""For each hole: its surroundings searched for what repeats in them."""

DECIDING_SECONDS_PER_PIXEL = 200e-6
DECIDING_PIXELS = 6000
"""A hole is decided on at a size at which it has at most so many pixels."""

SECONDS_PER_PIXEL = 2.2e-6
"""Carrying up and joining, for each pixel of the hole at the full size."""

THIN_SECONDS_PER_PIXEL = 85e-6
"""Patching a thin hole and continuing it, for each pixel of it.

All are measured on one core of a server: holes of 20,000 to 2,400,000 pixels took 1.6 to 5.5 s, scratches of 30,000
pixels 2.6 s, of 144,000 pixels 14 s.
"""

MOST_THIN_PIXELS = 60_000
"""Thin holes of more pixels are only continued: patches would take longer than the whole is worth."""

CONTINUED_SECONDS_PER_PIXEL = 3e-6


def bounds_of(mask: Pixels) -> tuple[slice, slice] | None:
    """Rows and columns around all that is marked in ``mask`` (h, w), or None where nothing is."""
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        return None
    columns = np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def is_thin(mask: Pixels) -> bool:
    """Whether what ``mask`` (h, w) marks is as thin as a scratch, but for crossings."""
    import cv2

    bounds = bounds_of(mask)
    if bounds is None:
        return True
    if np.count_nonzero(mask) == mask.size:
        return False
    # One more pixel on every side where there is one, so that the hole's outline is seen; the frame of the
    # picture is no outline, for nothing is known behind it.
    rows, columns = (slice(max(0, part.start - 1), part.stop + 1) for part in bounds)
    window = (mask[rows, columns] > 0).astype(np.uint8)
    distance = cv2.distanceTransform(window, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    deepest = float(distance.max())
    if deepest <= THIN_HALF_WIDTH:
        return True
    return deepest <= CROSSING_HALF_WIDTH and float(distance[window > 0].mean()) <= MEAN_DEPTH


def estimate_seconds(pixels: int, *, thin: bool) -> float:
    """Seconds to fill one hole of so many pixels. Right to a factor of two on most computers."""
    return START_SECONDS + _filling(pixels, thin=thin)


def estimate_of(mask: Pixels) -> float:
    """Seconds to fill what ``mask`` (h, w) marks, hole by hole."""
    from editor.engine.fill.regions import regions_of

    if bounds_of(mask) is None:
        return START_SECONDS
    holes = [mask[window] for window in regions_of(mask > 0)]
    return START_SECONDS + sum(_filling(int(np.count_nonzero(hole)), thin=is_thin(hole)) for hole in holes)


def _filling(pixels: int, *, thin: bool) -> float:
    if thin:
        return pixels * (THIN_SECONDS_PER_PIXEL if pixels <= MOST_THIN_PIXELS else CONTINUED_SECONDS_PER_PIXEL)
    return HOLE_SECONDS + min(pixels, DECIDING_PIXELS) * DECIDING_SECONDS_PER_PIXEL + pixels * SECONDS_PER_PIXEL
