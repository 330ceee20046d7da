"""Turns Qt's pointer, wheel, pen, key and drop events into what a canvas does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QSinglePointEvent,
    QTabletEvent,
    QWheelEvent,
)

from editor.tools.base import Pointer, PointerEvent
from editor.ui.canvas_keys import CanvasKeys
from editor.ui.carried import carried, may_carry

if TYPE_CHECKING:
    from editor.ui.canvas import Canvas

WHEEL_ZOOM = 1.2
"""One notch of the wheel."""
NOTCH = 120
WHEEL_TURN = 5
"""Degrees that one notch turns the view with Ctrl and Shift held."""
HARDER = 0.5
"""Per cent of hardness a pixel of the widget, where the brush is dragged up."""


class CanvasInput:
    """Follows the pointer and the keys. ``pointer`` is where it is in the widget, or None when it is elsewhere."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.pointer: QPointF | None = None
        self._grabbed: QPointF | None = None
        self._resized_from: QPointF | None = None
        self._on_handle = False
        self._cancelled = False
        """Whether the right button has just taken a stroke back: then it asks for no menu."""
        self.keys = CanvasKeys(canvas, self)

    @property
    def panning(self) -> bool:
        """Whether dragging moves the picture now."""
        tool = self._canvas.tool
        return self.keys.space or self._grabbed is not None or (tool is not None and tool.pointer is Pointer.HAND)

    def handle(self, event: QEvent) -> bool:
        """Act on an event; False where it means nothing here."""
        match event:
            case QTabletEvent() | QMouseEvent():
                return self._pointer(event)
            case QWheelEvent():
                return self._wheel(event)
            case QNativeGestureEvent():
                return self._pinch(event)
            case QKeyEvent():
                return self.keys.handle(event)
            case QContextMenuEvent():
                return self._menu(event)
            case QDragEnterEvent():
                return _accepted_as_copy(event) if may_carry(event.mimeData()) else _accepted(event, False)
            case QDropEvent() if event.type() == QEvent.Type.Drop:
                return self._drop(event)
        if event.type() == QEvent.Type.Leave:
            self.pointer = None
            self._canvas.update_ring()
            self._canvas.pointer_moved.emit(None)
        return False

    def _menu(self, event: QContextMenuEvent) -> bool:
        if self._canvas.picture is None:
            return False
        if self._cancelled:
            self._cancelled = False
        elif not self._canvas.stroking:
            self._canvas.menu_wanted.emit(event.globalPos())
        return True

    @property
    def resizing(self) -> bool:
        """Whether the brush's size is being dragged."""
        return self._resized_from is not None

    def let_go_of_brush(self) -> None:
        """Take back what a drag has made of the brush's size."""
        self._resized_from = None
        self._canvas.brush_let_go.emit()

    def forget_keys(self) -> None:
        """The keyboard went elsewhere: no key counts as held any more."""
        self.keys.space = False
        self._grabbed = None
        self.update_cursor()

    def update_cursor(self) -> None:
        """The hand, the ring alone, or the arrow."""
        tool = self._canvas.tool
        if self._canvas.picture is None:
            self._canvas.unsetCursor()
        elif self._grabbed is not None:
            self._canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.panning:
            self._canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._on_handle:
            self._canvas.setCursor(Qt.CursorShape.SizeAllCursor)
        elif tool is not None and tool.diameter is not None:
            self._canvas.setCursor(Qt.CursorShape.BlankCursor)
        elif tool is not None and tool.pointer is Pointer.MOVE:
            self._canvas.setCursor(Qt.CursorShape.SizeAllCursor)
        elif tool is not None and tool.pointer is Pointer.CROSS:
            self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._canvas.unsetCursor()

    def _pointer(self, event: QMouseEvent | QTabletEvent) -> bool:
        if self._canvas.picture is None:
            return False
        if self._resized_from is None:
            self.pointer = event.position()
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.TabletPress:
                taken = self._press(event)
            case QEvent.Type.MouseButtonDblClick:
                taken = self._double_click(event)
            case QEvent.Type.MouseMove | QEvent.Type.TabletMove:
                taken = self._move(event)
            case QEvent.Type.MouseButtonRelease | QEvent.Type.TabletRelease:
                taken = self._release(event)
            case _:
                return False
        self._canvas.follow_tool()
        return _accepted(event, taken)

    def _press(self, event: QSinglePointEvent) -> bool:
        canvas = self._canvas
        if event.button() == Qt.MouseButton.RightButton:
            self._cancelled = canvas.stroking
            if canvas.stroking:
                canvas.cancel_stroke()
            return self._cancelled
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and self.panning
        ):
            canvas.finish_stroke()
            self._grabbed = event.position()
            self.update_cursor()
            return True
        if event.button() != Qt.MouseButton.LeftButton or canvas.tool is None:
            return False
        canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        if canvas.hand.grabs(self._translated(event)):
            canvas.begin_stroke(self._translated(event))
            return True
        if canvas.tool.diameter is not None and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._resized_from = event.position()
            canvas.brush_dragged.emit(0.0, 0.0)
            return True
        canvas.begin_stroke(self._translated(event), eraser=_is_eraser(event))
        return True

    def _double_click(self, event: QSinglePointEvent) -> bool:
        tool = self._canvas.tool
        if event.button() == Qt.MouseButton.LeftButton and tool is not None and tool.pointer is Pointer.HAND:
            self._canvas.fit()
            return True
        taken = self._press(event)
        if self._canvas.hand.open:
            self._canvas.finish_stroke()
            self._canvas.confirm()
        return taken

    def _move(self, event: QSinglePointEvent) -> bool:
        canvas = self._canvas
        canvas.pointer_moved.emit(canvas.to_picture(event.position()))
        if self._grabbed is not None:
            if not event.buttons():
                self._let_go()
                return True
            ratio = canvas.devicePixelRatioF()
            way = event.position() - self._grabbed
            self._grabbed = event.position()
            canvas.pan_by(way.x() * ratio, way.y() * ratio)
        elif self._resized_from is not None:
            way = event.position() - self._resized_from
            canvas.brush_dragged.emit(2 * way.x() * self._step, -way.y() * HARDER)
        elif canvas.stroking:
            # The release went to another window: the stroke ended there.
            if event.buttons() & Qt.MouseButton.LeftButton:
                canvas.continue_stroke(self._translated(event))
            else:
                canvas.finish_stroke()
        elif not self.panning:
            self._hover(self._translated(event))
        return True

    def _hover(self, event: PointerEvent) -> None:
        self._canvas.hand.hover(event)
        on_handle = self._canvas.hand.grabs(event)
        if on_handle != self._on_handle:
            self._on_handle = on_handle
            self.update_cursor()

    def _release(self, event: QSinglePointEvent) -> bool:
        if self._grabbed is not None and event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
            self._let_go()
        elif self._resized_from is not None:
            self._resized_from = None
        elif event.button() == Qt.MouseButton.LeftButton and self._canvas.stroking:
            if isinstance(event, QMouseEvent):
                self._canvas.continue_stroke(self._translated(event))
            self._canvas.finish_stroke()
        return True

    def _let_go(self) -> None:
        self._grabbed = None
        self.update_cursor()
        self._canvas.update_ring()

    def _translated(self, event: QSinglePointEvent) -> PointerEvent:
        place = self._canvas.to_picture(event.position())
        held = event.modifiers()
        return PointerEvent(
            x=place.x,
            y=place.y,
            pressure=event.pressure() if isinstance(event, QTabletEvent) else 1.0,
            step=self._step,
            shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
            alt=bool(held & Qt.KeyboardModifier.AltModifier),
            ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
        )

    @property
    def _step(self) -> float:
        """Picture pixels that a pixel of the widget shows."""
        return self._canvas.devicePixelRatioF() / self._canvas.zoom

    def _wheel(self, event: QWheelEvent) -> bool:
        if self._canvas.picture is None:
            return False
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if zooms and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._canvas.turn_to(self._canvas.angle + WHEEL_TURN * event.angleDelta().y() / NOTCH)
        elif not zooms and _is_trackpad(event):
            ratio = self._canvas.devicePixelRatioF()
            way = event.pixelDelta()
            self._canvas.pan_by(way.x() * ratio, way.y() * ratio)
        elif event.angleDelta().y():
            self._canvas.zoom_by(WHEEL_ZOOM ** (event.angleDelta().y() / NOTCH), event.position())
        return _accepted(event, True)

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() == Qt.NativeGestureType.RotateNativeGesture:
            self._canvas.turn_to(self._canvas.angle + event.value())
            return _accepted(event, True)
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.zoom_by(max(0.5, 1 + event.value()), event.position())
        return _accepted(event, True)

    def _drop(self, event: QDropEvent) -> bool:
        found = carried(event.mimeData())
        if not found:
            return False
        _accepted_as_copy(event)
        self._canvas.dropped.emit(found)
        return True


def _is_eraser(event: QSinglePointEvent) -> bool:
    return isinstance(event, QTabletEvent) and event.pointerType() == QPointingDevice.PointerType.Eraser


def _is_trackpad(event: QWheelEvent) -> bool:
    if event.pixelDelta().isNull():
        return False
    known = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
    return known or event.phase() != Qt.ScrollPhase.NoScrollPhase


def _accepted_as_copy(event: QDropEvent) -> bool:
    """Never as a move where there is a choice, whatever is proposed: the other program would delete its own."""
    if event.possibleActions() & Qt.DropAction.CopyAction:
        event.setDropAction(Qt.DropAction.CopyAction)
    return _accepted(event, True)


def _accepted(event: QEvent, taken: bool) -> bool:
    event.setAccepted(taken)
    return taken
