"""The session: what was paid for survives a late cancelling."""

from __future__ import annotations

import asyncio

import pytest

from editor.session import _to_the_end


def test_the_last_step_is_finished_though_it_is_cancelled_once() -> None:
    async def scenario() -> str:
        begun, go = asyncio.Event(), asyncio.Event()

        async def work() -> str:
            begun.set()
            await go.wait()
            return "layer"

        task = asyncio.create_task(_to_the_end(work()))
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        go.set()
        return await task

    assert asyncio.run(scenario()) == "layer"


def test_a_second_cancelling_goes_through() -> None:
    async def scenario() -> None:
        task = asyncio.create_task(_to_the_end(asyncio.Event().wait()))
        for _ in range(2):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
