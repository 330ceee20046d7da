"""Draws a level of a picture so that a part painted alone equals the same part of a whole repaint to the pixel.

Three things make that true where a level is scaled. The viewport's step is a whole number of the 1/65536 pixels that
Qt counts in (see :mod:`editor.ui.viewport`). The texture is moved by a quarter of that unit, so that no rounding error
of the matrices can tip a coordinate over to the next unit. And nearest scaling goes through a texture brush, as
``drawImage`` has a quicker path there that begins to count at the clip.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QRegion, QTransform

from editor.domain.geometry import Rect

UNIT = 1 / 65536
SHARP_STEP = 0.5
"""From 200 % on every picture pixel is shown as the square that it is."""
NEIGHBOURS = 3
"""Device pixels round an area that smoothing and outlines look at."""


class Texture:
    """How a level lies on the screen: ``step`` level pixels a device pixel from the corner of ``frame``."""

    def __init__(self, frame: Rect, step: float, *, smooth: bool) -> None:
        self.frame = frame
        self.step = step
        self._smooth = smooth and step > SHARP_STEP

    def source(self, area: Rect, shape: tuple[int, ...]) -> Rect:
        """The pixels of a level of ``shape`` (height first) that are needed to draw ``area`` and its neighbours."""
        margin = math.ceil(NEIGHBOURS * self.step) + 2
        left, top = self.frame.x, self.frame.y
        needed = Rect.from_edges(
            math.floor((area.x - left) * self.step) - margin,
            math.floor((area.y - top) * self.step) - margin,
            math.ceil((area.right - left) * self.step) + margin,
            math.ceil((area.bottom - top) * self.step) + margin,
        )
        return needed.intersected(Rect(0, 0, shape[1], shape[0]))

    def shown(self, left: int, right: int, area: Rect) -> Rect:
        """The columns of ``area`` that the level's columns from ``left`` up to ``right`` may show in."""
        first = math.floor(left / self.step) - NEIGHBOURS + self.frame.x
        last = math.ceil(right / self.step) + NEIGHBOURS + self.frame.x
        return Rect(first, area.y, last - first, area.height)

    def draw(self, painter: QPainter, area: Rect, image: QImage, corner: tuple[int, int] = (0, 0)) -> None:
        """Draw ``image``, whose first pixel is the level's pixel ``corner``, over ``area`` inside the frame."""
        if self.step == 1:
            place = QPoint(area.x, area.y)
            source = area.moved(-self.frame.x - corner[0], -self.frame.y - corner[1])
            painter.drawImage(place, image, qrect(source))
            return
        # A hair more than the step, as Qt cuts it down to a whole number of units.
        scale = 1 / (self.step * (1 + 2.0**-40))
        x, y = ((at - UNIT / 4) * scale for at in corner)
        transform = QTransform(scale, 0, 0, scale, self.frame.x + x, self.frame.y + y)
        if not self._smooth:
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


def qrect(rect: Rect) -> QRect:
    """The same rectangle for Qt."""
    return QRect(rect.x, rect.y, rect.width, rect.height)
