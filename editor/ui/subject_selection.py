"""Select › Subject: the mask becomes what the picture is of, found on this computer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from editor.domain.errors import EditorError
from editor.imaging.picture import Picture
from editor.ui.mask_commands import set_mask
from editor.ui.remedies import Notice
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.session.selecting import Selection
    from editor.ui.job_runner import JobRunner

LABEL = "Select subject"
LOOKING = "Looking for the subject…"


class SubjectSelection(QObject):
    """Looks for one subject at a time."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(self, session: Session, runner: JobRunner, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._looking = False

    def begin(self, picture: Picture) -> None:
        """Look for the subject of ``picture``; a second press meanwhile does nothing."""
        if self._looking:
            return
        from editor.session.selecting import Target

        search = self._session.selecting.prepare(picture.document, Target())
        self._looking = True
        self.told.emit(LOOKING)
        self._runner.coroutine(
            partial(self._session.selecting.find, search), partial(self._done, picture), self._failed
        )

    def _done(self, picture: Picture, found: Selection) -> None:
        self._looking = False
        document = picture.document
        if picture not in self._workspace.pictures or found.mask.shape != document.size[::-1]:
            self.told.emit("")  # closed, or of another size, meanwhile
            return
        self._workspace.touch(picture, set_mask(document, found.mask, LABEL))
        self.told.emit(" ".join((f"The subject is masked, found by {found.method}.", *found.notes)))

    def _failed(self, error: EditorError) -> None:
        self._looking = False
        self.told.emit("")
        self.noticed.emit(Notice(words=error.message))
