"""File settings: how often open pictures are kept safe, backups, and whether projects hold their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from editor.ui.autosaver import SECONDS
from editor.ui.autosaver import SETTING as AUTOSAVE
from editor.ui.growing_dialog import GrowingDialog
from editor.ui.labels import button, label, row

if TYPE_CHECKING:
    from editor.session import Session

BACKUPS, HISTORY = "backups", "project_history"
LEAST_SECONDS, MOST_SECONDS = 5, 3600
HISTORY_WORDS = "Without it a project is smaller. Layers, mask and receipts are in it all the same."


class FileSettings(GrowingDialog):
    """What is changed counts at once."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        settings = session.settings
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("File settings")
        self.setAccessibleName("File settings")
        self.seconds = QSpinBox()
        self.seconds.setAccessibleName("Seconds between autosaves")
        self.seconds.setRange(LEAST_SECONDS, MOST_SECONDS)
        self.seconds.setSuffix(" s")
        self.seconds.setValue(_seconds(settings.get(AUTOSAVE, SECONDS)))
        self.backups = QCheckBox("Keep what a file held before as a backup beside it (photo.jpg~)")
        self.backups.setChecked(bool(settings.get(BACKUPS, True)))
        self.history = QCheckBox("Save the history in projects, so that steps can be undone after opening")
        self.history.setChecked(bool(settings.get(HISTORY, True)))
        self.seconds.valueChanged.connect(lambda value: settings.set(AUTOSAVE, value))
        self.backups.toggled.connect(lambda on: settings.set(BACKUPS, on))
        self.history.toggled.connect(lambda on: settings.set(HISTORY, on))
        close = button("Close")
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(label("File settings", "heading"))
        layout.addLayout(row(label("Keep open pictures safe from a crash every", "muted"), self.seconds, 1))
        layout.addWidget(self.backups)
        layout.addWidget(self.history)
        layout.addWidget(label(HISTORY_WORDS, "muted", wrap=True))
        layout.addStretch(1)
        layout.addLayout(row(1, close))
        self.resize(560, 260)


def _seconds(value: object) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else SECONDS
