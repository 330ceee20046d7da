"""What lies under and around the picture: surround, soft shadow, checkerboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QRegion

from editor.domain.geometry import Rect
from editor.ui.canvas_texture import qrect, rects

SHADOW = 14
"""How far the shadow reaches, in device pixels at 100 % desktop scaling."""
SHADOW_DROP = 4
SQUARE = 8


class Backdrop:
    """Colours and patterns behind the picture. ``ratio`` is the screen's device pixel ratio."""

    def __init__(self) -> None:
        self.surround = QColor("#141517")
        self.ratio = 1.0
        self._board: tuple[int, QPixmap] | None = None

    def paint_around(self, painter: QPainter, area: Rect, frame: Rect) -> None:
        """Fill ``area`` outside ``frame`` with the surround, and the frame's shadow on it."""
        outside = QRegion(qrect(area)).subtracted(QRegion(qrect(frame)))
        for part in rects(outside):
            painter.fillRect(part, self.surround)
        width, drop = round(SHADOW * self.ratio), round(SHADOW_DROP * self.ratio)
        if not area.intersected(frame.moved(0, drop).expanded(width)):
            return
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setClipRegion(outside, Qt.ClipOperation.IntersectClip)
        # Rings over rings: what they add grows towards the picture, so that the shadow begins unseen.
        for ring in range(width, 0, -1):
            shade = QColor(0, 0, 0, 1 + round(18 * (1 - ring / width)))
            painter.setBrush(shade)
            # Far beyond the area nothing is seen, and Qt's rasteriser takes no coordinate beyond 32767.
            around = frame.moved(0, drop).expanded(ring).intersected(area.expanded(4 * width))
            painter.drawRoundedRect(qrect(around), 1.5 * ring, 1.5 * ring)
        painter.restore()

    def paint_checkerboard(self, painter: QPainter, area: Rect, frame: Rect) -> None:
        """Fill ``area`` with squares that move with the picture."""
        side = max(1, round(SQUARE * self.ratio))
        if self._board is None or self._board[0] != side:
            self._board = side, _board(side)
        painter.setBrushOrigin(QPoint(frame.x, frame.y))
        painter.fillRect(qrect(area), QBrush(self._board[1]))
        painter.setBrushOrigin(QPoint(0, 0))


def _board(side: int) -> QPixmap:
    board = QPixmap(QSize(2 * side, 2 * side))
    board.fill(QColor("#bdbdbd"))
    painter = QPainter(board)
    painter.fillRect(0, 0, side, side, QColor("#ececec"))
    painter.fillRect(side, side, side, side, QColor("#ececec"))
    painter.end()
    return board
