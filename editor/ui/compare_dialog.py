"""“Compare platforms”: which platforms do the edit side by side, and what that costs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from editor.ui.facts_dialogs import FactsDialog
from editor.ui.labels import button, column, label

if TYPE_CHECKING:
    from editor.session import Offer

FEWEST = 2
WIDTH = 420


class CompareDialog(FactsDialog):
    """``wanted`` carries the ids of the chosen platforms, two or more, in the user's order."""

    wanted = Signal(tuple)

    def __init__(self, heading: str, offers: Sequence[Offer], parent: QWidget) -> None:
        super().__init__(heading, parent)
        self._offers = {offer.platform: offer for offer in offers}
        self.boxes = {offer.platform: _box(offer) for offer in offers}
        self.run = button("Compare", "primary")
        self.run.clicked.connect(self._want)
        self._sum = label("", "muted")
        self.body.addWidget(
            label("Each platform does the edit and charges for it; you then choose among the results.", wrap=True)
        )
        for offer in offers:
            self.body.addLayout(self._row(offer))
        self.body.addWidget(self._sum)
        self.body.addStretch(1)
        self.finish(self.run)
        self.setMinimumWidth(WIDTH)
        self._refresh()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The platforms that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def total(self) -> str:
        """What stands below the platforms: the prices together, or what is missing."""
        return self._sum.text()

    def _row(self, offer: Offer) -> QHBoxLayout:
        box = self.boxes[offer.platform]
        box.toggled.connect(self._refresh)
        result = QHBoxLayout()
        if offer.obstacle:
            words = label(offer.obstacle, "small", wrap=True)
            words.setContentsMargins(24, 0, 0, 0)
            result.addLayout(column(box, words, spacing=2), 1)
        else:
            result.addWidget(box, 1)
        result.addWidget(label(price_words(offer.usd), "muted"))
        return result

    def _refresh(self) -> None:
        chosen = [self._offers[name] for name in self.chosen]
        self.run.setEnabled(len(chosen) >= FEWEST)
        self._sum.setText(total_words([offer.usd for offer in chosen]))

    def _want(self) -> None:
        self.wanted.emit(self.chosen)
        self.close()


def price_words(usd: float | None) -> str:
    """``about $0.05``, ``free`` or ``price unknown``."""
    if usd is None:
        return "price unknown"
    if usd == 0:
        return "free"
    return f"about ${usd:.2f}" if usd >= 0.01 else f"about ${usd:.4f}"


def total_words(prices: Sequence[float | None]) -> str:
    """What the prices come to together: ``Together about $0.10``."""
    if len(prices) < FEWEST:
        return "Choose two platforms or more."
    known = sum(price for price in prices if price is not None)
    if None in prices:
        return f"Together {price_words(known)}, and what has no known price" if known else "Together: price unknown"
    return f"Together {price_words(known)}"


def _box(offer: Offer) -> QCheckBox:
    result = QCheckBox(offer.name)
    result.setEnabled(not offer.obstacle)
    result.setChecked(not offer.obstacle)
    result.setAccessibleDescription(offer.obstacle or price_words(offer.usd))
    return result
