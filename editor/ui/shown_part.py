"""Lets the user choose how much of an edit of the whole picture is shown, by painting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from editor.domain.candidate import Candidate
from editor.domain.errors import EditorError
from editor.domain.history import HistoryEntry
from editor.imaging.picture import Picture
from editor.ui.message_bar import MessageBar
from editor.ui.remedies import Notice, Remedy, RemedyKind
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

APPLY = Remedy(RemedyKind.APPLY_MASK, "Show this much")
CANCEL = Remedy(RemedyKind.LATER, "Leave it")
WORDS = (
    "The mask shows what the edit changed. Paint to show more of its result, erase to keep more of what was there "
    "before, then press “Show this much”."
)


class ShownPart(QObject):
    """One choice at a time. What comes of it is a further candidate of the step."""

    told = Signal(str)
    noticed = Signal(object)
    offered = Signal(object, object)
    """A :class:`Picture`, and the :class:`HistoryEntry` whose candidates are to be shown."""

    def __init__(self, session: Session, runner: JobRunner, workspace: Workspace, *, messages: MessageBar) -> None:
        super().__init__(workspace)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._messages = messages
        self._chosen: tuple[Picture, HistoryEntry] | None = None
        messages.remedy_chosen.connect(self._follow)

    def begin(self, picture: Picture, entry: HistoryEntry) -> None:
        """Put what ``entry`` changed into the mask, and say how to go on."""
        from editor.session.changed_part import show_changed

        try:
            dirty = show_changed(picture.document, entry)
        except EditorError as error:
            self.noticed.emit(Notice(words=error.message))
            return
        self._chosen = picture, entry
        self._workspace.touch(picture, dirty)
        self._messages.tell(Notice(words=WORDS, remedies=(APPLY, CANCEL), bad=False))

    def _follow(self, kind: RemedyKind) -> None:
        if kind is RemedyKind.APPLY_MASK and self._chosen is not None:
            self._apply(*self._chosen)

    def _apply(self, picture: Picture, entry: HistoryEntry) -> None:
        from editor.session.changed_part import prepare_revealing

        try:
            revealing = prepare_revealing(picture.document, entry)
        except EditorError as error:
            self._messages.tell(Notice(words=error.message, remedies=(APPLY, CANCEL)))
            return
        self.told.emit("Fitting in what is to be shown…")
        self._runner.background(revealing.run, partial(self._show, picture, entry), self._failed)

    def _show(self, picture: Picture, entry: HistoryEntry, made: Candidate) -> None:
        from editor.session.changed_part import reveal

        try:
            dirty = reveal(picture.document, entry, made)
        except EditorError as error:
            self._failed(error)
            return
        self._chosen = None
        self._workspace.touch(picture, dirty)
        self.told.emit("The edit shows what was painted. Its candidates keep both.")
        self.offered.emit(picture, entry)

    def _failed(self, error: EditorError) -> None:
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message))
