"""AI settings, order: what the order goes by, and why it is what it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from editor.domain.kinds import Operation
from editor.ui.labels import button, label, row

if TYPE_CHECKING:
    from editor.session import Session

STRATEGIES = (
    ("fixed", "My own order", "Platforms are tried as they stand in the list."),
    ("success", "Who serves most often", "Platforms that fail often go back."),
    ("speed", "Who is fastest", "By the usual time of your own edits."),
    ("price", "Who is cheapest", "By what edits have cost, or by the catalogue."),
    ("best", "Best overall", "Success, time and price together."),
)
"""The word in the settings, what the choice is called, and what it means."""


class OrderPage(QWidget):
    """``changed`` tells that edits may go another way now."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.choices = QButtonGroup(self)
        chosen = session.settings.get("order_strategy", "fixed")
        for place, (word, name, meaning) in enumerate(STRATEGIES):
            choice = QRadioButton(name)
            choice.setAccessibleDescription(meaning)
            choice.setChecked(word == chosen or place == 0)
            self.choices.addButton(choice, place)
            layout.addLayout(row(choice, label(meaning, "muted"), 1))
        self.pinned = QCheckBox("Keep the first platform of my own order in the first place")
        self.pinned.setChecked(bool(session.settings.get("pins", {})))
        self.explore = QSpinBox()
        self.explore.setRange(0, 50)
        self.explore.setSuffix(" %")
        self.explore.setAccessibleName("Share of edits that try another platform first")
        self.explore.setValue(round(100 * _share(session.settings.get("order_explore", 0.0))))
        self.forget = button("Forget what was learned")
        self.edits = QComboBox()
        self.edits.setAccessibleName("Explain the order for")
        for operation in Operation:
            self.edits.addItem(operation.caption, operation.value)
        self.why = QPlainTextEdit()
        self.why.setReadOnly(True)
        self.why.setAccessibleName("Why this order")
        layout.addWidget(self.pinned)
        words = label("of the edits try another platform first, to learn how it does", "muted")
        layout.addLayout(row(self.explore, words, 1))
        layout.addLayout(row(label("Why this order?", "strong"), self.edits, 1, self.forget))
        layout.addWidget(self.why, 1)
        self.choices.idToggled.connect(lambda place, on: self._choose(place) if on else None)
        self.pinned.toggled.connect(self._pin)
        self.explore.valueChanged.connect(self._explore)
        self.forget.clicked.connect(self._forget)
        self.edits.currentIndexChanged.connect(self.explain)
        self.explain()

    def follow_order(self) -> None:
        """The user's own order is another: the first platform of it is the one that is kept first."""
        if self.pinned.isChecked():
            self._pin(True)
        else:
            self.explain()

    def explain(self) -> None:
        """Say why the order of the chosen edits is what it is now."""
        fixed = self.choices.checkedId() == 0
        self.pinned.setEnabled(not fixed)
        self.explore.setEnabled(not fixed)
        self.why.setPlainText(self._session.why_words(Operation(self.edits.currentData())))

    def _choose(self, place: int) -> None:
        self._keep("order_strategy", STRATEGIES[place][0])

    def _pin(self, on: bool) -> None:
        order = self._session.order()
        self._keep("pins", {order[0]: 0} if on and order else {})

    def _explore(self, share: int) -> None:
        self._keep("order_explore", share / 100)

    def _forget(self) -> None:
        self._session.forget_experience()
        self.explain()

    def _keep(self, name: str, value: object) -> None:
        self._session.settings.set(name, value)
        self.explain()
        self.changed.emit()


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 0.0
