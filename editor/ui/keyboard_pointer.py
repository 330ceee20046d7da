"""A pointer that the keyboard moves over the canvas, for everything that a mouse can do there.

Shift with an arrow key moves it, Ctrl and Shift move it by a pixel of the picture, Shift+Space presses and releases
the button.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from editor.tools.base import PointerEvent

if TYPE_CHECKING:
    from editor.ui.canvas import Canvas

STEP = 16
"""How far a key moves the pointer, in pixels of the widget."""
WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


class KeyboardPointer:
    """Drives the tool like a mouse. A selection is combined as the option bar says: Shift is held for moving."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def handle(self, event: QKeyEvent) -> bool:
        """Act on a key; False where it means nothing here."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._canvas.picture is None or not held & SHIFT or held & ~(SHIFT | CONTROL):
            return False
        act: Callable[[], None]
        if event.key() == Qt.Key.Key_Space and not held & CONTROL:
            act = self._press_or_release
        elif event.key() in WAYS:
            act = partial(self._move, WAYS[Qt.Key(event.key())], fine=bool(held & CONTROL))
        else:
            return False
        if event.type() == QEvent.Type.KeyPress and not (event.isAutoRepeat() and event.key() == Qt.Key.Key_Space):
            act()
        event.setAccepted(True)
        return True

    def _press_or_release(self) -> None:
        canvas = self._canvas
        canvas.place_pointer(self._place)
        if canvas.stroking:
            canvas.finish_stroke()
            canvas.tell(f"Released at {self._words}.")
        else:
            canvas.begin_stroke(self._event())
            canvas.tell(f"Pressed at {self._words}.")

    def _move(self, way: tuple[int, int], *, fine: bool) -> None:
        canvas = self._canvas
        step = max(canvas.zoom / canvas.devicePixelRatioF(), 1.0) if fine else STEP
        place = self._place + QPointF(way[0], way[1]) * step
        place.setX(min(max(place.x(), 0.0), canvas.width() - 1.0))
        place.setY(min(max(place.y(), 0.0), canvas.height() - 1.0))
        canvas.place_pointer(place)
        if canvas.stroking:
            canvas.continue_stroke(self._event())
        else:
            canvas.hand.hover(self._event())
            canvas.follow_tool()
        canvas.tell(f"Pointer at {self._words}.")

    @property
    def _place(self) -> QPointF:
        """Where the pointer is; where it is nowhere, the middle of the canvas."""
        return self._canvas.pointer or QPointF(self._canvas.rect().center())

    @property
    def _words(self) -> str:
        event = self._event()
        return f"{math.floor(event.x)}, {math.floor(event.y)}"

    def _event(self) -> PointerEvent:
        canvas = self._canvas
        place = canvas.to_picture(self._place)
        return PointerEvent(x=place.x, y=place.y, step=canvas.devicePixelRatioF() / canvas.zoom)
