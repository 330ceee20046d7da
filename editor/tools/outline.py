"""How much of each pixel lies inside an outline, exactly.

Every edge is cut where it crosses a line of the pixel grid. A piece then lies in one pixel, and what it adds to the
pixels at its right is its height; to its own pixel it adds that height times the share of the pixel at its right. The
sum along a row is the signed area inside: the accumulation of signed areas that font rasterisers use. Where an outline
crosses itself, what it surrounds in either sense counts as inside.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels

HALF = 128
BAND = 128
"""Rows summed up at once."""

Floats = NDArray[np.float64]


def around(places: Sequence[tuple[float, float]], within: Rect) -> Rect:
    """The pixels of ``within`` that the outline can touch."""
    if not places:
        return Rect(0, 0, 0, 0)
    across, down = zip(*places, strict=True)
    return Rect.from_edges(
        math.floor(min(across)), math.floor(min(down)), math.ceil(max(across)), math.ceil(max(down))
    ).intersected(within)


def inside(places: Sequence[tuple[float, float]], area: Rect) -> Pixels:
    """As :func:`coverage`, but nothing where no pixel lies inside by half: a line is no area, and what it touches
    would be a mask that nobody sees."""
    found = coverage(places, area)
    return found if found.size and int(found.max()) >= HALF else np.zeros_like(found)


def coverage(places: Sequence[tuple[float, float]], area: Rect) -> Pixels:
    """The closed outline through ``places`` (x, y) as coverage 0–255 of the pixels of ``area``: (height, width)."""
    result: Pixels = np.zeros((area.height, area.width), np.uint8)
    if len(places) < 3 or not area:
        return result
    corners = np.asarray(places, np.float64) - (area.x, area.y)
    starts, ends = corners, np.roll(corners, -1, axis=0)
    for top in range(0, area.height, BAND):
        rows = min(BAND, area.height - top)
        near = (np.maximum(starts[:, 1], ends[:, 1]) > top) & (np.minimum(starts[:, 1], ends[:, 1]) < top + rows)
        if near.any():
            result[top : top + rows] = _band(starts[near], ends[near], top, (rows, area.width))
    return result


def ellipse(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    """The corners of a polygon that is nowhere further than 1/128 of a pixel from the ellipse in this rectangle."""
    across, down = (right - left) / 2, (bottom - top) / 2
    radius = max(across, down, 1.0)
    count = max(12, math.ceil(math.pi / math.acos(1 - 1 / (128 * radius))))
    turns = np.arange(count) * (2 * math.pi / count)
    xs, ys = left + across * (1 + np.cos(turns)), top + down * (1 + np.sin(turns))
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def _band(starts: Floats, ends: Floats, top: int, shape: tuple[int, int]) -> Pixels:
    rows, columns = shape
    starts, ends = _between(starts - (0, top), ends - (0, top), float(rows))
    first, second = _pieces(starts, ends)
    middle = (first + second) / 2
    # Left of the area everything counts for its first column, right of it nothing counts.
    row = np.clip(np.floor(middle[:, 1]), 0, rows - 1).astype(np.int64)
    column = np.clip(np.floor(middle[:, 0]), 0, columns).astype(np.int64)
    height = second[:, 1] - first[:, 1]
    right = np.clip(middle[:, 0] - column, 0.0, 1.0)
    width = columns + 2
    place = row * width + column
    sums = np.bincount(place, height * (1 - right), rows * width)
    sums += np.bincount(place + 1, height * right, rows * width)
    inside = np.abs(np.cumsum(sums.reshape(rows, width), axis=1)[:, :columns])
    return np.asarray(np.rint(np.minimum(inside, 1.0) * 255), np.uint8)


def _between(starts: Floats, ends: Floats, bottom: float) -> tuple[Floats, Floats]:
    """The edges' parts from row 0 to ``bottom``; what lies above or below has no height there."""
    way = ends - starts
    flat = way[:, 1] == 0
    down = np.where(flat, 1.0, way[:, 1])
    one, other = (0 - starts[:, 1]) / down, (bottom - starts[:, 1]) / down
    enter = np.where(flat, 0.0, np.clip(np.minimum(one, other), 0, 1))
    leave = np.where(flat, 1.0, np.clip(np.maximum(one, other), 0, 1))
    return starts + way * enter[:, np.newaxis], starts + way * leave[:, np.newaxis]


def _pieces(starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """The edges cut at every line of the pixel grid: where each piece starts and ends."""
    edges, shares = [np.arange(len(starts)).repeat(2)], [np.tile([0.0, 1.0], len(starts))]
    for axis in (0, 1):
        low, high = np.sort((starts[:, axis], ends[:, axis]), axis=0)
        first = np.floor(low) + 1
        count = np.maximum(0, np.ceil(high) - first).astype(np.int64)
        edge = np.arange(len(starts)).repeat(count)
        along = np.arange(count.sum()) - (np.cumsum(count) - count).repeat(count)
        line = first[edge] + along
        way = ends[edge, axis] - starts[edge, axis]
        edges.append(edge)
        shares.append((line - starts[edge, axis]) / way)
    edge, share = np.concatenate(edges), np.concatenate(shares)
    order = np.lexsort((share, edge))
    edge, share = edge[order], np.clip(share[order], 0, 1)
    points = starts[edge] + (ends - starts)[edge] * share[:, np.newaxis]
    same = edge[1:] == edge[:-1]
    return points[:-1][same], points[1:][same]
