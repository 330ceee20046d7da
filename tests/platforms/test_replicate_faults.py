"""What becomes of an edit under every fault that the simulated Replicate can show, and when it is cancelled."""

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
    PlatformError,
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
OUTCOMES = {
    Script.OK: (SERVED, {}),
    Script.OUT_OF_CREDIT: (InsufficientCredit, {"status": 402}),
    Script.RATE_LIMIT: (RateLimited, {"retry_after": 6.0}),
    Script.RATE_LIMIT_UNTOLD: (RateLimited, {"status": 429}),
    Script.REFUSAL: (ContentRefused, {}),
    Script.REFUSAL_BEFORE: (ContentRefused, {}),
    Script.REFUSAL_MARKED: (ContentRefused, {}),
    Script.PUBLIC_FIGURE: (ContentRefused, {}),
    Script.SERVER_ERROR: (Unavailable, {"status": 500}),
    Script.BAD_GATEWAY: (Unavailable, {"status": 502}),
    Script.UNAVAILABLE: (Unavailable, {"status": 503}),
    Script.FAILED_RUN: (Unavailable, {"may_be_charged": False}),
    Script.STUCK: (Unavailable, {}),
    Script.HANG: (PlatformError, {}),
    Script.LOST_ANSWER: (SERVED, {}),
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
    Script.INVALID: (Unsupported, {"status": 422}),
    Script.WRONG_LANGUAGE: (Unsupported, {"status": 422}),
    Script.WRONG_SIZE: (BadResult, {}),
    Script.EXPIRED: (Unavailable, {"status": 404, **PAID}),
    Script.WRONG_POLARITY: (SERVED, {}),
}


def test_no_fault_is_forgotten():
    assert set(OUTCOMES) == set(Script)


@pytest.mark.parametrize("script", Script, ids=str)
def test_each_fault_has_its_outcome(bench_of, edit, script):
    bench = bench_of("replicate")
    bench.server.always(script)
    bench.limits(transfer_deadline=0.2, **({"call_deadline": 0.3, "deadline": 5.0} if script is Script.HANG else {}))
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
    assert bench.server.files == 0


def test_a_model_that_refuses_an_optional_field_goes_without_it(bench_of):
    bench = bench_of("replicate")
    bench.server.next(Script.INVALID)
    result = bench.run(scene(Operation.ERASE))
    assert result.model == "bria/eraser"
    assert result.notes == ("sync left out: Replicate's model does not take it.",)
    assert bench.server.runs == 1


def test_a_mask_read_the_other_way_is_turned_round_and_remembered(bench_of):
    bench = bench_of("replicate")
    bench.server.always(Script.WRONG_POLARITY)

    async def twice(platform):
        return [await platform.run(scene(Operation.ERASE), bench.call) for _ in range(2)]

    first, second = bench.within(twice)
    assert "reads masks the other way round" in first.notes[-1]
    assert second.notes == ()
    assert bench.server.runs == 3


@pytest.mark.parametrize("script", [Script.SLOW, Script.QUEUED], ids=str)
def test_waiting_is_told(bench_of, script):
    bench = bench_of("replicate")
    bench.server.always(script)
    bench.run(scene(Operation.ERASE))
    phases = [progress.phase for progress in bench.progress]
    assert phases.count(Phase.QUEUED) > 3
    assert (Phase.PROCESSING, 0.5) in [(progress.phase, progress.fraction) for progress in bench.progress]


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

    def test_before_anything_is_sent(self, bench_of):
        bench = bench_of("replicate")
        ending = self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.UPLOADING)
        assert ending is CancelEnding.STOPPED
        assert bench.server.runs == 0

    @pytest.mark.parametrize(
        "fraction, ending, status",
        [(None, CancelEnding.STOPPED, "canceled"), (0.5, CancelEnding.STOPPED_LATE, "canceled")],
        ids=["queued", "working"],
    )
    def test_a_run_under_way_is_stopped(self, bench_of, fraction, ending, status):
        bench = bench_of("replicate")
        bench.server.always(Script.STUCK if fraction else Script.QUEUED)
        bench.limits(cancel_seconds=2.0)
        wanted = (Phase.PROCESSING, fraction) if fraction else (Phase.QUEUED, None)
        request = scene(Operation.ERASE)
        assert self.cancelled_at(bench, request, lambda told: (told.phase, told.fraction) == wanted) is ending
        assert bench.server.statuses() == (status,)

    def test_an_order_that_is_not_answered_could_not_be_stopped(self, bench_of):
        bench = bench_of("replicate")
        bench.server.always(Script.HANG)
        ending = self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.PROCESSING)
        assert ending is CancelEnding.COULD_NOT_STOP
        looks = [request for request in bench.server.requests if request.path == "/v1/predictions"]
        assert [request.method for request in looks] == ["GET"], "the platform's list was asked"

    def test_a_picture_on_its_way_was_made_already(self, bench_of):
        bench = bench_of("replicate")
        bench.server.always(Script.DRIP)
        ending = self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.DOWNLOADING)
        assert ending is CancelEnding.ALREADY_DONE
        assert bench.server.charges == 1

    def test_what_was_uploaded_is_deleted(self, bench_of):
        bench = bench_of("replicate")
        bench.server.always(Script.STUCK)
        bench.limits(inline_bytes=100, cancel_seconds=2.0)
        self.cancelled_at(bench, scene(Operation.ERASE), lambda told: told.phase is Phase.QUEUED)
        assert bench.server.files == 0

    def test_the_second_of_two_runs_counts_the_first(self, bench_of):
        bench = bench_of("replicate")
        bench.server.next(Script.OK, Script.QUEUED)
        bench.limits(cancel_seconds=2.0)
        request = scene(Operation.INPAINT, variations=2)

        def in_the_queue_again(told):
            return told.phase is Phase.QUEUED and told.words.startswith("2 of 2")

        assert self.cancelled_at(bench, request, in_the_queue_again) is CancelEnding.STOPPED_LATE


def test_silence_ends_as_something_that_may_be_running(bench_of):
    bench = bench_of("replicate")
    bench.server.always(Script.HANG)
    bench.limits(call_deadline=0.3, deadline=60.0)
    with pytest.raises(MaybeRunning):
        bench.run(scene(Operation.ERASE))
