"""One hole and its surroundings, on the way from what is known to what is filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from editor.domain.request import Pixels
from editor.engine.extend.detail import with_detail
from editor.engine.fill.carry import carried
from editor.engine.fill.completion import THIN_RADIUS, native_completion
from editor.engine.fill.compose import composed
from editor.engine.fill.estimate import DECIDING_PIXELS, MOST_THIN_PIXELS, is_thin
from editor.engine.fill.learned import Completion, learned_completion
from editor.engine.fill.levels import Flags, Level, coarse_of, levels_of
from editor.engine.fill.regions import Window
from editor.engine.fill.score import visibility
from editor.engine.fill.shift_map import ShiftMap, decided
from editor.engine.fill.shifts import dominant_shifts, whole_patches
from editor.engine.weights import Models

SHIFT_MAP = "shift map"
PATCHMATCH = "PatchMatch"
NAVIER_STOKES = "Navier–Stokes"

LEAST_PATCHES = 40
"""Known patches at that size, without which there is nothing worth copying."""
CONTINUATION_RADIUS = 3.0


class Native(Protocol):
    """The native completion, or what stands in for it: None where it cannot serve."""

    def __call__(self, picture: Pixels, hole: Flags, seed: int, *, radius: int = ...) -> Pixels | None:
        """``picture`` (h, w, 3) with ``hole`` (h, w) filled by patches of ``radius``."""


class Region:
    """A hole in a window of a picture, filled in two steps so that a sketch can be shown between them."""

    def __init__(self, image: Pixels, hole: Flags, window: Window, *, native: Native = native_completion) -> None:
        """``image`` (h, w, 3) and ``hole`` (h, w) are the whole picture's; ``window`` is this region's part."""
        self._window = window
        self._native = native
        self._full = Level(np.ascontiguousarray(image[window]), np.ascontiguousarray(hole[window]))
        self._thin = is_thin(self._full.hole.view(np.uint8))
        self._levels = [self._full]
        self._map: ShiftMap | None = None
        self._learned: Completion | None = None
        self._seed = 0
        self.pixels = int(np.count_nonzero(self._full.hole))
        self.method = NAVIER_STOKES

    def decide(self, seed: int, models: Models) -> None:
        """Find out what the hole is filled with, at a small size."""
        self._seed = seed
        if self._thin:
            return
        self._learned = learned_completion(self._full, models)
        self._levels = levels_of(self._full, DECIDING_PIXELS)
        last = self._levels[-1]
        if np.count_nonzero(whole_patches(last.hole)) < LEAST_PATCHES:
            return
        coarse = coarse_of(self._levels, self._proposal(last))
        self._map = decided(coarse, dominant_shifts(coarse, np.random.default_rng(seed)))
        self.method = SHIFT_MAP

    def sketch(self, picture: Pixels) -> None:
        """Fill the hole in ``picture``, the whole one, at the small size's detail."""
        if self._map is None:
            self._put(picture, self._continued())
        else:
            height, width = self._full.hole.shape
            small = composed(self._levels[-1], self._map)
            self._put(picture, np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8))

    def fill(self, picture: Pixels, tell: Callable[[float], None]) -> None:
        """Fill the hole in ``picture``, the whole one. ``tell`` is told the share done (0–1)."""
        fills = self._candidates(tell)
        self.method = self._least_visible(fills)
        self._put(picture, fills[self.method])
        tell(1.0)

    def _candidates(self, tell: Callable[[float], None]) -> dict[str, Pixels]:
        """The fills that come into question, by the names of their methods."""
        fills: dict[str, Pixels] = {}
        if self._map is not None:
            fills[SHIFT_MAP] = self._copied(self._map, tell)
        else:
            fills[NAVIER_STOKES] = self._continued()
        if self._learned is not None:
            fills[self._learned.title] = self._detailed(self._learned)
        if self._thin and self.pixels <= MOST_THIN_PIXELS:
            patched = self._native(self._full.picture, self._full.hole, self._seed, radius=THIN_RADIUS)
            if patched is not None:
                fills[PATCHMATCH] = patched
        return fills

    def _proposal(self, last: Level) -> Pixels | None:
        """A completion of the smallest level, or None where nothing completes it."""
        if self._learned is None:
            return self._native(last.picture, last.hole, self._seed)
        size = last.hole.shape[1], last.hole.shape[0]
        return np.asarray(cv2.resize(self._learned.picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _copied(self, shift_map: ShiftMap, tell: Callable[[float], None]) -> Pixels:
        for number, level in enumerate(self._levels[-2::-1]):
            shift_map = carried(level, shift_map)
            # Each level has up to four times the pixels of the one before.
            tell(0.7 * 4.0 ** (number + 2 - len(self._levels)))
        return composed(self._full, shift_map)

    def _continued(self) -> Pixels:
        marked = self._full.hole.astype(np.uint8)
        return np.asarray(cv2.inpaint(self._full.picture, marked, CONTINUATION_RADIUS, cv2.INPAINT_NS), np.uint8)

    def _detailed(self, learned: Completion) -> Pixels:
        """A network's completion at the full size, with detail from outside the hole where it was made smaller."""
        if learned.hole.shape == self._full.hole.shape:
            return learned.picture
        full, small = self._full, learned
        return with_detail(full.picture, full.hole, small.picture, small.hole, seed=self._seed, progress=_nobody)

    def _least_visible(self, fills: dict[str, Pixels]) -> str:
        if len(fills) == 1:
            return next(iter(fills))
        return min(fills, key=lambda method: visibility(fills[method], self._full.hole))

    def _put(self, picture: Pixels, filled: Pixels) -> None:
        target = picture[self._window]
        target[self._full.hole] = filled[self._full.hole]


def _nobody(share: float) -> None:
    """Is told of progress and does nothing with it."""
