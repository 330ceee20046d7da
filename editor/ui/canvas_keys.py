"""What the keys do on the canvas: Space pans, arrows move, Esc, Enter and Backspace end or take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from editor.ui.keyboard_pointer import CONTROL, WAYS, KeyboardPointer

if TYPE_CHECKING:
    from editor.ui.canvas import Canvas
    from editor.ui.canvas_input import CanvasInput

PAN = 64
"""How far an arrow key moves the picture, in pixels of the widget."""
FAR = 10
"""By how many times more an arrow key moves with Ctrl what a tool moves by a pixel."""
KEYPAD = Qt.KeyboardModifier.KeypadModifier


class CanvasKeys:
    """``space`` tells whether the key is held that lets every tool pan."""

    def __init__(self, canvas: Canvas, input: CanvasInput) -> None:
        self._canvas = canvas
        self._input = input
        self._pointer = KeyboardPointer(canvas)
        self.space = False

    def handle(self, event: QKeyEvent) -> bool:
        """Act on a key; False where it means nothing here."""
        taken = self._space(event) or self._pointer.handle(event) or self._tool(event) or self._arrow(event)
        if taken:
            event.setAccepted(True)
        return taken

    def _space(self, event: QKeyEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        if event.key() != Qt.Key.Key_Space or event.type() == QEvent.Type.ShortcutOverride:
            return False
        if event.modifiers() and (pressed or not self.space):
            return False  # let go it is, whatever else is held by then
        if not event.isAutoRepeat() and self._canvas.picture is not None:
            self.space = pressed
            self._canvas.follow_keys()
        return True

    def _tool(self, event: QKeyEvent) -> bool:
        """Where something is under way Esc takes it back, Enter finishes, Backspace goes one corner back.

        They are taken as early as the shortcuts' turn: elsewhere in the window they may mean something else.
        """
        canvas = self._canvas
        # Esc counts whatever is held: Shift or Alt may be part of what is dragged.
        others = event.modifiers() & ~KEYPAD and event.key() != Qt.Key.Key_Escape
        if not (canvas.stroking or canvas.hand.open or self._input.resizing) or others:
            return False
        act: Callable[[], object]
        match event.key():
            case Qt.Key.Key_Escape if self._input.resizing:
                act = self._input.let_go_of_brush
            case Qt.Key.Key_Escape:
                act = canvas.cancel_stroke
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if canvas.hand.open:
                act = canvas.confirm
            case Qt.Key.Key_Backspace if canvas.hand.open:
                act = canvas.step_back
            case _:
                return False
        if event.type() == QEvent.Type.KeyPress:
            act()
        return True

    def _arrow(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~KEYPAD
        if event.type() != QEvent.Type.KeyPress or event.key() not in WAYS or held & ~CONTROL:
            return False
        across, down = WAYS[Qt.Key(event.key())]
        far = FAR if held else 1
        if self._canvas.nudge(far * across, far * down):
            return True
        if held:
            return False
        step = PAN * self._canvas.devicePixelRatioF()
        self._canvas.pan_by(-across * step, -down * step)
        return True
