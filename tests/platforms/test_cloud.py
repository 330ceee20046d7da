"""What the outside platforms share: leaving in time, and reading what is written out as text."""

from __future__ import annotations

import asyncio
import threading

import pytest

from editor.domain.errors import BadResult, Cancelled, Unavailable
from editor.domain.kinds import CancelEnding
from editor.platforms.base import Call
from editor.platforms.encoding import data_address, from_data_address
from editor.platforms.leaving import in_time


def test_a_data_address_holds_its_bytes():
    assert from_data_address(data_address(b"abc", "image/png")) == b"abc"


@pytest.mark.parametrize("address", ["data:image/png,abc", "data:image/png;base64,%%%", "data:"])
def test_another_data_address_is_no_picture(address):
    with pytest.raises(BadResult):
        from_data_address(address)


def test_what_takes_too_long_or_fails_gives_the_other_answer():
    async def forever():
        await asyncio.Event().wait()
        return "never"

    async def failing():
        raise Unavailable("Not there.")

    async def quick():
        return "done"

    async def scenario():
        return [await in_time(work(), 0.05, "otherwise") for work in (forever, failing, quick)]

    assert asyncio.run(scenario()) == ["otherwise", "otherwise", "done"]


def test_a_platform_that_does_not_answer_the_cancelling_holds_nobody(desk, desk_bench, edit):
    release = threading.Event()

    def answer(method, path, headers, body):
        if method == "PUT":
            release.wait(10)
        if method == "POST":
            return 200, {"request_id": "q1", "status": "IN_QUEUE"}
        return 202, {"status": "IN_PROGRESS"}

    desk.answer = answer
    bench = desk_bench("fal")
    bench.limits(cancel_seconds=0.2)

    async def scenario(platform):
        looked = asyncio.Event()

        def report(progress):
            bench.progress.append(progress)
            if len(bench.progress) > 6:
                looked.set()

        task = asyncio.ensure_future(platform.run(edit, Call(key=bench.key, report=report)))
        await asyncio.wait_for(looked.wait(), 5)
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await asyncio.wait_for(task, 3)
        return caught.value.ending

    try:
        assert bench.within(scenario) is CancelEnding.COULD_NOT_STOP
    finally:
        release.set()
    assert desk.paths[-1].startswith("PUT ")


def test_a_second_cancelling_ends_the_wait_at_once():
    async def forever():
        await asyncio.Event().wait()

    async def scenario():
        task = asyncio.ensure_future(in_time(forever(), 60, None))
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert asyncio.run(scenario()) is None
