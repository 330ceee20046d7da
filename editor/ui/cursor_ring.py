"""The ring that shows how large the brush is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRegion, QTransform

SMALLEST_RADIUS = 3.0
"""Below this a cross is drawn instead, in device pixels."""
CROSS = 7.0
LARGEST_IMAGE = 800.0
"""Up to this radius in device pixels a ring is kept as an image, 10 MB at most. A smooth outline costs Qt a fifth of a
millisecond at 20 pixels and three at 500, for every movement of the pointer; its image a tenth of that."""
STEPS = 4
"""Radii between two pixels of which images are made."""


@dataclass(frozen=True, slots=True)
class CursorRing:
    """A ring in device pixels; ``ratio`` is the device pixel ratio and scales the line."""

    x: float
    y: float
    radius: float
    ratio: float = 1.0

    @property
    def region(self) -> QRegion:
        """The device pixels that the ring touches: a frame, so that a large ring repaints little."""
        outer = _reach(self.radius, self.ratio)
        region = QRegion(_square(self.x, self.y, outer))
        inner = self.radius / math.sqrt(2) - 3 * self.ratio
        return region if inner < 16 else region.subtracted(QRegion(_square(self.x, self.y, inner - 1)))

    def paint(self, painter: QPainter, turn: QTransform) -> None:
        """Draw it, light on dark, to be seen on any picture; ``turn`` is that of the view, which ``painter`` lacks."""
        middle = turn.map(QPointF(self.x, self.y))
        if self.radius > LARGEST_IMAGE:
            _draw(painter, middle, self.radius, self.ratio)
            return
        # On whole pixels, as any pointer: one image does for a pen, which may be anywhere between them.
        image = _image(round(self.radius * STEPS), self.ratio)
        half = image.width() // 2
        painter.drawImage(round(middle.x()) - half, round(middle.y()) - half, image)


@lru_cache(maxsize=2)
def _image(radius: int, ratio: float) -> QImage:
    """A ring in the middle; ``radius`` in pixels / :data:`STEPS`."""
    half = math.ceil(_reach(radius / STEPS, ratio)) + 1
    image = QImage(2 * half, 2 * half, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        _draw(painter, QPointF(half, half), radius / STEPS, ratio)
    finally:
        painter.end()
    return image


def _draw(painter: QPainter, middle: QPointF, radius: float, ratio: float) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 130), 3.0), (QColor(255, 255, 255), 1.4)):
        painter.setPen(QPen(colour, width * ratio))
        if radius >= SMALLEST_RADIUS * ratio:
            painter.drawEllipse(middle, radius, radius)
        else:
            arm = CROSS * ratio
            painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
            painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
    painter.restore()


def _reach(radius: float, ratio: float) -> float:
    """How far the ring or the cross goes from its middle."""
    return max(radius, CROSS * ratio) + 3 * ratio


def _square(x: float, y: float, half: float) -> QRect:
    left, top = math.floor(x - half), math.floor(y - half)
    return QRect(left, top, math.ceil(x + half) - left, math.ceil(y + half) - top)
