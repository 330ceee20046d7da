"""What a screen reader is told of the canvas: that it is one, and as its value the tool, the zoom, how much is masked
and what happened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

if TYPE_CHECKING:
    from editor.ui.canvas import Canvas


class CanvasInterface(QAccessibleWidget):
    """Role, name, value and help of a canvas; what is common to all widgets stays Qt's."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, QAccessible.Role.Canvas, canvas.accessibleName())
        self._canvas = canvas

    def text(self, kind: QAccessible.Text) -> str:
        """The value and, as help, how the tool is used."""
        match kind:
            case QAccessible.Text.Value:
                return self._canvas.value
            case QAccessible.Text.Help:
                return "" if self._canvas.tool is None else self._canvas.tool.hint
            case _:
                return super().text(kind)


def interface_of(key: str, object: QObject | None) -> QAccessibleInterface | None:
    """The factory that Qt asks: a canvas has an interface of its own, all else Qt's."""
    from editor.ui.canvas import Canvas

    if not isinstance(object, Canvas):
        return None
    if object.interface is None:
        # Held by the canvas: Qt knows the interface, but does not keep Python's part of it.
        object.interface = CanvasInterface(object)
    return object.interface
