"""What every outside platform's adapter must do, over real sockets against the simulated platforms."""

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
from editor.domain.geometry import Rect
from editor.domain.kinds import CancelEnding, CostSource, Operation, Phase
from editor.domain.request import EditRequest
from editor.simulator.scripts import Script


def _redness(image, mask):
    marked = mask == 255
    return float((image[..., 0].astype(int) - image[..., 1])[marked].mean())


class TestServing:
    """A good platform serves."""

    def test_the_object_is_gone_and_the_rest_is_as_it_was(self, bench, edit):
        result = bench.run(edit)
        assert result.image.shape == edit.image.shape
        assert _redness(edit.image, edit.mask) > 200
        assert _redness(result.image, edit.mask) < 100
        outside = edit.mask == 0
        difference = np.abs(result.image.astype(int) - edit.image)[outside]
        assert difference.mean() < 3
        assert bench.server.runs == 1

    def test_the_result_tells_who_and_how_much(self, bench, edit):
        result = bench.run(edit)
        models = bench.catalogue.models(bench.id, Operation.ERASE)
        assert result.model == models[0].name
        assert result.request_id
        assert result.cost.source is CostSource.ESTIMATED
        assert result.cost.usd == pytest.approx(models[0].price.usd)
        assert not result.image.flags.writeable

    def test_phases_are_told_in_order(self, bench, edit):
        bench.run(edit)
        phases = [progress.phase for progress in bench.progress]
        assert phases[:2] == [Phase.PREPARING, Phase.UPLOADING]
        assert Phase.PROCESSING in phases

    def test_a_seed_is_used_or_told_as_unused(self, bench, edit_of):
        seed = bench.run(edit_of(seed=4242)).seed
        accepts = bench.catalogue.models(bench.id, Operation.ERASE)[0].seed is not None
        assert (seed == 4242) if accepts else (seed is None)

    @pytest.mark.parametrize("size", [(40, 30), (30, 400), (1, 1), (200, 64)], ids=str)
    def test_small_and_narrow_crops_fit_too(self, bench, size):
        width, height = size
        image = np.full((height, width, 3), (20, 120, 60), np.uint8)
        mask = np.zeros((height, width), np.uint8)
        mask[height // 2, width // 2] = 255
        plain = EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, width, height))
        result = bench.run(plain)
        assert result.image.shape == image.shape
        assert np.abs(result.image.astype(int) - image).mean() < 3

    def test_an_answer_of_another_size_is_fitted_back(self, bench, edit):
        bench.server.always(Script.HALF_SIZE)
        result = bench.run(edit)
        assert result.image.shape == edit.image.shape
        assert _redness(result.image, edit.mask) < 100

    def test_a_large_crop_is_made_smaller_before_it_is_sent(self, bench):
        rng = np.random.default_rng(5)
        rough = rng.integers(0, 256, (275, 500, 3), np.uint8)
        image = np.repeat(np.repeat(rough, 8, axis=0), 8, axis=1)
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[1000:1200, 2000:2300] = 255
        large = EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, 4000, 2200))
        bench.limits(call_deadline=30.0)
        assert bench.run(large).image.shape == image.shape


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


class TestFailing:
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
        if bench.id == "stability":
            assert isinstance(caught.value, MaybeRunning), "it was sent, and the answer did not come whole"

    @pytest.mark.parametrize("script", [Script.RESET, Script.DRIP], ids=str)
    def test_a_picture_that_never_arrives_is_given_up(self, bench, edit, script):
        bench.server.always(script)
        bench.limits(transfer_deadline=0.2, **({"deadline": 0.5} if bench.id == "stability" else {}))
        with pytest.raises((Unavailable, MaybeRunning)) as caught:
            bench.run(edit)
        assert isinstance(caught.value, MaybeRunning) is (bench.id == "stability")
        self.fit_to_show(caught.value, bench)

    def test_silence_after_sending_may_be_a_charge(self, bench, edit):
        bench.server.always(Script.HANG)
        bench.limits(deadline=0.6, call_deadline=0.5)
        with pytest.raises((MaybeRunning, Unavailable)) as caught:
            bench.run(edit)
        assert isinstance(caught.value, MaybeRunning) or bench.id == "replicate"
        self.fit_to_show(caught.value, bench)

    def test_nobody_there_is_unavailable_and_surely_not_accepted(self, bench, edit):
        bench.simulated.stop()
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


class TestCancelling:
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
            return len(looked) > 4 or (bench.id == "stability" and progress.phase is Phase.PROCESSING)

        ending = self.cancel_when(bench, edit, under_way)
        if bench.id == "stability":
            assert ending is CancelEnding.COULD_NOT_STOP
        else:
            queued = looked[-1].phase is Phase.QUEUED
            assert ending is (CancelEnding.STOPPED if queued else CancelEnding.STOPPED_LATE)
            assert any("cancel" in request.path for request in bench.server.requests)

    def test_what_is_sent_and_unanswered_could_not_be_stopped(self, bench, edit):
        bench.server.always(Script.HANG)
        ending = self.cancel_when(bench, edit, lambda progress: progress.phase is Phase.PROCESSING)
        assert ending is CancelEnding.COULD_NOT_STOP

    @pytest.mark.parametrize("platform", ["replicate", "fal"])
    def test_while_the_picture_travels_it_is_already_done(self, bench_of, edit, platform):
        bench = bench_of(platform)
        bench.server.always(Script.DRIP)
        ending = self.cancel_when(bench, edit, lambda progress: progress.phase is Phase.DOWNLOADING)
        assert ending is CancelEnding.ALREADY_DONE
        assert bench.server.charges == 1


class TestKeys:
    """The key test costs nothing and tells good from bad."""

    def test_a_good_key(self, bench):
        assert bench.check_key().startswith("The key works.")
        assert (bench.server.runs, bench.server.charges) == (0, 0)

    def test_a_wrong_key(self, bench):
        with pytest.raises(RefusedKey) as caught:
            bench.check_key("sk-another:0123456789abcdef0123")
        assert "sk-another" not in caught.value.message + caught.value.detail

    def test_nobody_there(self, bench):
        bench.simulated.stop()
        with pytest.raises(Unavailable):
            bench.check_key()


def test_the_pages_for_keys_and_credits_can_be_opened(bench):
    async def pages(platform):
        return platform.key_page, platform.billing_page

    assert all(page.startswith("https://") for page in bench.within(pages))


def test_a_changed_address_is_told(bench):
    async def address(platform):
        return platform.changed_address

    assert bench.within(address) == bench.server.base_url
    bench.environment = {}
    assert bench.within(address) is None
