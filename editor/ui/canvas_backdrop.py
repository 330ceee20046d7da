"""What lies under and around the picture: surround, soft shadow, checkerboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QRegion

from editor.domain.geometry import Rect
from editor.ui.canvas_shadow import Shadow
from editor.ui.canvas_texture import qrect, rects

SQUARE = 8


class Backdrop:
    """Colours and patterns behind the picture. ``ratio`` is the screen's device pixel ratio."""

    def __init__(self) -> None:
        self.surround = QColor("#141517")
        self.ratio = 1.0
        self._board: tuple[int, QPixmap] | None = None
        self._shadow: Shadow | None = None

    def paint_around(self, painter: QPainter, area: Rect, frame: Rect) -> None:
        """Fill ``area`` outside ``frame`` with the surround, and the frame's shadow on it."""
        outside = QRegion(qrect(area)).subtracted(QRegion(qrect(frame)))
        for part in rects(outside):
            painter.fillRect(part, self.surround)
        if self._shadow is None or self._shadow.ratio != self.ratio:
            self._shadow = Shadow(self.ratio)
        for part in rects(outside.intersected(qrect(self._shadow.around(frame)))):
            self._shadow.paint(painter, Rect(part.x(), part.y(), part.width(), part.height()), frame)

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
