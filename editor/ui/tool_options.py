"""Keeps tools, option bar, canvas and remembered settings in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.tools.base import Tool
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.pan import Pan
from editor.tools.stroke import StrokeTool
from editor.ui.actions import Actions
from editor.ui.canvas import Canvas
from editor.ui.option_bar import OPTIONS, OptionBar
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session

SETTLE_MS = 120
"""How long a slider rests before the effective mask is made anew."""

STEP = 1.15
"""How much larger ] makes the brush."""

_ICONS = {"pan": "hand", "mask_brush": "brush", "mask_eraser": "eraser"}
_HINTS = {"pan": "Drag to move the picture. The wheel zooms; holding Space pans with any tool."}
_SETTINGS = {"size": "brush_size", "hardness": "brush_hardness", "feather": "feather", "grow": "grow"}


class ToolOptions(QObject):
    """Chooses tools by their command's id and gives them the option bar's values."""

    def __init__(
        self, session: Session, workspace: Workspace, *, canvas: Canvas, bar: OptionBar, actions: Actions
    ) -> None:
        super().__init__(canvas)
        self._settings = session.settings
        self._workspace = workspace
        self._canvas = canvas
        self._bar = bar
        self._actions = actions
        self._tools: dict[str, Tool] = {"pan": Pan(), "mask_brush": MaskBrush(), "mask_eraser": MaskEraser()}
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._reshape)
        for option in OPTIONS:
            bar.show_value(option.id, int(self._settings.get(_SETTINGS[option.id], option.default)))
        bar.option_changed.connect(self._change)
        workspace.current_changed.connect(self._show_document)
        self._give_values()
        self.choose("mask_brush")

    def choose(self, id: str) -> None:
        """Take a tool."""
        tool = self._tools[id]
        paints = isinstance(tool, StrokeTool)
        options = tuple(option.id for option in OPTIONS) if paints else ()
        self._bar.show_tool(name=tool.caption, icon=_ICONS[id], hint=_HINTS.get(id, ""), options=options)
        self._actions[id].setChecked(True)
        self._canvas.set_tool(tool)

    def larger(self) -> None:
        """Make the brush larger."""
        size = self._bar.value("size")
        self._set_size(max(size + 1, round(size * STEP)))

    def smaller(self) -> None:
        """Make the brush smaller."""
        size = self._bar.value("size")
        self._set_size(min(size - 1, round(size / STEP)))

    def _set_size(self, size: int) -> None:
        self._bar.show_value("size", size)
        self._change("size", self._bar.value("size"))

    def _change(self, option: str, value: int) -> None:
        self._settings.set(_SETTINGS[option], value)
        if option in ("grow", "feather"):
            self._settle.start()
        else:
            self._give_values()

    def _give_values(self) -> None:
        for tool in self._tools.values():
            if isinstance(tool, StrokeTool):
                tool.size = float(self._bar.value("size"))
                tool.hardness = self._bar.value("hardness") / 100
        self._canvas.update_ring()

    def _reshape(self) -> None:
        picture = self._workspace.current
        if picture is None:
            return
        document = picture.document
        document.grow, document.feather = self._bar.value("grow"), self._bar.value("feather")
        self._workspace.touch(picture, Dirty(mask=document.rect))

    def _show_document(self, picture: Picture | None) -> None:
        if picture is not None:
            self._bar.show_value("grow", picture.document.grow)
            self._bar.show_value("feather", picture.document.feather)
