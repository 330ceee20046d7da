"""The worker thread: one QThread that runs one asyncio loop, and the way back into the UI thread.

Whatever comes back is delivered through one queued signal to a method of a QObject that lives in the UI thread.
A lambda connected directly would run in the worker, whatever kind of connection is asked for.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from editor.domain.attempt import JobEvent
from editor.domain.blocking import run_blocking
from editor.domain.errors import EditorError
from editor.domain.kinds import CancelEnding
from editor.session import FinishedEdit, FinishedFaceOff, PreparedEdit, Session

T = TypeVar("T")
Served = FinishedEdit | FinishedFaceOff

log = logging.getLogger(__name__)

CLOSING_SECONDS = 5.0
"""How long closing waits for platforms to be told that their runs are cancelled."""


class _LoopThread(QThread):
    """Runs an asyncio loop until it is stopped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("job-loop")
        self.loop = asyncio.new_event_loop()

    def run(self) -> None:
        """The thread's body; Qt calls it."""
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


class JobRunner(QObject):
    """Runs edits and other work away from the UI thread; every signal and callback arrives in the UI thread."""

    reported = Signal(object)
    """A JobEvent of a running job."""
    finished = Signal(str, object)
    """Job id, and FinishedEdit or FinishedFaceOff."""
    failed = Signal(str, object)
    """Job id and EditorError (AllPlatformsFailed, Cancelled, …)."""
    idle = Signal()
    """The last running edit has ended."""

    _deliver = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._numbers = itertools.count(1)
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._running: set[str] = set()
        self._deliver.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._thread = _LoopThread(self)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether an edit is running."""
        return bool(self._running)

    def start_edit(self, prepared: PreparedEdit) -> str:
        """Begin an edit and return its job id at once."""
        return self._begin(partial(self._session.run_edit, prepared))

    def start_face_off(self, prepared: PreparedEdit, platforms: Sequence[str]) -> str:
        """Begin an edit on each of ``platforms``, and return the job's id at once."""
        return self._begin(partial(self._session.face_off, prepared, platforms))

    def cancel(self, job: str) -> None:
        """Stop an edit; ``failed`` follows with what became of it."""
        self._thread.loop.call_soon_threadsafe(self._cancel, job)

    def background(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[EditorError], None]
    ) -> None:
        """Run blocking work in a thread of its own."""
        self.coroutine(partial(run_blocking, work), done, failed)

    def coroutine(
        self,
        make: Callable[[], Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[EditorError], None],
    ) -> None:
        """Run what ``make`` returns on the worker loop."""
        self._submit(self._guard(make, done, failed))

    def shut_down(self) -> None:
        """Cancel what runs, tell the platforms, stop the loop and wait for the thread."""
        if not self._thread.isRunning():
            return
        done = threading.Event()
        self._submit(self._close(done))
        done.wait(CLOSING_SECONDS + 1)
        self._thread.loop.call_soon_threadsafe(self._thread.loop.stop)
        self._thread.quit()
        self._thread.wait(int(CLOSING_SECONDS * 1000))

    def _begin(self, run: Callable[[Callable[[JobEvent], None], str], Awaitable[Served]]) -> str:
        job = f"job-{next(self._numbers)}"
        self._running.add(job)
        self._submit(self._edit(job, run), job)
        return job

    def _submit(self, work: Coroutine[Any, Any, None], job: str | None = None) -> None:
        if not self._thread.isRunning():
            work.close()  # what was said while the program closed may have asked for more
            return
        self._thread.loop.call_soon_threadsafe(self._create_task, work, job)

    # Everything below this line but _call and _ended runs on the loop.

    def _create_task(self, work: Coroutine[Any, Any, None], job: str | None) -> None:
        task = self._thread.loop.create_task(work)
        self._jobs[job or f"task-{id(task)}"] = task
        task.add_done_callback(self._drop_task)

    def _drop_task(self, task: asyncio.Task[None]) -> None:
        self._jobs = {name: kept for name, kept in self._jobs.items() if kept is not task}

    def _cancel(self, job: str) -> None:
        task = self._jobs.get(job)
        if task is not None:
            # Not before its first step: a coroutine that never began would not tell anybody that it has ended.
            self._thread.loop.call_soon(task.cancel)

    async def _edit(self, job: str, run: Callable[[Callable[[JobEvent], None], str], Awaitable[Served]]) -> None:
        await self._guard(
            partial(run, self.reported.emit, job),
            partial(self._ended, job),
            partial(self._ended, job),
        )

    async def _guard(
        self,
        make: Callable[[], Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[EditorError], None],
    ) -> None:
        """The outermost coroutine of everything: an exception that left it would vanish."""
        try:
            result = await make()
        except EditorError as error:
            self._deliver.emit(partial(failed, error))
        except asyncio.CancelledError:
            self._deliver.emit(partial(failed, EditorError(f"Cancelled: {CancelEnding.STOPPED}.")))
        except Exception as error:
            log.exception("Unexpected fault in background work")
            words = "Something went wrong inside the program. The log has the details (Help › Open log folder)."
            self._deliver.emit(partial(failed, EditorError(words, detail=repr(error))))
        else:
            self._deliver.emit(partial(done, result))

    async def _close(self, done: threading.Event) -> None:
        own = asyncio.current_task()
        others = [task for task in self._jobs.values() if task is not own]
        for task in others:
            task.cancel()
        try:
            if others:
                await asyncio.wait(others, timeout=CLOSING_SECONDS)
            await self._session.close()
        except Exception:
            log.exception("Unexpected fault while closing")
        finally:
            done.set()

    @Slot(object)
    def _call(self, deliver: Callable[[], None]) -> None:
        deliver()

    def _ended(self, job: str, outcome: Served | EditorError) -> None:
        self._running.discard(job)
        if isinstance(outcome, EditorError):
            self.failed.emit(job, outcome)
        else:
            self.finished.emit(job, outcome)
        if not self._running:
            self.idle.emit()
