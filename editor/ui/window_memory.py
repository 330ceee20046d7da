"""What the window remembers from one start to the next: its place, its theme, and which panels are shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter

from editor.domain.kinds import Operation
from editor.ui.panel_column import WIDTH
from editor.ui.theme import ThemeChoice

if TYPE_CHECKING:
    from editor.session import Session

SIZE = QSize(1440, 900)
"""At the first start, where the screen has room for it."""
TITLE_BAR = 40
"""Pixels that a desktop lays above a window, about; Qt does not know them before it is shown."""
PANELS = ("edit_panel", "platforms_panel", "history_panel")


class WindowMemory:
    """Reads and writes the window's settings. Values that make no sense are as good as none."""

    def __init__(self, session: Session) -> None:
        self._settings = session.settings

    @property
    def theme(self) -> ThemeChoice:
        """The theme that the user chose, dark at first."""
        choice = self._settings.get("theme", ThemeChoice.DARK.value)
        return ThemeChoice(choice) if choice in tuple(ThemeChoice) else ThemeChoice.DARK

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._settings.set("theme", choice.value)

    @property
    def operation(self) -> Operation:
        """The operation that was chosen last, Erase at first."""
        kept = self._settings.get("operation", Operation.ERASE.value)
        return Operation(kept) if kept in tuple(Operation) else Operation.ERASE

    @operation.setter
    def operation(self, operation: Operation) -> None:
        self._settings.set("operation", operation.value)

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing is to fade or slide; until the user has chosen what the system says, where Qt passes that
        on."""
        kept = self._settings.get("reduce_motion", None)
        if isinstance(kept, bool):
            return kept
        return sys.platform in ("win32", "darwin") and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self._settings.set("reduce_motion", reduced)

    @property
    def hidden_panels(self) -> tuple[str, ...]:
        """The commands of the panels that are not shown."""
        hidden = self._settings.get("hidden_panels", [])
        return tuple(panel for panel in PANELS if panel in hidden)

    @hidden_panels.setter
    def hidden_panels(self, panels: tuple[str, ...]) -> None:
        self._settings.set("hidden_panels", list(panels))

    def restore(self, window: QMainWindow, splitter: QSplitter) -> None:
        """Put the window where it was."""
        kept = self._settings.get("window_geometry", "")
        if not (kept and window.restoreGeometry(QByteArray.fromBase64(str(kept).encode()))):
            window.resize(SIZE.boundedTo(window.screen().availableSize() - QSize(0, TITLE_BAR)))
        width = int(self._settings.get("panel_width", WIDTH))
        splitter.setSizes([max(window.width() - width, 1), width])

    def keep(self, window: QMainWindow, splitter: QSplitter) -> None:
        """Remember where the window is."""
        self._settings.set("window_geometry", bytes(window.saveGeometry().toBase64().data()).decode())
        if splitter.sizes()[1]:
            self._settings.set("panel_width", splitter.sizes()[1])
