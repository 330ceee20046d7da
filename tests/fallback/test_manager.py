"""The fallback manager, line by line of what it promises."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from random import Random

import pytest
from support.fakes import FakeClock, FakeCredentials, FakePlatform, accept, small_request

from editor.domain.attempt import AttemptEnded, AttemptStarted, CycleFailed, JobEvent, JobStarted, Link
from editor.domain.errors import (
    AllPlatformsFailed,
    BadResult,
    Cancelled,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    NoPlatform,
    RateLimited,
    RefusedKey,
    Unavailable,
)
from editor.domain.kinds import CancelEnding, CostSource, OperationType, Outcome
from editor.domain.request import EditRequest, EditResult
from editor.domain.status import Standing
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager, Served
from editor.fallback.policy import pause_after
from editor.fallback.selection import DEFAULT_TABLES
from editor.platforms.base import Call
from editor.platforms.leaving import in_time

TABLE = DEFAULT_TABLES[OperationType.IMAGE_EDITING]
DOWN = Unavailable("The server is down.", status=503)
BROKE = InsufficientCredit("Out of credits. Top up.", status=402)


class Bench:
    """A manager over four scripted platforms."""

    def __init__(self, **scripts: Sequence[object]) -> None:
        self.clock = FakeClock()
        self.platforms = {
            link.platform: FakePlatform(
                link.platform, self.clock, *scripts.get(link.platform, ()), needs_key=link.platform != "local"
            )
            for link in TABLE
        }
        self.credentials = FakeCredentials({name: f"key-{name}" for name in self.platforms if name != "local"})
        self.health = Health(clock=self.clock)
        self.events: list[JobEvent] = []
        self.check = accept

    async def run(self, chain: Sequence[Link] = TABLE, cycles: int = 5) -> Served:
        manager = FallbackManager(
            platforms=self.platforms,
            credentials=self.credentials,
            health=self.health,
            clock=self.clock,
            chance=Random(1),
            check=self.check,
        )
        return await manager.run(small_request(), chain=chain, job="job-1", on_event=self.events.append, cycles=cycles)

    def go(self, chain: Sequence[Link] = TABLE, cycles: int = 5) -> Served:
        return asyncio.run(self.run(chain, cycles))

    def fail(self, chain: Sequence[Link] = TABLE, cycles: int = 5) -> AllPlatformsFailed:
        with pytest.raises(AllPlatformsFailed) as caught:
            self.go(chain, cycles)
        return caught.value

    @property
    def called(self) -> dict[str, int]:
        return {name: len(platform.calls) for name, platform in self.platforms.items()}


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="editor.fallback")
    return caplog


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [f"{record.levelname}:{record.getMessage()}" for record in caplog.records]


REMOTE = TABLE[:3]


def test_first_link_serves_and_nobody_else_is_called(logged: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    served = bench.go()
    assert served.link.platform == "stability"
    assert bench.called == {"stability": 1, "replicate": 0, "fal": 0, "local": 0}
    assert lines(logged) == [
        "INFO:🎯 Selected platform for image_editing: stability (sd-3.5-large)",
        "INFO:✅ Image editing completed using stability",
    ]


def test_out_of_credit_hands_over_word_for_word(logged: pytest.LogCaptureFixture) -> None:
    bench = Bench(stability=[BROKE])
    served = bench.go()
    assert served.link.platform == "replicate"
    assert lines(logged) == [
        "INFO:🎯 Selected platform for image_editing: stability (sd-3.5-large)",
        "WARNING:💳 Platform stability has credit issues: 402 Payment Required",
        "INFO:🎯 Selected platform for image_editing: replicate (flux)",
        "INFO:✅ Image editing completed using replicate",
    ]
    assert [attempt.outcome for attempt in served.attempts] == [Outcome.OUT_OF_CREDIT, Outcome.SERVED]
    assert served.attempts[0].status == 402
    assert bench.health.condition("stability").standing is Standing.OUT_OF_CREDIT


def test_all_failing_takes_five_cycles_with_four_resets(logged: pytest.LogCaptureFixture) -> None:
    bench = Bench(stability=[DOWN], replicate=[BROKE], fal=[RateLimited("Too many.", status=429, retry_after=9)])
    failure = bench.fail(REMOTE)
    tried = ", ".join(["stability, replicate, fal"] * 5)
    assert str(failure) == f"All platforms failed for image_editing. Tried: {tried}. Last error: Too many."
    said = lines(logged)
    assert said[-1] == f"ERROR:{failure}"
    resets = [f"WARNING:⚠️ Retry cycle {cycle} failed, resetting health cache..." for cycle in (1, 2, 3, 4)]
    assert [line for line in said if "Retry cycle" in line] == resets
    assert said.count("ERROR:Stability API error: The server is down.") == 5
    assert [attempt.cycle for attempt in failure.attempts] == [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3 + [5] * 3


def test_pauses_double_within_a_fifth() -> None:
    bench = Bench(stability=[DOWN])
    bench.fail(TABLE[:1])
    assert len(bench.clock.slept) == 4
    for slept, expected in zip(bench.clock.slept, (0.5, 1, 2, 4), strict=True):
        assert expected * 0.8 <= slept <= expected * 1.2
    pauses = [event.pause for event in bench.events if isinstance(event, CycleFailed)]
    assert pauses == bench.clock.slept


def test_a_link_that_failed_is_aside_for_the_next_edit_and_probed_after_five_minutes() -> None:
    bench = Bench(stability=[DOWN, None])
    assert bench.go().link.platform == "replicate"
    second = bench.go()
    assert bench.called["stability"] == 1
    left_out = second.attempts[0]
    assert (left_out.platform, left_out.started, left_out.seconds) == ("stability", None, 0)
    bench.clock.seconds += 300
    assert bench.go().link.platform == "stability"
    assert bench.health.condition("stability").standing is Standing.READY


def test_a_rate_limit_lasts_as_long_as_told() -> None:
    bench = Bench(stability=[RateLimited("Wait.", status=429, retry_after=20), None])
    bench.go()
    assert bench.health.condition("stability").standing is Standing.LIMITED
    assert bench.health.condition("stability").retry_in == pytest.approx(19, abs=1.5)
    bench.clock.seconds += 21
    assert bench.go().link.platform == "stability"


def test_one_bad_picture_is_bad_luck_and_two_put_aside() -> None:
    bench = Bench(stability=[BadResult("Blank.")])
    bench.go()
    assert bench.health.condition("stability").standing is Standing.READY
    bench.go()
    assert bench.called["stability"] == 2
    assert bench.health.condition("stability").standing is Standing.FAILING
    bench.go()
    assert bench.called["stability"] == 2


def test_a_result_that_the_check_rejects_counts_as_bad() -> None:
    bench = Bench()

    async def reject_first(request: EditRequest, result: EditResult) -> None:
        if result.model == "stability-model":
            raise BadResult("Nothing changed.")

    bench.check = reject_first
    served = bench.go()
    assert [attempt.outcome for attempt in served.attempts] == [Outcome.BAD_RESULT, Outcome.SERVED]


def test_a_run_that_had_ended_before_the_failure_may_have_been_charged() -> None:
    fetched_in_vain = Unavailable("The picture could not be fetched.")
    fetched_in_vain.may_be_charged = True
    served = Bench(stability=[fetched_in_vain], replicate=[DOWN]).go()
    lost, down = served.attempts[:2]
    assert lost.cost.source is CostSource.UNKNOWN
    assert down.cost.usd == 0.0


@pytest.mark.parametrize(
    "error",
    [RefusedKey("Bad key.", status=401), ContentRefused("Refused."), MaybeRunning("No answer.")],
    ids=lambda error: error.outcome,
)
def test_what_stays_out_of_the_request_is_called_once(error: Exception) -> None:
    bench = Bench(stability=[error], replicate=[DOWN])
    failure = bench.fail(TABLE[:2])
    assert bench.called["stability"] == 1
    assert bench.called["replicate"] == 5
    assert [attempt.platform for attempt in failure.attempts] == ["stability"] + ["replicate"] * 5


def test_no_more_than_two_bad_pictures_are_paid_for() -> None:
    bench = Bench(stability=[BadResult("Blank.")], replicate=[DOWN])
    bench.fail(TABLE[:2])
    assert bench.called == {"stability": 2, "replicate": 5, "fal": 0, "local": 0}


@pytest.mark.parametrize(
    "error, ending",
    [
        (DOWN, CancelEnding.STOPPED),
        (BadResult("Blank."), CancelEnding.STOPPED_LATE),
        (MaybeRunning("No answer."), CancelEnding.COULD_NOT_STOP),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_cancel_between_two_calls_tells_what_may_be_charged(error: Exception, ending: CancelEnding) -> None:
    bench = Bench(stability=[error], replicate=[DOWN])

    async def scenario() -> CancelEnding:
        task = asyncio.ensure_future(bench.run(TABLE[:2]))

        async def cancel_in_the_pause(seconds: float) -> None:
            task.cancel()
            await asyncio.sleep(0)

        bench.clock.sleep = cancel_in_the_pause  # type: ignore[method-assign]
        with pytest.raises(Cancelled) as caught:
            await task
        return caught.value.ending

    assert asyncio.run(scenario()) is ending


def test_when_only_such_links_remain_the_end_comes_at_once(logged: pytest.LogCaptureFixture) -> None:
    bench = Bench(stability=[RefusedKey("Bad key.", status=401)], replicate=[ContentRefused("Refused.")])
    bench.credentials.keys.pop("fal")
    failure = bench.fail(REMOTE)
    assert bench.clock.slept == []
    assert not [line for line in lines(logged) if "Retry cycle" in line]
    assert failure.attempts[-1].outcome is Outcome.MISSING_KEY


def test_links_without_a_key_are_attempts_without_a_selected_line(logged: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.credentials.keys.clear()
    failure = bench.fail(REMOTE)
    assert str(failure).startswith(
        "All platforms failed for image_editing. Tried: stability, replicate, fal. Last error: "
    )
    assert not [line for line in lines(logged) if "🎯" in line]
    for platform in ("stability", "replicate", "fal"):
        assert f"{platform.upper()}_KEY" in str(failure)
        assert f"keys set {platform}" in str(failure)
    for attempt in failure.attempts:
        assert attempt.cycle == 1
        assert attempt.started is None
        assert attempt.seconds == 0
        assert f"{attempt.platform.upper()}_KEY" in attempt.message
        assert f"keys set {attempt.platform}" in attempt.message


def test_an_unsupported_request_is_left_out_with_its_reason() -> None:
    bench = Bench()
    bench.platforms["stability"].refusal = "The picture is too narrow."
    bench.platforms["replicate"].offered = None
    served = bench.go()
    assert [attempt.outcome for attempt in served.attempts] == [Outcome.UNSUPPORTED] * 2 + [Outcome.SERVED]
    assert served.attempts[0].message == "The picture is too narrow."
    assert bench.health.condition("stability").standing is Standing.UNKNOWN


def test_a_fault_in_one_adapter_takes_no_other_link_away(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    def stumble(request: EditRequest) -> str | None:
        raise ZeroDivisionError

    bench.platforms["stability"].why_not = stumble  # type: ignore[method-assign]
    served = bench.go()
    assert served.link.platform == "replicate"
    assert served.attempts[0].outcome is Outcome.UNAVAILABLE
    assert served.attempts[0].message == "Stability stopped on an internal error."
    assert "Unexpected fault while stability was asked" in caplog.text


def test_the_reset_makes_a_link_that_was_aside_eligible_again() -> None:
    bench = Bench(stability=[BROKE, None], replicate=[DOWN])
    bench.platforms["fal"].script = [DOWN]
    bench.go()  # the local link serves; the three others are aside now
    served = bench.go(TABLE[:1])
    assert [attempt.outcome for attempt in served.attempts] == [Outcome.OUT_OF_CREDIT, Outcome.SERVED]
    assert [attempt.cycle for attempt in served.attempts] == [1, 2]


def test_the_reset_leaves_the_panel_as_it_was() -> None:
    bench = Bench(stability=[BROKE], replicate=[DOWN])
    seen: list[Standing] = []

    def look(event: JobEvent) -> None:
        if isinstance(event, CycleFailed):
            seen.append(bench.health.condition("stability").standing)

    bench.events = _Listening(look)
    bench.fail(TABLE[:2])
    assert seen == [Standing.OUT_OF_CREDIT] * 4


class _Listening(list[JobEvent]):
    def __init__(self, look: object) -> None:
        super().__init__()
        self._look = look

    def append(self, event: JobEvent) -> None:
        self._look(event)  # type: ignore[operator]


def test_the_local_link_never_asks_for_a_key_and_is_never_aside() -> None:
    bench = Bench(local=[Unavailable("The engine ended."), None])
    served = bench.go(TABLE[3:])
    assert served.link.platform == "local"
    assert bench.credentials.asked == []


def test_a_fault_of_ours_in_one_adapter_does_not_end_the_request(logged: pytest.LogCaptureFixture) -> None:
    bench = Bench(stability=[KeyError("surprise")])
    served = bench.go()
    assert served.link.platform == "replicate"
    assert served.attempts[0].outcome is Outcome.UNAVAILABLE


def test_an_empty_table_ends_at_once() -> None:
    bench = Bench()
    with pytest.raises(NoPlatform, match="no platform offers this yet"):
        bench.go(())
    assert bench.events == []


def test_cancelling_says_what_became_of_the_run_and_returns_the_permit() -> None:
    bench = Bench(stability=["hang"])

    async def scenario() -> Cancelled:
        bench.platforms["stability"].waiting = asyncio.Event()
        task = asyncio.create_task(bench.run())
        await bench.platforms["stability"].waiting.wait()
        assert bench.health.condition("stability").standing is Standing.SERVING
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await task
        return caught.value

    cancelled = asyncio.run(scenario())
    assert cancelled.ending is CancelEnding.COULD_NOT_STOP
    assert [attempt.outcome for attempt in cancelled.attempts] == [Outcome.CANCELLED]
    assert bench.health.condition("stability").standing is Standing.UNKNOWN


def test_cancelling_while_a_result_is_looked_at_says_that_the_run_was_done() -> None:
    bench = Bench()
    looking = asyncio.Event()

    async def look(request: EditRequest, result: EditResult) -> None:
        looking.set()
        await asyncio.Event().wait()

    bench.check = look

    async def scenario() -> Cancelled:
        task = asyncio.create_task(bench.run())
        await looking.wait()
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await task
        return caught.value

    cancelled = asyncio.run(scenario())
    assert cancelled.ending is CancelEnding.ALREADY_DONE
    assert cancelled.attempts[0].cost.source is CostSource.UNKNOWN


def test_what_may_have_been_charged_is_not_called_free() -> None:
    error = Bench(stability=[BadResult("The picture is blank.")]).fail(TABLE[:1], cycles=1)
    assert error.attempts[0].cost.source is CostSource.UNKNOWN
    error = Bench(local=[BadResult("The picture is blank.")]).fail(TABLE[3:], cycles=1)
    assert error.attempts[0].cost.usd == 0.0


def test_a_thousand_cycles_do_not_wait_longer_than_five() -> None:
    assert 3.2 <= pause_after(5000, Random(1)) <= 4.8


def test_events_tell_the_same_story_as_the_attempts() -> None:
    bench = Bench(stability=[DOWN], replicate=[None])
    served = bench.go()
    assert isinstance(bench.events[0], JobStarted)
    assert bench.events[0].links == TABLE
    started = [event.link.platform for event in bench.events if isinstance(event, AttemptStarted)]
    ended = tuple(event.attempt for event in bench.events if isinstance(event, AttemptEnded))
    assert started == ["stability", "replicate"]
    assert ended == served.attempts


def test_only_one_request_probes_a_link_whose_time_is_over() -> None:
    bench = Bench(stability=[DOWN, "hang"])
    bench.go()
    bench.clock.seconds += 301

    async def scenario() -> None:
        bench.platforms["stability"].waiting = asyncio.Event()
        probe = asyncio.create_task(bench.run())
        await bench.platforms["stability"].waiting.wait()
        other = await bench.run()
        assert other.link.platform == "replicate"
        probe.cancel()
        with pytest.raises(Cancelled):
            await probe

    asyncio.run(scenario())
    assert bench.called["stability"] == 2
    bench.platforms["stability"].script = [None]
    assert bench.go().link.platform == "stability", "the permit of a cancelled probe is returned"


class _BusyLeaving(FakePlatform):
    """Fails, and then takes its time to delete what it has uploaded."""

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        try:
            return await super().run(request, call)
        except Unavailable:
            self.waiting.set()
            await in_time(asyncio.Event().wait(), 60.0, True)
            raise


def test_a_cancelling_while_a_link_is_being_left_calls_no_other_link() -> None:
    bench = Bench()
    bench.platforms["stability"] = leaving = _BusyLeaving("stability", bench.clock, DOWN)

    async def scenario() -> None:
        task = asyncio.create_task(bench.run())
        await leaving.waiting.wait()
        task.cancel()
        with pytest.raises(Cancelled) as cancelled:
            await task
        assert [attempt.outcome for attempt in cancelled.value.attempts] == [Outcome.UNAVAILABLE]

    asyncio.run(scenario())
    assert bench.called == {"stability": 1, "replicate": 0, "fal": 0, "local": 0}
