"""How deep a hole is, and how long filling it will take.

Imports OpenCV only when asked: its callers start with the window.
"""

from __future__ import annotations

import numpy as np

from editor.domain.request import Pixels

NOTHING_LEFT = "There is nothing left of the picture to fill from. Leave some of it unmasked."

THIN_HALF_WIDTH = 4.0
"""Pixels. Holes nowhere deeper than this (scratches, wires, dust) are continued better than copied into."""

START_SECONDS = 0.5
"""Starting the process and handing the picture over."""

SECONDS_PER_PIXEL = 75e-6
"""Patch completion of radius 5, for each pixel of the hole, measured on one core of a server from 20,000 to 580,000
pixels (1.9 to 43 s)."""

THIN_SECONDS_PER_PIXEL = 3e-6
"""Continuation of a thin hole, for each pixel of it."""


def bounds_of(mask: Pixels) -> tuple[slice, slice] | None:
    """Rows and columns around all that is marked in ``mask`` (h, w), or None where nothing is."""
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        return None
    columns = np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def is_thin(mask: Pixels) -> bool:
    """Whether no marked pixel of ``mask`` (h, w) is further than ``THIN_HALF_WIDTH`` from one that is not."""
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
    return float(distance.max()) <= THIN_HALF_WIDTH


def estimate_seconds(pixels: int, *, thin: bool) -> float:
    """Seconds to fill a hole of so many pixels. Right to a factor of two on most computers."""
    return START_SECONDS + pixels * (THIN_SECONDS_PER_PIXEL if thin else SECONDS_PER_PIXEL)


def estimate_of(mask: Pixels) -> float:
    """Seconds to fill what ``mask`` (h, w) marks."""
    return estimate_seconds(int(np.count_nonzero(mask)), thin=is_thin(mask))
