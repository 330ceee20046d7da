"""A document as a stack of layers that any program composes to the same picture.

Elsewhere a layer is laid over what is below by *source-over* (Porter and Duff, 1984; CSS Compositing and Blending
Level 1, section 9.1.4). Here a result keeps the transparency below it, or brings its own. Where the two differ, what
is below is merged with the layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from editor.domain.layer import Layer
from editor.domain.samples import Samples, as_deep, full
from editor.imaging.compose import laid_over

ORIGINAL = "Original"
MERGED = "Picture"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One layer of a stack: (height, width, 4) BGRA with the alpha that it is laid over with, and where it lies."""

    name: str
    place: tuple[int, int]
    pixels: Samples
    visible: bool = True


def stacked(original: Samples, layers: Sequence[Layer]) -> tuple[Sheet, ...]:
    """The sheets from the bottom to the top; ``original`` is (height, width, 4) BGRA and is written into.

    Where layers had to be merged, the original lies hidden below them.
    """
    merged = _needed(original.copy(), layers)
    below = original
    sheets = [Sheet(ORIGINAL, (0, 0), original.copy() if merged else original, visible=not merged)]
    for layer in layers[:merged]:
        below[layer.rect.slices] = laid_over(below[layer.rect.slices], layer)
    if merged:
        sheets.append(Sheet(MERGED, (0, 0), below))
    return (*sheets, *(_sheet(layer) for layer in layers[merged:]))


def _needed(below: Samples, layers: Sequence[Layer]) -> int:
    """How many of the lowest layers must be merged."""
    merged = 0
    for number, layer in enumerate(layers, 1):
        part = below[layer.rect.slices]
        after = laid_over(part, layer)
        if not _as_elsewhere(part, after, layer):
            merged = number
        below[layer.rect.slices] = after
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
