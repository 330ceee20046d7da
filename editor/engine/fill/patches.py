"""Fill a hole with patches of the picture, coarse to fine, in NumPy and OpenCV alone.

Serves where the native library does not load. At every level of a pyramid each pixel of the hole looks for the known
pixel whose neighbourhood is most like its own (random search and propagation, Barnes et al. 2009), then the hole is
rebuilt from the pixels found (a vote of overlapping patches, Wexler et al. 2007; the last level copies the best one).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

RADIUS = 2
"""Of the compared patch. Coarser levels see further with the same patch."""
SMALLEST_SIDE = 24
ROUNDS = 4
"""Search and rebuild, so often at each level."""
POSITION_WEIGHT = 900.0
"""Cost, in squared grey levels, of copying from the other end of the picture."""
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0), (0, 4), (0, -4), (4, 0), (-4, 0))
OFFSETS = tuple((y, x) for y in range(-RADIUS, RADIUS + 1) for x in range(-RADIUS, RADIUS + 1))

Places = NDArray[np.intp]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Progress = Callable[[float], None]


def fill_by_patches(image: Pixels, hole: Flags, *, seed: int, progress: Progress) -> Pixels:
    """``image`` (h, w, 3; uint8) with ``hole`` (h, w) filled; unchanged elsewhere. ``progress`` is told 0–1.

    Equal arguments give an equal picture. Some pixel ``RADIUS`` away from the hole and the frame must be known.
    """
    random = np.random.default_rng(seed)
    levels = _pyramid(image, hole)
    picture, marked = levels[-1]
    work = cv2.inpaint(picture, marked.astype(np.uint8), 3, cv2.INPAINT_TELEA).astype(np.float32)
    sources: Places | None = None
    coarser = marked
    for number, (picture, marked) in enumerate(reversed(levels)):
        level = _Level(picture, marked, random)
        if sources is not None:
            sources = level.enlarged(sources, coarser)
            work = level.rebuilt(sources, votes=False)
        else:
            sources = level.any_sources()
        for _ in range(ROUNDS):
            sources = level.searched(work, sources)
            work = level.rebuilt(sources, votes=True)
        coarser = marked
        # The costs of the levels go up by four with each.
        progress(4.0 ** (number + 1 - len(levels)))
    finest = level.rebuilt(sources if sources is not None else level.any_sources(), votes=False)
    return np.clip(np.rint(finest), 0, 255).astype(np.uint8)


def _pyramid(image: Pixels, hole: Flags) -> list[tuple[Pixels, Flags]]:
    """The picture at full size, a half, a quarter … as long as it holds a source. Marked wherever any pixel was."""
    levels = [(image, hole)]
    while True:
        image, hole = levels[-1]
        height, width = (length // 2 for length in hole.shape)
        if min(height, width) < SMALLEST_SIDE:
            return levels
        # The hole's own colours must not shine through: only known pixels are averaged.
        known = (~hole).astype(np.float32)
        size = (width, height)
        weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
        total = cv2.resize(image * known[..., None], size, interpolation=cv2.INTER_AREA)
        smaller = np.clip(np.rint(total / np.maximum(weight, 1e-6)[..., None]), 0, 255).astype(np.uint8)
        marked = weight < 0.999
        if not _possible_sources(marked).any():
            return levels
        levels.append((smaller, marked))


def _possible_sources(hole: Flags) -> Flags:
    """Where a whole patch is known."""
    patch = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
    near = cv2.dilate(hole.astype(np.uint8), patch, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(near == 0)


class _Level:
    """One size of the picture: ``points`` (n, 2) are the hole's pixels, ``sources`` (n, 2) the known pixel for each."""

    def __init__(self, picture: Pixels, hole: Flags, random: np.random.Generator) -> None:
        self._picture = picture.astype(np.float32)
        self._random = random
        self._possible = _possible_sources(hole)
        self._all_sources: Places = np.argwhere(self._possible)
        self.points: Places = np.argwhere(hole)
        self._index = np.full(hole.shape, -1, np.intp)
        self._index[hole] = np.arange(len(self.points))
        self._limit = np.array(hole.shape) - 1

    def any_sources(self) -> Places:
        """A random known pixel for each of the hole."""
        choice = self._random.integers(0, len(self._all_sources), len(self.points))
        return np.asarray(self._all_sources[choice])

    def enlarged(self, sources: Places, coarser: Flags) -> Places:
        """The sources found at half the size, for this size."""
        index = np.zeros(coarser.shape, np.intp)
        index[coarser] = np.arange(len(sources))
        halves = np.minimum(self.points // 2, np.array(coarser.shape) - 1)
        found = 2 * sources[index[halves[:, 0], halves[:, 1]]] + self.points % 2
        return self._where_possible(found, self.any_sources())

    def searched(self, work: Floats, sources: Places) -> Places:
        """Better sources for each pixel: those of its neighbours, moved along, and random ones ever closer by."""
        frame = ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0))
        padded = np.pad(work, frame, mode="reflect")
        best = self._costs(padded, sources)
        for step in STEPS:
            neighbours = np.clip(self.points + step, 0, self._limit)
            index = self._index[neighbours[:, 0], neighbours[:, 1]]
            moved = np.where((index >= 0)[:, None], sources[index] - step, sources)
            sources, best = self._better(padded, sources, best, self._where_possible(moved, sources))
        reach = float(self._limit.max())
        while reach >= 1:
            shift = np.rint(self._random.uniform(-reach, reach, sources.shape)).astype(np.intp)
            sources, best = self._better(padded, sources, best, self._where_possible(sources + shift, sources))
            reach /= 3
        return sources

    def rebuilt(self, sources: Places, *, votes: bool) -> Floats:
        """The picture with its hole made of ``sources``: each pixel's own, or the mean of what its patches say."""
        result = self._picture.copy()
        rows, columns = self.points.T
        if not votes:
            result[rows, columns] = self._picture[sources[:, 0], sources[:, 1]]
            return result
        total = np.zeros((len(self.points), 3), np.float32)
        weight = np.zeros((len(self.points), 1), np.float32)
        for offset in OFFSETS:
            neighbours = self.points + offset
            inside = ((neighbours >= 0) & (neighbours <= self._limit)).all(axis=1)
            neighbours = np.clip(neighbours, 0, self._limit)
            index = self._index[neighbours[:, 0], neighbours[:, 1]]
            voting = (inside & (index >= 0))[:, None]
            said = sources[index] - offset
            total += np.where(voting, self._picture[said[:, 0], said[:, 1]], 0)
            weight += voting
        result[rows, columns] = total / weight
        return result

    def _better(self, padded: Floats, sources: Places, best: Floats, others: Places) -> tuple[Places, Floats]:
        costs = self._costs(padded, others)
        win = costs < best
        return np.where(win[:, None], others, sources), np.minimum(costs, best)

    def _costs(self, padded: Floats, sources: Places) -> Floats:
        """Mean squared difference of the patches, plus the price of the distance."""
        far = (sources - self.points).astype(np.float32) / float(self._limit.max())
        costs: Floats = POSITION_WEIGHT * np.einsum("nc,nc->n", far, far)
        for row, column in OFFSETS:
            here = padded[self.points[:, 0] + RADIUS + row, self.points[:, 1] + RADIUS + column]
            there = padded[sources[:, 0] + RADIUS + row, sources[:, 1] + RADIUS + column]
            difference = here - there
            costs += np.einsum("nc,nc->n", difference, difference) / (3 * len(OFFSETS))
        return np.asarray(costs, np.float32)

    def _where_possible(self, wanted: Places, otherwise: Places) -> Places:
        inside = ((wanted >= 0) & (wanted <= self._limit)).all(axis=1)
        safe = np.clip(wanted, 0, self._limit)
        possible = inside & self._possible[safe[:, 0], safe[:, 1]]
        return np.where(possible[:, None], wanted, otherwise)
