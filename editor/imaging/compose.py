"""Laying a result over a picture."""

from __future__ import annotations

import numpy as np

from editor.domain.layer import Layer
from editor.domain.samples import Pixels

BAND = 64
"""Rows blended at once: what is worked on stays in the processor's cache."""


def blend(picture: Pixels, layer: Pixels, coverage: Pixels) -> Pixels:
    """``layer`` over ``picture`` through ``coverage``, as a new array.

    ``picture`` is (height, width, 4) uint8 BGRA, ``layer`` (height, width, 3) uint8 BGR, ``coverage`` (height, width)
    uint8. Where coverage is 0 the picture stays bit for bit, where it is 255 the layer's colours stand exactly, between
    them the nearest whole value. The picture's alpha is kept everywhere.
    """
    result = picture.copy()
    for top in range(0, picture.shape[0], BAND):
        rows = slice(top, top + BAND)
        share = coverage[rows, :, None].astype(np.uint16)
        mixed = picture[rows, :, :3] * (255 - share) + layer[rows] * share
        # (x + 127) / 255 in whole numbers rounds to the nearest; 0 and 255 come out exactly.
        result[rows, :, :3] = (mixed + np.uint16(127)) // np.uint16(255)
    return result


def laid_over(picture: Pixels, layer: Layer) -> Pixels:
    """``layer`` over ``picture``, (height, width, 4) uint8 BGRA of the layer's rectangle, as a new array.

    The picture's alpha is kept unless the layer brings one.
    """
    result = blend(picture, layer.pixels, layer.coverage) if layer.coverage.any() else picture.copy()
    if layer.alpha is not None:
        result[..., 3] = layer.alpha
    return result
