"""Where a picture has nearly the same colour as at one place."""

from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.samples import Pixels, full


def similar(document: Document, place: tuple[int, int], tolerance: int) -> Pixels:
    """255 where no channel, alpha included, differs from the pixel at ``place`` (x, y) by more than ``tolerance`` of
    255; (height, width)."""
    import cv2

    pixels = document.pixels.array
    unit = full(pixels) // 255
    colour = pixels[place[1], place[0]].astype(int)
    low, high = np.clip(colour - tolerance * unit, 0, None), np.clip(colour + tolerance * unit, None, full(pixels))
    return np.asarray(cv2.inRange(pixels, low.astype(np.float64), high.astype(np.float64)), np.uint8)


def connected(within: Pixels, place: tuple[int, int]) -> Pixels:
    """What of ``within`` (255 = yes) hangs together with ``place`` by the sides of pixels; ``within`` is used up."""
    import cv2

    height, width = within.shape
    found = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    cv2.floodFill(within, found, place, 0.0, 0.0, 0.0, flags)
    return found[1:-1, 1:-1]


def smoothed(found: Pixels) -> Pixels:
    """The same with a soft step of a pixel at the edge, as a sharp edge that lies between pixels would look."""
    import cv2

    return np.asarray(cv2.GaussianBlur(found, (3, 3), 0, borderType=cv2.BORDER_REPLICATE), np.uint8)
