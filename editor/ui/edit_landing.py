"""Lays what came of an edit into its picture, offers a choice where there are several, opens tabs for other sizes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import SignalInstance

from editor.domain.errors import EditorError
from editor.imaging.picture import Picture
from editor.operations.base import Blended
from editor.ui.edit_order import EditJob
from editor.ui.edit_words import apart_words
from editor.ui.mask_commands import use_up_mask
from editor.ui.remedies import Notice, Remedy, RemedyKind, last_attempts
from editor.ui.result_pictures import result_pictures
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import FinishedEdit, FinishedFaceOff, Session
    from editor.ui.job_runner import JobRunner


class Speaker(Protocol):
    """Who passes on what is to be said."""

    told: SignalInstance
    noticed: SignalInstance
    offered: SignalInstance

    def names(self) -> dict[str, str]:
        """The platforms' names by id."""
        ...


class Landing:
    """The end of edits that were served. ``late`` is a picture that was closed before its edit came back."""

    def __init__(self, session: Session, runner: JobRunner, workspace: Workspace, *, speaker: Speaker) -> None:
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._speaker = speaker
        self.late: Picture | None = None

    def land(self, job: EditJob, finished: FinishedEdit | FinishedFaceOff) -> None:
        """Make the first result a step of its picture. Others for the same place become its candidates; others of
        another size, and what does not fit any more, become pictures of their own."""
        from editor.session import FinishedFaceOff

        compared = isinstance(finished, FinishedFaceOff)
        edits = finished.candidates if isinstance(finished, FinishedFaceOff) else (finished,)
        self._speaker.told.emit(finished.sentence)
        words = [note for edit in edits for note in edit.receipt.notes]
        if isinstance(finished, FinishedFaceOff):
            words += self._failures(finished)
        if words:
            self._speaker.noticed.emit(Notice(words="\n".join(dict.fromkeys(words)), bad=False))
        if not self._lay_beside(job, edits[0]):
            self._land_anew(job, edits, finished.sentence, compared=compared)
        for edit in edits:
            self._runner.coroutine(partial(self._session.results.landed, edit), _nothing, _nothing)

    def _lay_beside(self, job: EditJob, edit: FinishedEdit) -> bool:
        """Make the results of a step that was run again candidates of that step, if nothing lies on top of it."""
        from editor.session.again import add_candidates
        from editor.session.edits import fits

        picture, entry = job.order.picture, job.order.again
        if entry is None or not fits(edit) or not picture.document.may_offer(entry):
            return False
        dirty = add_candidates(picture.document, entry, edit)
        edit.prepared.source.close()
        self._workspace.touch(picture, dirty)
        self._speaker.offered.emit(picture, entry)
        self._keep_late(picture)
        return True

    def _land_anew(self, job: EditJob, edits: Sequence[FinishedEdit], sentence: str, *, compared: bool) -> None:
        from editor.session.edits import fits

        laid_over = isinstance(edits[0].results[0], Blended)
        # Candidates of other sizes cannot take one another's place: whoever compares them gets them side by side.
        landed = fits(edits[0]) and (laid_over or not compared)
        if landed:
            self._lay(job, edits)
            self._keep_late(job.order.picture)
        if not landed or not laid_over:
            self._open_apart(edits, sentence, compared=compared, but_first=landed)

    def _failures(self, finished: FinishedFaceOff) -> list[str]:
        names = self._speaker.names()
        last = [attempt for error in finished.failed for attempt in last_attempts(error.attempts)]
        return [f"{names.get(one.platform, one.platform)} made no candidate: {one.outcome.words}." for one in last]

    def _lay(self, job: EditJob, edits: Sequence[FinishedEdit]) -> None:
        """Lay the first result over its picture; a mask that is used up goes with it."""
        from editor.session.candidates import candidates_of

        picture, first = job.order.picture, edits[0]
        document = picture.document
        # The other areas of the same press still need their part of the mask.
        unchanged = job.order.area is None and document.history.current is job.step
        candidates = candidates_of(edits, document)
        dirty = self._session.attach(first)
        entry = document.history.current
        document.offer(entry, candidates)
        if job.order.operation.masked and job.order.again is None and isinstance(first.results[0], Blended):
            dirty = dirty.united(use_up_mask(document, first.layer, whole=unchanged))
        self._workspace.touch(picture, dirty)
        if candidates:
            self._speaker.offered.emit(picture, entry)

    def _open_apart(self, edits: Sequence[FinishedEdit], sentence: str, *, compared: bool, but_first: bool) -> None:
        """Open a tab for every result, or for all ``but_first``."""
        source = edits[0].prepared.source

        def done(pictures: list[Picture]) -> None:
            source.close()
            if not pictures:
                return
            for place, picture in enumerate(pictures):
                self._workspace.add(picture, front=place == 0 and not but_first)
            self._speaker.told.emit(f"{sentence} {apart_words([picture.document.name for picture in pictures])}")

        def failed(error: EditorError) -> None:
            source.close()
            self._speaker.noticed.emit(Notice(words=error.message))

        names = self._speaker.names() if compared else {}
        self._runner.background(partial(result_pictures, edits, names, but_first=but_first), done, failed)

    def _keep_late(self, picture: Picture) -> None:
        """Offer a picture again that was closed before its edit came back."""
        if picture in self._workspace.pictures:
            return
        self.late = picture
        show = Remedy(RemedyKind.SHOW_PICTURE, "Open it again")
        words = f"{picture.document.name} was closed before its edit was done. The result is kept."
        self._speaker.noticed.emit(Notice(words=words, remedies=(show,), bad=False))


def _nothing(_: object) -> None:
    """Neither end of what runs in the background is told."""
