"""The part of the contract that tells how an adapter fails, and how it is cancelled."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from editor.domain.errors import (
    BadResult,
    Cancelled,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    MissingKey,
    PlatformError,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.domain.kinds import CancelEnding, Operation, Phase
from editor.domain.request import EditRequest
from editor.simulator.scripts import Script

FAULTS = [
    (Script.OUT_OF_CREDIT, InsufficientCredit),
    (Script.RATE_LIMIT, RateLimited),
    (Script.REFUSAL, ContentRefused),
    (Script.REFUSAL_BEFORE, ContentRefused),
    (Script.SERVER_ERROR, Unavailable),
    (Script.BAD_GATEWAY, Unavailable),
    (Script.FAILED_RUN, Unavailable),
    (Script.BROKEN_PICTURE, BadResult),
    (Script.BAD_KEY, RefusedKey),
]


class FailingContract:
    """A bad platform fails in the right way, in words for a person, and without a secret."""

    @pytest.mark.parametrize("script, kind", FAULTS, ids=lambda value: getattr(value, "value", None))
    def test_each_fault_has_its_kind(self, bench, edit, script, kind):
        bench.server.always(script)
        with pytest.raises(kind) as caught:
            bench.run(edit)
        self.fit_to_show(caught.value, bench)

    def test_a_picture_cut_in_half_is_no_result(self, bench, edit):
        bench.server.always(Script.HALF_ANSWER)
        bench.limits(call_deadline=3.0)
        with pytest.raises((Unavailable, MaybeRunning, BadResult)) as caught:
            bench.run(edit)
        if bench.direct:
            assert isinstance(caught.value, MaybeRunning), "it was sent, and the answer did not come whole"

    @pytest.mark.parametrize("script", [Script.RESET, Script.DRIP], ids=str)
    def test_a_picture_that_never_arrives_is_given_up(self, bench, edit, script):
        bench.server.always(script)
        bench.limits(transfer_deadline=0.2, **({"deadline": 0.5} if bench.direct else {}))
        with pytest.raises((Unavailable, MaybeRunning)) as caught:
            bench.run(edit)
        assert isinstance(caught.value, MaybeRunning) is (bench.direct)
        self.fit_to_show(caught.value, bench)

    def test_silence_after_sending_may_be_a_charge(self, bench, edit):
        bench.server.always(Script.HANG)
        bench.limits(deadline=0.6, call_deadline=0.5)
        with pytest.raises((MaybeRunning, Unavailable)) as caught:
            bench.run(edit)
        assert isinstance(caught.value, MaybeRunning) or bench.finds_lost_runs
        self.fit_to_show(caught.value, bench)

    def test_nobody_there_is_unavailable_and_surely_not_accepted(self, bench, edit):
        bench.server.stop()
        with pytest.raises(Unavailable) as caught:
            bench.run(edit)
        assert caught.value.surely_not_accepted
        assert len(bench.clock.slept) == 1, "one quick retry, no more"

    def test_out_of_credit_tells_where_to_top_up(self, bench, edit):
        bench.server.always(Script.OUT_OF_CREDIT)
        with pytest.raises(InsufficientCredit, match=r"out of credits\. Top up at ") as caught:
            bench.run(edit)
        assert caught.value.status in (402, 403)
        assert "https://" not in caught.value.message
        assert bench.server.charges == 0

    def test_a_rate_limit_tells_how_long(self, bench, edit):
        bench.server.always(Script.RATE_LIMIT)
        with pytest.raises(RateLimited) as caught:
            bench.run(edit)
        assert 0 < caught.value.retry_after <= 120
        assert bench.server.runs == 0

    def test_without_a_key_nothing_is_sent(self, bench, edit):
        bench.key = " "
        with pytest.raises(MissingKey):
            bench.run(edit)
        assert bench.server.requests == ()

    @pytest.mark.parametrize("key", ["ключ:ключ", "two words:here", "line\nbreak:x"])
    def test_what_cannot_be_a_key_is_refused_before_anything_is_sent(self, bench, edit, key):
        bench.key = key
        with pytest.raises(RefusedKey) as caught:
            bench.run(edit)
        assert bench.server.requests == ()
        assert key not in caught.value.message

    def test_an_empty_mask_is_never_sent(self, bench, edit):
        empty = EditRequest(
            operation=Operation.ERASE, image=edit.image, mask=np.zeros_like(edit.mask), region=edit.region
        )
        with pytest.raises(Unsupported):
            bench.run(empty)
        assert bench.server.requests == ()

    @staticmethod
    def fit_to_show(error: PlatformError, bench):
        for text in (error.message, error.detail):
            assert bench.key not in text
            assert "<" not in text
            assert "data:" not in text
        assert error.message[0].isupper()
        assert len(error.message) < 400


class CancellingContract:
    """Cancelling reaches the platform, and the user hears what became of the run."""

    def cancel_when(self, bench, edit, condition):
        async def scenario(platform):
            reached = asyncio.Event()

            def report(progress):
                bench.progress.append(progress)
                if condition(progress):
                    reached.set()

            call = type(bench.call)(key=bench.key, report=report)
            task = asyncio.ensure_future(platform.run(edit, call))
            await asyncio.wait_for(reached.wait(), 5)
            task.cancel()
            with pytest.raises(Cancelled) as caught:
                await asyncio.wait_for(task, 6)
            return caught.value.ending

        return bench.within(scenario)

    def test_before_anything_is_sent_it_is_stopped(self, bench, edit):
        ending = self.cancel_when(bench, edit, lambda progress: progress.phase is Phase.PREPARING)
        assert ending is CancelEnding.STOPPED
        assert bench.server.runs == 0

    def test_a_run_is_stopped_where_the_platform_can(self, bench, edit):
        bench.server.always(Script.STUCK)
        bench.limits(cancel_seconds=2.0)
        looked = []

        def under_way(progress):
            looked.append(progress)
            return len(looked) > 4 or (bench.direct and progress.phase is Phase.PROCESSING)

        ending = self.cancel_when(bench, edit, under_way)
        if bench.direct:
            assert ending is CancelEnding.COULD_NOT_STOP
        else:
            queued = looked[-1].phase is Phase.QUEUED
            assert ending is (CancelEnding.STOPPED if queued else CancelEnding.STOPPED_LATE)
            assert any("cancel" in request.path for request in bench.server.requests)

    def test_what_is_sent_and_unanswered_could_not_be_stopped(self, bench, edit):
        bench.server.always(Script.HANG)
        ending = self.cancel_when(bench, edit, lambda progress: progress.phase is Phase.PROCESSING)
        assert ending is CancelEnding.COULD_NOT_STOP

    def test_while_the_picture_travels_it_is_already_done(self, bench, edit):
        if bench.direct:
            pytest.skip("the picture comes with the answer")
        bench.server.always(Script.DRIP)
        ending = self.cancel_when(bench, edit, lambda progress: progress.phase is Phase.DOWNLOADING)
        assert ending is CancelEnding.ALREADY_DONE
        assert bench.server.charges == 1
