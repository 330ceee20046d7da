"""The engine's models on this computer: what each is good for, fetching it after consent, and deleting it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from editor.domain.errors import EditorError, InputError
from editor.session.model_offer import ModelOffer, ModelState
from editor.ui.facts_dialogs import FactsDialog
from editor.ui.labels import button, label, row, rule, set_role
from editor.ui.model_row import ModelRow
from editor.ui.model_words import EMPTY, LOCAL_ONLY, MIRROR_HINT, PURPOSE, installed_words, question_words

if TYPE_CHECKING:
    from editor.session.model_downloads import ModelDownloads
    from editor.ui.job_runner import JobRunner

TITLE = "Models on this computer"


class ModelsDialog(FactsDialog):
    """A row a model; not modal, and kept while it is closed: what is being fetched goes on.

    ``changed`` tells that the engine may do other things now.
    """

    changed = Signal()
    _came = Signal(str, object)

    def __init__(self, downloads: ModelDownloads, runner: JobRunner, parent: QWidget) -> None:
        super().__init__(TITLE, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._downloads = downloads
        self._runner = runner
        self._fetching: set[str] = set()
        self.body.addWidget(label(PURPOSE, "muted", wrap=True))
        self.note = label(LOCAL_ONLY, "warn", wrap=True)
        self.body.addWidget(self.note)
        self.rows = {offer.name: self._made_row(offer) for offer in downloads.offers()}
        self.body.addWidget(self._made_list(), 1)
        self.mirror = self._made_mirror()
        self.answer = label("", "muted", wrap=True)
        self.body.addLayout(row(label("Mirror"), self.mirror))
        self.body.addWidget(self.answer)
        close = button("Close")
        close.clicked.connect(self.close)
        self.body.addLayout(row(1, close))
        # Progress is told on the worker's loop: the signal brings it into this thread.
        self._came.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._tell("")
        self.refresh()
        self.resize(680, 640)

    def refresh(self) -> None:
        """Read anew what there is, and whether anything may be fetched."""
        local_only = self._downloads.local_only
        self.note.setVisible(local_only)
        for offer in self._downloads.offers():
            if offer.name not in self._fetching:
                self.rows[offer.name].show_offer(offer, local_only=local_only)

    def changeEvent(self, event: QEvent) -> None:
        """Look again when the user comes back to the dialog: the window is usable beside it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.refresh()

    def _made_row(self, offer: ModelOffer) -> ModelRow:
        made = ModelRow(offer)
        made.install_wanted.connect(partial(self._ask, offer.name))
        made.cancel_wanted.connect(partial(self._downloads.cancel, offer.name))
        made.delete_wanted.connect(partial(self.delete, offer.name))
        return made

    def _made_list(self) -> QWidget:
        if not self.rows:
            empty = label(EMPTY, "muted")
            empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
            return empty
        content = QWidget()
        content.setAccessibleName("Models")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for place, one in enumerate(self.rows.values()):
            if place:
                layout.addWidget(rule())
            layout.addWidget(one)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        return area

    def _made_mirror(self) -> QLineEdit:
        field = QLineEdit(self._downloads.mirror)
        field.setAccessibleName("Mirror: an address that takes the place of the models’ own")
        field.setPlaceholderText(MIRROR_HINT)
        field.editingFinished.connect(self._keep_mirror)
        return field

    def _keep_mirror(self) -> None:
        try:
            self._downloads.mirror = self.mirror.text()
        except InputError as error:
            self._tell(error.message, "bad")
        else:
            self._tell("")

    # What the buttons do

    def _ask(self, name: str) -> None:
        """Fetch a model, after the user was shown its size and licence once."""
        offer = self._downloads.offer(name)
        if self._downloads.agreed(offer):
            self.install(offer)
            return
        question, meaning = question_words(offer, self._downloads.mirror)
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Fetch a model")
        box.setText(question)
        box.setInformativeText(meaning)
        fetch = box.addButton("Fetch", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(fetch)

        def answered() -> None:
            if box.clickedButton() is fetch:
                self._downloads.agree(offer)
                self.install(offer)
            box.deleteLater()

        box.finished.connect(answered)
        box.open()

    def install(self, offer: ModelOffer) -> None:
        """Fetch a model; the user has agreed."""
        self._fetching.add(offer.name)
        shown = self.rows[offer.name]
        shown.show_offer(replace(offer, state=ModelState.INSTALLING), local_only=False)
        shown.show_progress(None)
        self._tell("")
        self._runner.coroutine(
            partial(self._downloads.install, offer.name, partial(self._came.emit, offer.name)),
            self._installed,
            partial(self._not_installed, offer.name),
        )

    def delete(self, name: str) -> None:
        """Delete a model, or what came of it. It can be fetched again, so nothing is asked."""
        self._runner.coroutine(partial(self._downloads.remove, name), self._deleted, partial(self._not_installed, name))

    def _show_progress(self, name: str, share: float | None) -> None:
        if name in self._fetching:
            self.rows[name].show_progress(share)

    def _installed(self, offer: ModelOffer) -> None:
        self._tell(installed_words(offer))
        self._settle(offer)

    def _deleted(self, offer: ModelOffer) -> None:
        self._tell(f"{offer.title} is deleted.")
        self._settle(offer)

    def _not_installed(self, name: str, error: EditorError) -> None:
        self._settle(self._downloads.offer(name))
        self.rows[name].tell_fault(error.message)

    def _settle(self, offer: ModelOffer) -> None:
        self._fetching.discard(offer.name)
        self.rows[offer.name].show_offer(offer, local_only=self._downloads.local_only)
        self.changed.emit()

    def _tell(self, words: str, role: str = "muted") -> None:
        self.answer.setText(words)
        self.answer.setAccessibleName(words)
        self.answer.setVisible(bool(words))
        set_role(self.answer, role)
