"""The embedded engine as the rest of the program sees it: coroutines, and a process that is there when needed."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from editor.domain.blocking import run_blocking
from editor.domain.errors import EditorError
from editor.domain.request import Pixels
from editor.engine import protocol
from editor.engine.child import Child, ChildGone, child_environment, default_command
from editor.engine.jobs import JobKind
from editor.engine.protocol import Message

STOPPED = (
    "The engine on this computer stopped while it worked; perhaps memory ran out. "
    "Close other programs or try a smaller area."
)
NOT_STARTED = "The engine on this computer could not be started. Install the program again."
TOO_LARGE = "The picture is too large for the engine on this computer. Try a smaller area."
NO_MEMORY = "This computer has not enough memory free to hand the picture over. Close other programs."
IDLE_SECONDS = 60.0
"""The process, and the memory it holds, is given up when nothing was asked of it for so long."""

Progress = Callable[[float], None]
Preview = Callable[[Pixels], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EngineAnswer:
    """A picture, (h, w, 3) RGB uint8, or a subject's share, (h, w) uint8; the method's name; sentences for the user
    about it; the seconds it took, start of the process included, but not the wait for its turn."""

    image: Pixels
    method: str
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


class EngineFailed(EditorError):
    """The engine could not do a job. The message says why and what to try."""


class EngineExhausted(EngineFailed):
    """The engine had not enough memory, or was ended from outside, as a system does that has none left. The same job
    may do at a smaller size."""


class EngineClient:
    """Runs jobs in one child process, started on demand and kept for the next job; one job at a time.

    Serves one event loop after another, in whatever thread they run. A cancelled job ends the process at once: native
    code cannot be interrupted otherwise. The next job starts a new one. So does a job after a crash, and one after
    ``idle_seconds`` in which nothing was asked for.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        low_priority: bool = False,
        models: Sequence[Path] = (),
        command: Sequence[str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """``models`` are the folders that networks are looked for in, the first one first."""
        self._threads = threads
        self._low_priority = low_priority
        self._models = tuple(models)
        self._command = command
        self._idle_seconds = idle_seconds
        self._child: Child | None = None
        self._turn: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._rest: tuple[asyncio.AbstractEventLoop, asyncio.TimerHandle] | None = None
        self._releasing: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Id of the engine's process, or None where there is none."""
        return None if self._child is None else self._child.pid

    async def erase(
        self,
        image: Pixels,
        mask: Pixels,
        *,
        seed: int | None = None,
        progress: Progress,
        preview: Preview | None = None,
    ) -> EngineAnswer:
        """Fill every pixel of ``image`` (h, w, 3; RGB uint8) where ``mask`` (h, w; uint8) is above 0.

        ``progress`` is called on the loop with the share done, 0–1, partly guessed by the clock; ``preview`` with an
        early picture where the hole is large. Raises EngineFailed. Cancelling kills the engine's process and raises
        CancelledError when it is gone.
        """
        arrays = {"image": image, "mask": mask}
        return await self._picture(Message(JobKind.ERASE, {"seed": seed}, arrays), progress, preview)

    async def extend(
        self,
        image: Pixels,
        *,
        left: int,
        right: int,
        up: int,
        down: int,
        seed: int | None = None,
        progress: Progress,
    ) -> EngineAnswer:
        """``image`` grown by so many pixels on its sides; the rest as for :meth:`erase`."""
        fields = {"left": left, "right": right, "up": up, "down": down, "seed": seed}
        return await self._picture(Message(JobKind.EXTEND, fields, {"image": image}), progress)

    async def upscale(
        self, image: Pixels, *, width: int, height: int, mode: str, seconds: float, progress: Progress
    ) -> EngineAnswer:
        """``image`` enlarged to ``width`` × ``height``, ``mode`` ``faithful`` or ``clean up``, by the best method that
        keeps to about ``seconds``; the rest as for :meth:`erase`."""
        fields = {"width": width, "height": height, "mode": mode, "seconds": seconds}
        return await self._picture(Message(JobKind.UPSCALE, fields, {"image": image}), progress)

    async def cut_out(
        self, image: Pixels, *, edge: str, keep: Pixels | None = None, drop: Pixels | None = None, progress: Progress
    ) -> EngineAnswer:
        """How much of each pixel of ``image`` belongs to its subject: an (h, w) picture, 255 = all of it.

        ``edge`` is ``soft`` or ``hard``; ``keep`` and ``drop`` (h, w; uint8) are strokes over what belongs to it and
        what does not. The rest as for :meth:`erase`.
        """
        job = Message(JobKind.CUT_OUT, {"edge": edge}, _given(image=image, keep=keep, drop=drop))
        return await self._picture(job, progress)

    async def select(
        self,
        image: Pixels,
        *,
        point: tuple[int, int] | None = None,
        box: tuple[int, int, int, int] | None = None,
        keep: Pixels | None = None,
        drop: Pixels | None = None,
    ) -> EngineAnswer:
        """What is at ``point`` (x, y) in ``image``, or in ``box`` (x, y, width, height), or is its subject, without
        either; and what the strokes ``keep`` touch, but not what ``drop`` touches, (h, w) uint8 each: an (h, w)
        picture, 255 = selected. The rest as for :meth:`erase`."""
        job = Message(JobKind.SELECT, {"point": point, "box": box}, _given(image=image, keep=keep, drop=drop))
        return await self._picture(job, lambda share: None)

    async def _picture(self, job: Message, progress: Progress, preview: Preview | None = None) -> EngineAnswer:
        answer, seconds = await self._asked(job, progress, preview)
        return EngineAnswer(
            image=answer.arrays["image"],
            method=str(answer.fields["method"]),
            notes=tuple(map(str, answer.fields["notes"])),
            seconds=seconds,
        )

    async def close(self) -> None:
        """End the process. A job under way fails with EngineFailed. A later job would start a new process."""
        self._stay()
        if self._child is not None:
            self._child.kill()
        async with self._one_at_a_time():
            self._stay()
            await self._release()

    async def _release(self) -> None:
        if self._child is not None:
            ended, self._child = self._child, None
            await run_blocking(ended.end)

    def _one_at_a_time(self) -> asyncio.Lock:
        """The lock of the running loop: a lock serves the one loop where it was first waited for."""
        loop = asyncio.get_running_loop()
        if self._turn is None or self._turn[0] is not loop:
            self._turn = (loop, asyncio.Lock())
        return self._turn[1]

    async def _asked(self, job: Message, progress: Progress, preview: Preview | None) -> tuple[Message, float]:
        """The result, and the seconds it took once its turn had come."""
        async with self._one_at_a_time():
            self._stay()
            begun = time.monotonic()
            try:
                answer = await self._run(job, progress, preview)
            finally:
                self._go_after_a_while()
            seconds = time.monotonic() - begun
        if answer.kind == protocol.RESULT:
            return answer, seconds
        failure = EngineExhausted if answer.fields.get("reason") == protocol.OUT_OF_MEMORY else EngineFailed
        raise failure(str(answer.fields["message"]), detail=str(answer.fields["detail"]))

    def _stay(self) -> None:
        """There is work: the process is not to go."""
        if self._rest is not None:
            loop, timer = self._rest
            self._rest = None
            # The timer of a loop that is over will not go off, and must not be touched from another thread.
            if loop is asyncio.get_running_loop():
                timer.cancel()

    def _go_after_a_while(self) -> None:
        loop = asyncio.get_running_loop()
        lock = self._one_at_a_time()

        async def release() -> None:
            async with lock:
                if self._rest is rest:
                    self._rest = None
                    await self._release()

        def begin() -> None:
            self._releasing = loop.create_task(release())

        self._rest = rest = loop, loop.call_later(self._idle_seconds, begin)

    async def _run(self, job: Message, progress: Progress, preview: Preview | None) -> Message:
        loop = asyncio.get_running_loop()
        listening = True

        def tell(message: Message) -> None:
            if not listening:
                return
            if message.kind == protocol.PROGRESS:
                progress(float(message.fields["share"]))
            elif preview is not None:
                preview(message.arrays["image"])

        def pass_on(message: Message) -> None:
            loop.call_soon_threadsafe(tell, message)

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
            raise EngineExhausted(STOPPED, detail=str(error)) from error
        except protocol.MessageTooLarge as error:
            raise EngineFailed(TOO_LARGE, detail=str(error)) from error
        except MemoryError as error:
            raise EngineExhausted(NO_MEMORY, detail=str(error)) from error
        finally:
            listening = False
        if answer.fields.get("reason") in (protocol.OUT_OF_MEMORY, protocol.FAILED):
            self._child = None
            await run_blocking(child.end)
        return answer

    async def _running_child(self) -> Child:
        if self._child is not None and not self._child.alive:
            await self._release()
        if self._child is None:
            self._child = self._started()
        return self._child

    def _started(self) -> Child:
        environment = child_environment(
            os.environ, threads=self._threads, low_priority=self._low_priority, models=self._models
        )
        command = default_command() if self._command is None else self._command
        try:
            return Child(command, environment, low_priority=self._low_priority)
        except OSError as error:
            raise EngineFailed(NOT_STARTED, detail=str(error)) from error


def _given(**arrays: Pixels | None) -> dict[str, Pixels]:
    return {name: array for name, array in arrays.items() if array is not None}
