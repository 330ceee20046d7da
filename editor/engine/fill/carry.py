"""A shift map carried up to a larger size.

Every label's shift is lengthened and moved by a pixel where that joins its pieces better; then the pixels along the
joints, and those whose source is not known, change to a label nearby wherever that makes the joint harder to see.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.engine.fill.levels import Flags, Floats, Level, Places
from editor.engine.fill.shift_map import MOST_DIFFERENCE, ShiftMap

STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))
REACHES = (4, 2, 1)
"""How far off the labels tried in each round are."""
JOINT_SIDE = 5
MOST_JOINTS = 60_000
"""So many pairs tell how a shift is best moved."""
UNKNOWN = np.float32(4 * MOST_DIFFERENCE)
BLOCK = 200_000

Labels = NDArray[np.int16]
Indices = NDArray[np.intp]


def carried(level: Level, smaller: ShiftMap) -> ShiftMap:
    """``smaller``, the map of a smaller size, for the larger ``level``."""
    scale = np.array(level.hole.shape) / smaller.labels.shape
    labels = _enlarged(smaller.labels, level.hole)
    shifts = np.rint(smaller.shifts * scale).astype(np.int32)
    shifts = _moved(level, shifts, labels)
    _Joints(level, shifts, labels).improve()
    return ShiftMap(shifts, labels)


def _enlarged(labels: Labels, hole: Flags) -> Labels:
    """The label of the nearest labelled pixel of the smaller size, at each pixel of ``hole``."""
    height, width = hole.shape
    spread = spread_out(labels, labels >= 0)
    rows = np.minimum(np.arange(height) * labels.shape[0] // height, labels.shape[0] - 1)
    columns = np.minimum(np.arange(width) * labels.shape[1] // width, labels.shape[1] - 1)
    return np.where(hole, spread[rows[:, None], columns[None, :]], np.int16(-1))


def spread_out(values: NDArray[np.int16], given: Flags) -> NDArray[np.int16]:
    """``values`` (h, w) where they are ``given``; elsewhere that of the nearest given one."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~given).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, values.dtype)
    table[nearest[given]] = values[given]
    return np.asarray(table[nearest])


class _Copies:
    """What a shift brings to a pixel. The last of ``shifts`` is none at all: what lies outside the hole."""

    def __init__(self, level: Level, shifts: Places) -> None:
        self.shape = level.hole.shape
        self._colours = level.picture.reshape(-1, 3)
        self._known = ~level.hole.ravel()
        self.shifts = np.concatenate([shifts, np.zeros((1, 2), np.int32)])

    def at(self, rows: Indices, columns: Indices, labels: NDArray[np.integer]) -> tuple[NDArray[np.int16], Flags]:
        """Colours (n, 3) and whether they are known."""
        height, width = self.shape
        rows, columns = rows + self.shifts[labels, 0], columns + self.shifts[labels, 1]
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        places = np.where(inside, rows * width + columns, 0)
        return self._colours[places].astype(np.int16), inside & self._known[places]


def _squared(first: NDArray[np.int16], second: NDArray[np.int16]) -> Floats:
    difference = (first - second).astype(np.float32)
    return np.asarray(np.minimum(np.einsum("nc,nc->n", difference, difference), MOST_DIFFERENCE), np.float32)


def _moved(level: Level, shifts: Places, labels: Labels) -> Places:
    """``shifts``, each moved by up to a pixel to where its joints with the others show least."""
    here, there = _joints(labels)
    if not len(here):
        return shifts
    count = len(shifts)
    mine, theirs = labels[here[:, 0], here[:, 1]], labels[there[:, 0], there[:, 1]]
    copies = _Copies(level, shifts)
    at_theirs, _ = copies.at(there[:, 0], there[:, 1], theirs)
    at_mine, known = copies.at(here[:, 0], here[:, 1], theirs)
    pairs = np.maximum(1, np.bincount(mine, minlength=count))
    least, best = np.full(count, np.inf), np.zeros((count, 2), np.int32)
    # Not moving comes first and wins where all are equal.
    for step in sorted(np.ndindex(3, 3), key=lambda step: step != (1, 1)):
        move = np.array(step, np.int32) - 1
        moved = _Copies(level, shifts + move)
        other, fine = moved.at(there[:, 0], there[:, 1], mine)
        own, also_fine = moved.at(here[:, 0], here[:, 1], mine)
        costs = _squared(other, at_theirs) + np.where(known, _squared(own, at_mine), 0)
        costs = np.where(fine & also_fine, costs, UNKNOWN)
        mean = np.bincount(mine, costs, minlength=count) / pairs
        better = mean < least - 1e-3
        least, best = np.where(better, mean, least), np.where(better[:, None], move, best)
    return np.asarray(shifts + best, np.int32)


def _joints(labels: Labels) -> tuple[Indices, Indices]:
    """Neighbours of different label, (n, 2) each; the first are in the hole. Not more than ``MOST_JOINTS``."""
    firsts, seconds = [], []
    for row, column in STEPS[:2]:
        start = labels[: labels.shape[0] - row, : labels.shape[1] - column]
        first = np.argwhere(start != labels[row:, column:])
        second = first + np.array((row, column))
        firsts += [first, second]
        seconds += [second, first]
    here, there = np.concatenate(firsts), np.concatenate(seconds)
    inside = labels[here[:, 0], here[:, 1]] >= 0
    here, there = here[inside], there[inside]
    thinned = slice(None, None, -(-len(here) // MOST_JOINTS) or 1)
    return here[thinned], there[thinned]


class _Joints:
    """The search for better labels along the joints; ``labels`` are changed in place."""

    def __init__(self, level: Level, shifts: Places, labels: Labels) -> None:
        self._copies = _Copies(level, shifts)
        self._labels = labels
        self._hole = level.hole
        self._count = len(shifts)

    def improve(self) -> None:
        for reach in REACHES:
            rows, columns = np.nonzero(self._open())
            for parity in (0, 1):
                chosen = np.flatnonzero((rows + columns) % 2 == parity)
                for start in range(0, len(chosen), BLOCK):
                    part = chosen[start : start + BLOCK]
                    self._improve(rows[part], columns[part], reach)
        self._repair()

    def _open(self) -> Flags:
        """Where another label is near, or the source is not known."""
        side = np.ones((JOINT_SIDE, JOINT_SIDE), np.uint8)
        near = cv2.dilate(self._labels, side) != cv2.erode(self._labels, side)
        return np.asarray(self._hole & (near | self._lost()))

    def _lost(self) -> Flags:
        """Where the label leads to no known pixel."""
        lost = np.zeros_like(self._hole)
        rows, columns = np.nonzero(self._hole)
        _, known = self._copies.at(rows, columns, self._labels[rows, columns])
        lost[rows, columns] = ~known
        return lost

    def _improve(self, rows: Indices, columns: Indices, reach: int) -> None:
        around = self._around(rows, columns)
        now = self._labels[rows, columns]
        best = self._costs(rows, columns, now, around)
        height, width = self._hole.shape
        for row, column in STEPS:
            there = self._labels[
                np.clip(rows + reach * row, 0, height - 1), np.clip(columns + reach * column, 0, width - 1)
            ]
            tried = np.flatnonzero((there >= 0) & (there != now))
            costs = self._costs(rows[tried], columns[tried], there[tried], [part.taken(tried) for part in around])
            wins = costs < best[tried] - 1e-3
            won = tried[wins]
            now[won], best[won] = there[won], costs[wins]
        self._labels[rows, columns] = now

    def _repair(self) -> None:
        """Give each pixel without a known source the label that joins best, of all."""
        rows, columns = np.nonzero(self._lost())
        if not len(rows):
            return
        around = self._around(rows, columns)
        best = np.full(len(rows), np.inf, np.float32)
        now = self._labels[rows, columns]
        for label in range(self._count):
            costs = self._costs(rows, columns, np.full(len(rows), label, np.int16), around)
            wins = costs < best
            now[wins], best[wins] = label, costs[wins]
        self._labels[rows, columns] = now

    def _around(self, rows: Indices, columns: Indices) -> list[_Neighbour]:
        height, width = self._hole.shape
        found = []
        for row, column in STEPS:
            down, across = rows + row, columns + column
            real = (down >= 0) & (down < height) & (across >= 0) & (across < width)
            down, across = np.clip(down, 0, height - 1), np.clip(across, 0, width - 1)
            label = self._labels[down, across]
            # Outside the hole nothing is shifted, and what a neighbour shows here is not known.
            inner = label >= 0
            label = np.where(inner, label, np.int16(self._count))
            here, _ = self._copies.at(rows, columns, label)
            there, _ = self._copies.at(down, across, label)
            found.append(_Neighbour(down, across, label, real, inner, here, there))
        return found

    def _costs(self, rows: Indices, columns: Indices, labels: NDArray[np.integer], around: list[_Neighbour]) -> Floats:
        """How much the joints of the pixels show with these labels."""
        own, known = self._copies.at(rows, columns, labels)
        total = np.zeros(len(rows), np.float32)
        for near in around:
            other, other_known = self._copies.at(near.rows, near.columns, labels)
            there = np.where(other_known, _squared(other, near.there), np.float32(MOST_DIFFERENCE))
            cost = np.where(near.inner, _squared(own, near.here) + there, 2 * there)
            total += np.where(near.real & (near.labels != labels), cost, 0)
        return np.where(known, total, 10 * UNKNOWN)


@dataclass(frozen=True, slots=True, eq=False)
class _Neighbour:
    """Each pixel's neighbour on one side: where it is, whether that is in the picture (``real``) and in the hole
    (``inner``), its label, and what that shows here and there."""

    rows: Indices
    columns: Indices
    labels: Labels
    real: Flags
    inner: Flags
    here: NDArray[np.int16]
    there: NDArray[np.int16]

    def taken(self, which: Indices) -> _Neighbour:
        """Of these pixels alone."""
        return _Neighbour(
            self.rows[which],
            self.columns[which],
            self.labels[which],
            self.real[which],
            self.inner[which],
            self.here[which],
            self.there[which],
        )
