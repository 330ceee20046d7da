"""Dialogs that only tell: a receipt, the attempts of a failed edit, the keys, the program. None of them is modal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFormLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from editor import DISPLAY_NAME, __version__
from editor.domain.attempt import Attempt
from editor.domain.kinds import CostSource
from editor.domain.receipt import Receipt
from editor.ui.growing_dialog import GrowingDialog
from editor.ui.labels import button, label, row

_COLUMNS = ("Round", "Platform", "Outcome", "What happened", "Time", "Cost")


class FactsDialog(GrowingDialog):
    """A heading, what stands below it, and a row of buttons that ends with Close."""

    def __init__(self, heading: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(heading)
        self.setAccessibleName(heading)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.setSpacing(12)
        self.body.addWidget(label(heading, "heading"))

    def finish(self, *parts: QWidget) -> None:
        """Put the buttons below everything else."""
        close = button("Close")
        close.clicked.connect(self.close)
        self.body.addLayout(row(*parts, 1, close))

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add pairs of a word and its value."""
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(6)
        for word, value in pairs:
            shown = label(value, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label(word, "muted"), shown)
        self.body.addLayout(form)


def attempts_list(attempts: Sequence[Attempt], names: Mapping[str, str]) -> QTreeWidget:
    """A row an attempt, in order."""
    result = QTreeWidget()
    result.setAccessibleName("Attempts")
    result.setRootIsDecorated(False)
    result.setHeaderLabels(list(_COLUMNS))
    result.setAlternatingRowColors(False)
    for attempt in attempts:
        name = names.get(attempt.platform, attempt.platform)
        cells = (
            str(attempt.cycle),
            f"{name} · {attempt.model}" if attempt.model else name,
            attempt.outcome.words,
            attempt.message,
            f"{attempt.seconds:.1f} s" if attempt.started is not None else "–",
            attempt.cost.words if attempt.cost.usd != 0 or attempt.cost.source is CostSource.FREE else "–",
        )
        item = QTreeWidgetItem(list(cells))
        item.setToolTip(3, attempt.message)
        result.addTopLevelItem(item)
    header = result.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
    result.setMinimumSize(800, 40 + 27 * min(max(len(attempts), 2), 10))
    return result


def receipt_dialog(receipt: Receipt, names: Mapping[str, str], parent: QWidget) -> FactsDialog:
    """The full record of an edit, readable, with a button that copies it as JSON."""
    dialog = FactsDialog(f"Receipt: {receipt.operation.caption}", parent)
    served = receipt.served_by
    pairs = [("Served by", "nobody" if served is None else f"{names.get(served.platform, served.platform)}")]
    if served is not None:
        pairs.append(("Model", served.model))
        if served.request_id:
            pairs.append(("Request", served.request_id))
    if receipt.way is not None:
        pairs.append(("Way", receipt.way.words.capitalize()))
    pairs.append(("Cost", receipt.cost.words))
    if receipt.total_cost != receipt.cost:
        pairs.append(("All attempts", receipt.total_cost.words))
    if receipt.seed is not None:
        pairs.append(("Seed", str(receipt.seed)))
    pairs += [_metric(key, value) for key, value in receipt.metrics.items()]
    if receipt.notes:
        pairs.append(("Notes", "\n".join(receipt.notes)))
    if receipt.error:
        pairs.append(("Error", receipt.error))
    pairs.append(("Program", f"{DISPLAY_NAME} {receipt.app_version}"))
    dialog.facts(pairs)
    dialog.body.addWidget(attempts_list(receipt.attempts, names), 1)
    copy = button("Copy as JSON")
    copy.clicked.connect(
        lambda: QGuiApplication.clipboard().setText(json.dumps(receipt.as_dict(), ensure_ascii=False, indent=2))
    )
    dialog.finish(copy)
    return dialog


def _metric(key: str, value: object) -> tuple[str, str]:
    """A figure of the platform's own in words; what it calls a time is in seconds."""
    words = key.replace("_", " ").capitalize()
    if not isinstance(value, float):
        return words, str(value)
    return words, f"{value:.1f} s" if "time" in key else f"{value:.4g}"


def attempts_dialog(attempts: Sequence[Attempt], names: Mapping[str, str], parent: QWidget) -> FactsDialog:
    """Every attempt of the last edit that failed."""
    dialog = FactsDialog("What was tried", parent)
    dialog.body.addWidget(attempts_list(attempts, names), 1)
    dialog.finish()
    return dialog


def shortcuts_dialog(actions: Iterable[QAction], parent: QWidget) -> FactsDialog:
    """Every command that has a key."""
    dialog = FactsDialog("Keyboard shortcuts", parent)
    result = QTreeWidget()
    result.setAccessibleName("Keyboard shortcuts")
    result.setRootIsDecorated(False)
    result.setHeaderLabels(["Command", "Keys"])
    for action in actions:
        keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
        if keys:
            result.addTopLevelItem(QTreeWidgetItem([action.text(), keys]))
    result.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    result.setMinimumSize(420, 440)
    dialog.body.addWidget(result, 1)
    dialog.finish()
    return dialog


def about_dialog(parent: QWidget) -> FactsDialog:
    """Name, version, licences."""
    dialog = FactsDialog(f"{DISPLAY_NAME} {__version__}", parent)
    words = (
        "Choose an edit, paint over what it is about or say it in words, and press the button. The edit goes to the "
        "first platform that can serve it, and to this computer when none can."
    )
    text = label(words, wrap=True)
    text.setMinimumWidth(380)
    dialog.body.addWidget(text)
    dialog.body.addWidget(label("MIT licence. Icons by Lucide, ISC licence.", "muted", wrap=True))
    dialog.finish()
    return dialog
