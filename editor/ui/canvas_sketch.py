"""Draws what a tool shows over the picture: lines in black and white to be seen on anything, handles, words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QRegion, QTransform

from editor.domain.geometry import Rect
from editor.tools.sketch import Label, Path, Place, Sketch
from editor.ui.canvas_texture import qrect
from editor.ui.viewport import Point, Viewport

DARK, LIGHT = QColor(0, 0, 0, 150), QColor(255, 255, 255)
FAINT_DARK, FAINT_LIGHT = QColor(0, 0, 0, 70), QColor(255, 255, 255, 150)
DIMMED = QColor(0, 0, 0, 140)
GROUND = QColor(61, 126, 255, 60)
DASHES = (4.0, 4.0)
HANDLE = 9
"""Side of a handle in device-independent pixels."""
PIECE = 24
"""Corners of a line whose surroundings are repainted together."""
PADDING = 6
GAP = 10


class SketchPainter:
    """Draws in device pixels; ``ratio`` is the device pixel ratio and scales lines and letters."""

    def __init__(self, viewport: Viewport, font: QFont) -> None:
        self._viewport = viewport
        self._font = font
        self.ratio = 1.0
        self.upright = QTransform()
        """The painter's transform before the view is turned: words stand upright."""

    def changed(self, before: Sketch, after: Sketch) -> QRegion:
        """The device pixels that differ between two sketches, or more."""
        tail = _tail(before, after)
        return self.region(tail) if tail is not None else self.region(before).united(self.region(after))

    def region(self, sketch: Sketch) -> QRegion:
        """The device pixels that the sketch touches."""
        width, height = self._viewport.view_size
        if sketch.kept or sketch.grown:
            return QRegion(0, 0, width, height)
        region = QRegion()
        margin = math.ceil(4 * self.ratio)
        for path in sketch.paths:
            places = self._on_screen(path)
            for first in range(0, max(1, len(places) - 1), PIECE):
                region = region.united(_around(places[first : first + PIECE + 1], margin))
        half = math.ceil(HANDLE * self.ratio)
        for place in sketch.handles:
            region = region.united(_around([self._at(place)], half))
        if sketch.label is not None:
            region = region.united(self._label_box(sketch.label).toAlignedRect().adjusted(-2, -2, 2, 2))
        return region.intersected(QRect(0, 0, width, height))

    def paint(self, painter: QPainter, sketch: Sketch) -> None:
        """Draw it; ``painter`` works in device pixels and keeps its state."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if sketch.kept:
            self._dim(painter, sketch.kept)
        if sketch.grown:
            self._show_ground(painter, sketch.grown)
        for path in sketch.paths:
            self._draw_path(painter, path)
        for place in sketch.handles:
            self._draw_handle(painter, self._at(place))
        if sketch.label is not None:
            self._draw_label(painter, sketch.label)
        painter.restore()

    def _at(self, place: Place) -> QPointF:
        point = self._viewport.to_screen(Point(*place))
        return QPointF(point.x, point.y)

    def _on_screen(self, path: Path) -> list[QPointF]:
        places = [self._at(place) for place in path.places]
        return [*places, places[0]] if path.closed and places else places

    def _draw_path(self, painter: QPainter, path: Path) -> None:
        line = QPolygonF(self._on_screen(path))
        dark, light = (FAINT_DARK, FAINT_LIGHT) if path.faint else (DARK, LIGHT)
        painter.setPen(QPen(dark, 3 * self.ratio))
        painter.drawPolyline(line)
        pen = QPen(light, 1.4 * self.ratio)
        if not path.faint:
            pen.setDashPattern(DASHES)
        painter.setPen(pen)
        painter.drawPolyline(line)

    def _draw_handle(self, painter: QPainter, place: QPointF) -> None:
        side = HANDLE * self.ratio
        painter.setPen(QPen(DARK, self.ratio))
        painter.setBrush(LIGHT)
        painter.drawRect(QRectF(place.x() - side / 2, place.y() - side / 2, side, side))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _dim(self, painter: QPainter, kept: Sequence[Place]) -> None:
        outside = QPainterPath()
        outside.addRect(QRectF(qrect(self._visible(self._viewport.picture_rect))))
        inside = QPainterPath()
        inside.addPolygon(QPolygonF([self._at(place) for place in kept]))
        inside.closeSubpath()
        painter.fillPath(outside.subtracted(inside), DIMMED)

    def _show_ground(self, painter: QPainter, grown: Sequence[Place]) -> None:
        around = QPainterPath()
        around.addPolygon(QPolygonF([self._at(place) for place in grown]))
        around.closeSubpath()
        picture = QPainterPath()
        picture.addRect(QRectF(qrect(self._viewport.picture_rect)))
        painter.fillPath(around.subtracted(picture), GROUND)

    def _visible(self, rect: Rect) -> Rect:
        """Qt's rasteriser takes no coordinate beyond 32767, and far outside nothing is seen."""
        return rect.intersected(Rect(0, 0, *self._viewport.view_size).expanded(64))

    def _label_box(self, label: Label, turn: QTransform | None = None) -> QRectF:
        metrics = QFontMetricsF(self._font)
        at = self._at(label.place)
        if turn is not None:
            at = turn.map(at)
        patch = metrics.height() + PADDING if label.colour is not None else 0.0
        width = (metrics.horizontalAdvance(label.words) + patch + 2 * PADDING) * self.ratio
        height = (metrics.height() + PADDING) * self.ratio
        gap = GAP * self.ratio
        view = self._viewport.view_size
        left = min(max(at.x() + gap, 0.0), max(0.0, view[0] - width))
        top = min(max(at.y() + gap, 0.0), max(0.0, view[1] - height))
        return QRectF(left, top, width, height)

    def _draw_label(self, painter: QPainter, label: Label) -> None:
        turn = painter.transform() * self.upright.inverted()[0]
        painter.setTransform(self.upright)
        box = self._label_box(label, turn)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 21, 23, 225))
        painter.drawRoundedRect(box, 5 * self.ratio, 5 * self.ratio)
        painter.translate(box.topLeft())
        painter.scale(self.ratio, self.ratio)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        left = float(PADDING)
        if label.colour is not None:
            side = metrics.height() - 2
            painter.setBrush(QColor(*label.colour))
            painter.setPen(QPen(LIGHT, 1))
            painter.drawRect(QRectF(left, (metrics.height() + PADDING - side) / 2, side, side))
            left += metrics.height() + PADDING
        painter.setPen(LIGHT)
        painter.drawText(QPointF(left, PADDING / 2 + metrics.ascent()), label.words)


def _tail(before: Sketch, after: Sketch) -> Sketch | None:
    """What was added, where only an open line went on: a long one is not looked through at every step of it."""
    if len(before.paths) != 1 or len(after.paths) != 1 or replace(after, paths=before.paths) != before:
        return None
    old, new = before.paths[0], after.paths[0]
    count = len(old.places)
    if old.closed or new.closed or new.places[:count] != old.places:
        return None
    return Sketch(paths=(replace(new, places=new.places[max(0, count - 2) :]),))


def _around(places: Sequence[QPointF], margin: int) -> QRegion:
    if not places:
        return QRegion()
    xs, ys = [place.x() for place in places], [place.y() for place in places]
    left, top = math.floor(min(xs)) - margin, math.floor(min(ys)) - margin
    return QRegion(left, top, math.ceil(max(xs)) + margin - left, math.ceil(max(ys)) + margin - top)
