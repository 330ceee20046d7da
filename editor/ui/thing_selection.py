"""Masks what the picture is of, or the thing at a place, found on this computer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from editor.domain.errors import EditorError
from editor.imaging.picture import Picture
from editor.tools.base import Combine, Search, Step
from editor.tools.selection import combined
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.session.selecting import Selection
    from editor.ui.job_runner import JobRunner

SUBJECT = Search()


class ThingSelection(QObject):
    """Searches one after the other: what is asked for while one runs waits for its turn."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(self, session: Session, runner: JobRunner, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._running = False
        self._waiting: list[tuple[Picture, Search]] = []

    def begin(self, picture: Picture) -> None:
        """Look for the subject of ``picture``."""
        self.find(picture, SUBJECT)

    def find(self, picture: Picture, search: Search) -> None:
        """Look for what ``search`` says, and combine it with the mask; asked twice for the same it is done once."""
        if (picture, search) not in self._waiting:
            self._waiting.append((picture, search))
        if not self._running:
            self._next()

    def _next(self) -> None:
        from editor.session.selecting import Target

        if not self._waiting:
            return
        picture, search = self._waiting[0]
        try:
            prepared = self._session.selecting.prepare(picture.document, Target(point=search.point, box=search.box))
        except EditorError as error:
            self._failed(error)
            return
        self._running = True
        self.told.emit(f"Looking for {_thing(search)}…")
        self._runner.coroutine(
            partial(self._session.selecting.find, prepared), partial(self._done, picture, search), self._failed
        )

    def _done(self, picture: Picture, search: Search, found: Selection) -> None:
        document = picture.document
        if picture not in self._workspace.pictures or found.mask.shape != document.size[::-1]:
            self.told.emit("")  # closed, or of another size, meanwhile
        else:
            label = "Select subject" if search == SUBJECT else "Object select"
            step = combined(document, found.mask, document.rect, how=search.how, label=label)
            if isinstance(step, Step):
                self._workspace.touch(picture, step.dirty)
            words = f"{_thing(search).capitalize()} is {_OUTCOMES[search.how]}, found by {found.method}."
            self.told.emit(" ".join((words, *found.notes)))
        self._end()

    def _failed(self, error: EditorError) -> None:
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message, passing=True))
        self._end()

    def _end(self) -> None:
        self._running = False
        del self._waiting[0]
        self._next()


_OUTCOMES = {
    Combine.REPLACE: "masked",
    Combine.ADD: "added to the mask",
    Combine.SUBTRACT: "taken away from the mask",
    Combine.INTERSECT: "all that stays masked",
}


def _thing(search: Search) -> str:
    if search.point is not None:
        return "the thing at this place"
    return "the thing in the box" if search.box is not None else "the subject"
