"""Blocking work beside an event loop, in a thread that can never hold the program open."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")

THREAD_NAME = "blocking-work"


async def run_blocking(work: Callable[[], T]) -> T:
    """Run ``work`` in a daemon thread of its own and return what it returns or raise what it raises.

    The loop's default executor is not used: Python waits for its threads when it ends, and a picture that takes a
    minute to encode would keep a closed program alive. A cancelled caller goes on at once; the thread finishes unseen.
    """
    answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    threading.Thread(target=_carry_out, args=(work, answer), name=THREAD_NAME, daemon=True).start()
    try:
        return await answer
    finally:
        # An error holds this frame, and the answer the error: a ring that would keep the work's pictures in memory.
        del answer


def _carry_out(work: Callable[[], T], answer: asyncio.Future[T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - handed to the awaiting task, whatever it is
        _hand_over(answer, partial(answer.set_exception, error))
    else:
        _hand_over(answer, partial(answer.set_result, result))
    finally:
        del answer  # as above


def _hand_over(answer: asyncio.Future[T], settle: Callable[[], None]) -> None:
    def unless_cancelled() -> None:
        if not answer.done():
            settle()

    # The loop may have been closed while the work went on: nobody waits for the answer then.
    with contextlib.suppress(RuntimeError):
        answer.get_loop().call_soon_threadsafe(unless_cancelled)


def blocking_work_goes_on() -> bool:
    """Whether a thread that nobody waits for is still at work."""
    return any(thread.name == THREAD_NAME for thread in threading.enumerate())
