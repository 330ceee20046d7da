"""The Edit panel: which operation, what it will do, the run button, and what it will cost."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout

from editor.ui.actions import Actions
from editor.ui.icons import Icons
from editor.ui.labels import ElidedLabel, button, label

DESCRIPTION = "Masked area is removed and filled from its surroundings"
FIRST_START = "Press Erase – it runs on this computer. Add a key to use Stability, Replicate or FAL."
NO_PICTURE = "Open a picture first."
NO_MASK = "Paint over what you want to remove first."


class EditPanel(QFrame):
    """One operation, Erase. ``keys_wanted`` is sent when the user follows the hint's link."""

    keys_wanted = Signal()

    def __init__(self, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self.setAccessibleName("Edit panel")
        self._action = actions["erase"]
        self._run = self._run_button()
        self._estimate = ElidedLabel("", "small")
        self._spent = label("", "small")
        self._spent.setToolTip("Spent in this session")
        self._hint = label(FIRST_START, "small", wrap=True)
        self._add_key = button("Add a key…", "link")
        self._add_key.clicked.connect(self.keys_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(0)
        layout.addWidget(label("Edit", "title"))
        layout.addSpacing(10)
        layout.addLayout(self._operations(icons))
        layout.addSpacing(12)
        layout.addWidget(self._run)
        layout.addSpacing(8)
        money = QHBoxLayout()
        money.addWidget(self._estimate, 1)
        money.addWidget(self._spent)
        layout.addLayout(money)
        layout.addSpacing(4)
        layout.addWidget(self._hint)
        layout.addWidget(self._add_key, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_hint(False)

    @property
    def run_button(self) -> QPushButton:
        """The button that starts the edit."""
        return self._run

    @property
    def line(self) -> str:
        """What stands under the button: the estimate, or why the button is off."""
        return self._estimate.whole

    def show_ready(self, estimate: str) -> None:
        """The edit can start; ``estimate`` says price and time."""
        self._show(enabled=True, line=estimate)

    def show_reason(self, reason: str) -> None:
        """The edit can't start, and why."""
        self._show(enabled=False, line=reason)

    def show_spent(self, words: str) -> None:
        """Show what was spent so far; empty where it is not known."""
        self._spent.setText(words)

    def show_hint(self, visible: bool) -> None:
        """Show or hide the first start's line."""
        self._hint.setVisible(visible)
        self._add_key.setVisible(visible)

    def _show(self, *, enabled: bool, line: str) -> None:
        self._action.setEnabled(enabled)
        self._run.setEnabled(enabled)
        self._run.setToolTip(self._action.toolTip() if enabled else line)
        self._run.setAccessibleDescription(line)
        self._estimate.show_text(line)
        self._spent.setVisible(enabled)

    def _run_button(self) -> QPushButton:
        result = button("Erase masked area", "primary")
        result.setMinimumHeight(38)
        result.clicked.connect(self._action.trigger)
        return result

    def _operations(self, icons: Icons) -> QHBoxLayout:
        erase = _OperationButton(icons, "eraser", "Erase")
        description = label(DESCRIPTION, wrap=True)
        description.setObjectName("description")
        description.setMinimumHeight(54)
        layout = QHBoxLayout()
        layout.setSpacing(8)
        layout.addWidget(erase)
        layout.addWidget(description, 1)
        return layout


class _OperationButton(QToolButton):
    """A tile of the operation grid; the chosen one stays pressed."""

    def __init__(self, icons: Icons, icon: str, text: str) -> None:
        super().__init__()
        self._icons = icons
        self._icon = icon
        self.setProperty("role", "operation")
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(18, 18))
        self.setCheckable(True)
        self.setChecked(True)
        self.setFixedSize(72, 54)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # The one operation cannot be switched off: pressing it again leaves it chosen.
        self.clicked.connect(lambda: self.setChecked(True))
        icons.theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._icons.icon(self._icon, size=18))
