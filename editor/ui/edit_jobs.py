"""Starts edits, follows them, and lays what comes back into its picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from editor.domain.attempt import Attempt, JobEvent
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled, EditorError, InputError
from editor.domain.history import HistoryEntry
from editor.domain.kinds import Operation
from editor.imaging.picture import Picture
from editor.ui.mask_commands import use_up_mask
from editor.ui.remedies import Notice, Remedy, RemedyKind, notice_of_edit, sentence_of_cancel
from editor.ui.route_model import RouteModel
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import FinishedEdit, Session
    from editor.ui.job_runner import JobRunner

LANDING_MS = 30
"""How often a result that waits for the end of a stroke looks again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Running:
    """A job under way: its picture, the step that was the newest when it began, *grow* and *feather*, and what the
    strip shows of it."""

    picture: Picture
    step: HistoryEntry
    edges: tuple[int, int]
    route: RouteModel

    def is_of(self, document: Document) -> bool:
        """Whether the same would be asked again: same picture, same step, same *grow* and *feather*."""
        same = self.picture.document is document and document.history.current is self.step
        return same and self.edges == (document.grow, document.feather)


class EditJobs(QObject):
    """Any number of edits at once; the strip shows the one that was started last."""

    shown = Signal(object)
    """The :class:`RouteModel` of the job to show."""
    ended = Signal()
    """The job that was shown has ended and no other runs."""
    told = Signal(str)
    noticed = Signal(object)
    counted = Signal()
    """The number of running edits, or the state of a platform, may have changed."""

    def __init__(
        self, session: Session, runner: JobRunner, workspace: Workspace, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(workspace)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._clock = clock
        self._running: dict[str, _Running] = {}
        self.last_attempts: tuple[Attempt, ...] = ()
        self.may_land: Callable[[], bool] | None = None
        """Whether a result may change the document now; a result waits while it may not."""
        self.late: Picture | None = None
        """A picture that was closed before its edit came back."""
        runner.reported.connect(self._follow)
        runner.finished.connect(self._finish)
        runner.failed.connect(self._fail)

    @property
    def running(self) -> bool:
        """Whether any edit runs."""
        return bool(self._running)

    def names(self) -> dict[str, str]:
        """The platforms' names by id."""
        return {status.platform: status.name for status in self._session.platform_statuses()}

    def start(self, picture: Picture) -> None:
        """Erase what is masked. The same again while it runs is taken for a slip: it would be paid twice."""
        document = picture.document
        if any(job.is_of(document) for job in self._running.values()):
            self.told.emit("This edit is running already.")
            return
        try:
            prepared = self._session.prepare(Operation.ERASE, document)
        except InputError as error:
            self.noticed.emit(Notice(words=error.message))
            return
        step = document.history.current
        job = self._runner.start_edit(prepared)
        route = RouteModel(job, names=self.names, clock=self._clock)
        self._running[job] = _Running(picture, step, (document.grow, document.feather), route)
        self.shown.emit(route)
        self.told.emit(route.sentence)
        self.counted.emit()

    def cancel(self, job: str = "") -> None:
        """Stop a job, or the one that was started last."""
        if self._running:
            self._runner.cancel(job or next(reversed(self._running)))

    def cancel_all(self) -> None:
        """Stop every job."""
        for job in tuple(self._running):
            self._runner.cancel(job)

    def _follow(self, event: JobEvent) -> None:
        job = self._running.get(event.job)
        if job is None:
            return
        job.route.fold(event)
        if event.job == next(reversed(self._running)):
            self.shown.emit(job.route)
            self.told.emit(job.route.sentence)
        self.counted.emit()

    def _finish(self, name: str, finished: FinishedEdit) -> None:
        if self.may_land is not None and not self.may_land():
            # A stroke under way remembers the mask as it was at its press: another change would be lost to undo.
            QTimer.singleShot(LANDING_MS, self, partial(self._finish, name, finished))
            return
        job = self._drop(name)
        if job is None:
            return
        document = job.picture.document
        unchanged = document.history.current is job.step
        dirty = self._session.attach(finished)
        dirty = dirty.united(use_up_mask(document, finished.layer, whole=unchanged))
        self._workspace.touch(job.picture, dirty)
        self.told.emit(finished.sentence)
        if job.picture not in self._workspace.pictures:
            self.late = job.picture
            show = Remedy(RemedyKind.SHOW_PICTURE, "Open it again")
            words = f"{document.name} was closed before its edit was done. The result is kept."
            self.noticed.emit(Notice(words=words, remedies=(show,), bad=False))
        self.counted.emit()

    def _fail(self, name: str, error: EditorError) -> None:
        job = self._drop(name)
        if job is None:
            return
        if isinstance(error, AllPlatformsFailed | Cancelled):
            self.last_attempts = error.attempts
        notice = notice_of_edit(error, self.names())
        if isinstance(error, Cancelled):
            self.told.emit(sentence_of_cancel(error))
        if notice is not None:
            self.told.emit(notice.words)
            self.noticed.emit(notice)
        self.counted.emit()

    def _drop(self, name: str) -> _Running | None:
        job = self._running.pop(name, None)
        if self._running:
            self.shown.emit(next(reversed(self._running.values())).route)
        else:
            self.ended.emit()
        return job
