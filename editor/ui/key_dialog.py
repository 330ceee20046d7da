"""Keys of the platforms: where each comes from, save, test, delete. A key is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from editor.domain.errors import EditorError
from editor.domain.status import KeySource, PlatformStatus
from editor.ui.growing_dialog import GrowingDialog
from editor.ui.labels import button, label, row, rule, set_role
from editor.ui.platform_words import key_words

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

SAVED = {
    KeySource.KEYRING: "Saved in this computer’s keyring.",
    KeySource.SESSION: "No keyring works here: the key is kept for this session only.",
    KeySource.ENVIRONMENT: "Saved, but the key from the environment is used first.",
}


class KeyForm(QFrame):
    """One platform's key."""

    changed = Signal()

    def __init__(self, status: PlatformStatus, session: Session, runner: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._runner = runner
        self._status = status
        self._waiting = False
        self._source = label("", "muted", wrap=True)
        self._answer = label("", wrap=True)
        self._answer.setVisible(False)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText("Paste a key")
        self.field.setAccessibleName(f"Key for {status.name}")
        self.save = button("Save")
        self.test = button("Test")
        self.delete = button("Delete")
        page = button("Get a key", "link")
        page.setVisible(bool(status.key_page))
        page.setToolTip(status.key_page)
        page.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(status.key_page)))
        for part in (self.save, self.test, self.delete, page):
            part.setAccessibleName(f"{part.text()}: {status.name}")
        self.field.textChanged.connect(self._offer)
        self.field.returnPressed.connect(self.save.click)
        self.save.clicked.connect(self._save)
        self.test.clicked.connect(self._test)
        self.delete.clicked.connect(self._delete)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row(label(status.name, "strong"), 1, page))
        layout.addWidget(self._source)
        layout.addLayout(row(self.field, self.save, self.test, self.delete))
        layout.addWidget(self._answer)
        self.show_status(status)

    @property
    def answer(self) -> QLabel:
        """What came of the last button."""
        return self._answer

    @property
    def platform(self) -> str:
        """The platform's id."""
        return self._status.platform

    def show_status(self, status: PlatformStatus) -> None:
        """Show where the key comes from now."""
        self._status = status
        self._source.setText(key_words(status))
        self._offer()

    def _offer(self) -> None:
        """Switch on what makes sense now; while an answer is awaited, nothing does."""
        typed = bool(self.field.text().strip())
        source = self._status.key_source
        self.save.setEnabled(typed and not self._waiting)
        self.test.setEnabled((typed or source is not KeySource.NONE) and not self._waiting)
        self.delete.setEnabled(source in (KeySource.KEYRING, KeySource.SESSION) and not self._waiting)

    def _save(self) -> None:
        key = self.field.text().strip()
        if key:
            self._wait("Saving…")
            self._runner.coroutine(lambda: self._session.keys.set(self.platform, key), self._saved, self._failed)

    def _test(self) -> None:
        key = self.field.text().strip() or None
        self._wait(f"Asking {self._status.name}…")
        self._runner.coroutine(lambda: self._session.keys.test(self.platform, key), self._passed, self._failed)

    def _delete(self) -> None:
        self._wait("Deleting…")
        self._runner.coroutine(lambda: self._session.keys.delete(self.platform), self._deleted, self._failed)

    def _saved(self, source: KeySource) -> None:
        self.field.clear()
        if self._status.key_source is KeySource.ENVIRONMENT:
            source = KeySource.ENVIRONMENT
        self._tell(SAVED.get(source, "Saved."), "warn" if source is KeySource.SESSION else "ok")
        self.changed.emit()

    def _passed(self, sentence: str) -> None:
        self._tell(sentence, "ok")
        self.changed.emit()

    def _deleted(self, existed: bool) -> None:
        self._tell("Deleted." if existed else "There was no key to delete.", "ok" if existed else "muted")
        self.changed.emit()

    def _failed(self, error: EditorError) -> None:
        self._tell(error.message, "bad")
        self.changed.emit()

    def _wait(self, words: str) -> None:
        self._tell(words, "muted", waiting=True)

    def _tell(self, words: str, role: str, *, waiting: bool = False) -> None:
        self._waiting = waiting
        self._answer.setText(words)
        self._answer.setVisible(True)
        set_role(self._answer, role)
        self._answer.setAccessibleName(words)
        self._offer()


class KeyDialog(GrowingDialog):
    """All platforms that need a key. ``changed`` tells that a platform's state may be another now."""

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys")
        self._session = session
        self._runner = runner
        self._forms: dict[str, KeyForm] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(20, 16, 20, 16)
        self._layout.setSpacing(12)
        self._layout.addWidget(label("Keys", "heading"))
        words = "A key lets a platform work for you, at its price. Without one, edits run on this computer."
        self._layout.addWidget(label(words, "muted", wrap=True))
        self._body = QVBoxLayout()
        self._body.setSpacing(12)
        self._layout.addLayout(self._body)
        self._waiting = label("Looking for the platforms…", "muted")
        self._layout.addWidget(self._waiting)
        self._layout.addStretch(1)
        close = button("Close")
        close.clicked.connect(self.close)
        self._layout.addLayout(row(1, close))
        self.setMinimumWidth(560)

    @property
    def forms(self) -> dict[str, KeyForm]:
        """The platforms' forms by id."""
        return self._forms

    def show_statuses(self, statuses: Sequence[PlatformStatus]) -> None:
        """Show fresh states."""
        for status in statuses:
            if status.key_source is KeySource.NOT_NEEDED:
                continue
            if status.platform in self._forms:
                self._forms[status.platform].show_status(status)
            else:
                self._add(status)
        self._waiting.setVisible(not self._forms)

    def focus_platform(self, platform: str) -> None:
        """Put the cursor into a platform's field, or into the first one."""
        forms = list(self._forms.values())
        form = self._forms.get(platform, forms[0] if forms else None)
        if form is not None:
            form.field.setFocus()

    def _add(self, status: PlatformStatus) -> None:
        form = KeyForm(status, self._session, self._runner)
        form.changed.connect(self.changed)
        self._body.addWidget(rule())
        self._body.addWidget(form)
        self._forms[status.platform] = form
