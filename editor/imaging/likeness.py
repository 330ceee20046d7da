"""Measures by which two pictures are compared, and a picture is found to be blank."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.raster import Pixels

FLAT = 2.0
"""Standard deviation, in levels of 255, below which an area counts as one colour."""
LIVELY = 8.0
"""Standard deviation above which an area plainly has something to show."""
FOREIGN = 24.0
"""Mean change of what should have stayed that makes another picture of it."""
SMALL = 384
"""Longer side, in pixels, of the copies whose likeness is measured: detail may differ, the picture may not."""


def lightness(image: Pixels) -> NDArray[np.float32]:
    """Grey values of (height, width, 3) RGB, averaged over 3 × 3 pixels against the noise of encoding."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.blur(grey, (3, 3)), np.float32)


def spread(pixels: Pixels) -> float:
    """The largest standard deviation of a channel of (…, 3) uint8; 0 where there are no pixels."""
    if not pixels.size:
        return 0.0
    _, deviations = cv2.meanStdDev(np.ascontiguousarray(pixels).reshape(-1, 1, 3))
    return float(deviations.max())


def mean_difference(one: Pixels, other: Pixels) -> float:
    """Mean absolute difference in levels of two RGB pictures of the same proportions, both shrunk to the same size."""
    height, width = min(one.shape[:2], other.shape[:2])
    scale = min(1.0, SMALL / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (one, other)]
    return float(cv2.absdiff(*small).mean())


def is_blank(before: Pixels, after: Pixels) -> bool:
    """Whether a whole picture has become one colour that was more than that, be it a dark one."""
    lively = spread(before)
    return lively > FLAT and spread(after) < min(FLAT, lively / 4)
