"""One of the engine's models in a list: what it is good for, how it stands, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from editor.session.model_offer import ModelOffer, ModelState
from editor.ui.labels import button, column, label, row, set_role
from editor.ui.model_words import facts_words, progress_words, state_words

STEPS = 1000
"""Of the progress bar."""
_ACTIONS = {ModelState.ABSENT: "Install", ModelState.INSTALLING: "Cancel", ModelState.INSTALLED: "Delete"}


class ModelRow(QWidget):
    """Each signal says that its button was pressed."""

    install_wanted = Signal()
    cancel_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, offer: ModelOffer) -> None:
        super().__init__()
        self._offer = offer
        self.setAccessibleName(offer.title)
        self.state = label("", "small")
        self.fault = label("", "bad", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(f"Progress of {offer.title}")
        self.action = button("")
        self.action.setMinimumWidth(84)
        self.action.clicked.connect(self._act)
        self.discard = button("Discard", "quiet")
        self.discard.setAccessibleName(f"Discard what came of {offer.title}")
        self.discard.setToolTip("Delete the part of it that is here")
        self.discard.clicked.connect(self.delete_wanted)
        text = column(
            label(offer.title, "strong"),
            label(f"{offer.serves}. {offer.improves}", wrap=True),
            label(facts_words(offer), "small", wrap=True),
            self.state,
            self.progress,
            self.fault,
            spacing=3,
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 10, 8, 10)
        layout.setSpacing(16)
        layout.addLayout(text, 1)
        layout.addLayout(row(self.discard, self.action))
        self.show_offer(offer, local_only=False)

    @property
    def offer(self) -> ModelOffer:
        """What is shown."""
        return self._offer

    def show_offer(self, offer: ModelOffer, *, local_only: bool) -> None:
        """Show how the model stands."""
        self._offer = offer
        self._tell_state(state_words(offer))
        set_role(self.state, "ok" if offer.is_here else "small")
        installing = offer.state is ModelState.INSTALLING
        self.progress.setVisible(installing)
        words = _ACTIONS.get(offer.state, "")
        self.action.setText(words)
        self.action.setAccessibleName(f"{words} {offer.title}")
        self.action.setVisible(bool(words))
        fetches = offer.state is ModelState.ABSENT
        hindrance = offer.hindrance or ("“Local only” is on" if local_only else "")
        self.action.setEnabled(not (fetches and hindrance))
        self.action.setToolTip(hindrance if fetches else "")
        self.discard.setVisible(fetches and offer.begun > 0)
        self.tell_fault(offer.hindrance if fetches else "", role="muted")

    def show_progress(self, share: float | None) -> None:
        """Show how much has come; None where that cannot be known."""
        self.progress.setRange(0, 0 if share is None else STEPS)
        if share is not None:
            self.progress.setValue(round(share * STEPS))
        self._tell_state(progress_words(self._offer, share))

    def tell_fault(self, words: str, role: str = "bad") -> None:
        """Say what went wrong, or nothing."""
        self.fault.setText(words)
        self.fault.setAccessibleName(words)
        self.fault.setVisible(bool(words))
        set_role(self.fault, role)

    def _tell_state(self, words: str) -> None:
        self.state.setText(words)
        self.state.setAccessibleName(words)

    def _act(self) -> None:
        signals = {
            ModelState.ABSENT: self.install_wanted,
            ModelState.INSTALLING: self.cancel_wanted,
            ModelState.INSTALLED: self.delete_wanted,
        }
        signals[self._offer.state].emit()
