"""Ctrl-C and its relatives: what ends a command, and when it may not."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_RELATIVES = ("SIGTERM", "SIGHUP")
"""What a system sends to end a program, where it knows such a signal."""


Handler = Callable[[int, FrameType | None], object]


@contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """Inside, a request to end the program does what Ctrl-C does: the run is stopped and nothing is left half-written.

    A signal that somebody has chosen to ignore (``nohup``) stays ignored. Only for the main thread.
    """
    with _handled_by(_as_interrupt):
        yield


@contextmanager
def cancelled_on_request() -> Iterator[None]:
    """Inside, a request to end the program cancels the running task, which then leaves in order.

    For the main thread's loop. Ctrl-C itself is asyncio's own affair, unless it is ignored.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def cancel(number: int, frame: FrameType | None) -> None:
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    with _handled_by(cancel):
        yield


@contextmanager
def _handled_by(handler: Handler) -> Iterator[None]:
    numbers = [getattr(signal, name) for name in _RELATIVES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    changed = [number for number, former in before.items() if former in (signal.SIG_DFL, _as_interrupt)]
    for number in changed:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    # The handler of the moment: a result that is being saved is not disturbed by the first one.
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        # A command in the background may have Ctrl-C ignored; being asked to end still counts.
        raise KeyboardInterrupt


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, a first Ctrl-C has no effect; a second one ends the program as ever.

    For the moment in which a result that was paid for is being saved. Only for the main thread.
    """
    before = signal.getsignal(signal.SIGINT)

    def once(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)

    if not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
