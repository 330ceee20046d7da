"""Lays a level of a picture on the screen so that a part painted alone equals the same part of a whole repaint.

To the pixel; three things make that true where Qt scales a level. The viewport's step is a whole number of the 1/65536
pixels that Qt counts in (see :mod:`editor.ui.viewport`). The texture is moved by a quarter of that unit, so that no
rounding error of the matrices can tip a coordinate over to the next unit. And nearest scaling goes through a texture
brush, as ``drawImage`` has a quicker path there that begins to count at the clip.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QRegion, QTransform

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels

UNIT = 1 / 65536
SHARP_STEP = 0.5
"""From 200 % on every picture pixel is shown as the square that it is."""
PART_PIXELS = 60_000
"""How many pixels of picture and mask are painted in the time that a rectangle more takes to begin with."""


@dataclass(frozen=True, slots=True)
class Lie:
    """How a level lies on the screen: ``step`` level pixels a device pixel from the corner of ``frame``."""

    frame: Rect
    step: float

    def source(self, level: Pixels, area: Rect) -> Pixels:
        """The part of ``level`` that :meth:`sampled` takes its pixels from."""
        plain = area.moved(-self.frame.x, -self.frame.y)
        rows, columns = (
            slice(_place(start, step=self.step, side=side), _place(end - 1, step=self.step, side=side) + 1)
            for start, end, side in zip((plain.y, plain.x), (plain.bottom, plain.right), level.shape, strict=True)
        )
        return level[rows, columns]

    def sampled(self, level: Pixels, area: Rect) -> Pixels:
        """``level``, (height, width), at the middle of every device pixel of ``area``; beyond its edge it goes on as
        it is there. Read only: it may be the level's own memory."""
        plain = area.moved(-self.frame.x, -self.frame.y)
        if self.step == 1 and Rect(0, 0, level.shape[1], level.shape[0]).contains(plain):
            return level[plain.slices]
        import cv2

        rows = _places(plain.y, plain.bottom, self.step, level.shape[0])
        columns = _places(plain.x, plain.right, self.step, level.shape[1])
        block = level[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        # Rows are copied whole, single pixels one by one: turned over twice it takes half the time.
        turned = cv2.transpose(block.take(rows - rows[0], axis=0)).take(columns - columns[0], axis=0)
        return np.asarray(cv2.transpose(turned), np.uint8)

    def draw(self, painter: QPainter, area: Rect, image: QImage, *, smooth: bool) -> None:
        """Draw ``image``, a whole level, over ``area`` inside the frame; from 200 % on it is never smoothed."""
        if self.step == 1:
            painter.drawImage(QPoint(area.x, area.y), image, qrect(area.moved(-self.frame.x, -self.frame.y)))
            return
        # A hair more than the step, as Qt cuts it down to a whole number of units.
        scale = 1 / (self.step * (1 + 2.0**-40))
        shift = -UNIT / 4 * scale
        transform = QTransform(scale, 0, 0, scale, self.frame.x + shift, self.frame.y + shift)
        if not smooth or self.step <= SHARP_STEP:
            brush = QBrush(image)
            brush.setTransform(transform)
            painter.fillRect(qrect(area), brush)
            return
        painter.save()
        painter.setClipRect(qrect(area), Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(transform, True)
        painter.drawImage(QPoint(0, 0), image)
        painter.restore()


def rects(region: QRegion) -> Iterable[QRect]:
    """The rectangles of a region, which Qt's type stubs do not know to be iterable."""
    return cast(Iterable[QRect], region)


def parts(region: QRegion) -> Iterable[QRect]:
    """The rectangles to paint for a region: its own, or the one around them where that is quicker, as with the small
    frame of a brush's ring. What is painted too much is clipped by Qt."""
    each, around = list(rects(region)), region.boundingRect()
    area = sum(part.width() * part.height() for part in each)
    return [around] if around.width() * around.height() <= area + PART_PIXELS * (len(each) - 1) else each


def qrect(rect: Rect) -> QRect:
    """The same rectangle for Qt."""
    return QRect(rect.x, rect.y, rect.width, rect.height)


def _place(pixel: int, *, step: float, side: int) -> int:
    # Exact: the step has few binary places, and so has its product with a whole number and a half.
    return min(max(math.floor((pixel + 0.5) * step), 0), side - 1)


@lru_cache(maxsize=64)
def _places(first: int, end: int, step: float, side: int) -> NDArray[np.intp]:
    """The same for a run of pixels; what lies side by side on the screen asks for the same run. Read only."""
    places: NDArray[np.intp] = np.floor((np.arange(first, end) + 0.5) * step).astype(np.intp)
    return np.minimum(np.maximum(places, 0), side - 1)
