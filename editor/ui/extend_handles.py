"""Keeps the outpaint's frame on the canvas and the numbers of the Edit panel alike."""

from __future__ import annotations

from PySide6.QtCore import QObject

from editor.domain.kinds import Operation
from editor.operations.outpaint import MOST_PIXELS
from editor.tools.extend_frame import ExtendFrame
from editor.ui.canvas import Canvas
from editor.ui.edit_panel import EditPanel


class ExtendHandles(QObject):
    """Shows the frame while the chosen operation is an outpaint."""

    def __init__(self, canvas: Canvas, panel: EditPanel) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._panel = panel
        self.frame = ExtendFrame(MOST_PIXELS)
        panel.changed.connect(self._follow_panel)
        panel.operation_chosen.connect(self._follow_panel)
        canvas.tool_moved.connect(self._follow_canvas)

    def _follow_panel(self, _operation: Operation | None = None) -> None:
        chosen = self._panel.operation is Operation.OUTPAINT
        if chosen != (self._canvas.hand.frame is not None):
            self._canvas.hand.show_frame(self.frame if chosen else None)
        # What is dragged comes back number by number: until all are told the canvas knows better.
        if not self._canvas.stroking:
            self.frame.expansion = self._panel.options.expansion
        self._canvas.follow_tool()

    def _follow_canvas(self) -> None:
        if self._canvas.hand.frame is not None and self.frame.expansion != self._panel.options.expansion:
            self._panel.form.take_expansion(self.frame.expansion)
