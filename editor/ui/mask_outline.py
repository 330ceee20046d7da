"""The dashed line round a mask, where it passes half coverage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels

HALF = 128
"""The line runs where the mask passes this coverage."""
DASH = 4
_WORD = 8
"""Bytes that are looked at together."""

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

    @property
    def thickness(self) -> int:
        """Device pixels."""
        return max(1, round(self.ratio))

    def draw_on(self, colours: Colours, mask: Pixels, phase: int) -> bool:
        """Draw into ``colours`` the line round ``mask``, which reaches :attr:`thickness` further on every side.

        ``phase`` is the sum of row and column of the first colour; False where no edge runs.
        """
        edge = _edge(mask, self.thickness)
        places = _marked(edge.reshape(-1))
        if not places.size:
            return False
        rows, columns = np.divmod(places, edge.shape[1])
        colours.reshape(-1)[places] = self._dashes[(rows + columns + phase) // (DASH * self.thickness) % 2]
        return True


def packed(alpha: int, red: int, green: int, blue: int) -> int:
    """A colour as Qt lays it into 32 bits."""
    return alpha << 24 | red << 16 | green << 8 | blue


def _edge(mask: Pixels, thick: int) -> Pixels:
    """1 where a pixel lies in the mask but not deeper than ``thick``, without the margin of that width."""
    import cv2

    _, inside = cv2.threshold(mask, HALF - 1, 1, cv2.THRESH_BINARY)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (2 * thick + 1, 2 * thick + 1))
    deep = cv2.erode(inside, cross)
    middle = np.s_[thick:-thick, thick:-thick]
    return np.ascontiguousarray(cv2.subtract(inside[middle], deep[middle]), np.uint8)


def _marked(flat: Pixels) -> NDArray[np.intp]:
    """The places above 0. Nearly all are 0: whole words are searched first."""
    whole = flat.size // _WORD * _WORD
    words = np.flatnonzero(flat[:whole].view(np.uint64) != 0)
    near = (words[:, np.newaxis] * _WORD + np.arange(_WORD)).reshape(-1)
    near = np.concatenate((near, np.arange(whole, flat.size)))
    found: NDArray[np.intp] = near[flat[near] != 0]
    return found
