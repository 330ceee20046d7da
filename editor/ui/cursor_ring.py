"""The ring that shows how large the brush is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

SMALLEST_RADIUS = 3.0
"""Below this a cross is drawn instead, in device pixels."""
CROSS = 7.0


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
        outer = max(self.radius, CROSS * self.ratio) + 3 * self.ratio
        region = QRegion(_square(self.x, self.y, outer))
        inner = self.radius / math.sqrt(2) - 3 * self.ratio
        return region if inner < 16 else region.subtracted(QRegion(_square(self.x, self.y, inner - 1)))

    def paint(self, painter: QPainter) -> None:
        """Draw it, light on dark, to be seen on any picture."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = QPointF(self.x, self.y)
        for colour, width in ((QColor(0, 0, 0, 130), 3.0), (QColor(255, 255, 255), 1.4)):
            painter.setPen(QPen(colour, width * self.ratio))
            if self.radius >= SMALLEST_RADIUS * self.ratio:
                painter.drawEllipse(middle, self.radius, self.radius)
            else:
                arm = CROSS * self.ratio
                painter.drawLine(QPointF(self.x - arm, self.y), QPointF(self.x + arm, self.y))
                painter.drawLine(QPointF(self.x, self.y - arm), QPointF(self.x, self.y + arm))
        painter.restore()


def _square(x: float, y: float, half: float) -> QRect:
    left, top = math.floor(x - half), math.floor(y - half)
    return QRect(left, top, math.ceil(x + half) - left, math.ceil(y + half) - top)
