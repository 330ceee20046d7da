"""Cuts a picture that is too large for a model into overlapping pieces, and joins what came back. Blocking."""

from __future__ import annotations

import math
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


class Mosaic:
    """A picture of ``size`` that is laid together from enlarged pieces, row by row from the top left.

    Each piece is faded in over those that already lie where it begins, so that no more than the picture itself and one
    piece is held.
    """

    def __init__(self, size: Size) -> None:
        self.picture: Pixels = np.zeros((size[1], size[0], 3), np.uint8)
        """(height, width, 3) uint8."""

    def lay(self, rect: Rect, piece: Pixels) -> None:
        """Put ``piece`` at ``rect``; rounding may have made it a pixel larger or smaller than that."""
        piece = geometry.resized(piece, (rect.width, rect.height))
        under = self.picture[rect.slices]
        across, down = _fade(rect.width, rect.x), _fade(rect.height, rect.y)
        bands = [(slice(None), slice(0, OVERLAP))] if rect.x else []
        bands += [(slice(0, OVERLAP), slice(None))] if rect.y else []
        faded = []
        for rows, columns in bands:
            share = (down[rows, None] * across[None, columns])[..., None]
            old = under[rows, columns].astype(np.float32)
            faded.append(np.rint(old + (piece[rows, columns] - old) * share).astype(np.uint8))
        under[:] = piece
        for (rows, columns), band in zip(bands, faded, strict=True):
            under[rows, columns] = band


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


def _fade(length: int, start: int) -> NDArray[np.float32]:
    """Weights of a piece along one axis: rising from its first pixel on where other pieces lie before it."""
    weights = np.ones(length, np.float32)
    if start:
        band = min(OVERLAP, length)
        weights[:band] = (np.arange(band, dtype=np.float32) + 1) / (band + 1)
    return weights
