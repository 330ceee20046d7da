"""A raster at full size and at half, a quarter, an eighth …, for showing it: in 8 bits and the colours of the screen.

Pixel (x, y) of a level is the rounded mean of the two by two pixels above it; where a side is odd the last row or
column counts twice. A part can therefore be brought up to date alone and equals a whole rebuild to the byte.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.raster import Raster
from editor.domain.samples import Pixels, Samples, narrowed
from editor.imaging.display import Shown

DEEPEST_LEVEL = 6
"""Halving goes down to 1/64, the smallest zoom, or to a single pixel: whatever is shown is never shrunk by more than a
half, beyond which smoothing would skip pixels."""

BAND = 64
"""Rows converted to 8 bits at once."""


class Pyramid:
    """The levels of one raster. Level 0 is the raster's own array, or a copy where it has 16 bits or ``shown`` converts
    its colours; level n is 2**n times smaller, rounded up.

    Only the levels down to the one in view are kept up to date while painting; what is deeper is remembered as
    stale and made good when it is asked for.
    """

    def __init__(self, raster: Raster[Any], shown: Shown | None = None) -> None:
        self.raster = raster
        self._convert = shown
        self._levels = [_shown(raster.array, shown)]
        self._stale = [NOWHERE]
        while len(self._levels) <= DEEPEST_LEVEL and max(self._levels[-1].shape[:2]) > 1:
            self._levels.append(_half(self._levels[-1]))
            self._stale.append(NOWHERE)

    @property
    def depth(self) -> int:
        """How many levels there are, at least 1."""
        return len(self._levels)

    def level_for(self, scale: float) -> int:
        """The level to draw from at ``scale`` screen pixels a picture pixel.

        What is left to scale is in (0.5, 1] from 100 % down to the last level.
        """
        level = 0
        while level + 1 < self.depth and scale * 2 ** (level + 1) <= 1:
            level += 1
        return level

    def level(self, index: int) -> Pixels:
        """The array of a level, brought up to date first where a deeper stroke left it stale."""
        for level in range(1, index + 1):
            self._settle_level(level)
        return self._levels[index]

    def refresh(self, rect: Rect, down_to: int | None = None) -> None:
        """The raster changed inside ``rect`` (in its own pixels): renew the levels down to ``down_to`` or all."""
        rect = rect.intersected(self.raster.rect)
        if not rect:
            return
        if self._levels[0] is not self.raster.array:
            _show(self.raster.array[rect.slices], self._levels[0][rect.slices], self._convert)
        last = self.depth - 1 if down_to is None else min(down_to, self.depth - 1)
        if self.depth > 1:
            self._stale[1] = self._stale[1].united(_halved(rect))
        for level in range(1, last + 1):
            self._settle_level(level)

    def settle(self) -> None:
        """Make good every level that was left stale."""
        for level in range(1, self.depth):
            self._settle_level(level)

    def _settle_level(self, level: int) -> None:
        rect = self._stale[level]
        if not rect:
            return
        source, target = self._levels[level - 1], self._levels[level]
        above = Rect(2 * rect.x, 2 * rect.y, 2 * rect.width, 2 * rect.height)
        above = above.intersected(Rect(0, 0, source.shape[1], source.shape[0]))
        _halve(source[above.slices], target[rect.slices])
        self._stale[level] = NOWHERE
        if level + 1 < self.depth:
            self._stale[level + 1] = self._stale[level + 1].united(_halved(rect))


def _shown(array: Samples, convert: Shown | None) -> Pixels:
    """``array`` as it is shown: itself in 8 bits and without a conversion."""
    if array.dtype == np.uint8 and convert is None:
        return np.asarray(array, np.uint8)
    result = np.empty(array.shape, np.uint8)
    _show(array, result, convert)
    return result


def _show(source: Samples, target: Pixels, convert: Shown | None) -> None:
    """Write ``source`` as it is shown, in bands: a whole picture would need four times its own memory meanwhile."""
    for top in range(0, source.shape[0], BAND):
        band = source[top : top + BAND]
        target[top : top + BAND] = narrowed(band) if convert is None else convert(band)


def _halved(rect: Rect) -> Rect:
    """The pixels of the next level that ``rect`` has a part in."""
    return Rect.from_edges(rect.x // 2, rect.y // 2, -(-rect.right // 2), -(-rect.bottom // 2))


def _half(source: Pixels) -> Pixels:
    height, width = source.shape[:2]
    target = np.empty(((height + 1) // 2, (width + 1) // 2, *source.shape[2:]), np.uint8)
    _halve(source, target)
    return target


def _halve(source: Pixels, target: Pixels) -> None:
    """Write the means of ``source``'s two by two blocks to ``target``, which may be a view into a larger array."""
    import cv2

    height, width = source.shape[:2]
    rows, columns = height // 2, width // 2
    if rows and columns:
        even = source[: 2 * rows, : 2 * columns]
        target[:rows, :columns] = cv2.resize(even, (columns, rows), interpolation=cv2.INTER_AREA)
    if width % 2:
        edge = cv2.copyMakeBorder(source[:, -1:], 0, height % 2, 0, 1, cv2.BORDER_REPLICATE)
        shape = target[:, -1:].shape
        target[:, -1:] = cv2.resize(edge, (1, shape[0]), interpolation=cv2.INTER_AREA).reshape(shape)
    if height % 2:
        edge = cv2.copyMakeBorder(source[-1:], 0, 1, 0, width % 2, cv2.BORDER_REPLICATE)
        shape = target[-1:].shape
        target[-1:] = cv2.resize(edge, (shape[1], 1), interpolation=cv2.INTER_AREA).reshape(shape)
