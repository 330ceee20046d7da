"""The dashed line round a mask, where it passes half coverage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels

HALF = 128
"""The line runs where the mask passes this coverage."""
DASH = 4
MOST = 1024
"""Rows, and columns, that are drawn at once at most."""

Colours = NDArray[np.uint32]


class MaskOutline:
    """Draws on the inner side of the edge, a device pixel thick at ``ratio`` 1."""

    def __init__(self) -> None:
        self.ratio = 1.0
        self.set_tint((255, 0, 0))

    def set_tint(self, channels: tuple[int, int, int]) -> None:
        """Dashes in a light and a dark form of the tint (red, green, blue)."""
        light = [channel + (255 - channel) * 3 // 4 for channel in channels]
        dark = [channel * 3 // 4 for channel in channels]
        self._dashes = np.array([packed(255, *light), packed(255, *dark)], np.uint32)
        self._pattern: tuple[int, Pixels] | None = None

    @property
    def thickness(self) -> int:
        """Device pixels."""
        return max(1, round(self.ratio))

    def draw_on(self, colours: Colours, mask: Pixels, phase: int) -> None:
        """Draw into ``colours``, at most :data:`MOST` squared, the line round ``mask``, which reaches
        :attr:`thickness` further on every side.

        ``phase`` is the sum of row and column of the first colour.
        """
        import cv2

        height, width = colours.shape
        first = phase % (2 * DASH * self.thickness)
        dashes = self._dashed()[:height, first : first + width]
        cv2.copyTo(dashes, _edge(mask, self.thickness), colours.view(np.uint8).reshape(height, width, 4))

    def _dashed(self) -> Pixels:
        """Dashes everywhere, the first pixel at the beginning of one: (height, width, 4)."""
        thick = self.thickness
        if self._pattern is None or self._pattern[0] != thick:
            wide = MOST + 2 * DASH * thick
            places = np.add.outer(np.arange(MOST), np.arange(wide)) // (DASH * thick) % 2
            self._pattern = thick, self._dashes[places].view(np.uint8).reshape(MOST, wide, 4)
        return self._pattern[1]


def packed(alpha: int, red: int, green: int, blue: int) -> int:
    """A colour as Qt lays it into 32 bits."""
    return alpha << 24 | red << 16 | green << 8 | blue


def _edge(mask: Pixels, thick: int) -> Pixels:
    """Above 0 where a pixel lies in the mask but not deeper than ``thick``, without the margin of that width."""
    import cv2

    _, inside = cv2.threshold(mask, HALF - 1, 1, cv2.THRESH_BINARY)
    deep = cv2.erode(inside, cv2.getStructuringElement(cv2.MORPH_CROSS, (2 * thick + 1, 2 * thick + 1)))
    middle = np.s_[thick:-thick, thick:-thick]
    return np.asarray(cv2.subtract(inside[middle], deep[middle]), np.uint8)
