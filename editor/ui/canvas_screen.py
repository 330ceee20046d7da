"""Between Qt's coordinates and the canvas's own: device pixels of the screen, and pixels of the picture."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QRegion, QTransform
from PySide6.QtWidgets import QWidget

from editor.domain.geometry import Rect
from editor.ui.canvas_texture import rects
from editor.ui.viewport import Point, Viewport

NEAR = 4
"""Device pixels round a changed rectangle that smoothing and the outline may touch as well."""


class CanvasScreen:
    """Translates for one widget; its pixel ratio may change with the screen."""

    def __init__(self, widget: QWidget, viewport: Viewport) -> None:
        self._widget = widget
        self._viewport = viewport
        self.angle = 0.0
        """By how many degrees what is shown is turned clockwise about the middle of the widget. The viewport, and all
        that paints, knows nothing of it: their device pixels are those before the turn."""

    @property
    def turn(self) -> QTransform:
        """From the viewport's device pixels to those of the widget."""
        width, height = self._viewport.view_size
        result = QTransform().translate(width / 2, height / 2).rotate(self.angle)
        return result.translate(-width / 2, -height / 2)

    def turned_way(self, dx: float, dy: float) -> tuple[float, float]:
        """A way on the widget, in device pixels, as the viewport has it."""
        way = QTransform().rotate(-self.angle).map(QPointF(dx, dy))
        return (way.x(), way.y()) if self.angle else (dx, dy)

    @property
    def ratio(self) -> float:
        """Device pixels a unit of Qt's."""
        return self._widget.devicePixelRatioF()

    def device(self, place: QPointF) -> Point:
        """A place in the widget in device pixels."""
        device = QPointF(place.x() * self.ratio, place.y() * self.ratio)
        if self.angle:
            device = self._back.map(device)
        return Point(device.x(), device.y())

    def logical(self, rect: Rect) -> QRect:
        """The part of the widget that device pixels touch."""
        ratio = self.ratio
        if self.angle:
            turned = self.turn.mapRect(QRectF(rect.x, rect.y, rect.width, rect.height)).toAlignedRect()
            rect = Rect(turned.x(), turned.y(), turned.width(), turned.height()).expanded(1)
        left, top = math.floor(rect.x / ratio), math.floor(rect.y / ratio)
        return QRect(left, top, math.ceil(rect.right / ratio) - left, math.ceil(rect.bottom / ratio) - top)

    def logical_region(self, region: QRegion) -> QRegion:
        """The same for a region of device pixels."""
        logical = QRegion()
        for part in rects(region):
            logical = logical.united(self.logical(Rect(part.x(), part.y(), part.width(), part.height())))
        return logical

    def outward(self, rect: QRect) -> Rect:
        """The device pixels that a rectangle of the widget touches."""
        ratio = self.ratio
        device = Rect.from_edges(
            math.floor(rect.x() * ratio),
            math.floor(rect.y() * ratio),
            math.ceil((rect.x() + rect.width()) * ratio),
            math.ceil((rect.y() + rect.height()) * ratio),
        )
        if not self.angle:
            return device
        turned = self._back.mapRect(QRectF(device.x, device.y, device.width, device.height)).toAlignedRect()
        # What interpolation makes of the edge of what is painted lies outside then.
        return Rect(turned.x(), turned.y(), turned.width(), turned.height()).expanded(3)

    @property
    def _back(self) -> QTransform:
        return self.turn.inverted()[0]

    def showing(self, changed: Rect, level: int) -> QRect:
        """What of the widget shows ``changed``, in picture pixels, where ``level`` of the picture is drawn."""
        side = 1 << level
        touched = Rect.from_edges(
            changed.x // side * side,
            changed.y // side * side,
            -(-changed.right // side) * side,
            -(-changed.bottom // side) * side,
        )
        shown = self._viewport.rect_to_screen(touched, margin=NEAR + math.ceil(self.ratio))
        return self.logical(shown if self.angle else shown.intersected(Rect(0, 0, *self._viewport.view_size)))
