"""AI settings, retries: how often, how long, how many at once, and what follows a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFormLayout, QRadioButton, QSpinBox, QVBoxLayout, QWidget

from editor.ui.labels import label, row

if TYPE_CHECKING:
    from editor.session import Session

REFUSALS = (("next", "Try the next platform"), ("ask", "Ask me"), ("stop", "Stop"))
NUMBERS = (
    ("cycles", "Rounds through all platforms", 1, 10, 5),
    ("resend", "Send again after a lost answer", 0, 5, 0),
    ("health_age", "Seconds that an answer counts", 10, 3600, 300),
    ("platform_jobs", "Edits at once on one platform", 1, 8, 2),
    ("parallel_jobs", "Edits at once in all", 1, 16, 4),
)
"""The word in the settings, what it is called, the least, the most, and what it is without a choice."""
FIELD_WIDTH = 110
NEXT_START = "How long an answer counts, and edits at once on one platform, change at the next start."


class RulesPage(QWidget):
    """``changed`` tells that something is another."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        settings = session.settings
        self.refusals = QButtonGroup(self)
        refusals = []
        chosen = settings.get("after_refusal", "next")
        for place, (word, name) in enumerate(REFUSALS):
            choice = QRadioButton(name)
            choice.setChecked(word == chosen or place == 0)
            self.refusals.addButton(choice, place)
            refusals.append(choice)
        self.numbers = {name: _number(words, least, most) for name, words, least, most, _ in NUMBERS}
        self.hedge = QCheckBox("Start a second platform beside one that takes longer than usual")
        self.hedge.setChecked(settings.get("hedge", False) is True)
        self.share = _number("Share of spending for second calls", 1, 100)
        self.share.setSuffix(" %")
        self.share.setValue(round(100 * _share(settings.get("hedge_share", 0.1))))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for name, words, _, _, usual in NUMBERS:
            value = settings.get(name, usual)
            self.numbers[name].setValue(int(value) if isinstance(value, int | float) else usual)
            form.addRow(label(words, "muted"), self.numbers[name])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label("When a platform’s content filter refuses the picture", "strong"))
        layout.addLayout(row(*refusals, 1))
        layout.addWidget(label("Retries", "strong"))
        layout.addLayout(form)
        layout.addWidget(label(NEXT_START, "muted", wrap=True))
        layout.addWidget(label("Slow platforms", "strong"))
        layout.addWidget(self.hedge)
        layout.addLayout(row(label("It may cost at most", "muted"), self.share, label("of what is spent", "muted"), 1))
        layout.addStretch(1)
        self.refusals.idToggled.connect(
            lambda place, on: self._keep("after_refusal", REFUSALS[place][0]) if on else None
        )
        for name, field in self.numbers.items():
            field.valueChanged.connect(lambda value, name=name: self._keep(name, value))
        self.hedge.toggled.connect(lambda on: self._keep("hedge", on))
        self.hedge.toggled.connect(self.share.setEnabled)
        self.share.valueChanged.connect(lambda percent: self._keep("hedge_share", percent / 100))
        self.share.setEnabled(self.hedge.isChecked())

    def _keep(self, name: str, value: object) -> None:
        self._session.settings.set(name, value)
        self.changed.emit()


def _number(name: str, least: int, most: int) -> QSpinBox:
    result = QSpinBox()
    result.setAccessibleName(name)
    result.setRange(least, most)
    result.setFixedWidth(FIELD_WIDTH)
    return result


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value <= 1 else 0.1
