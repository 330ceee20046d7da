"""The bar at the left edge: one button a tool."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout

from editor.ui.actions import Actions
from editor.ui.icons import SIZE
from editor.ui.labels import rule

WIDTH = 48

TOOLS = (("pan",), ("mask_brush", "mask_eraser"))
"""The tools' commands in groups, top to bottom."""


class ToolBar(QFrame):
    """Shows the tools' commands as buttons; their tool tips name the key."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("toolBar")
        self.setAccessibleName("Tools")
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(5, 8, 5, 8)
        layout.setSpacing(4)
        for place, group in enumerate(TOOLS):
            if place:
                line = rule()
                line.setFixedWidth(24)
                layout.addSpacing(4)
                layout.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
                layout.addSpacing(4)
            for id in group:
                layout.addWidget(_button(actions, id), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)


def _button(actions: Actions, id: str) -> QToolButton:
    result = QToolButton()
    result.setProperty("role", "tool")
    result.setDefaultAction(actions[id])
    result.setIconSize(QSize(SIZE, SIZE))
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAccessibleName(actions[id].text())
    return result
