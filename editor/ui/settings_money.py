"""AI settings, spending: the user's caps, and what was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QVBoxLayout, QWidget

from editor.domain.errors import EditorError
from editor.domain.status import KeySource
from editor.ui.labels import button, label, row

if TYPE_CHECKING:
    from editor.session import Session
    from editor.session.money import Account
    from editor.ui.job_runner import JobRunner

SPANS = (("edit", "An edit"), ("session", "A session"), ("day", "A day"), ("month", "A month"))
FIELD_WIDTH = 130
NO_CAP = "no cap"
MOST = 10_000.0
"""US dollars that a cap may be at most."""


class MoneyPage(QWidget):
    """``changed`` tells that a cap is another."""

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._runner = runner
        self.spent = label("", "strong")
        self.ask = button("Ask what the accounts hold")
        self.ask.setToolTip(
            "Free of charge; tells, too, where a balance differs from what the program has written down"
        )
        self.ask.clicked.connect(self._ask)
        self.held = label("", wrap=True)
        self.caps = {name: _field(f"Cap for {words.lower()}") for name, words in SPANS}
        outside = [one for one in session.platform_statuses() if one.key_source is not KeySource.NOT_NEEDED]
        self.platforms = {one.platform: _field(f"Cap for a month of {one.name}") for one in outside}
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for name, words in SPANS:
            form.addRow(label(words, "muted"), self.caps[name])
        for one in outside:
            form.addRow(label(f"A month of {one.name}", "muted"), self.platforms[one.platform])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        words = (
            "A cap is checked before anything is sent, over all windows and commands together. A platform for which it "
            "leaves no room is passed over; this computer costs nothing."
        )
        layout.addWidget(label(words, "muted", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.spent)
        layout.addLayout(row(self.ask, 1))
        layout.addWidget(self.held)
        layout.addWidget(label("Every attempt: image-editor ledger, and --csv FILE for a table.", "muted", wrap=True))
        layout.addStretch(1)
        self._show()
        for field in (*self.caps.values(), *self.platforms.values()):
            field.valueChanged.connect(self._keep)
        self.tell_spending()

    def tell_spending(self) -> None:
        """Say what was spent today."""
        self._runner.coroutine(self._session.money.spending, self._tell, self._fail)

    def _ask(self) -> None:
        self.ask.setEnabled(False)
        self.held.setText("Asking…")
        self._runner.coroutine(self._session.money.accounts, self._tell_accounts, self._fail_to_ask)

    def _tell_accounts(self, accounts: Sequence[Account]) -> None:
        self.ask.setEnabled(True)
        self.held.setText(
            "\n".join(line for one in accounts for line in (f"{one.name}: {one.words}", one.drift) if line)
        )

    def _fail_to_ask(self, error: EditorError) -> None:
        self.ask.setEnabled(True)
        self.held.setText(error.message)

    def _tell(self, words: str) -> None:
        self.spent.setText(f"Spent: {words}." if words else "")

    def _fail(self, error: EditorError) -> None:
        self.spent.setText(error.message)

    def _show(self) -> None:
        caps = self._session.settings.get("caps", {})
        caps = caps if isinstance(caps, Mapping) else {}
        each = caps.get("platforms", {})
        for name, field in self.caps.items():
            field.setValue(_amount(caps.get(name)))
        for name, field in self.platforms.items():
            field.setValue(_amount(each.get(name) if isinstance(each, Mapping) else None))

    def _keep(self) -> None:
        caps: dict[str, object] = {name: field.value() for name, field in self.caps.items() if field.value() >= 0}
        each = {name: field.value() for name, field in self.platforms.items() if field.value() >= 0}
        self._session.settings.set("caps", caps | ({"platforms": each} if each else {}))
        self.changed.emit()
        self.tell_spending()


def _field(name: str) -> QDoubleSpinBox:
    """An amount in US dollars; one step below nothing is no cap."""
    result = QDoubleSpinBox()
    result.setAccessibleName(name)
    result.setRange(-0.05, MOST)
    result.setSingleStep(0.05)
    result.setPrefix("$")
    result.setSpecialValueText(NO_CAP)
    result.setKeyboardTracking(False)
    result.setFixedWidth(FIELD_WIDTH)
    return result


def _amount(value: object) -> float:
    is_amount = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST
    return float(value) if is_amount else -0.05  # type: ignore[arg-type]
