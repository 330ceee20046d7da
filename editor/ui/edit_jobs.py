"""Starts edits, lets them wait for their turn, follows them, and hands over what comes back."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from editor.domain.attempt import Attempt, AttemptProgress, JobEvent
from editor.domain.errors import AllPlatformsFailed, Cancelled, EditorError
from editor.domain.kinds import CancelEnding
from editor.imaging.picture import Picture
from editor.ui.edit_landing import Landing
from editor.ui.edit_order import EditJob, EditOrder
from editor.ui.edit_words import doing_words
from editor.ui.first_look import FirstLooks
from editor.ui.remedies import Notice, notice_of_edit, refusers, sentence_of_cancel
from editor.ui.route_model import RouteModel
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import FinishedEdit, FinishedFaceOff, PreparedEdit, Session
    from editor.ui.job_runner import JobRunner

__all__ = ["EditJobs", "EditOrder"]

LANDING_MS = 30
"""How often a result that waits for the end of a stroke looks again."""


class EditJobs(QObject):
    """Any number of edits: some at once, the others in the order in which they were asked for.

    The strip shows the one that was started last.
    """

    shown = Signal(object, int)
    """The :class:`RouteModel` of the job to show, and how many others run."""
    ended = Signal()
    """The job that was shown has ended and no other runs."""
    told = Signal(str)
    noticed = Signal(object)
    counted = Signal()
    """The number of edits, how far they are, or the state of a platform, may have changed."""
    offered = Signal(object, object)
    """A picture, and its step that has several candidates."""

    def __init__(
        self, session: Session, runner: JobRunner, workspace: Workspace, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(workspace)
        self._session = session
        self._runner = runner
        self._workspace = workspace
        self._clock = clock
        self._numbers = itertools.count(1)
        self._presses = itertools.count(1)
        self._running: dict[str, EditJob] = {}
        self._waiting: list[EditJob] = []
        self._landing = Landing(session, runner, workspace, speaker=self)
        self.last_attempts: tuple[Attempt, ...] = ()
        self.may_land: Callable[[], bool] | None = None
        """Whether a result may change the document now; a result waits while it may not."""
        self._failed: list[EditJob] = []
        self.looks = FirstLooks(self)
        runner.reported.connect(self._follow)
        runner.finished.connect(self._finish)
        runner.failed.connect(self._fail)

    @property
    def running(self) -> bool:
        """Whether any edit runs. None waits unless others run."""
        return bool(self._running)

    @property
    def jobs(self) -> tuple[EditJob, ...]:
        """All edits under way: those that run, then those that wait, each in the order in which they were asked for."""
        return (*self._running.values(), *self._waiting)

    @property
    def late(self) -> Picture | None:
        """A picture that was closed before its edit came back."""
        return self._landing.late

    def seconds(self, job: EditJob) -> float:
        """How long an edit has waited, or run."""
        return max(0.0, self._clock() - job.since)

    def names(self) -> dict[str, str]:
        """The platforms' names by id."""
        return {status.platform: status.name for status in self._session.platform_statuses()}

    def start(self, order: EditOrder) -> None:
        """Begin an edit, or let it wait for its turn. The same again meanwhile is taken for a slip: it would be paid
        twice."""
        self._start(order, next(self._presses))

    def _start(self, order: EditOrder, press: int) -> None:
        if any(job.is_for(order) for job in self.jobs):
            self.told.emit("This edit is running already.")
            return
        try:
            edits = self._prepared(order)
        except EditorError as error:
            self.noticed.emit(Notice(words=error.message, passing=True))
            return
        for place, prepared in enumerate(edits, start=1):
            one = order if len(edits) == 1 else replace(order, area=prepared.source)
            self._ask(one, prepared, press=press, part=(place, len(edits)))
        self.counted.emit()

    def _ask(self, order: EditOrder, prepared: PreparedEdit, *, press: int, part: tuple[int, int]) -> None:
        """Let an edit begin, or wait for its turn."""
        document = order.picture.document
        job = EditJob(
            number=next(self._numbers),
            press=press,
            part=part,
            order=order,
            prepared=prepared,
            step=document.history.current,
            edges=(document.grow, document.feather),
            since=self._clock(),
        )
        if self._places > 0:
            self._begin(job)
        else:
            self._waiting.append(job)
            self.told.emit(f"{job.title}: waiting until another edit is done.")

    def _prepared(self, order: EditOrder) -> tuple[PreparedEdit, ...]:
        """What is to run; one edit for each area of the mask where they go apart."""
        document, without = order.picture.document, order.without
        if order.again is not None:
            return (self._session.prepare_again(document, order.again, without=without),)
        if order.area is not None:
            from editor.session.areas import prepare_area

            return (prepare_area(document, order.area, order.options, without=without),)
        if order.compared:
            return (self._session.prepare(order.operation, document, order.options, without=without),)
        return self._session.prepare_each(order.operation, document, order.options, without=without)

    def try_again(self) -> None:
        """Begin the edit that failed last once more, with others of the same press that failed, if its picture is
        still open."""
        self._repeat()

    def try_next(self) -> None:
        """Begin the edit that a platform refused once more, on the platforms that have not refused it."""
        self._repeat(without=refusers(self.last_attempts))

    def _repeat(self, without: Sequence[str] = ()) -> None:
        press = next(self._presses)
        for job in tuple(self._failed):
            if job.order.picture in self._workspace.pictures:
                self._start(replace(job.order, without=(*job.order.without, *without)), press)

    def cancel(self, name: str = "") -> None:
        """Stop a running job, or the one that was started last with all that was asked for by the same press."""
        if not self._running:
            return
        if name:
            self._leave(name)
            return
        press = next(reversed(self._running.values())).press
        self._forget([job for job in self._waiting if job.press == press])
        for job in tuple(self._running.values()):
            if job.press == press:
                self._leave(job.name)

    def cancel_number(self, number: int) -> None:
        """Stop one edit. One that waits is gone at once, and nothing was sent."""
        for job in self.jobs:
            if job.number != number:
                continue
            if job.waits:
                self._forget([job])
            else:
                self._leave(job.name)

    def cancel_all(self) -> None:
        """Stop every edit."""
        self._forget(tuple(self._waiting))
        for name in tuple(self._running):
            self._leave(name)

    def _leave(self, name: str) -> None:
        """Have a running edit stopped, once. The user is free at once: the same may begin anew, and others move up."""
        job = self._running.get(name)
        if job is None or job.route is None or job.leaving:
            return
        job.leaving = True
        self.looks.forget(name)
        self._runner.cancel(name)
        job.route.leave()
        self.told.emit(job.route.sentence)
        self._begin_waiting()
        self.counted.emit()

    def _begin_waiting(self) -> None:
        """Let edits begin that wait, as many as may run at once."""
        while self._waiting and self._places > 0:
            self._begin(self._waiting.pop(0))

    @property
    def _places(self) -> int:
        """How many more edits may run now."""
        return self._session.parallel_jobs - sum(not job.leaving for job in self._running.values())

    def _forget(self, jobs: list[EditJob] | tuple[EditJob, ...]) -> None:
        """Drop jobs that wait."""
        for job in jobs:
            self._waiting.remove(job)
            job.prepared.source.close()
        if jobs:
            self.told.emit(sentence_of_cancel(Cancelled(CancelEnding.STOPPED)))
            self.counted.emit()

    def _begin(self, job: EditJob) -> None:
        if job.order.compared:
            job.name = self._runner.start_face_off(job.prepared, job.order.compared)
        else:
            job.name = self._runner.start_edit(job.prepared)
        job.since = self._clock()
        job.route = RouteModel(
            job.name,
            doing=doing_words(job.order.operation),
            names=self.names,
            clock=self._clock,
            side_by_side=bool(job.order.compared),
        )
        self._running[job.name] = job
        self._show(job.route)

    def _follow(self, event: JobEvent) -> None:
        job = self._running.get(event.job)
        if job is None or job.route is None:
            return
        job.route.fold(event)
        if isinstance(event, AttemptProgress) and not job.leaving:
            self.looks.follow(job, event.progress)
        if event.job == next(reversed(self._running)):
            self._show(job.route)
        self.counted.emit()

    def _show(self, route: RouteModel) -> None:
        self.shown.emit(route, len(self._running) - 1)
        self.told.emit(route.sentence)

    def _finish(self, name: str, finished: FinishedEdit | FinishedFaceOff) -> None:
        if self.may_land is not None and not self.may_land():
            # A stroke under way remembers the mask as it was at its press: another change would be lost to undo.
            QTimer.singleShot(LANDING_MS, self, partial(self._finish, name, finished))
            return
        job = self._drop(name)
        if job is None:
            return
        history = job.order.picture.document.history
        before = history.current
        self._landing.land(job, finished)
        for other in self.jobs:
            # To the other areas of the same press nothing has changed: pressed once more, they would be paid twice.
            if other.press == job.press and other.step is before:
                other.step = history.current
        self.counted.emit()

    def _fail(self, name: str, error: EditorError) -> None:
        job = self._drop(name)
        if job is None:
            return
        self._failed = [*(one for one in self._failed if one.press == job.press), job]
        if isinstance(error, AllPlatformsFailed | Cancelled):
            self.last_attempts = error.attempts
        after_refusal = self._session.settings.get("after_refusal", "next")
        notice = notice_of_edit(error, self.names(), after_refusal=after_refusal)
        if isinstance(error, Cancelled):
            self.told.emit(sentence_of_cancel(error))
        if notice is not None:
            self.told.emit(notice.words)
            self.noticed.emit(notice)
        self.counted.emit()

    def _drop(self, name: str) -> EditJob | None:
        """Take a job out that has ended, and let the next one begin."""
        job = self._running.pop(name, None)
        self.looks.forget(name)
        self._begin_waiting()
        if self._running:
            route = next(reversed(self._running.values())).route
            self.shown.emit(route, len(self._running) - 1)
        else:
            self.ended.emit()
        return job
