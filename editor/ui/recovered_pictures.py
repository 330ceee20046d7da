"""Offers the pictures that were open when the program ended without a word, and brings them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from editor.domain.errors import EditorError
from editor.domain.left_open import LeftOpen
from editor.imaging.picture import Picture
from editor.ui.message_bar import MessageBar
from editor.ui.remedies import Notice, Remedy, RemedyKind
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

MOST_NAMED = 3
"""So many pictures are named in the sentence; of more it tells the number."""

_BRING_BACK = Remedy(RemedyKind.BRING_BACK, "Bring back")
_DELETE = Remedy(RemedyKind.DELETE_LEFT, "Delete…")
_LATER = Remedy(RemedyKind.LATER, "Later")


class RecoveredPictures(QObject):
    """One offer at the start. What is not taken is offered again at the next one; only the user deletes."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(
        self,
        window: QWidget,
        session: Session,
        runner: JobRunner,
        workspace: Workspace,
        *,
        messages: MessageBar,
        then: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._messages = messages
        self._then = then
        self._left: tuple[LeftOpen, ...] = ()
        self._notice: Notice | None = None
        messages.dismissed.connect(self._dismissed)
        messages.remedy_chosen.connect(self._follow)

    def start(self) -> None:
        """Look for what was left behind; ``then`` is called once that is settled."""
        self._runner.background(self._session.autosave.left_open, self._offer, self._not_looked)

    def _offer(self, left: tuple[LeftOpen, ...]) -> None:
        self._left = left
        if not left:
            self._then()
            return
        self._notice = Notice(words=left_words(left), remedies=(_BRING_BACK, _LATER, _DELETE))
        self._messages.tell(self._notice)

    def _not_looked(self, error: EditorError) -> None:
        self.noticed.emit(Notice(words=error.message))
        self._then()

    def _dismissed(self, notice: Notice) -> None:
        if notice is self._notice:
            self._notice = None
            self._then()

    def _follow(self, kind: RemedyKind) -> None:
        if kind is RemedyKind.BRING_BACK:
            self._bring_back()
        elif kind is RemedyKind.DELETE_LEFT:
            self._ask_delete()

    def _bring_back(self) -> None:
        left, self._left = self._left, ()
        for one in left:
            self.told.emit(f"Bringing back {one.name}…")
            self._runner.background(partial(self._session.autosave.reopen, one), self._brought_back, self._not_opened)

    def _brought_back(self, picture: Picture) -> None:
        self._workspace.add(picture)
        self.told.emit(f"{picture.document.name} is back, with its history. It is not saved yet.")

    def _not_opened(self, error: EditorError) -> None:
        self.noticed.emit(Notice(words=error.message))

    def _ask_delete(self) -> None:
        """What is deleted here is in no file: this is asked."""
        left, buttons = self._left, QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Delete pictures")
        box.setText(f"Delete {_named(left)} for good?")
        box.setInformativeText("What was changed since they were last saved is lost.")
        box.setStandardButtons(buttons.Discard | buttons.Cancel)
        box.button(buttons.Discard).setText("Delete")
        box.setDefaultButton(buttons.Cancel)

        def answered(result: int) -> None:
            box.deleteLater()
            if result != buttons.Discard:
                return
            self._left = ()
            for one in left:
                self._runner.background(partial(self._session.autosave.delete, one), _nothing, self._not_opened)
            self.told.emit("Deleted.")

        box.finished.connect(answered)
        box.open()


def left_words(left: Sequence[LeftOpen]) -> str:
    """The sentence of the offer."""
    verb = "was" if len(left) == 1 else "were"
    return f"The program ended unexpectedly while {_named(left)} {verb} open. Everything is here, undo included."


def _named(left: Sequence[LeftOpen]) -> str:
    names = [one.name for one in left]
    if len(names) > MOST_NAMED:
        return f"{len(names)} pictures"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _nothing(_: object) -> None:
    """Done."""
