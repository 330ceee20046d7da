"""A platform's details: its last error in words, and the remedies as buttons."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from editor.domain.status import PlatformStatus, Standing
from editor.ui.facts_dialogs import FactsDialog
from editor.ui.labels import button, label
from editor.ui.platform_words import age_words, detail_words, is_local, key_words, money_words, state_words


class PlatformDialog(FactsDialog):
    """Tells how a platform stands and how to mend it."""

    key_wanted = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, status: PlatformStatus, parent: QWidget) -> None:
        super().__init__(status.name, parent)
        self._status = status
        self.facts(_pairs(status))
        if status.message:
            message = label(status.message, wrap=True)
            message.setObjectName("description")
            self.body.addWidget(message)
        self.body.addStretch(1)
        self.finish(*self._remedies())
        self.setMinimumWidth(440)

    def _remedies(self) -> list[QPushButton]:
        status = self._status
        if is_local(status):
            return []
        lacking = status.standing in (Standing.NO_KEY, Standing.KEY_REFUSED)
        key = button("Add key…" if lacking else "Key…")
        key.clicked.connect(self._want_key)
        result = [key]
        if status.billing_page and not lacking:
            top_up = button("Top up")
            top_up.setToolTip(status.billing_page)
            top_up.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(status.billing_page)))
            result.append(top_up)
        if status.retry_in is not None:
            retry = button("Try it with the next edit")
            retry.clicked.connect(self._want_retry)
            result.append(retry)
        return result

    def _want_key(self) -> None:
        self.key_wanted.emit(self._status.platform)
        self.close()

    def _want_retry(self) -> None:
        self.retry_wanted.emit(self._status.platform)
        self.close()


def _pairs(status: PlatformStatus) -> list[tuple[str, str]]:
    pairs = [
        ("State", ", ".join(part for part in (state_words(status), detail_words(status)) if part)),
        ("Model", status.model),
        ("Edits", f"{status.served} served, {status.failed} failed in this session"),
        ("Spent", money_words(status).replace("–", "nothing in this session")),
        ("Key", key_words(status)),
    ]
    if age_words(status):
        pairs.append(("Health", age_words(status)))
    if status.address:
        pairs.append(("Address", f"{status.address} (changed)"))
    return pairs
