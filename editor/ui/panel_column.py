"""The column at the right: Edit, Platforms and History below one another, and what they show of the session."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from editor.domain.status import KeySource, PlatformStatus
from editor.imaging.picture import Picture
from editor.ui.actions import Actions
from editor.ui.edit_panel import EditPanel
from editor.ui.history_panel import HistoryPanel
from editor.ui.icons import Icons
from editor.ui.labels import rule
from editor.ui.platform_words import is_local
from editor.ui.platforms_panel import PlatformsPanel
from editor.ui.theme import Theme

WIDTH = 340
LEAST_WIDTH = 264


class PanelColumn(QScrollArea):
    """Holds the panels; each can be hidden, and the column hides when all are. It scrolls in a low window."""

    def __init__(self, theme: Theme, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("panelColumn")
        self.setMinimumWidth(LEAST_WIDTH)
        self.edit = EditPanel(icons, actions)
        self.platforms = PlatformsPanel(theme)
        self.history = HistoryPanel(theme, icons)
        self._rules = (rule(), rule())
        self._rest = QWidget()
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.edit)
        layout.addWidget(self._rules[0])
        layout.addWidget(self.platforms)
        layout.addWidget(self._rules[1])
        layout.addWidget(self.history, 1)
        layout.addWidget(self._rest, 1)
        self._rest.hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(content)
        # The column's own colour shows through, not the window's.
        content.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """As wide as the panels read well."""
        return QSize(WIDTH, 600)

    def show_panels(self, *, edit: bool, platforms: bool, history: bool) -> None:
        """Show some of the panels."""
        self.edit.setVisible(edit)
        self.platforms.setVisible(platforms)
        self.history.setVisible(history)
        self._rules[0].setVisible(edit and (platforms or history))
        self._rules[1].setVisible(platforms and history)
        self._rest.setVisible(not history)
        self.setVisible(edit or platforms or history)

    def show_statuses(self, statuses: Sequence[PlatformStatus]) -> None:
        """Show the platforms' states, and the first start's hint while there is no key."""
        self.platforms.show_statuses(statuses)
        keyed = any(not is_local(status) and status.key_source is not KeySource.NONE for status in statuses)
        self.edit.show_hint(bool(statuses) and not keyed)

    def show_picture(self, picture: Picture | None, names: dict[str, str]) -> None:
        """Show a picture's history."""
        self.history.show_history(picture.document.history if picture is not None else None, names)
