"""The bar at the left edge: one button a tool, or a few tools that are alike."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QVBoxLayout

from editor.tools.base import Tool
from editor.tools.registry import BUTTONS
from editor.ui.actions import Actions
from editor.ui.icons import SIZE
from editor.ui.labels import rule

WIDTH = 48


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
        for place, group in enumerate(BUTTONS):
            if place:
                line = rule()
                line.setFixedWidth(24)
                layout.addSpacing(4)
                layout.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
                layout.addSpacing(4)
            for shared in group:
                layout.addWidget(_ToolButton(actions, shared), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)


class _ToolButton(QToolButton):
    """Stands for the tool among those that share it that was taken last; a long press or a right click shows all."""

    def __init__(self, actions: Actions, shared: tuple[type[Tool], ...]) -> None:
        super().__init__()
        self.setProperty("role", "tool")
        self.setIconSize(QSize(SIZE, SIZE))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._all = [actions[tool.id] for tool in shared]
        if len(self._all) > 1:
            menu = QMenu(self)
            menu.addActions(self._all)
            self.setMenu(menu)
            self.setPopupMode(QToolButton.ToolButtonPopupMode.DelayedPopup)
            self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            self.customContextMenuRequested.connect(lambda _place: self.showMenu())
        for action in self._all:
            action.toggled.connect(self._follow)
        self._stand_for(self._all[0])

    def _follow(self, checked: bool) -> None:
        chosen = next((action for action in self._all if action.isChecked()), None)
        if checked and chosen is not None:
            self._stand_for(chosen)

    def _stand_for(self, action: QAction) -> None:
        self.setDefaultAction(action)
        others = [other.toolTip() for other in self._all if other is not action]
        if others:
            self.setToolTip("\n".join([action.toolTip(), f"Press longer for {', '.join(others)}"]))
        self.setAccessibleName(action.text())
