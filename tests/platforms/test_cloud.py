"""What the outside platforms share: leaving in time, and reading what is written out as text."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import numpy as np
import pytest
from support.platform_bench import QuickClock

from editor.domain.errors import BadResult, Cancelled, Unavailable
from editor.domain.kinds import CancelEnding, Operation
from editor.domain.options import EditOptions
from editor.imaging.base64_text import STANDARD
from editor.imaging.codec import encode_png
from editor.platforms.answers import ModelGone
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.cloud import CloudPlatform
from editor.platforms.encoding import data_address, from_data_address
from editor.platforms.leaving import in_time
from editor.platforms.orders.order import Delivery
from editor.platforms.parts import PlatformParts
from editor.transport.http import Transport


def test_a_data_address_holds_its_bytes():
    assert from_data_address(data_address(b"abc", "image/png")) == b"abc"
    assert data_address(b"abc", "image/png", codec=STANDARD) == data_address(b"abc", "image/png")


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


class Atelier(CloudPlatform):
    """A platform whose first model finds by words, is paid for that, and then has no fill any more."""

    id, name, error_prefix, home = "atelier", "Atelier", "Atelier error", "https://atelier.invalid"
    key_variables, key_page = ("ATELIER_KEY",), "https://atelier.invalid/keys"

    async def _execute(self, errand, model, order):
        if model.endpoint == "x/gone":
            raise ModelGone("It is not there any more.")
        picture = np.full((*order.sent[::-1], 3), 200, np.uint8)
        if model.endpoint == "x/find":
            picture[:] = 0
            picture[40:80, 60:120] = 255
        return Delivery(pictures=(encode_png(picture),))

    def _authorization(self, key):
        return {}

    async def check_key(self, key):
        return "The key works."


ATELIER = """
[atelier]
deadline = 60
call_deadline = 5

[[atelier.search-and-replace]]
name = "finder + gone"
endpoint = "x/gone"
way = "mask-by-words"
image_field = "image"
mask_field = "mask"
texts = [{ field = "prompt", template = "{prompt}" }]
price = { usd = 0.05 }
[atelier.search-and-replace.finder]
name = "finder"
endpoint = "x/find"
way = "cut-out"
image_field = "image"
matte = true
texts = [{ field = "prompt", template = "{search}", needed = true }]
price = { usd = 0.01 }

[[atelier.search-and-replace]]
name = "whole"
endpoint = "x/whole"
way = "whole-picture"
image_field = "image"
texts = [{ field = "prompt", template = "{search} {prompt}" }]
price = { usd = 0.04 }
"""


def test_what_a_model_that_was_left_has_cost_is_in_the_sum(edit):
    async def scenario():
        clock = QuickClock()
        transport = Transport(clock=clock, version="1.0")
        parts = PlatformParts(transport=transport, catalogue=Catalogue.parse(ATELIER), environment={}, clock=clock)
        options = EditOptions(search="block", prompt="ball")
        request = replace(edit, operation=Operation.SEARCH_AND_REPLACE, options=options)
        try:
            return await Atelier(parts).run(request, Call(key="abc", report=lambda progress: None))
        finally:
            await transport.aclose()

    result = asyncio.run(scenario())
    assert result.model == "whole"
    assert result.cost.usd == pytest.approx(0.05), "the search of the first model is charged, too"
