"""Keeps tools, option bar, canvas and remembered settings in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.tools.base import Tool
from editor.tools.brush_options import HARDNESS, SIZE
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.options import Value
from editor.tools.registry import TOOLS
from editor.ui.actions import Actions
from editor.ui.canvas import Canvas
from editor.ui.option_bar import FEATHER, GROW, MASK_OPTIONS, OptionBar
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session

SETTLE_MS = 120
"""How long a slider rests before the effective mask is made anew."""

TOOL = "tool"
"""The setting that remembers which tool was chosen."""

STEP = 1.15
"""How much larger ] makes the brush."""

PASSING = frozenset(option.id for tool in TOOLS for option in tool.options if not option.remembered)
"""Options that belong to what is open and begin anew with it."""

HARDER = 10
"""Per cent that } makes the brush harder."""


class ToolOptions(QObject):
    """Chooses tools by their id and gives them the option bar's values."""

    def __init__(
        self, session: Session, workspace: Workspace, *, canvas: Canvas, bar: OptionBar, actions: Actions
    ) -> None:
        super().__init__(canvas)
        self._settings = session.settings
        self._workspace = workspace
        self._canvas = canvas
        self._bar = bar
        self._actions = actions
        self._tools: dict[str, Tool] = {tool.id: tool() for tool in TOOLS}
        self._drag_base = (0.0, 0.0)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._reshape)
        self._restore()
        bar.option_changed.connect(self._change)
        bar.left.connect(canvas.setFocus)
        bar.confirmed.connect(canvas.confirm)
        bar.cancelled.connect(canvas.cancel_stroke)
        canvas.tool_moved.connect(self._follow_tool)
        canvas.brush_dragged.connect(self._drag_brush)
        canvas.brush_let_go.connect(self._undo_drag)
        canvas.hand.eraser = self._tools[MaskEraser.id]
        workspace.current_changed.connect(self._show_document)
        chosen = self._settings.get(TOOL, MaskBrush.id)
        self.choose(str(chosen) if chosen in self._tools else MaskBrush.id)

    def choose(self, id: str) -> None:
        """Take a tool."""
        tool = self._tools[id]
        focused = QApplication.focusWidget()
        if focused is not None and self._bar.isAncestorOf(focused):
            # A field that goes would hand the keys on to its neighbour, and Space would press that.
            self._canvas.setFocus()
        self._bar.show_tool(type(tool))
        self._actions[id].setChecked(True)
        self._canvas.set_tool(tool)
        self._settings.set(TOOL, id)

    def larger(self) -> None:
        """Make the brush larger."""
        size = self._bar.number(SIZE.id)
        self.set_option(SIZE.id, max(size + 1, round(size * STEP)))

    def smaller(self) -> None:
        """Make the brush smaller."""
        size = self._bar.number(SIZE.id)
        self.set_option(SIZE.id, min(size - 1, round(size / STEP)))

    def harder(self) -> None:
        """Make the brush's edge sharper."""
        self.set_option(HARDNESS.id, self._bar.number(HARDNESS.id) + HARDER)

    def softer(self) -> None:
        """Make the brush's edge softer."""
        self.set_option(HARDNESS.id, self._bar.number(HARDNESS.id) - HARDER)

    def set_option(self, id: str, value: Value) -> None:
        """Give an option another value, as if it had been typed."""
        self._bar.show_value(id, value)
        self._change(id, self._bar.value(id))

    def _restore(self) -> None:
        for tool in self._tools.values():
            for option in tool.options:
                value = option.fitted(self._settings.get(option.id, option.default)) if option.remembered else None
                self._bar.show_value(option.id, value)
                self._give(option.id)
        for option in MASK_OPTIONS:
            self._bar.show_value(option.id, self._settings.get(option.id, option.default))

    def _change(self, option: str, value: Value) -> None:
        if option not in PASSING:
            self._settings.set(option, value)
        if option in (FEATHER.id, GROW.id):
            self._settle.start()
        else:
            self._give(option)
            self._canvas.follow_tool()

    def _give(self, option: str) -> None:
        for tool in self._tools.values():
            if any(one.id == option for one in tool.options):
                tool.take(option, self._bar.value(option))

    def _follow_tool(self) -> None:
        """Show what the tool itself has changed."""
        tool = self._canvas.tool
        if tool is not None:
            for option, value in tool.shown.items():
                self._bar.show_value(option, value)
        self._bar.show_open(self._canvas.hand.open)

    def _undo_drag(self) -> None:
        self.set_option(SIZE.id, round(self._drag_base[0]))
        self.set_option(HARDNESS.id, round(self._drag_base[1]))

    def _drag_brush(self, larger: float, harder: float) -> None:
        if not larger and not harder:
            self._drag_base = float(self._bar.value(SIZE.id)), float(self._bar.value(HARDNESS.id))
            return
        self.set_option(SIZE.id, round(self._drag_base[0] + larger))
        self.set_option(HARDNESS.id, round(self._drag_base[1] + harder))

    def _reshape(self) -> None:
        picture = self._workspace.current
        if picture is None:
            return
        document = picture.document
        document.grow, document.feather = self._bar.number(GROW.id), self._bar.number(FEATHER.id)
        self._workspace.touch(picture, Dirty(mask=document.rect))

    def _show_document(self, picture: Picture | None) -> None:
        if picture is not None:
            self._bar.show_value(GROW.id, picture.document.grow)
            self._bar.show_value(FEATHER.id, picture.document.feather)
