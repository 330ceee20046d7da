"""Between Qt's coordinates and the canvas's own: device pixels of the screen, and pixels of the picture."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QRegion
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

    @property
    def ratio(self) -> float:
        """Device pixels a unit of Qt's."""
        return self._widget.devicePixelRatioF()

    def device(self, place: QPointF) -> Point:
        """A place in the widget in device pixels."""
        return Point(place.x() * self.ratio, place.y() * self.ratio)

    def logical(self, rect: Rect) -> QRect:
        """The part of the widget that device pixels touch."""
        ratio = self.ratio
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
        return Rect.from_edges(
            math.floor(rect.x() * ratio),
            math.floor(rect.y() * ratio),
            math.ceil((rect.x() + rect.width()) * ratio),
            math.ceil((rect.y() + rect.height()) * ratio),
        )

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
        return self.logical(shown.intersected(Rect(0, 0, *self._viewport.view_size)))
