"""The embedded engine as the rest of the program sees it: coroutines, and a process that is there when needed."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from editor.domain.blocking import run_blocking
from editor.domain.errors import EditorError
from editor.domain.request import Pixels
from editor.engine import protocol
from editor.engine.child import Child, ChildGone, child_environment, default_command
from editor.engine.protocol import Message

STOPPED = (
    "The engine on this computer stopped while it worked; perhaps memory ran out. "
    "Close other programs or try a smaller area."
)
NOT_STARTED = "The engine on this computer could not be started. Install the program again."
TOO_LARGE = "The picture is too large for the engine on this computer. Try a smaller area."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EraseAnswer:
    """A filled picture, (h, w, 3) RGB uint8; the method's name; the seconds it took, start of the process included."""

    image: Pixels
    method: str
    seconds: float


class EngineFailed(EditorError):
    """The engine could not do a job. The message says why and what to try."""


class EngineClient:
    """Runs jobs in one child process, started on demand and kept for the next job; one job at a time.

    Serves one event loop after another, in whatever thread they run. A cancelled job ends the process at once: native
    code cannot be interrupted otherwise. The next job starts a new one. So does a job after a crash.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        low_priority: bool = False,
        command: Sequence[str] | None = None,
    ) -> None:
        self._threads = threads
        self._low_priority = low_priority
        self._command = command
        self._child: Child | None = None
        self._turn: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    @property
    def pid(self) -> int | None:
        """Id of the engine's process, or None where there is none."""
        return None if self._child is None else self._child.pid

    def estimate_erase(self, mask: Pixels) -> float:
        """Seconds that ``erase`` will take for ``mask`` (h, w); right to a factor of two on most computers."""
        from editor.engine.fill.estimate import estimate_of

        return estimate_of(mask)

    async def erase(
        self, image: Pixels, mask: Pixels, *, seed: int | None = None, progress: Callable[[float], None]
    ) -> EraseAnswer:
        """Fill every pixel of ``image`` (h, w, 3; RGB uint8) where ``mask`` (h, w; uint8) is above 0.

        ``progress`` is called on the loop with the share done, 0–1, partly guessed by the clock. Raises EngineFailed.
        Cancelling kills the engine's process and raises CancelledError when it is gone.
        """
        begun = time.monotonic()
        job = Message(protocol.ERASE, {"seed": seed}, {"image": image, "mask": mask})
        async with self._one_at_a_time():
            answer = await self._run(job, progress)
        if answer.kind != protocol.RESULT:
            raise EngineFailed(str(answer.fields["message"]), detail=str(answer.fields["detail"]))
        method = str(answer.fields["method"])
        return EraseAnswer(image=answer.arrays["image"], method=method, seconds=time.monotonic() - begun)

    async def close(self) -> None:
        """End the process. A job under way fails with EngineFailed. A later job would start a new process."""
        if self._child is not None:
            self._child.kill()
        async with self._one_at_a_time():
            if self._child is not None:
                await run_blocking(self._child.end)
                self._child = None

    def _one_at_a_time(self) -> asyncio.Lock:
        """The lock of the running loop: a lock serves the one loop where it was first waited for."""
        loop = asyncio.get_running_loop()
        if self._turn is None or self._turn[0] is not loop:
            self._turn = (loop, asyncio.Lock())
        return self._turn[1]

    async def _run(self, job: Message, progress: Callable[[float], None]) -> Message:
        loop = asyncio.get_running_loop()
        listening = True

        def tell(share: float) -> None:
            if listening:
                progress(share)

        def pass_on(share: float) -> None:
            loop.call_soon_threadsafe(tell, share)

        child = await self._running_child()
        conversation = asyncio.ensure_future(run_blocking(partial(child.converse, job, pass_on)))
        try:
            answer = await asyncio.shield(conversation)
        except asyncio.CancelledError:
            child.kill()
            self._child = None
            # Its thread closes the pipes; nothing of this job is left when the next one begins.
            await asyncio.gather(conversation, return_exceptions=True)
            raise
        except ChildGone as error:
            self._child = None
            raise EngineFailed(STOPPED, detail=str(error)) from error
        except protocol.MessageTooLarge as error:
            raise EngineFailed(TOO_LARGE, detail=str(error)) from error
        finally:
            listening = False
        if answer.fields.get("reason") in (protocol.OUT_OF_MEMORY, protocol.FAILED):
            self._child = None
            await run_blocking(child.end)
        return answer

    async def _running_child(self) -> Child:
        if self._child is not None and not self._child.alive:
            ended, self._child = self._child, None
            await run_blocking(ended.end)
        if self._child is None:
            environment = child_environment(os.environ, threads=self._threads, low_priority=self._low_priority)
            command = default_command() if self._command is None else self._command
            try:
                self._child = Child(command, environment, low_priority=self._low_priority)
            except OSError as error:
                raise EngineFailed(NOT_STARTED, detail=str(error)) from error
        return self._child
