"""The session: what was paid for survives a late cancelling."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import Cancelled
from editor.domain.kinds import CancelEnding, Operation
from editor.session import Services, Session, paint_mask
from editor.session.edits import _to_the_end


class Unset:
    """Settings that nobody has changed."""

    def get(self, name: str, default: Any) -> Any:
        return default

    def set(self, name: str, value: Any) -> None:
        raise AssertionError("an edit changes no setting")


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


def test_an_edit_that_is_cancelled_before_anything_is_sent_says_so() -> None:
    document = Document(np.full((16, 16, 4), 255, np.uint8), name="small")
    paint_mask(document, np.full((16, 16), 255, np.uint8))
    asked, go_on = threading.Event(), threading.Event()

    def build_services() -> Services:
        asked.set()
        go_on.wait(10)
        raise AssertionError("nobody waits for this any more")

    async def scenario() -> None:
        session = Session(settings=Unset(), build_services=build_services, sample=Path("sample.png"))
        prepared = session.prepare(Operation.ERASE, document)
        task = asyncio.create_task(session.run_edit(prepared, lambda event: None, "job-1"))
        await run_blocking(lambda: asked.wait(10))
        task.cancel()
        with pytest.raises(Cancelled) as cancelled:
            await task
        assert cancelled.value.ending is CancelEnding.STOPPED
        document.pixels.write(document.rect, np.zeros((16, 16, 4), np.uint8))
        assert not prepared.source.pixels.tiles, "the snapshot follows the picture no longer"

    asyncio.run(scenario())
    go_on.set()
