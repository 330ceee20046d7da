"""An edit at half the size, where this computer has not the memory for the whole of it."""

from __future__ import annotations

import cv2
import numpy as np

from editor.domain.options import Expansion
from editor.domain.request import Pixels

LEAST_PIXELS = 250_000
"""A picture smaller than this is not what memory ran out for."""
NOTE = (
    "This computer had not enough memory for the full size: it worked at half the size, so the new part is softer. "
    "Close other programs and run the edit again for more detail."
)


def halved(image: Pixels) -> Pixels:
    """``image`` (h, w, 3; uint8) at half the size, rounded up."""
    height, width = image.shape[:2]
    size = (width + 1) // 2, (height + 1) // 2
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def halved_mask(mask: Pixels) -> Pixels:
    """``mask`` (h, w; uint8) at half the size: 255 where any of a pixel was marked, else 0."""
    height, width = mask.shape
    size = (width + 1) // 2, (height + 1) // 2
    share = cv2.resize((mask > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.where(np.asarray(share) > 0, np.uint8(255), np.uint8(0))


def halved_sides(expansion: Expansion) -> dict[str, int]:
    """The sides of ``expansion`` for a picture of half the size, rounded up."""
    sides = {"left": expansion.left, "right": expansion.right, "up": expansion.up, "down": expansion.down}
    return {side: (pixels + 1) // 2 for side, pixels in sides.items()}


def laid_in(image: Pixels, mask: Pixels, small: Pixels) -> Pixels:
    """``image`` (h, w, 3) with ``small``, enlarged, where ``mask`` (h, w) is above 0; unchanged elsewhere."""
    marked = mask > 0
    result = image.copy()
    result[marked] = enlarged(small, (image.shape[1], image.shape[0]))[marked]
    return result


def laid_around(image: Pixels, expansion: Expansion, small: Pixels) -> Pixels:
    """``image`` (h, w, 3) in the middle of ``small``, enlarged to the size that ``expansion`` gives."""
    height, width = image.shape[:2]
    result = enlarged(small, expansion.grown((width, height)))
    result[expansion.up : expansion.up + height, expansion.left : expansion.left + width] = image
    return result


def enlarged(small: Pixels, size: tuple[int, int]) -> Pixels:
    """``small`` at ``size`` (width, height)."""
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LANCZOS4), np.uint8)
