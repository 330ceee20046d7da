"""Blocking work beside a loop: its answer, its error, and what it leaves in memory."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import numpy as np
import pytest

from editor.domain.blocking import THREAD_NAME, run_blocking


def test_what_the_work_returns_or_raises_comes_back() -> None:
    assert asyncio.run(run_blocking(lambda: threading.current_thread().daemon))
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run_blocking(lambda: 1 // 0))


def test_a_cancelled_caller_goes_on_at_once() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(10)
        ended.set()

    async def scenario() -> None:
        task = asyncio.create_task(run_blocking(work))
        await run_blocking(lambda: begun.wait(10))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not ended.is_set()
        go_on.set()
        await run_blocking(lambda: ended.wait(10))

    asyncio.run(scenario())


def test_an_error_keeps_no_picture_in_memory() -> None:
    """Freed with the last name for it, not when the collector comes round: pictures are large."""

    async def scenario() -> weakref.ref[np.ndarray]:
        picture = np.zeros((8, 8), np.uint8)
        with pytest.raises(ValueError, match="cannot be read"):
            await run_blocking(lambda: fail_on(picture))
        return weakref.ref(picture)

    def fail_on(picture: np.ndarray) -> None:
        raise ValueError("cannot be read")

    gc.disable()
    try:
        picture = asyncio.run(scenario())
        for thread in threading.enumerate():
            if thread.name == THREAD_NAME:
                # It has handed the error over, and may not have let go of it yet.
                thread.join(10)
        assert picture() is None
    finally:
        gc.enable()
