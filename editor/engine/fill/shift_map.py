"""Which shift fills which pixel of a hole, decided at a small size.

Every pixel of the hole is a copy of the known pixel a shift away. Pieces of equal shift are copies of whole pieces of
the picture, so what matters is where pieces meet: there both should show the same (a shift map, Pritch et al. 2009,
of dominant shifts, He and Sun 2012). Along the hole's edge a shift must continue what lies outside, and inside the
colour should not stray far from what the surroundings lead to expect.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.engine.fill.levels import Coarse, Flags, Floats, Places
from editor.engine.fill.membrane import expected
from editor.engine.fill.messages import Indices, Labelling

GRAIN_WEIGHT = 1.5
MOST_DIFFERENCE = 6000.0
"""Squared grey levels. Beyond this, different is different."""
DIFFERENCE_POWER, USUAL_DIFFERENCE = 0.6, 1000.0
"""Of the squared differences along joints: small ones count more, so that rough pieces have a chance beside smooth."""
IMPOSSIBLE = np.float32(1e6)
LABELS = 48
FREQUENT = 44
"""So many of the labels are the most frequent shifts; the rest is chosen to fit the hole's edge."""
EDGE_REACH = 3
EDGE_WEIGHT = 4.0
EXPECTED_WEIGHT = 0.05
EXPECTED_GRAIN = 10.0
"""What grain counts beside colour there; without it smooth pieces win, whose joints never show."""
EXPECTED_BLUR = 2.0
REACH_WEIGHT = 0.3
"""What a shift that reaches pixels few others reach is worth, beside one that fits the edge."""
ROUNDS = 6
LAST_ROUNDS = 3
REPEAT_WEIGHT = 0.03
MOST_DISTINCT = 4.0
DIRECTIONS = 12
MOST_RESCUES = 24


@dataclass(frozen=True, slots=True, eq=False)
class ShiftMap:
    """``labels`` (h, w): which of ``shifts`` (k, 2) fills each pixel of the hole; −1 outside."""

    shifts: Places
    labels: NDArray[np.int16]


def decided(coarse: Coarse, frequent: Places) -> ShiftMap:
    """The best map at the small size of ``coarse``, of the ``frequent`` shifts (n, 2) and some that always reach."""
    work = _Work(coarse)
    shifts = work.selected(np.concatenate([frequent, _around(coarse.hole)]), min(FREQUENT, len(frequent)))
    copies, possible = work.copies(shifts)
    own = EDGE_WEIGHT * work.edge_costs(shifts) + EXPECTED_WEIGHT * work.surprise(shifts)
    own = np.where(possible, own, IMPOSSIBLE).astype(np.float32)
    lengths = np.einsum("nkd,nkd->nk", copies, copies)
    differences = copies @ copies.transpose(0, 2, 1)
    differences *= -2
    differences += lengths[:, :, None]
    differences += lengths[:, None, :]
    np.clip(differences, 0, MOST_DIFFERENCE, out=differences)
    np.power(differences, DIFFERENCE_POWER, out=differences)
    differences *= USUAL_DIFFERENCE ** (1 - DIFFERENCE_POWER)
    labels = np.full(coarse.hole.shape, -1, np.int16)
    labelling = Labelling(own, differences, coarse.hole)
    first = labelling.improved(ROUNDS)
    labelling.charge(work.repeats(shifts, first))
    labels[coarse.hole] = labelling.improved(LAST_ROUNDS)
    return ShiftMap(shifts, labels)


def _around(hole: Flags) -> Places:
    """Shifts in all directions, by half the hole and by the whole, so that something reaches everywhere."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    length = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    angles = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    unit = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    return np.asarray(np.rint(np.concatenate([0.5 * length * unit, length * unit])), np.int32)


class _Work:
    """The costs of shifts at one small size. ``points`` (n, 2) are the pixels of the hole."""

    def __init__(self, coarse: Coarse) -> None:
        self._hole, self._known = coarse.hole, ~coarse.hole
        self.points: Places = np.argwhere(coarse.hole).astype(np.int32)
        # What the hole itself shows must not slope into what is known beside it.
        brightness = expected(coarse.opponent[..., :1], coarse.hole)[..., 0]
        slopes = [cv2.Sobel(brightness, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1))]
        self._values: Floats = np.dstack([coarse.opponent, GRAIN_WEIGHT * coarse.grain, *slopes]).astype(np.float32)

    def copies(self, shifts: Places, values: Floats | None = None) -> tuple[Floats, Flags]:
        """What each of ``shifts`` (k, 2) brings to each pixel of the hole, (n, k, d), and whether that is known."""
        return self._shifted(self._values if values is None else values, self.points, shifts)

    def selected(self, shifts: Places, frequent: int) -> Places:
        """The first ``frequent`` of ``shifts``, and those that fit the hole's edge and reach into it best."""
        edge = self.edge_costs(shifts)
        _, possible = self._shifted(self._values[..., :1], self.points, shifts)
        at_edge = self._near_edge()[self.points[:, 0], self.points[:, 1]] > 0
        costs = np.where(possible[at_edge], edge[at_edge], 2 * MOST_DIFFERENCE)
        chosen = list(range(frequent))
        reached = possible[:, chosen].sum(axis=1).astype(np.float32)
        least = costs[:, chosen].min(axis=1, initial=4 * MOST_DIFFERENCE)
        while len(chosen) < min(LABELS, len(shifts)):
            fits = np.maximum(0, least[:, None] - costs).sum(axis=0) / (MOST_DIFFERENCE * max(1, len(costs)))
            reaches = possible.T.astype(np.float32) @ (1 / (1 + reached)) ** 2 / len(self.points)
            gain = fits + REACH_WEIGHT * reaches
            gain[chosen] = -1
            chosen.append(int(gain.argmax()))
            reached += possible[:, chosen[-1]]
            least = np.minimum(least, costs[:, chosen[-1]])
        return self._rescued(shifts[chosen], reached > 0)

    def _rescued(self, shifts: Places, reached: Flags) -> Places:
        """``shifts`` and some more, for pixels that none of them leads to a known one."""
        known: Places = np.argwhere(self._known).astype(np.int32)
        for _ in range(MOST_RESCUES):
            lost = self.points[~reached]
            if not len(lost):
                break
            lost_one = lost[len(lost) // 2]
            nearest = known[np.square(known - lost_one).sum(axis=1).argmin()]
            shift = (nearest - lost_one)[None]
            reached |= self._shifted(self._values[..., :1], self.points, shift)[1][:, 0]
            shifts = np.concatenate([shifts, shift])
        return shifts

    def edge_costs(self, shifts: Places) -> Floats:
        """(n, k): how ill each shift continues the known pixels near each pixel; 0 where none is near."""
        side = (2 * EDGE_REACH + 1,) * 2
        near: Flags = self._known & (cv2.dilate(self._hole.astype(np.uint8), np.ones(side, np.uint8)) > 0)
        points: Places = np.argwhere(near).astype(np.int32)
        copies, possible = self._shifted(self._values, points, shifts)
        differences = np.square(copies - self._values[near][:, None]).sum(axis=2)
        differences = np.where(possible, np.minimum(differences, MOST_DIFFERENCE), MOST_DIFFERENCE)
        count = self._near_edge()
        # Fewer than a quarter of a patch known weighs less.
        scale = np.minimum(1, 4 * count / (side[0] * side[1])) / np.maximum(1, count)
        costs = np.zeros((len(self.points), len(shifts)), np.float32)
        rows, columns = self.points.T
        for number in range(len(shifts)):
            single = np.zeros(self._hole.shape, np.float32)
            single[near] = differences[:, number]
            total = cv2.boxFilter(single, -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT)
            costs[:, number] = (total * scale)[rows, columns]
        return costs

    def surprise(self, shifts: Places) -> Floats:
        """(n, k): how far each shift's mean colour and grain are from what the surroundings lead to expect."""
        weight = self._known.astype(np.float32)
        near = np.maximum(cv2.GaussianBlur(weight, (0, 0), EXPECTED_BLUR), 1e-3)
        smooth = [
            cv2.GaussianBlur(np.ascontiguousarray(self._values[..., channel]) * weight, (0, 0), EXPECTED_BLUR) / near
            for channel in range(5)
        ]
        means: Floats = np.dstack(smooth).astype(np.float32)
        wanted = expected(means, self._hole)[self._hole]
        copies, _ = self.copies(shifts, means)
        weights = np.array([1, 1, 1, EXPECTED_GRAIN, EXPECTED_GRAIN], np.float32)
        apart = np.square(copies - wanted[:, None]) @ weights
        return np.asarray(np.minimum(apart, MOST_DIFFERENCE), np.float32)

    def repeats(self, shifts: Places, labels: Indices) -> Floats:
        """(n, k): the price of showing again, by another shift, what a larger piece shows already: the more the more
        it stands out."""
        height, width = self._hole.shape
        owner = np.full(self._hole.shape, -1, np.intp)
        # The largest piece comes last and owns what it shows.
        for label in np.argsort(np.bincount(labels, minlength=len(shifts)), kind="stable"):
            rows, columns = np.clip((self.points[labels == label] + shifts[label]).T, 0, [[height - 1], [width - 1]])
            owner[rows, columns] = label
        colours = self._values[..., :3]
        standing_out = np.square(cv2.GaussianBlur(colours, (0, 0), 1.5) - cv2.GaussianBlur(colours, (0, 0), 8)).sum(2)
        shown, _ = self.copies(shifts, np.dstack([owner, standing_out]).astype(np.float32))
        again = (shown[..., 0] >= 0) & (shown[..., 0] != np.arange(len(shifts)))
        return np.where(again, REPEAT_WEIGHT * shown[..., 1], 0).astype(np.float32)

    def _near_edge(self) -> Floats:
        """(h, w): how many known pixels lie near each."""
        side = (2 * EDGE_REACH + 1,) * 2
        known = self._known.astype(np.float32)
        return np.asarray(cv2.boxFilter(known, -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT), np.float32)

    def _shifted(self, values: Floats, points: Places, shifts: Places) -> tuple[Floats, Flags]:
        height, width = self._hole.shape
        rows = points[:, None, 0] + shifts[None, :, 0]
        columns = points[:, None, 1] + shifts[None, :, 1]
        possible = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        np.clip(rows, 0, height - 1, out=rows)
        np.clip(columns, 0, width - 1, out=columns)
        return values[rows, columns], possible & self._known[rows, columns]
