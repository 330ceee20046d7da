"""Stability AI's runs that are looked for: how often, until when, and what becomes of a look that fails."""

from __future__ import annotations

import asyncio
import base64

import numpy as np
import pytest

from editor.domain.errors import (
    BadResult,
    Cancelled,
    ContentRefused,
    MaybeRunning,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.domain.geometry import Rect
from editor.domain.kinds import CancelEnding, Operation, Phase
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, whole_mask
from editor.imaging.codec import encode_png
from editor.platforms.base import Call
from editor.simulator.scripts import Script

RUN = "0123456789abcdef" * 4
START = "POST /v2beta/stable-image/edit/replace-background-and-relight"
LOOK = f"GET /v2beta/results/{RUN}"
RUNNING = (202, {"id": RUN, "status": "in-progress"})


@pytest.fixture
def relight():
    """A red box before a wall, to be put before a blue one."""
    image = np.full((80, 120, 3), 150, np.uint8)
    image[::7] = 158
    image[24:56, 40:80] = (215, 25, 25)
    options = EditOptions(prompt="a blue wall")
    return EditRequest(
        operation=Operation.REPLACE_BACKGROUND,
        image=image,
        mask=whole_mask(image),
        region=Rect(0, 0, 120, 80),
        options=options,
    )


def playing(desk, *looks, start=(200, {"id": RUN})):
    """Let the desk answer the start, and then one look after the other; the last again and again."""
    left = list(looks)

    def answer(method, path, headers, body):
        if method == "POST":
            return start
        return left.pop(0) if len(left) > 1 else left[0]

    desk.answer = answer


def done(request):
    return 200, encode_png(request.image), {"finish-reason": "SUCCESS", "seed": "12"}


def test_looks_are_ten_seconds_apart_and_never_less(bench_of, relight):
    bench = bench_of("stability")
    bench.server.next(Script.QUEUED)
    result = bench.run(relight)
    looks = [request for request in bench.server.requests if request.method == "GET"]
    assert len(looks) == bench.server.polls + 4 + 1
    assert bench.clock.slept == [10.0] * len(looks)
    assert result.request_id == looks[0].path.rpartition("/")[2]
    assert int(result.image[:10].reshape(-1, 3).mean(axis=0).argmax()) == 2


def test_phases_of_a_run(bench_of, relight):
    bench = bench_of("stability")
    bench.run(relight)
    phases = list(dict.fromkeys(progress.phase for progress in bench.progress))
    assert phases == [Phase.PREPARING, Phase.UPLOADING, Phase.PROCESSING]


def test_the_start_and_the_looks_are_what_the_document_asks_for(desk, desk_bench, relight):
    playing(desk, RUNNING, done(relight))
    bench = desk_bench("stability")
    result = bench.run(relight)
    assert desk.paths == [START, LOOK, LOOK]
    start, look = desk.requests[0][2], desk.requests[1][2]
    assert start["accept"] == "*/*"
    assert look["accept"] == "*/*"
    assert start["authorization"] == look["authorization"] == f"Bearer {bench.key}"
    assert (result.seed, result.request_id) == (12, RUN)


@pytest.mark.parametrize("name", ["image", "result"])
def test_a_result_may_be_json(desk, desk_bench, relight, name):
    text = base64.b64encode(encode_png(relight.image)).decode()
    playing(desk, (200, {name: text, "finish_reason": "SUCCESS", "seed": 3}))
    assert desk_bench("stability").run(relight).seed == 3


@pytest.mark.parametrize("start", [(200, {"id": RUN}), (202, {"id": RUN}), (200, {"id": RUN.upper()})], ids=str)
def test_the_id_is_what_counts_at_the_start(desk, desk_bench, relight, start):
    playing(desk, done(relight), start=start)
    desk_bench("stability").run(relight)
    assert desk.paths[-1].lower() == LOOK.lower()


def test_a_start_that_brings_the_picture_at_once_is_fine(desk, desk_bench, relight):
    playing(desk, RUNNING, start=done(relight))
    desk_bench("stability").run(relight)
    assert desk.paths == [START]


@pytest.mark.parametrize("start", [(200, {}), (200, {"id": "../v1/user"}), (200, {"id": 7})], ids=str)
def test_a_start_without_a_usable_id_may_be_charged(desk, desk_bench, relight, start):
    playing(desk, RUNNING, start=start)
    with pytest.raises(BadResult) as caught:
        desk_bench("stability").run(relight)
    assert caught.value.may_be_charged
    assert desk.paths == [START]


FAILING_LOOKS = {
    "500": (500, {"id": "1", "name": "internal_error", "errors": ["An unexpected server error"]}),
    "503 of a proxy": (503, b"<html>down</html>", {"content-type": "text/html"}),
    "403 of a proxy": (403, b"<html>blocked</html>", {"content-type": "text/html"}),
    "404 of a proxy": (404, b"<html>not found</html>", {"content-type": "text/html"}),
    "408": (408, {"id": "1", "name": "timeout", "errors": ["timed out"]}),
    "429": (429, {"id": "rate_limit_exceeded", "name": "rate_limit_exceeded", "errors": ["too many"]}),
}


@pytest.mark.parametrize("look", FAILING_LOOKS.values(), ids=FAILING_LOOKS)
def test_a_look_that_fails_does_not_lose_the_run(desk, desk_bench, relight, look):
    playing(desk, RUNNING, *[look] * 8, RUNNING, done(relight))
    bench = desk_bench("stability")
    assert bench.run(relight).request_id == RUN
    assert desk.paths.count(START) == 1
    assert min(bench.clock.slept) >= 10.0


def test_a_rate_limit_is_waited_for(desk, desk_bench, relight):
    told = (429, {"id": "1", "name": "rate_limit_exceeded", "errors": ["too many"]}, {"retry-after": "33"})
    playing(desk, FAILING_LOOKS["429"], told, done(relight))
    bench = desk_bench("stability")
    bench.run(relight)
    assert bench.clock.slept == [10.0, 60.0, 33.0]


def test_a_look_without_a_connection_does_not_lose_the_run(bench_of, relight):
    bench = bench_of("stability")
    bench.limits(transfer_deadline=0.3)
    bench.server.always(Script.HANG)
    bench.server.next(Script.OK)
    looks = 0

    def report(progress):
        nonlocal looks
        looks += progress.phase is Phase.PROCESSING
        if looks == 3:
            bench.server.always(Script.OK)

    result = bench.within(lambda platform: platform.run(relight, Call(key=bench.key, report=report)))
    assert result.way == "whole-picture"
    assert looks > 3


@pytest.mark.parametrize("script", [Script.HALF_ANSWER, Script.RESET])
def test_a_result_that_does_not_arrive_is_asked_for_again_until_the_deadline(bench_of, relight, script):
    bench = bench_of("stability")
    bench.server.always(script)
    with pytest.raises(MaybeRunning, match="did not finish within 600 seconds"):
        bench.run(relight)
    looks = [request for request in bench.server.requests if request.method == "GET"]
    assert len(looks) == 60
    assert bench.server.runs == 1


def test_a_run_that_never_ends_may_be_charged(bench_of, relight):
    bench = bench_of("stability")
    bench.server.always(Script.STUCK)
    with pytest.raises(MaybeRunning, match="may have been charged"):
        bench.run(relight)
    assert 595 <= sum(bench.clock.slept) <= 600
    assert bench.server.runs == 1


ENDS = {
    "expired": (Script.EXPIRED, Unavailable, True),
    "failed": (Script.FAILED_RUN, Unavailable, False),
    "filtered": (Script.REFUSAL, ContentRefused, True),
    "broken": (Script.BROKEN_PICTURE, BadResult, True),
    "lost": (Script.LOST_ANSWER, MaybeRunning, False),
}


@pytest.mark.parametrize("script, kind, charged", ENDS.values(), ids=ENDS)
def test_how_a_run_can_end(bench_of, relight, script, kind, charged):
    bench = bench_of("stability")
    bench.server.always(script)
    with pytest.raises(kind) as caught:
        bench.run(relight)
    assert type(caught.value) is kind
    assert caught.value.may_be_charged is charged
    assert bench.server.runs == 1


FINAL_LOOKS = {
    "expired": (404, "generation_not_found", Unavailable),
    "route gone": (404, "not_found", Unavailable),
    "another key": (401, "unauthorized", RefusedKey),
    "not understood": (400, "bad_request", Unsupported),
}


@pytest.mark.parametrize("status, name, kind", FINAL_LOOKS.values(), ids=FINAL_LOOKS)
def test_a_look_that_is_final(desk, desk_bench, relight, status, name, kind):
    playing(desk, (status, {"id": "1", "name": name, "errors": ["no"]}))
    with pytest.raises(kind) as caught:
        desk_bench("stability").run(relight)
    assert type(caught.value) is kind
    assert caught.value.may_be_charged
    assert desk.paths == [START, LOOK]


def test_a_run_that_moderation_stops_is_not_charged(desk, desk_bench, relight):
    playing(desk, (403, {"id": "1", "name": "content_moderation", "errors": ["flagged"]}))
    with pytest.raises(ContentRefused) as caught:
        desk_bench("stability").run(relight)
    assert not caught.value.may_be_charged


def test_a_run_cannot_be_stopped(bench_of, relight):
    bench = bench_of("stability")
    bench.server.always(Script.STUCK)

    async def scenario(platform):
        looking = asyncio.Event()

        def report(progress):
            bench.progress.append(progress)
            if len([one for one in bench.progress if one.phase is Phase.PROCESSING]) > 3:
                looking.set()

        task = asyncio.ensure_future(platform.run(relight, Call(key=bench.key, report=report)))
        await asyncio.wait_for(looking.wait(), 5)
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await asyncio.wait_for(task, 5)
        return caught.value.ending

    assert bench.within(scenario) is CancelEnding.COULD_NOT_STOP
    assert bench.server.runs == 1
