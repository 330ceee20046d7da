"""Laying a result over a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.domain.layer import Layer
from editor.domain.samples import Pixels, Samples

BAND = 64
"""Rows blended at once: what is worked on stays in the processor's cache."""


def blend(picture: Samples, layer: Samples, coverage: Pixels) -> Samples:
    """``layer`` over ``picture`` through ``coverage``, as a new array.

    ``picture`` is (height, width, 4) BGRA, ``layer`` (height, width, 3) BGR, both in 8 or both in 16 bits,
    ``coverage`` (height, width) uint8. ValueError where their depths differ. Where coverage is 0 the picture stays bit
    for bit, where it is 255 the layer's colours stand exactly, between them the nearest whole value. The picture's
    alpha is kept everywhere.
    """
    if picture.dtype != layer.dtype:
        raise ValueError("a layer has the depth of its picture")
    result = picture.copy()
    # Products with 255 need twice the bits of a sample.
    wide: type[np.unsignedinteger[Any]] = np.uint16 if picture.dtype == np.uint8 else np.uint32
    for top in range(0, picture.shape[0], BAND):
        rows = slice(top, top + BAND)
        share: NDArray[Any] = coverage[rows, :, None].astype(wide)
        mixed = picture[rows, :, :3] * (255 - share) + layer[rows] * share
        # (x + 127) / 255 in whole numbers rounds to the nearest; 0 and 255 come out exactly.
        result[rows, :, :3] = (mixed + wide(127)) // wide(255)
    return result


def laid_over(picture: Samples, layer: Layer) -> Samples:
    """``layer`` over ``picture``, (height, width, 4) BGRA at the layer's rectangle in its depth, as a new array.

    The picture's alpha is kept unless the layer brings one.
    """
    result = blend(picture, layer.pixels, layer.coverage) if layer.coverage.any() else picture.copy()
    if layer.alpha is not None:
        result[..., 3] = layer.alpha
    return result
