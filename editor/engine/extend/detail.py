"""The finest detail for a continuation that was made at a smaller size.

For every new pixel of the small picture the known pixel is found whose surroundings are most like its own (PatchMatch,
Barnes et al. 2009). What the full-size picture has there beyond its own small copy is added to the enlarged
continuation: colours and shapes come from that, grain, leaves and hair from the picture itself.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

RADIUS = 3
OFFSETS = tuple((y, x) for y in range(-RADIUS, RADIUS + 1) for x in range(-RADIUS, RADIUS + 1) if (y + x) % 2 == 0)
"""Every other pixel of the compared patch: as good, at half the price."""
ROUNDS = 3
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0), (0, 5), (0, -5), (5, 0), (-5, 0))
BAND = 256
"""Rows of the full size that are worked on at once."""

Places = NDArray[np.int32]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


def with_detail(
    canvas: Pixels, hole: Flags, filled: Pixels, small_hole: Flags, *, seed: int, progress: Callable[[float], None]
) -> Pixels:
    """``canvas`` (h, w, 3) with ``hole`` filled by ``filled``, a smaller continuation of it, and detail from outside
    the hole. Nothing else is changed."""
    shifts = _Search(filled, small_hole, seed).shifts(lambda share: progress(0.7 * share))
    height, width = hole.shape
    result = canvas.copy()
    scale = np.array([height / small_hole.shape[0], width / small_hole.shape[1]])
    # The copy that detail is told from; where it is new it is never asked for.
    small = np.asarray(cv2.resize(canvas, small_hole.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    for top in range(0, height, BAND):
        rows = np.arange(top, min(height, top + BAND))
        places: Places = np.argwhere(hole[rows[0] : rows[-1] + 1]).astype(np.int32)
        if len(places):
            places[:, 0] += top
            result[places[:, 0], places[:, 1]] = _painted(canvas, hole, filled, small, shifts, places, scale)
        progress(0.7 + 0.3 * (rows[-1] + 1) / height)
    return result


def _painted(
    canvas: Pixels,
    hole: Flags,
    filled: Pixels,
    small: Pixels,
    shifts: Places,
    places: Places,
    scale: NDArray[np.float64],
) -> Pixels:
    """Colours (n, 3) for the new pixels at ``places`` (n, 2) of the full size."""
    coarse = np.minimum((places / scale).astype(np.int32), np.array(shifts.shape[:2], np.int32) - 1)
    moved = np.rint(shifts[coarse[:, 0], coarse[:, 1]] * scale).astype(np.int32)
    sources: Places = np.clip(places + moved, 0, np.array(hole.shape, np.int32) - 1)
    known = ~hole[sources[:, 0], sources[:, 1]]
    fine = canvas[sources[:, 0], sources[:, 1]].astype(np.float32) - _sampled(small, sources, scale)
    colours = _sampled(filled, places, scale) + np.where(known[:, None], fine, np.float32(0))
    return np.clip(np.rint(colours), 0, 255).astype(np.uint8)


def _sampled(image: Pixels, places: Places, scale: NDArray[np.float64]) -> Floats:
    """``image`` at ``places`` (n, 2) of the full size, interpolated."""
    at = ((places + 0.5) / scale - 0.5).astype(np.float32)
    # OpenCV's images are less than 32,768 long: the points are laid out as a block.
    columns = 4096
    padded = np.zeros((-(-len(at) // columns) * columns, 2), np.float32)
    padded[: len(at)] = at
    block = padded.reshape(-1, columns, 2)
    sampled = cv2.remap(image, block[..., 1], block[..., 0], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled, np.float32).reshape(-1, 3)[: len(at)]


class _Search:
    """The search for the most alike known pixel of each new one. Places are (n, 2) rows and columns."""

    def __init__(self, picture: Pixels, hole: Flags, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._padded = np.pad(picture, ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0)), mode="reflect").astype(np.int16)
        patch = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
        self._possible = cv2.dilate(hole.astype(np.uint8), patch, borderType=cv2.BORDER_REPLICATE) == 0
        self._points: Places = np.argwhere(hole).astype(np.int32)
        self._hole = hole
        self._limit = np.array(hole.shape, np.int32) - 1
        self._index = np.full(hole.shape, -1, np.int32)
        self._index[hole] = np.arange(len(self._points))

    def shifts(self, progress: Callable[[float], None]) -> Places:
        """(h, w, 2): from each new pixel to the known one; 0 elsewhere, or where no known one was found."""
        known: Places = np.argwhere(self._possible).astype(np.int32)
        result = np.zeros((*self._hole.shape, 2), np.int32)
        if not len(known):
            return result
        sources = known[self._random.integers(0, len(known), len(self._points))]
        best = self._costs(sources)
        for number in range(ROUNDS):
            for step in STEPS:
                near = np.clip(self._points + np.array(step, np.int32), 0, self._limit)
                index = self._index[near[:, 0], near[:, 1]]
                moved = np.where((index >= 0)[:, None], sources[index] - np.array(step, np.int32), sources)
                sources, best = self._better(sources, best, moved)
            reach = float(self._limit.max()) / 2
            while reach >= 1:
                jump = np.rint(self._random.uniform(-reach, reach, sources.shape)).astype(np.int32)
                sources, best = self._better(sources, best, sources + jump)
                reach /= 3
            progress((number + 1) / ROUNDS)
        result[self._hole] = sources - self._points
        return result

    def _better(self, sources: Places, best: Floats, others: Places) -> tuple[Places, Floats]:
        """Each of ``others`` where it is possible and more alike."""
        inside = ((others >= 0) & (others <= self._limit)).all(axis=1)
        safe = np.clip(others, 0, self._limit)
        tried = np.flatnonzero(inside & self._possible[safe[:, 0], safe[:, 1]])
        costs = self._costs(others[tried], tried)
        wins = costs < best[tried]
        won = tried[wins]
        sources, best = sources.copy(), best.copy()
        sources[won], best[won] = others[won], costs[wins]
        return sources, best

    def _costs(self, sources: Places, which: NDArray[np.intp] | None = None) -> Floats:
        """The sum of the patches' squared differences."""
        points = self._points if which is None else self._points[which]
        width = self._padded.shape[1]
        flat = self._padded.reshape(-1, 3)
        here = (points[:, 0] + RADIUS) * width + points[:, 1] + RADIUS
        there = (sources[:, 0] + RADIUS) * width + sources[:, 1] + RADIUS
        total = np.zeros(len(points), np.float32)
        for row, column in OFFSETS:
            away = row * width + column
            difference = (flat[here + away] - flat[there + away]).astype(np.float32)
            total += np.einsum("nc,nc->n", difference, difference)
        return total
