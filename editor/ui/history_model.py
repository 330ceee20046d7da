"""The steps of a picture as rows, and what is said of each: who served it, how long it took, what it cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from editor.domain.history import History, HistoryEntry
from editor.domain.receipt import Receipt

ENTRY_ROLE = Qt.ItemDataRole.UserRole
UNDONE_ROLE = Qt.ItemDataRole.UserRole + 1

TENTHS_UNTIL = 10.0
"""Seconds below which tenths are told."""

_Index = QModelIndex | QPersistentModelIndex


def served_words(receipt: Receipt | None, names: dict[str, str]) -> str:
    """``Replicate · flux`` of an edit."""
    if receipt is None or receipt.served_by is None:
        return ""
    served = receipt.served_by
    return f"{names.get(served.platform, served.platform)} · {served.model}"


def figures_words(receipt: Receipt | None) -> str:
    """``6.2 s · about $0.05`` of an edit: how long the platform that served it took, and what the edit cost."""
    if receipt is None:
        return ""
    cost = receipt.cost
    # Credits and money together would leave no room for who served; the receipt tells both.
    price = cost.words if cost.usd is None else replace(cost, credits=None).words
    if not receipt.attempts:
        return price  # collected later: nobody watched how long it took
    seconds = receipt.attempts[-1].seconds
    return f"{seconds:.1f} s · {price}" if seconds < TENTHS_UNTIL else f"{seconds:.0f} s · {price}"


class HistoryModel(QAbstractListModel):
    """The entries of one document's history, newest first. The row of entry ``i`` is ``len − 1 − i``."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}
        self._entries: tuple[HistoryEntry, ...] = ()
        self._position = 0

    def show(self, history: History | None) -> None:
        """Show a history as it is now."""
        self.beginResetModel()
        self._entries = tuple(history.entries) if history is not None else ()
        self._position = history.position if history is not None else 0
        self.endResetModel()

    @property
    def row(self) -> int:
        """The row of the entry on the screen."""
        return len(self._entries) - 1 - self._position

    def position(self, row: int) -> int:
        """The place in the history of a row."""
        return len(self._entries) - 1 - row

    @property
    def done(self) -> tuple[HistoryEntry, ...]:
        """The steps that are not undone, the oldest first."""
        return self._entries[: self._position + 1]

    def entry(self, row: int) -> HistoryEntry:
        """The entry of a row."""
        return self._entries[self.position(row)]

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many entries there are."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry, whether it is undone, or its words for a screen reader."""
        entry = self.entry(index.row())
        undone = self.position(index.row()) > self._position
        if role == ENTRY_ROLE:
            return entry
        if role == UNDONE_ROLE:
            return undone
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            receipt = entry.receipt
            parts = (entry.label, served_words(receipt, self.names), figures_words(receipt), "undone" if undone else "")
            return ", ".join(part for part in parts if part)
        return None
