"""Where a picture has nearly the same colour as at one place."""

from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.samples import Pixels, full

BAND_BYTES = 1 << 20
"""Of the picture that are compared at once: what is made of them between stays in the processor's cache."""


def similar(document: Document, place: tuple[int, int], tolerance: int) -> Pixels:
    """255 where no channel, alpha included, differs from the pixel at ``place`` (x, y) by more than ``tolerance`` of
    255; (height, width)."""
    import cv2

    pixels = document.pixels.array
    height, width, channels = pixels.shape
    colour, most = pixels[place[1], place[0]], full(pixels)
    # Four channels as one number: 0 where none differs too much.
    whole = np.dtype(f"u{channels * pixels.itemsize}")
    rows = min(height, max(1, BAND_BYTES // (width * whole.itemsize)))
    wanted = np.tile(colour, (rows, width))
    differences = np.empty_like(wanted)
    found = np.empty((height, width), np.uint8)
    lines = pixels.reshape(height, width * channels)
    for top in range(0, height, rows):
        band = found[top : top + rows]
        count = len(band)
        differs = differences[:count]
        cv2.absdiff(lines[top : top + count], wanted[:count], dst=differs)
        cv2.threshold(differs, tolerance * (most // 255), most, cv2.THRESH_TOZERO, dst=differs)
        np.equal(differs.view(whole), 0, out=band.view(bool))
        np.negative(band, out=band)  # 1 becomes 255
    return found


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
