"""The canvas: shows a picture with its mask, and turns pointer, wheel, pen and keys into strokes, zoom and pan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from editor.domain.geometry import Rect
from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent, Step, Tool
from editor.tools.sketch import NOTHING
from editor.ui.canvas_accessible import CanvasInterface, interface_of
from editor.ui.canvas_hand import Hand
from editor.ui.canvas_input import CanvasInput
from editor.ui.canvas_look import CanvasLook
from editor.ui.canvas_painter import CanvasPainter
from editor.ui.canvas_screen import CanvasScreen
from editor.ui.canvas_sketch import SketchPainter
from editor.ui.canvas_texture import rects
from editor.ui.cursor_ring import CursorRing
from editor.ui.picture_words import description
from editor.ui.viewport import Point, Viewport

SETTLE_MS = 80
"""A picture is smoothed this long after the last step of a zoom."""


class Canvas(QWidget):
    """Shows one picture. All sizes inside are device pixels; Qt's events and rectangles are translated here.

    Only rectangles that changed are painted. Whoever undoes or runs something on the document calls
    :meth:`finish_stroke` first.
    """

    stroke_finished = Signal(object)
    """A :class:`editor.domain.history.HistoryEntry`: a stroke was put into the history."""
    search_wanted = Signal(object)
    """A :class:`editor.tools.base.Search`: a thing is to be found and masked."""
    picked = Signal(tuple)
    """Red, green and blue, 0 to 255: a colour was picked."""
    failed = Signal(object)
    """An :class:`editor.domain.errors.EditorError`: what is open could not be finished."""
    told = Signal(str)
    """A sentence about what the keyboard's pointer does."""
    tool_moved = Signal()
    """What the tool keeps open, or an option that it changes itself, may be another."""
    brush_dragged = Signal(float, float)
    """Since the drag began: how much larger the brush is to be in picture pixels, and how much harder in per cent."""
    mask_changed = Signal()
    """The effective mask is another: after a stroke, its cancelling, and :meth:`refresh`."""
    zoom_changed = Signal(float)
    dropped = Signal(object)
    """A :class:`editor.ui.carried.Carried`: what was dropped, files or a picture."""
    pointer_moved = Signal(object)
    """A :class:`editor.ui.viewport.Point` in picture pixels, or None when the pointer left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        QAccessible.installFactory(interface_of)
        self._input = CanvasInput(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Canvas")
        self._picture: Picture | None = None
        self.hand = Hand(self)
        self.interface: CanvasInterface | None = None
        """What assistive technology was given, once it has asked."""
        self._last_event = ""
        self._ring: CursorRing | None = None
        self._sketch = NOTHING
        self._viewport = Viewport()
        self._screen = CanvasScreen(self, self._viewport)
        self._painter = CanvasPainter()
        self._sketches = SketchPainter(self._viewport, self.font())
        self.look = CanvasLook(self, self._painter)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._smooth)
        self._describe()

    # What is shown

    @property
    def picture(self) -> Picture | None:
        """The picture shown, or None."""
        return self._picture

    def show_picture(self, picture: Picture | None) -> None:
        """Show another picture, all of it in sight; None shows how to open one."""
        self.hand.show_picture(None)
        self._picture = picture
        self._painter.show(picture)
        if picture is not None:
            self._viewport.show(*picture.document.size)
        self.hand.show_picture(picture)
        self._ring = None
        self._input.update_cursor()
        self._zoomed()
        self.mask_changed.emit()

    def reload(self) -> None:
        """The picture's levels were made anew; the document is as before."""
        self._painter.show(self._picture)
        self.update()

    def refresh(self, dirty: Dirty) -> None:
        """The document changed by undo, an edit, or another *grow* or *feather*: follow and repaint only that."""
        if self._picture is None:
            return
        shown = self._picture.refresh(dirty, self.level)
        if shown.resized:
            self._follow_picture_size()
        self.repaint_picture(shown.pixels)
        self.repaint_picture(shown.mask)
        if shown.mask:
            self.tell_mask()

    def _follow_picture_size(self) -> None:
        """The picture got another size: all of it comes into sight, as when it was opened."""
        assert self._picture is not None
        self._viewport.show(*self._picture.document.size)
        self._painter.show(self._picture)
        self.hand.enter()
        self._zoomed()

    # Tools and strokes

    @property
    def tool(self) -> Tool | None:
        """The tool that the left button uses, or None."""
        return self.hand.tool

    def set_tool(self, tool: Tool | None) -> None:
        """Use another tool; a running stroke is finished first."""
        self.hand.take(tool)
        self._input.update_cursor()
        self.follow_tool()

    @property
    def stroking(self) -> bool:
        """Whether a stroke is under way."""
        return self.hand.stroking

    def begin_stroke(self, event: PointerEvent, *, eraser: bool = False) -> None:
        """The tool is pressed at a place in the picture, or a pen's other end is."""
        self.hand.press(event, eraser=eraser)
        self.follow_tool()

    def continue_stroke(self, event: PointerEvent) -> None:
        """The pressed tool moved."""
        self.hand.move(event)
        self.follow_tool()

    def finish_stroke(self) -> None:
        """The tool is released where it is; nothing where no stroke runs."""
        self.hand.release()
        self.follow_tool()

    def cancel_stroke(self) -> None:
        """Take the running stroke back, or what the tool keeps open."""
        self.hand.cancel()
        self.follow_tool()

    def confirm(self) -> None:
        """Finish what the tool keeps open."""
        self.hand.confirm()
        self.follow_tool()

    def step_back(self) -> bool:
        """Take back the last corner of what the tool keeps open; False where there is none."""
        done = self.hand.step_back()
        self.follow_tool()
        return done

    def follow_step(self, step: Step) -> None:
        """A tool has put a step into the history."""
        self._last_event = f"{step.entry.label}."
        self.refresh(step.dirty)
        if not step.dirty.mask:
            self.tell_mask()
        self.stroke_finished.emit(step.entry)

    def follow_tool(self) -> None:
        """Show the tool as it is now: its ring, its sketch, and what it has to say."""
        self.update_ring()
        sketch = self.hand.sketch
        if sketch != self._sketch:
            self._sketches.ratio = self.devicePixelRatioF()
            if self.angle:
                self.update()
            else:
                for shown in (self._sketch, sketch):
                    self.update(self._screen.logical_region(self._sketches.region(shown)))
            self._sketch = sketch
        self.tool_moved.emit()

    # Zoom and pan

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
            # The ring is fixed to the screen: repaint it where it was moved to and where it belongs.
            if self._ring is not None:
                ring = self._screen.logical_region(self._ring.region)
                self.update(ring.united(ring.translated(across, down)))

    @property
    def pointer(self) -> QPointF | None:
        """Where the pointer is in the widget, or None when it is elsewhere."""
        return self._input.pointer

    def place_pointer(self, place: QPointF) -> None:
        """Put the pointer that the keyboard moves to a place in the widget."""
        self._input.pointer = place
        self.pointer_moved.emit(self.to_picture(place))
        self.follow_tool()

    def tell(self, words: str) -> None:
        """Say something about the pointer, for those who do not see it."""
        self._last_event = words
        self._describe()
        self.told.emit(words)

    def to_picture(self, place: QPointF) -> Point:
        """From the widget's coordinates to picture pixels."""
        return self._viewport.to_picture(self._screen.device(place))

    def update_ring(self) -> None:
        """Draw the ring where the pointer is now, or none; also after the brush got another size."""
        ratio = self.devicePixelRatioF()
        place = self._input.pointer
        diameter = None if self.tool is None else self.tool.diameter
        ring = None
        if place is not None and diameter is not None and self._picture is not None and not self._input.panning:
            device = self._screen.device(place)
            ring = CursorRing(device.x, device.y, diameter / 2 * self.zoom, ratio)
        if ring == self._ring:
            return
        for shown in (self._ring, ring):
            if shown is not None:
                self.update(self._screen.logical_region(shown.region))
        self._ring = ring

    # Qt's calls

    def sizeHint(self) -> QSize:
        """As large as a layout lets it be."""
        return QSize(960, 640)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every rectangle of the region that Qt asks for."""
        ratio = self.devicePixelRatioF()
        self._painter.backdrop.ratio = self._painter.overlay.ratio = ratio
        self.hand.flush(self.level)
        with self._device_painter(ratio) as painter:
            self._sketches.upright = painter.transform()
            if self.angle:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._painter.smooth and self.zoom < 2)
            for part in rects(event.region()):
                self._paint_part(painter, part)
            if self.angle:
                painter.setTransform(self._screen.turn, True)
            if self._sketch:
                self._sketches.ratio = ratio
                self._sketches.paint(painter, self._sketch)
            if self._ring is not None:
                self._ring.paint(painter)
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

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is left running."""
        self._settle.stop()
        self._painter.smooth = True
        self.finish_stroke()
        super().hideEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Another window has the keys: keep what was painted so far."""
        self.finish_stroke()
        self._input.forget_keys()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Pointer, wheel, pen, keys and drops go to :class:`CanvasInput` first."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._follow_size()
        return self._input.handle(event) or super().event(event)

    @contextmanager
    def _device_painter(self, ratio: float) -> Iterator[QPainter]:
        painter = QPainter(self)
        try:
            painter.scale(1 / ratio, 1 / ratio)
            yield painter
        finally:
            painter.end()

    @property
    def level(self) -> int:
        """The level of the picture that is in view."""
        return 0 if self._picture is None else self._picture.pixels.level_for(self.zoom)

    def _follow_size(self) -> None:
        ratio = self.devicePixelRatioF()
        before = self.zoom
        self._viewport.resize(round(self.width() * ratio), round(self.height() * ratio))
        if self.zoom != before:
            self._zoomed()
        self.update()

    def repaint_picture(self, changed: Rect) -> None:
        """Ask Qt to paint what shows ``changed``, in picture pixels."""
        if changed:
            self.update(self._screen.showing(changed, self.level))

    def _zoomed(self) -> None:
        self.update()
        self.update_ring()
        self._describe()
        self.zoom_changed.emit(self.zoom)

    def _smooth(self) -> None:
        self._painter.smooth = True
        self.update()

    def tell_mask(self) -> None:
        """The effective mask is another."""
        self._describe()
        self.mask_changed.emit()

    def _describe(self) -> None:
        """Tell assistive technology what there is to see."""
        self.setAccessibleDescription(description(self._picture, self.zoom))
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.ValueChanged))

    @property
    def value(self) -> str:
        """In words: the tool, the zoom, how much is masked, what happened last."""
        if self._picture is None:
            return ""
        tool = "No tool" if self.tool is None else self.tool.caption
        masked = f"{100 * self._picture.coverage:.1f} % masked"
        parts = (tool, f"zoom {100 * self.zoom:.3g} %", masked, self._last_event.rstrip("."))
        return ", ".join(part for part in parts if part)
