"""Starts edits, follows them, and lays what comes back into its picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from editor.domain.attempt import Attempt, JobEvent
from editor.domain.errors import AllPlatformsFailed, Cancelled, EditorError, InputError
from editor.domain.history import HistoryEntry
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.imaging.picture import Picture
from editor.operations.base import Blended
from editor.ui.edit_words import apart_words, doing_words
from editor.ui.mask_commands import use_up_mask
from editor.ui.remedies import Notice, Remedy, RemedyKind, notice_of_edit, sentence_of_cancel
from editor.ui.result_pictures import apart, result_pictures
from editor.ui.route_model import RouteModel
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import FinishedEdit, Session
    from editor.ui.job_runner import JobRunner

LANDING_MS = 30
"""How often a result that waits for the end of a stroke looks again."""


@dataclass(frozen=True, slots=True, eq=False)
class EditOrder:
    """What the user asks for: an edit of a picture with the values of its fields."""

    picture: Picture
    operation: Operation
    options: EditOptions

    def same_as(self, other: EditOrder) -> bool:
        """Whether the same edit of the same picture is asked for."""
        same = self.picture is other.picture and self.operation is other.operation
        return same and all(
            _same(getattr(self.options, field.name), getattr(other.options, field.name))
            for field in fields(EditOptions)
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Running:
    """A job under way: its order, the step that was the newest when it began, *grow* and *feather*, and what the
    strip shows of it."""

    order: EditOrder
    step: HistoryEntry
    edges: tuple[int, int]
    route: RouteModel

    def is_for(self, order: EditOrder) -> bool:
        """Whether ``order`` would do the same once more: nothing was painted or changed since."""
        document = order.picture.document
        same = document.history.current is self.step and self.edges == (document.grow, document.feather)
        return same and self.order.same_as(order)


class EditJobs(QObject):
    """Any number of edits at once; the strip shows the one that was started last."""

    shown = Signal(object, int)
    """The :class:`RouteModel` of the job to show, and how many others run."""
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
        self._failed: EditOrder | None = None
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

    def start(self, order: EditOrder) -> None:
        """Begin an edit. The same again while it runs is taken for a slip: it would be paid twice."""
        document = order.picture.document
        if any(job.is_for(order) for job in self._running.values()):
            self.told.emit("This edit is running already.")
            return
        try:
            prepared = self._session.prepare(order.operation, document, order.options)
        except InputError as error:
            self.noticed.emit(Notice(words=error.message))
            return
        step = document.history.current
        job = self._runner.start_edit(prepared)
        route = RouteModel(job, doing=doing_words(order.operation), names=self.names, clock=self._clock)
        self._running[job] = _Running(order, step, (document.grow, document.feather), route)
        self._show(route)
        self.counted.emit()

    def try_again(self) -> None:
        """Begin the edit that failed last once more, if its picture is still open."""
        if self._failed is not None and self._failed.picture in self._workspace.pictures:
            self.start(self._failed)

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
            self._show(job.route)
        self.counted.emit()

    def _show(self, route: RouteModel) -> None:
        self.shown.emit(route, len(self._running) - 1)
        self.told.emit(route.sentence)

    def _finish(self, name: str, finished: FinishedEdit) -> None:
        if self.may_land is not None and not self.may_land():
            # A stroke under way remembers the mask as it was at its press: another change would be lost to undo.
            QTimer.singleShot(LANDING_MS, self, partial(self._finish, name, finished))
            return
        job = self._drop(name)
        if job is None:
            return
        self.told.emit(finished.sentence)
        if finished.receipt.notes:
            self.noticed.emit(Notice(words="\n".join(finished.receipt.notes), bad=False))
        self._open_apart(finished)
        if isinstance(finished.results[0], Blended):
            self._land(job, finished)
            self._keep_late(job.order.picture)
        else:
            finished.prepared.source.close()
        self._runner.coroutine(partial(self._session.results.landed, finished), _nothing, _nothing)
        self.counted.emit()

    def _land(self, job: _Running, finished: FinishedEdit) -> None:
        """Lay the first result over its picture; a mask that is used up goes with it."""
        picture = job.order.picture
        document = picture.document
        unchanged = document.history.current is job.step
        dirty = self._session.attach(finished)
        if job.order.operation.masked:
            dirty = dirty.united(use_up_mask(document, finished.layer, whole=unchanged))
        self._workspace.touch(picture, dirty)

    def _open_apart(self, finished: FinishedEdit) -> None:
        """Open a tab for a result of another size, and for every further variation."""
        numbers = apart(finished)
        if not numbers:
            return
        before = finished.document.pixels.snapshot()

        def done(pictures: list[Picture]) -> None:
            before.close()
            for number, picture in zip(numbers, pictures, strict=True):
                self._workspace.add(picture, front=number == 1)
            self.told.emit(f"{finished.sentence} {apart_words([picture.document.name for picture in pictures])}")

        def failed(error: EditorError) -> None:
            before.close()
            self.noticed.emit(Notice(words=error.message))

        self._runner.background(partial(result_pictures, finished, numbers, before), done, failed)

    def _keep_late(self, picture: Picture) -> None:
        """Offer a picture again that was closed before its edit came back."""
        if picture in self._workspace.pictures:
            return
        self.late = picture
        show = Remedy(RemedyKind.SHOW_PICTURE, "Open it again")
        words = f"{picture.document.name} was closed before its edit was done. The result is kept."
        self.noticed.emit(Notice(words=words, remedies=(show,), bad=False))

    def _fail(self, name: str, error: EditorError) -> None:
        job = self._drop(name)
        if job is None:
            return
        self._failed = job.order
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
            self.shown.emit(next(reversed(self._running.values())).route, len(self._running) - 1)
        else:
            self.ended.emit()
        return job


def _same(one: object, other: object) -> bool:
    """Whether two values of a field are the same; pictures are not looked into."""
    return one is other or (not (isinstance(one, np.ndarray) or isinstance(other, np.ndarray)) and one == other)


def _nothing(_: object) -> None:
    """Neither end of what runs in the background is told."""
