"""A matte that was solved for a smaller copy of a picture, at the picture's full size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.cutout.matting import EPSILON, RADIUS
from editor.engine.select.windows import Windows

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

CHUNK = 30_000
"""Places looked up at once; OpenCV takes fewer than 32,767 in a column."""
REACH = 2
"""Pixels of the small copy on either side of mixed ones that are drawn anew."""


def enlarged(image: Pixels, small: Pixels, share: Floats) -> Pixels:
    """``share``, (h, w) float32 of ``small`` (h, w, 3), as (height, width) uint8 for ``image`` (height, width, 3).

    Along the outline it is the function of the colours that holds in the windows of the small copy, with the colours of
    the full size (He, Sun: Fast Guided Filter, 2015); elsewhere the subject is there or it is not. Needs some 50 bytes
    for each pixel along the outline.
    """
    height, width = image.shape[:2]
    if small.shape[:2] == (height, width):
        return _bytes(share)
    plain = cv2.resize(_bytes(share), (width, height), interpolation=cv2.INTER_LINEAR)
    result = np.where(plain > 127, np.uint8(255), np.uint8(0))
    rows, columns = np.nonzero(_outline(share, (width, height)))
    slopes, offset = Windows.of(small, radius=RADIUS, epsilon=EPSILON).fitted(share)
    for at in range(0, len(rows), CHUNK):
        part = slice(at, at + CHUNK)
        y = (rows[part].astype(np.float32) + 0.5) * np.float32(small.shape[0] / height) - np.float32(0.5)
        x = (columns[part].astype(np.float32) + 0.5) * np.float32(small.shape[1] / width) - np.float32(0.5)
        colours = image[rows[part], columns[part]].astype(np.float32) / 255
        value = _looked_up(offset, x, y)
        for channel in range(3):
            value += _looked_up(slopes[channel], x, y) * colours[:, channel]
        result[rows[part], columns[part]] = _bytes(value)
    return result


def _outline(share: Floats, size: tuple[int, int]) -> Flags:
    mixed = ((share > 0.01) & (share < 0.99)).astype(np.uint8)
    # A clean step between two pixels has no mixed one.
    solid = (share > 0.5).astype(np.uint8)
    kernel = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    near = (cv2.dilate(mixed, kernel) > 0) | (cv2.dilate(solid, kernel) != cv2.erode(solid, kernel))
    return np.asarray(cv2.resize(near.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)


def _looked_up(values: Floats, x: Floats, y: Floats) -> Floats:
    found = cv2.remap(values, x[:, None], y[:, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)[:, 0]


def _bytes(share: Floats) -> Pixels:
    return np.clip(np.rint(255 * share), 0, 255).astype(np.uint8)
