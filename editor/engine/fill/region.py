"""One hole and its surroundings, on the way from what is known to what is filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.fill.carry import carried
from editor.engine.fill.compose import composed
from editor.engine.fill.estimate import is_thin
from editor.engine.fill.levels import Flags, Level, coarse_of, levels_of
from editor.engine.fill.regions import Window
from editor.engine.fill.shift_map import ShiftMap, decided
from editor.engine.fill.shifts import dominant_shifts, whole_patches

SHIFT_MAP = "shift map"
NAVIER_STOKES = "Navier–Stokes"

DECIDING_PIXELS = 6000
"""Pixels of a hole at the size at which its shifts are decided on."""
LEAST_PATCHES = 40
"""Known patches at that size, without which there is nothing worth copying."""
CONTINUATION_RADIUS = 3.0


class Region:
    """A hole in a window of a picture, filled in two steps so that a sketch can be shown between them."""

    def __init__(self, image: Pixels, hole: Flags, window: Window) -> None:
        """``image`` (h, w, 3) and ``hole`` (h, w) are the whole picture's; ``window`` is this region's part."""
        self._window = window
        self._full = Level(np.ascontiguousarray(image[window]), np.ascontiguousarray(hole[window]))
        self._levels = [self._full]
        self._map: ShiftMap | None = None
        self.pixels = int(np.count_nonzero(self._full.hole))

    @property
    def method(self) -> str:
        """How it is filled, once that is decided."""
        return NAVIER_STOKES if self._map is None else SHIFT_MAP

    def decide(self, random: np.random.Generator) -> None:
        """Find out what the hole is filled with, at a small size."""
        if is_thin(self._full.hole.astype(np.uint8)):
            return
        self._levels = levels_of(self._full, DECIDING_PIXELS)
        if np.count_nonzero(whole_patches(self._levels[-1].hole)) >= LEAST_PATCHES:
            coarse = coarse_of(self._levels)
            self._map = decided(coarse, dominant_shifts(coarse, random))

    def sketch(self, picture: Pixels) -> None:
        """Fill the hole in ``picture``, the whole one, at the small size's detail."""
        if self._map is None:
            self.fill(picture)
            return
        height, width = self._full.hole.shape
        small = composed(self._levels[-1], self._map)
        self._put(picture, cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))

    def fill(self, picture: Pixels, tell: Callable[[float], None] = lambda share: None) -> None:
        """Fill the hole in ``picture``, the whole one. ``tell`` is told the share done (0–1)."""
        if self._map is None:
            marked = self._full.hole.astype(np.uint8)
            self._put(picture, cv2.inpaint(self._full.picture, marked, CONTINUATION_RADIUS, cv2.INPAINT_NS))
        else:
            shift_map = self._map
            for number, level in enumerate(self._levels[-2::-1]):
                shift_map = carried(level, shift_map)
                # Each level has up to four times the pixels of the one before.
                tell(0.7 * 4.0 ** (number + 2 - len(self._levels)))
            self._put(picture, composed(self._full, shift_map))
        tell(1.0)

    def _put(self, picture: Pixels, filled: NDArray[Any]) -> None:
        target = picture[self._window]
        target[self._full.hole] = filled[self._full.hole]
