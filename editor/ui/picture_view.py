"""A picture on the screen: zoomed, panned, turned, and painted where something changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from editor.domain.geometry import Rect
from editor.imaging.picture import Picture
from editor.ui.canvas_look import CanvasLook
from editor.ui.canvas_painter import CanvasPainter
from editor.ui.canvas_screen import CanvasScreen
from editor.ui.canvas_texture import parts
from editor.ui.viewport import Point, Viewport

SETTLE_MS = 80
"""A picture is smoothed this long after the last step of a zoom."""


class PictureView(QWidget):
    """Shows one picture. All sizes inside are device pixels; Qt's events and rectangles are translated here.

    Only rectangles that changed are painted.
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setMinimumSize(160, 120)
        self._picture: Picture | None = None
        self._viewport = Viewport()
        self._screen = CanvasScreen(self, self._viewport)
        self._painter = CanvasPainter()
        self.look = CanvasLook(self, self._painter)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._smooth)

    @property
    def picture(self) -> Picture | None:
        """The picture shown, or None."""
        return self._picture

    @property
    def level(self) -> int:
        """The level of the picture that is in view."""
        return 0 if self._picture is None else self._picture.pixels.level_for(self.zoom)

    def reload(self) -> None:
        """The picture's levels were made anew; the document is as before."""
        self._painter.show(self._picture)
        self.update()

    def _take_picture(self, picture: Picture | None) -> None:
        """Show another picture, or the same in another size, all of it in sight."""
        self._picture = picture
        self._painter.show(picture)
        if picture is not None:
            self._viewport.show(*picture.document.size)

    def repaint_picture(self, changed: Rect) -> None:
        """Ask Qt to paint what shows ``changed``, in picture pixels."""
        if changed:
            self.update(self._screen.showing(changed, self.level))

    def show_mask_moved(self, across: int, down: int) -> None:
        """Show the mask by so many picture pixels farther to the right and down than it lies."""
        before, self._painter.mask_moved = self._painter.mask_moved, (across, down)
        if self._picture is not None and before != (across, down):
            for place in (before, (across, down)):
                self.repaint_picture(self._picture.masked.moved(*place))

    # Zoom, pan and turn

    @property
    def zoom(self) -> float:
        """Device pixels a picture pixel: 1.0 is 100 %."""
        return self._viewport.zoom

    @property
    def viewport(self) -> Viewport:
        """Zoom and offset; change them through the canvas."""
        return self._viewport

    def zoom_in(self) -> None:
        """To the next larger of the usual zooms."""
        self._viewport.zoom_in()
        self._zoomed()

    def zoom_out(self) -> None:
        """To the next smaller of the usual zooms."""
        self._viewport.zoom_out()
        self._zoomed()

    def fit(self) -> None:
        """All of the picture, in the middle; it stays so when the window changes its size."""
        self._viewport.fit()
        self._zoomed()

    def actual_size(self) -> None:
        """One picture pixel on one pixel of the screen."""
        self._viewport.zoom_to(1.0)
        self._zoomed()

    @property
    def angle(self) -> float:
        """By how many degrees the view is turned clockwise, −180 to 180; the picture itself is not."""
        return self._screen.angle

    def turn_to(self, angle: float) -> None:
        """Turn the view about the middle of the canvas."""
        self._screen.angle = (angle + 180) % 360 - 180
        self._zoomed()

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        """Zoom about a place in the widget; quick while it goes on, smooth when it rests."""
        if self._picture is None:
            return
        self._painter.smooth = False
        self._settle.start()
        self._viewport.zoom_to(self.zoom * factor, None if anchor is None else self._screen.device(anchor))
        self._zoomed()

    def zoom_at(self, place: tuple[float, float], factor: float) -> None:
        """Zoom about a place in the picture."""
        self._viewport.zoom_to(self.zoom * factor, self._viewport.to_screen(Point(*place)))
        self._zoomed()

    def show_part(self, rect: Rect) -> None:
        """A part of the picture, in picture pixels, in the middle and as large as it fits."""
        self._viewport.show_part(rect)
        self._zoomed()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by device pixels; what stays in sight is moved on the screen, not painted again."""
        if self._picture is None:
            return
        moved = self._viewport.pan(*self._screen.turned_way(dx, dy))
        ratio = self.devicePixelRatioF()
        steps = [side / ratio for side in moved]
        if self.angle or any(not step.is_integer() for step in steps):
            self.update()
            return
        if moved != (0, 0):
            across, down = (int(step) for step in steps)
            self.scroll(across, down)
            self._scrolled(across, down)

    def to_picture(self, place: QPointF) -> Point:
        """From the widget's coordinates to picture pixels."""
        return self._viewport.to_picture(self._screen.device(place))

    # For those who show more than the picture

    def _before_paint(self) -> None:
        """The picture is about to be painted."""

    def _paint_over(self, painter: QPainter) -> None:
        """Paint what lies over the picture; ``painter`` works in device pixels, before the view is turned."""

    def _scrolled(self, across: int, down: int) -> None:
        """What is on the screen was moved by so many of Qt's units."""

    def _zoomed(self) -> None:
        """The zoom or the angle may be another, and all has to be painted."""
        self.update()
        self.zoom_changed.emit(self.zoom)

    # Qt's calls

    def sizeHint(self) -> QSize:
        """As large as a layout lets it be."""
        return QSize(960, 640)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every rectangle of the region that Qt asks for."""
        ratio = self.devicePixelRatioF()
        self._painter.backdrop.ratio = self._painter.overlay.ratio = ratio
        self._before_paint()
        with self._device_painter(ratio) as painter:
            if self.angle:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._painter.smooth and self.zoom < 2)
            for part in parts(event.region()):
                self._paint_part(painter, part)
            self._paint_over(painter)
        if self._picture is None:
            with self._device_painter(1.0) as painter:
                self.look.paint_welcome(painter)

    def _paint_part(self, painter: QPainter, part: QRect) -> None:
        area = self._screen.outward(part)
        if not self.angle:
            self._painter.paint(painter, area, self._viewport)
            return
        painter.save()
        device = QRectF(QPointF(part.topLeft()) * self._screen.ratio, QSizeF(part.size()) * self._screen.ratio)
        painter.setClipRect(device.toAlignedRect())
        painter.setTransform(self._screen.turn, True)
        self._painter.paint(painter, area, self._viewport)
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted, another in its place."""
        super().resizeEvent(event)
        self._follow_size()

    def event(self, event: QEvent) -> bool:
        """Follow the window to a screen of another pixel ratio."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._follow_size()
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """No timer is left running."""
        self._settle.stop()
        self._painter.smooth = True
        super().hideEvent(event)

    @contextmanager
    def _device_painter(self, ratio: float) -> Iterator[QPainter]:
        painter = QPainter(self)
        try:
            painter.scale(1 / ratio, 1 / ratio)
            yield painter
        finally:
            painter.end()

    def _follow_size(self) -> None:
        ratio = self.devicePixelRatioF()
        before = self.zoom
        self._viewport.resize(round(self.width() * ratio), round(self.height() * ratio))
        if self.zoom != before:
            self._zoomed()
        self.update()

    def _smooth(self) -> None:
        self._painter.smooth = True
        self.update()
