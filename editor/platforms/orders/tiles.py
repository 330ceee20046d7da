"""Cuts a picture that is too large for a model into overlapping pieces, and joins what came back. Blocking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.platforms.model import Limits
from editor.platforms.orders import geometry
from editor.platforms.orders.order import Size

OVERLAP = 32
"""Pixels that neighbours share on each side, over which they are faded into one another."""


def tiles_of(size: Size, limits: Limits, most: int) -> tuple[Rect, ...]:
    """Rectangles that cover a picture of ``size``, each within ``limits``; one where it fits whole.

    Empty where more than ``most`` would be needed.
    """
    if geometry.inner_size(size, limits) == size:
        return (Rect(0, 0, *size),)
    for across, down in _grids(size, most):
        columns, rows = _spans(size[0], across), _spans(size[1], down)
        largest = max(width for _, width in columns), max(height for _, height in rows)
        if geometry.inner_size(largest, limits) == largest:
            return tuple(Rect(x, y, width, height) for y, height in rows for x, width in columns)
    return ()


def joined(pieces: Sequence[tuple[Rect, Pixels]], size: Size) -> Pixels:
    """One picture of ``size`` from enlarged pieces at their places, each faded out where it overlaps another."""
    total = np.zeros((size[1], size[0], 3), np.float32)
    weight = np.zeros((size[1], size[0], 1), np.float32)
    for rect, piece in pieces:
        share = _ramp(rect, size)[..., None]
        # Rounding may have made it a pixel larger or smaller than its place.
        total[rect.slices] += geometry.resized(piece, (rect.width, rect.height)) * share
        weight[rect.slices] += share
    return np.asarray(np.clip(np.rint(total / weight), 0, 255), np.uint8)


def enlarged(rect: Rect, size: Size, result: Size) -> Rect:
    """The place of ``rect`` of a picture of ``size`` in one of ``result``, on whole pixels."""
    across, down = result[0] / size[0], result[1] / size[1]
    left, top = round(rect.x * across), round(rect.y * down)
    right, bottom = round((rect.x + rect.width) * across), round((rect.y + rect.height) * down)
    return Rect(left, top, right - left, bottom - top)


def _grids(size: Size, most: int) -> list[Size]:
    """Columns and rows, fewest pieces first, the squarest pieces among equals."""
    grids = [(across, down) for across in range(1, most + 1) for down in range(1, most // across + 1)]
    return sorted(grids, key=lambda grid: (grid[0] * grid[1], abs(math.log(size[0] * grid[1] / (size[1] * grid[0])))))


def _spans(length: int, count: int) -> list[tuple[int, int]]:
    """Start and length of ``count`` parts of ``length`` that overlap."""
    edges = [round(length * part / count) for part in range(count + 1)]
    spans = []
    for first, last in pairwise(edges):
        start, end = max(0, first - OVERLAP // 2), min(length, last + OVERLAP // 2)
        spans.append((start, end - start))
    return spans


def _ramp(rect: Rect, size: Size) -> NDArray[np.float32]:
    """Weights of a piece: 1 in its middle, falling to almost nothing at edges that another piece covers."""
    across = _profile(rect.width, fade_in=rect.x > 0, fade_out=rect.x + rect.width < size[0])
    down = _profile(rect.height, fade_in=rect.y > 0, fade_out=rect.y + rect.height < size[1])
    return np.asarray(down[:, None] * across[None, :], np.float32)


def _profile(length: int, *, fade_in: bool, fade_out: bool) -> NDArray[np.float32]:
    weights = np.ones(length, np.float32)
    band = min(OVERLAP, length // 2)
    slope = (np.arange(band, dtype=np.float32) + 1) / (band + 1)
    if fade_in:
        weights[:band] *= slope
    if fade_out:
        weights[length - band :] *= slope[::-1]
    return weights
