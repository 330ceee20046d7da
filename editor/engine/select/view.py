"""A part of a picture, made small enough to search in quickly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.request import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """``pixels``, (h, w, 3) RGB uint8, are the part ``rect`` of a picture, reduced by averaging."""

    pixels: Pixels
    rect: Rect

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of ``pixels``."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def to_small(self, x: float, y: float) -> tuple[float, float]:
        """Where the edge coordinates ``x``, ``y`` of the picture are in ``pixels``."""
        return (
            (x - self.rect.x) * self.size[0] / self.rect.width,
            (y - self.rect.y) * self.size[1] / self.rect.height,
        )

    def pixel(self, point: tuple[int, int]) -> tuple[int, int]:
        """The pixel (column, row) of ``pixels`` that shows ``point`` of the picture, or is nearest to it."""
        x, y = self.to_small(point[0] + 0.5, point[1] + 0.5)
        return min(max(int(x), 0), self.size[0] - 1), min(max(int(y), 0), self.size[1] - 1)

    def part(self, rect: Rect) -> tuple[slice, slice]:
        """Rows and columns of ``pixels`` that lie in ``rect`` of the picture, at least one of each."""
        left, top = self.to_small(rect.x, rect.y)
        right, bottom = self.to_small(rect.x + rect.width, rect.y + rect.height)
        return _between(top, bottom, self.size[1]), _between(left, right, self.size[0])

    def of(self, values: NDArray[Any]) -> NDArray[Any]:
        """``values``, (h, w) of the whole picture, as ``pixels`` show them."""
        part = values[self.rect.y : self.rect.y + self.rect.height, self.rect.x : self.rect.x + self.rect.width]
        return np.asarray(cv2.resize(part, self.size, interpolation=cv2.INTER_AREA))


def view_of(image: Pixels, rect: Rect, most_pixels: int) -> View:
    """The part ``rect`` of ``image`` (h, w, 3; RGB uint8) in at most ``most_pixels``."""
    part = image[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    scale = (most_pixels / (rect.width * rect.height)) ** 0.5
    if scale >= 1:
        return View(np.ascontiguousarray(part), rect)
    size = max(1, int(rect.width * scale)), max(1, int(rect.height * scale))
    return View(np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8), rect)


def _between(first: float, end: float, length: int) -> slice:
    start = min(max(round(first), 0), length - 1)
    return slice(start, max(start + 1, min(round(end), length)))
