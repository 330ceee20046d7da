"""What becomes of an edit under every fault that the simulated FAL can show, and when it is cancelled."""

from __future__ import annotations

import asyncio

import pytest
from support.scene import middle, scene

from editor.domain.errors import (
    BadResult,
    Cancelled,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.domain.kinds import CancelEnding, Operation, Phase
from editor.imaging.result_check import check_result
from editor.platforms.base import Call
from editor.simulator.scripts import Script

SERVED = None
PAID = {"may_be_charged": True}
FREE = {"may_be_charged": False}
OUTCOMES = {
    Script.OK: (SERVED, {}),
    Script.OUT_OF_CREDIT: (InsufficientCredit, {"status": 403, **FREE}),
    Script.RATE_LIMIT: (RateLimited, {"status": 429, "retry_after": 10.0}),
    Script.RATE_LIMIT_UNTOLD: (RateLimited, {"status": 429, "retry_after": 10.0}),
    Script.REFUSAL: (ContentRefused, {"status": 422, **FREE}),
    Script.REFUSAL_BEFORE: (ContentRefused, FREE),
    Script.REFUSAL_MARKED: (ContentRefused, {}),
    Script.PUBLIC_FIGURE: (ContentRefused, FREE),
    Script.SERVER_ERROR: (Unavailable, {"status": 500, **FREE}),
    Script.BAD_GATEWAY: (Unavailable, {"status": 502, **FREE}),
    Script.UNAVAILABLE: (Unavailable, {"status": 503, **FREE}),
    Script.FAILED_RUN: (Unavailable, {"status": 500, **FREE}),
    Script.STUCK: (Unavailable, {}),
    Script.HANG: (MaybeRunning, {}),
    Script.LOST_ANSWER: (MaybeRunning, {}),
    Script.HALF_ANSWER: (Unavailable, PAID),
    Script.RESET: (Unavailable, PAID),
    Script.DRIP: (Unavailable, PAID),
    Script.STALL: (Unavailable, PAID),
    Script.BROKEN_PICTURE: (BadResult, {}),
    Script.BLANK_PICTURE: (BadResult, {}),
    Script.UNCHANGED_PICTURE: (BadResult, {}),
    Script.HALF_SIZE: (SERVED, {}),
    Script.BAD_KEY: (RefusedKey, {"status": 401}),
    Script.SLOW: (SERVED, {}),
    Script.QUEUED: (SERVED, {}),
    Script.FORBIDDEN: (RefusedKey, {"status": 403}),
    Script.GONE: (Unavailable, {"status": 404}),
    Script.TOO_LARGE: (Unsupported, {"status": 413}),
    Script.INVALID: (SERVED, {}),
    Script.WRONG_LANGUAGE: (SERVED, {}),
    Script.WRONG_SIZE: (BadResult, {}),
    Script.EXPIRED: (Unavailable, {"status": 404, **PAID}),
    Script.WRONG_POLARITY: (SERVED, {}),
}


def test_no_fault_is_forgotten():
    assert set(OUTCOMES) == set(Script)


@pytest.mark.parametrize("script", Script, ids=str)
def test_each_fault_has_its_outcome(bench_of, edit, script):
    bench = bench_of("fal")
    bench.server.always(script)
    bench.limits(transfer_deadline=0.2, **({"call_deadline": 0.3} if script is Script.HANG else {}))
    # Before a grey wall a grey hole is no fault.
    request = edit if script is Script.BLANK_PICTURE else scene(Operation.ERASE)
    kind, facts = OUTCOMES[script]
    if kind is SERVED:
        result = bench.run(request)
        check_result(request, result)
        assert middle(result.image)[0] < 190, "the red box is gone"
        return
    with pytest.raises(kind) as caught:
        check_result(request, bench.run(request))
    assert {name: getattr(caught.value, name) for name in facts} == facts
    assert bench.key not in caught.value.message + caught.value.detail


@pytest.mark.parametrize("script", [Script.LOST_ANSWER, Script.HANG, Script.EXPIRED, Script.FAILED_RUN], ids=str)
def test_what_may_have_been_charged_is_not_ordered_again(bench_of, script):
    bench = bench_of("fal")
    bench.server.always(script)
    bench.limits(call_deadline=0.3)
    with pytest.raises((MaybeRunning, Unavailable)):
        bench.run(scene(Operation.ERASE))
    assert len([request for request in bench.server.requests if "endpoint" in request.fields]) == 1


def test_a_model_that_refuses_an_optional_field_goes_without_it(bench_of):
    bench = bench_of("fal")
    bench.server.next(Script.INVALID)
    result = bench.run(scene(Operation.ERASE))
    assert result.model == "object-removal/mask"
    assert result.notes == ("Sent without “model”: object-removal/mask refused it.",)
    assert bench.server.runs == 2
    first, second = (request.fields for request in bench.server.requests if "endpoint" in request.fields)
    assert set(first) - set(second) == {"model"}


def test_a_model_that_refuses_more_than_that_hands_over(bench_of):
    bench = bench_of("fal")
    bench.server.next(Script.INVALID, Script.INVALID)
    result = bench.run(scene(Operation.ERASE))
    assert result.model == "bria/eraser"
    assert bench.server.charges == 1


def test_a_marked_picture_was_paid_for(bench_of):
    bench = bench_of("fal")
    bench.server.always(Script.REFUSAL_MARKED)
    with pytest.raises(ContentRefused) as caught:
        bench.run(scene(Operation.INPAINT))
    assert caught.value.may_be_charged


def test_waiting_is_told(bench_of):
    bench = bench_of("fal")
    bench.server.always(Script.QUEUED)
    bench.run(scene(Operation.ERASE))
    words = [progress.words for progress in bench.progress if progress.phase is Phase.QUEUED]
    assert words == [f"place {place} in the queue" for place in (4, 3, 2, 1)]


def test_the_share_that_the_logs_tell_grows(bench_of):
    bench = bench_of("fal")
    bench.server.always(Script.SLOW)
    bench.run(scene(Operation.ERASE))
    shares = [told.fraction for told in bench.progress if told.phase is Phase.PROCESSING and told.fraction is not None]
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


def test_a_run_that_never_ends_is_stopped_at_the_deadline(bench_of):
    bench = bench_of("fal")
    bench.server.always(Script.STUCK)
    with pytest.raises(Unavailable, match=r"did not finish within 240 seconds\. The run was stopped"):
        bench.run(scene(Operation.ERASE))
    assert bench.server.statuses() == ("COMPLETED",)
    assert bench.server.charges == 0


class TestCancelling:
    """At every stage of an edit, told what became of the run."""

    def cancelled_at(self, bench, request, condition):
        async def scenario(platform):
            reached = asyncio.Event()

            def report(progress):
                if condition(progress):
                    reached.set()

            task = asyncio.ensure_future(platform.run(request, Call(key=bench.key, report=report)))
            await asyncio.wait_for(reached.wait(), 5)
            task.cancel()
            with pytest.raises(Cancelled) as caught:
                await asyncio.wait_for(task, 6)
            return caught.value.ending

        return bench.within(scenario)

    @pytest.mark.parametrize("inline_bytes", [100, 3_000_000], ids=["uploading", "inline"])
    def test_before_the_order_has_left(self, bench_of, inline_bytes):
        bench = bench_of("fal")
        bench.limits(inline_bytes=inline_bytes)
        ending = self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.UPLOADING)
        assert ending is CancelEnding.STOPPED
        assert bench.server.runs == 0

    @pytest.mark.parametrize(
        "script, phase, ending",
        [
            (Script.QUEUED, Phase.QUEUED, CancelEnding.STOPPED),
            (Script.STUCK, Phase.PROCESSING, CancelEnding.STOPPED_LATE),
        ],
        ids=["queued", "working"],
    )
    def test_a_run_under_way_is_stopped(self, bench_of, script, phase, ending):
        bench = bench_of("fal")
        bench.server.always(script)

        def seen(told):
            return told.phase is phase and (phase is Phase.QUEUED or told.fraction is not None)

        assert self.cancelled_at(bench, scene(Operation.ERASE), seen) is ending
        assert bench.server.statuses() == ("COMPLETED",)
        assert bench.server.charges == 0
        assert [request.method for request in bench.server.requests].count("PUT") == 1

    def test_an_order_that_is_not_answered_could_not_be_stopped(self, bench_of):
        bench = bench_of("fal")
        bench.server.always(Script.HANG)
        ending = self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.PROCESSING)
        assert ending is CancelEnding.COULD_NOT_STOP

    def test_a_picture_on_its_way_was_made_already(self, bench_of):
        bench = bench_of("fal")
        bench.server.always(Script.DRIP)
        ending = self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.DOWNLOADING)
        assert ending is CancelEnding.ALREADY_DONE
        assert bench.server.charges == 1

    def test_the_fill_after_a_search_counts_the_search(self, bench_of):
        bench = bench_of("fal")
        bench.server.next(Script.OK, Script.QUEUED)
        request = scene(Operation.SEARCH_AND_REPLACE)

        def in_the_queue_again(told):
            return told.phase is Phase.QUEUED and bench.server.runs == 2

        assert self.cancelled_at(bench, request, in_the_queue_again) is CancelEnding.STOPPED_LATE
