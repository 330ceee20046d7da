"""The soft shadow of the picture on the surround.

It is drawn once, small, and its corners and sides are laid out from there: drawn anew for a large frame it would cost
more than the picture.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QTransform

from editor.domain.geometry import Rect
from editor.ui.canvas_texture import qrect

REACH = 14
"""How far the shadow reaches, in device pixels at 100 % desktop scaling."""
DROP = 4
SIDE = 64
"""Length of the piece of a side that is repeated."""


class Shadow:
    """The shadow at a screen's device pixel ratio."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self._reach, self._drop = round(REACH * ratio), round(DROP * ratio)
        self._corner = math.ceil(1.5 * self._reach) + 1
        length = 2 * self._corner + SIDE
        self._image = _image(length, length)
        with QPainter(self._image) as painter:
            _draw(painter, Rect(0, 0, length, length).expanded(-self._reach), self._reach)

    def around(self, frame: Rect) -> Rect:
        """Everything that the shadow of ``frame`` touches."""
        return frame.moved(0, self._drop).expanded(self._reach)

    def paint(self, painter: QPainter, area: Rect, frame: Rect) -> None:
        """Paint what of the shadow of ``frame`` lies on ``area``; under the frame itself there is nothing to see."""
        outer, corner = self.around(frame), self._corner
        if min(outer.width, outer.height) < 2 * corner:
            painter.save()
            painter.setClipRect(qrect(area), Qt.ClipOperation.IntersectClip)
            _draw(painter, frame.moved(0, self._drop), self._reach)
            painter.restore()
            return
        across = _pieces(outer.x, outer.right, corner)
        down = _pieces(outer.y, outer.bottom, corner)
        for column, (left, right) in enumerate(across):
            for row, (top, bottom) in enumerate(down):
                piece = Rect.from_edges(left, top, right, bottom).intersected(area)
                if piece and (row, column) != (1, 1):
                    self._lay(painter, piece, Rect(left, top, 0, 0), column, row)

    def _lay(self, painter: QPainter, piece: Rect, start: Rect, column: int, row: int) -> None:
        places = (0, self._corner, self._corner + SIDE)
        lengths = (self._corner, SIDE, self._corner)
        source = Rect(places[column], places[row], lengths[column], lengths[row])
        brush = QBrush(self._image.copy(qrect(source)))
        brush.setTransform(QTransform.fromTranslate(start.x, start.y))
        painter.fillRect(qrect(piece), brush)


def _pieces(start: int, end: int, corner: int) -> tuple[tuple[int, int], ...]:
    return (start, start + corner), (start + corner, end - corner), (end - corner, end)


def _image(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


def _draw(painter: QPainter, caster: Rect, reach: int) -> None:
    """Rings over rings: what they add grows towards the caster, so that the shadow begins unseen."""
    painter.setPen(Qt.PenStyle.NoPen)
    for ring in range(reach, 0, -1):
        painter.setBrush(QColor(0, 0, 0, 1 + round(18 * (1 - ring / reach))))
        painter.drawRoundedRect(qrect(caster.expanded(ring)), 1.5 * ring, 1.5 * ring)
