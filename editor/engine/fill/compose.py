"""A picture put together from copied pieces, without steps where they meet.

Every pixel brings its source's differences from its neighbours, not its colour: colours follow from the hole's edge by
Poisson's equation (Pérez et al. 2003). Inside a piece that changes nothing but a smooth tint; along a joint the step
goes. A step too large for a tint is an edge of a thing, and much of it stays.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.fill.levels import Flags, Floats, Level
from editor.engine.fill.membrane import solved
from editor.engine.fill.shift_map import ShiftMap

MOST_STEP = 150.0
"""Grey levels that a joint may be evened out by."""
CYCLES = 5

Indices = NDArray[np.intp]


def composed(level: Level, shift_map: ShiftMap) -> Pixels:
    """The picture of ``level`` with its hole filled by the sources of ``shift_map``."""
    rows, columns = _bounds(level.hole)
    hole = level.hole[rows, columns]
    sources = _sources(level, shift_map)
    result = level.picture.copy()
    target = result[rows, columns]
    for channel in range(3):
        plane = np.ascontiguousarray(level.picture[..., channel])
        copied = target[..., channel].astype(np.float32)
        copied[hole] = plane.ravel()[sources[rows, columns][hole]]
        slopes = _Slopes(plane, ~level.hole)
        steps = _steps(slopes, copied, sources[rows, columns], hole, plane.shape[1])
        copied += solved(steps, hole, CYCLES)
        target[..., channel][hole] = np.clip(np.rint(copied[hole]), 0, 255).astype(np.uint8)
    return result


def _bounds(hole: Flags) -> tuple[slice, slice]:
    """The rectangle of the hole and a pixel around it."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - 1), int(rows[-1]) + 2),
        slice(max(0, int(columns[0]) - 1), int(columns[-1]) + 2),
    )


def _sources(level: Level, shift_map: ShiftMap) -> Indices:
    """(h, w): flat places of each pixel's source; where a label leads to none, the nearest known pixel."""
    height, width = level.hole.shape
    places = np.arange(level.hole.size, dtype=np.intp).reshape(height, width)
    rows, columns = np.nonzero(level.hole)
    shift = shift_map.shifts[shift_map.labels[rows, columns]]
    down, across = rows + shift[:, 0], columns + shift[:, 1]
    inside = (down >= 0) & (down < height) & (across >= 0) & (across < width)
    found = np.where(inside, down * width + across, 0)
    lost = ~inside | level.hole.ravel()[found]
    if lost.any():
        found[lost] = _nearest_known(level.hole)[rows[lost], columns[lost]]
    places[rows, columns] = found
    return places


def _nearest_known(hole: Flags) -> Indices:
    _, nearest = cv2.distanceTransformWithLabels(hole.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros(int(nearest.max()) + 1, np.intp)
    table[nearest[~hole]] = np.flatnonzero(~hole)
    return np.asarray(table[nearest])


class _Slopes:
    """Differences between a known pixel and the one a step before or after it; none where that is not known."""

    def __init__(self, plane: Pixels, known: Flags) -> None:
        self._plane, self._known = plane.ravel(), known.ravel()

    def between(self, first: Indices, second: Indices) -> tuple[Floats, Flags]:
        """Colour at ``first`` less colour at ``second`` (flat places), and whether both are known."""
        inside = (first >= 0) & (second < len(self._plane))
        first, second = np.maximum(first, 0), np.minimum(second, len(self._plane) - 1)
        slope = self._plane[first].astype(np.float32) - self._plane[second]
        return slope, inside & self._known[first] & self._known[second]


def _steps(slopes: _Slopes, copied: Floats, sources: Indices, hole: Flags, width: int) -> Floats:
    """For each pixel, how much less it should differ from its four neighbours than its copy does."""
    wanted = np.zeros(copied.shape, np.float32)
    for row, column in ((0, 1), (1, 0)):
        first = np.s_[: hole.shape[0] - row, : hole.shape[1] - column]
        second = np.s_[row:, column:]
        step = row * width + column
        apart = sources[second] - sources[first] != step
        at = np.nonzero((hole[first] | hole[second]) & apart)
        near, far = sources[first][at], sources[second][at]
        by_near, near_known = slopes.between(near, near + step)
        by_far, far_known = slopes.between(far - step, far)
        # What a known pixel's neighbour in the hole should be, only the neighbour's source can tell.
        near_weight = (near_known & hole[first][at]).astype(np.float32)
        far_weight = (far_known & hole[second][at]).astype(np.float32)
        slope = (near_weight * by_near + far_weight * by_far) / np.maximum(1, near_weight + far_weight)
        change = np.clip(slope - (copied[first][at] - copied[second][at]), -MOST_STEP, MOST_STEP)
        # Each pixel occurs once in either role.
        wanted[first][at] += change
        wanted[second][at] -= change
    return wanted
