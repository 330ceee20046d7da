"""Blocking work beside an event loop, in a thread that can never hold the program open."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

THREAD_NAME = "blocking-work"


async def run_blocking(work: Callable[[], T]) -> T:
    """Run ``work`` in a daemon thread of its own and return what it returns or raise what it raises.

    The loop's default executor is not used: Python waits for its threads when it ends, and a picture that takes a
    minute to encode would keep a closed program alive. A cancelled caller goes on at once; the thread finishes unseen.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def hand_over(result: T | None, error: BaseException | None) -> None:
        # The loop may have been closed while the work went on: nobody waits for the answer then.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    def run() -> None:
        try:
            result = work()
        except BaseException as caught:  # noqa: BLE001 - handed to the awaiting task, whatever it is
            hand_over(None, caught)
        else:
            hand_over(result, None)

    threading.Thread(target=run, name=THREAD_NAME, daemon=True).start()
    return await answer


def blocking_work_goes_on() -> bool:
    """Whether a thread that nobody waits for is still at work."""
    return any(thread.name == THREAD_NAME for thread in threading.enumerate())
