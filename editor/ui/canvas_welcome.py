"""What the canvas says while no picture is open."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

TITLE = "Open a photo"
HINT = "Press Ctrl+O, drop one here, or paste"
FRAME = 56


def paint_welcome(painter: QPainter, area: QRect, font: QFont, colours: tuple[QColor, QColor]) -> None:
    """Draw an empty picture frame and two lines in the middle of ``area``; ``colours`` are text and muted text."""
    text, muted = colours
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = area.center()
    _frame(painter, QRect(middle.x() - FRAME // 2, middle.y() - FRAME - 16, FRAME, round(FRAME * 0.8)), muted)
    title = QFont(font)
    title.setPixelSize(20)
    title.setWeight(QFont.Weight.DemiBold)
    painter.setFont(title)
    painter.setPen(text)
    painter.drawText(QRect(area.x(), middle.y() + 4, area.width(), 32), Qt.AlignmentFlag.AlignCenter, TITLE)
    hint = QFont(font)
    hint.setPixelSize(14)
    painter.setFont(hint)
    painter.setPen(muted)
    painter.drawText(QRect(area.x(), middle.y() + 38, area.width(), 24), Qt.AlignmentFlag.AlignCenter, HINT)


def _frame(painter: QPainter, place: QRect, colour: QColor) -> None:
    """A picture in the manner of the tool bar's icons: a rounded frame, a sun, a hill."""
    painter.setPen(QPen(colour, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place, 7, 7)
    painter.drawEllipse(place.x() + 11, place.y() + 10, 8, 8)
    bottom = place.bottom() - 3
    painter.drawPolyline(
        [
            QPoint(place.x() + 8, bottom),
            QPoint(place.x() + 30, place.y() + 20),
            QPoint(place.right() - 3, bottom - 4),
        ]
    )
