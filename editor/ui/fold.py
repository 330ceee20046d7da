"""A part of a panel that is folded away until it is wanted."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from editor.ui.icons import Icons


class Fold(QWidget):
    """A word with a mark; pressing it shows or hides what is in :attr:`body`."""

    def __init__(self, icons: Icons, word: str, *, name: str) -> None:
        super().__init__()
        self._icons = icons
        self.head = QToolButton()
        self.head.setProperty("role", "fold")
        self.head.setText(word)
        self.head.setAccessibleName(name)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(14, 14))
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.setCheckable(True)
        folded = QWidget()
        folded.hide()
        self.body = QVBoxLayout(folded)
        self.body.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(folded)
        self.head.toggled.connect(folded.setVisible)
        self.head.toggled.connect(self._draw)
        icons.theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        name = "chevron-down" if self.head.isChecked() else "chevron-right"
        self.head.setIcon(self._icons.icon(name, tint="muted", size=14))
