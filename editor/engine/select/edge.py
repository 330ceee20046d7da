"""The outline of something found in a small view, at the picture's full size.

In a small window the share of the thing is nearly a linear function of the colours: its coefficients are found in the
view and used on the full picture, in a band along the outline alone (He, Sun: Fast Guided Filter, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.select.view import View
from editor.engine.select.windows import Colours, Windows, weighted

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

RADIUS = 3
"""Of the windows, in pixels of the view."""
EPSILON = 4e-4
"""Variance of colours, 0–1, below which a window tells of no edge."""
BAND = 3
"""Half the width of the band, in pixels of the view."""
TILE = 32
"""Side of the tiles in which the band is drawn, in pixels of the view."""
STEEPNESS = 2.5
"""The fit blurs an outline; this makes it as narrow as it was."""


def at_full_size(image: Pixels, view: View, thing: Flags) -> Pixels:
    """``thing``, (h, w) of ``view``, as a mask of ``image``: (h, w) uint8, 255 = selected, between at the edge.

    Besides the mask it takes some 100 bytes for each pixel of the view and a few megabytes.
    """
    mask = np.zeros(image.shape[:2], np.uint8)
    rect = view.rect
    place = mask[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    labels = thing.astype(np.uint8)
    place[...] = cv2.resize(labels * 255, (rect.width, rect.height), interpolation=cv2.INTER_NEAREST)
    band = _band(labels)
    if not band.any():
        return mask
    fit = Fit.of(view.pixels, np.asarray(cv2.GaussianBlur(labels.astype(np.float32), (0, 0), 0.7), np.float32))
    part = image[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    steps = rect.width / view.size[0], rect.height / view.size[1]
    for top in range(0, view.size[1], TILE):
        for left in range(0, view.size[0], TILE):
            if band[top : top + TILE, left : left + TILE].any():
                rows = _span(top, min(top + TILE, view.size[1]), steps[1])
                columns = _span(left, min(left + TILE, view.size[0]), steps[0])
                place[rows, columns] = _drawn(part[rows, columns], fit, (columns.start, rows.start), steps)
    return mask


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The share as a linear function of the colours at each pixel of a view: ``slopes`` by channel and ``offset``.

    ``rough`` is what is known without the colours. All are (h, w).
    """

    slopes: Colours
    offset: Floats
    rough: Floats

    @classmethod
    def of(cls, pixels: Pixels, share: Floats) -> Fit:
        """The best in the windows of ``pixels``, averaged over all windows that hold a pixel."""
        return cls(*Windows.of(pixels, radius=RADIUS, epsilon=EPSILON).fitted(share), _rough(share))

    def drawn(self, colours: Floats, first: tuple[int, int], steps: tuple[float, float]) -> Floats:
        """The share at ``colours``, (h, w, 3), from the pixel ``first`` on; ``steps`` pixels are one of the view."""
        size = colours.shape[1], colours.shape[0]
        way = np.array(
            [
                [1 / steps[0], 0, (first[0] + 0.5) / steps[0] - 0.5],
                [0, 1 / steps[1], (first[1] + 0.5) / steps[1] - 0.5],
            ],
            np.float64,
        )
        offset, rough = _placed(self.offset, way, size), _placed(self.rough, way, size)
        red, green, blue = (_placed(slope, way, size) for slope in self.slopes)
        share = weighted((red, green, blue), [colours[..., channel] for channel in range(3)]) + offset
        steep = (share - 0.5) * STEEPNESS + 0.5
        # Far from the outline the colours have no say.
        return np.asarray(np.clip(np.clip(steep, 4 * rough - 3, 4 * rough), 0, 1), np.float32)


def _drawn(part: Pixels, fit: Fit, first: tuple[int, int], steps: tuple[float, float]) -> Pixels:
    share = fit.drawn(_shares(part), first, steps)
    return np.asarray(np.rint(255 * share), np.uint8)


def _shares(pixels: Pixels) -> Floats:
    return np.asarray(pixels / np.float32(255), np.float32)


def _band(labels: Pixels) -> Flags:
    kernel = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)
    return np.asarray(cv2.dilate(labels, kernel) != cv2.erode(labels, kernel))


def _span(first: int, end: int, step: float) -> slice:
    return slice(round(first * step), round(end * step))


def _rough(share: Floats) -> Floats:
    return np.asarray(cv2.blur(share, (2 * BAND - 1, 2 * BAND - 1), borderType=cv2.BORDER_REFLECT), np.float32)


def _placed(values: Floats, way: NDArray[np.float64], size: tuple[int, int]) -> Floats:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(values, way, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
