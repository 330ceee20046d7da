"""A document as a stack of layers that any program composes to the same picture.

Elsewhere a layer is laid over what is below by *source-over* (Porter and Duff, 1984; CSS Compositing and Blending
Level 1, section 9.1.4). Here a result keeps the transparency below it, or brings its own. Where the two differ, what
is below is merged with the layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.layer import Layer
from editor.domain.raster import Snapshot
from editor.domain.samples import Samples, as_deep, full
from editor.imaging.compose import laid_over

ORIGINAL = "Original"
MERGED = "Picture"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One layer of a stack: (height, width, 4) BGRA with the alpha that it is laid over with, and where it lies.

    A snapshot in place of an array is for reading in parts.
    """

    name: str
    place: tuple[int, int]
    pixels: Samples | Snapshot[Any]
    visible: bool = True


def stacked(original: Samples, layers: Sequence[Layer]) -> tuple[Sheet, ...]:
    """The sheets from the bottom to the top; ``original`` is (height, width, 4) BGRA and is written into.

    Where layers had to be merged, the original lies hidden below them.
    """
    merged = _needed(original, layers)
    below = original
    sheets = [Sheet(ORIGINAL, (0, 0), original.copy() if merged else original, visible=not merged)]
    for layer in layers[:merged]:
        below[layer.rect.slices] = laid_over(below[layer.rect.slices], layer)
    if merged:
        sheets.append(Sheet(MERGED, (0, 0), below))
    return (*sheets, *(_sheet(layer) for layer in layers[merged:]))


def _needed(original: Samples, layers: Sequence[Layer]) -> int:
    """How many of the lowest layers must be merged. Copies what lies below layers, not the whole."""
    merged, area = 0, Rect(0, 0, 0, 0)
    for layer in layers:
        area = area.united(layer.rect)
    below = original[area.slices].copy()
    for number, layer in enumerate(layers, 1):
        place = layer.rect.moved(-area.x, -area.y).slices
        after = laid_over(below[place], layer)
        if not _as_elsewhere(below[place], after, layer):
            merged = number
        below[place] = after
    return merged


def _as_elsewhere(below: Samples, after: Samples, layer: Layer) -> bool:
    """Whether source-over makes ``after`` of ``below``, up to rounding."""
    opaque, coverage = full(below), layer.coverage
    kept = (coverage == 0) & (after[..., 3] == below[..., 3])
    hidden = (coverage == 255) & (after[..., 3] == opaque)
    plain = (below[..., 3] == opaque) & (after[..., 3] == opaque)
    return bool((kept | hidden | plain).all())


def _sheet(layer: Layer) -> Sheet:
    pixels = layer.pixels
    return Sheet(layer.name, (layer.rect.x, layer.rect.y), np.dstack((pixels, as_deep(layer.coverage, pixels))))
