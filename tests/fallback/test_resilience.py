"""What the manager does in bad weather: hints, dead links, slow links, lanes, empty accounts."""

from __future__ import annotations

import asyncio

import pytest
from support.scenes import CLOUD, TABLE, Scene, played
from support.world import PATIENCE, PRICE, Mood

from editor.domain.errors import AllPlatformsFailed, Cancelled
from editor.domain.kinds import CancelEnding, Operation, Outcome
from editor.domain.status import Standing
from editor.fallback.policy import LONGEST_HINT, AfterRefusal, Rules

HEDGED = Rules(hedge_share=1.0)


# --- a dead link costs the next call nothing


@pytest.mark.parametrize("mood", [Mood.DOWN, Mood.HANGING, Mood.UNREACHED, Mood.BROKE, Mood.LIMITED])
def test_of_eleven_calls_only_the_first_pays_for_a_dead_link(mood: Mood) -> None:
    async def scenario() -> list[float]:
        scene, seconds = Scene(stability=mood), []
        for _ in range(11):
            began = scene.clock.seconds
            task = scene.begin()
            while not task.done():
                await scene.clock.advance(0.25)
            assert task.result().link.platform == "replicate"
            seconds.append(scene.clock.seconds - began)
            if mood is Mood.LIMITED:
                scene.platforms["stability"].mood = Mood.LIMITED
        assert scene.visits.count("stability") == (2 if mood is Mood.LIMITED else 1)
        return seconds

    first, *rest = played(scenario)
    assert first <= 122.25
    assert all(extra <= 2.0 for extra in rest), "replicate's own two seconds and nothing else"


# --- hints


def test_a_limited_platform_is_left_alone_while_another_can_be_called() -> None:
    async def scenario() -> tuple[Scene, AllPlatformsFailed]:
        scene = Scene(stability=Mood.LIMITED, replicate=Mood.DOWN, fal=Mood.DOWN)
        failure = await scene.failure()
        assert isinstance(failure, AllPlatformsFailed)
        return scene, failure

    scene, failure = played(scenario)
    assert scene.visits.count("stability") == 1, "its 20 seconds were not over"
    assert scene.visits.count("replicate") == 5
    limited = [attempt for attempt in failure.attempts if attempt.platform == "stability"]
    assert [attempt.started is None for attempt in limited] == [False, True, True, True, True]


def test_where_everybody_asks_for_time_the_round_waits_for_it() -> None:
    async def scenario() -> Scene:
        scene = Scene(stability=Mood.LIMITED, replicate=Mood.LIMITED, fal=Mood.LIMITED)
        task = scene.begin()
        await scene.clock.advance(1.0)
        scene.platforms["fal"].mood = Mood.OK
        await scene.clock.advance(18.5)
        assert scene.visits == ["stability", "replicate", "fal"]
        await scene.clock.advance(30.0)
        assert task.result().link.platform == "fal"
        return scene

    assert played(scenario).pauses == [20.0]


def test_a_platform_that_is_down_may_ask_for_time_too() -> None:
    async def scenario() -> Scene:
        scene = Scene(stability=Mood.DOWN, replicate=Mood.DOWN)
        scene.platforms["stability"].asks = 2.5
        await scene.failure(TABLE[:2])
        return scene

    scene = played(scenario)
    calls = [visit.began for name, visit in scene.log.visits if name == "stability"]
    assert scene.visits.count("replicate") == 5
    assert len(calls) == 3, "left alone in the rounds after 0.5 and 1.5 seconds, and called in the others"
    assert calls[1] - calls[0] >= 2.5


def test_no_hint_is_waited_for_longer_than_a_minute() -> None:
    async def scenario() -> Scene:
        scene = Scene(stability=Mood.LIMITED)
        scene.platforms["stability"].told = 3600.0
        await scene.failure(TABLE[:1], cycles=2)
        return scene

    assert played(scenario).pauses == [LONGEST_HINT]


# --- all aside


def test_where_all_are_aside_the_least_bad_is_tried_at_once() -> None:
    async def scenario() -> None:
        scene = Scene(stability=Mood.DOWN, replicate=Mood.DOWN, fal=Mood.BROKE)
        await scene.failure(cycles=2)
        scene.platforms["stability"].mood = scene.platforms["replicate"].mood = Mood.OK
        scene.platforms["fal"].mood = Mood.OK
        served = await scene.serve()
        assert served.link.platform == "stability"
        assert [attempt.started is None for attempt in served.attempts] == [True, True, True, False]
        assert {attempt.cycle for attempt in served.attempts} == {1}

    played(scenario)


def test_the_one_with_the_fewest_failures_is_the_least_bad() -> None:
    async def scenario() -> None:
        scene = Scene(stability=Mood.DOWN, replicate=Mood.DOWN)
        await scene.failure(TABLE[:1], cycles=3)
        await scene.failure(TABLE[1:2], cycles=1)
        scene.platforms["stability"].mood = scene.platforms["replicate"].mood = Mood.OK
        assert (await scene.serve(TABLE[:2])).link.platform == "replicate"

    played(scenario)


def test_this_computer_serves_before_anything_is_tried_in_despair() -> None:
    async def scenario() -> None:
        scene = Scene(stability=Mood.DOWN, replicate=Mood.DOWN, fal=Mood.DOWN)
        await scene.serve(TABLE)
        before = len(scene.log.visits)
        assert (await scene.serve(TABLE)).link.platform == "local"
        assert scene.visits[before:] == ["local"]

    played(scenario)


# --- limits


def test_a_hanging_platform_is_left_after_four_times_its_usual_time_and_given_more_the_next_time() -> None:
    async def scenario() -> list[float]:
        scene, seconds = Scene(stability=Mood.HANGING, usual={"stability": 25.0}), []
        for _ in range(2):
            served = await scene.serve(rules=Rules(resend=9))
            seconds.append(served.attempts[0].seconds)
            scene.health.forget("stability")
        return seconds

    assert played(scenario) == [100.0, PATIENCE]


def test_a_run_that_never_leaves_the_queue_is_given_up_sooner_than_one_that_works() -> None:
    async def scenario() -> float:
        scene = Scene(replicate=Mood.QUEUEING)
        for _ in range(5):
            task = scene.begin(TABLE[1:2])
            await scene.clock.advance(2.0)
            scene.platforms["replicate"].queue = 4.0
            await scene.clock.advance(40.0)
            assert task.result().link.platform == "replicate"
        scene.platforms["replicate"].queue = 100.0
        served = await scene.serve(TABLE[1:3])
        assert served.link.platform == "fal"
        return served.attempts[0].seconds

    assert played(scenario) == pytest.approx(90.0), "three times the 30 seconds of the first queue"


def test_a_probe_has_less_time() -> None:
    async def scenario() -> float:
        scene = Scene(stability=Mood.DOWN, usual={"stability": 30.0})
        await scene.serve()
        scene.platforms["stability"].mood = Mood.HANGING
        await scene.clock.advance(300.0)
        return (await scene.serve()).attempts[0].seconds

    assert played(scenario) == 60.0


# --- refusals and lost answers


def test_after_a_refusal_nobody_else_sees_the_picture_where_the_user_says_so() -> None:
    async def scenario() -> Scene:
        scene = Scene(stability=Mood.REFUSING)
        await scene.failure(rules=Rules(after_refusal=AfterRefusal.STOP))
        return scene

    assert played(scenario).visits == ["stability"]


@pytest.mark.parametrize("resend, calls", [(0, 1), (1, 2)])
def test_a_platform_whose_answer_was_lost_is_called_again_as_often_as_the_user_allows(resend: int, calls: int) -> None:
    async def scenario() -> Scene:
        scene = Scene(stability=Mood.LOSING, replicate=Mood.DOWN)
        await scene.failure(TABLE[:2], rules=Rules(resend=resend))
        return scene

    assert played(scenario).visits.count("stability") == calls


# --- a second call beside a slow one


async def spent_before(scene: Scene, edits: int = 2) -> None:
    """Edits that were paid for: second calls have a share in what is spent."""
    for _ in range(edits):
        await scene.serve()


def test_a_slow_call_gets_company_and_the_first_good_picture_wins() -> None:
    async def scenario() -> None:
        scene = Scene(usual={"stability": 5.0})
        await spent_before(scene)
        scene.platforms["stability"].mood = Mood.SLOW
        began = scene.clock.seconds
        served = await scene.serve(rules=HEDGED)
        assert served.link.platform == "replicate"
        assert scene.clock.seconds - began <= 8.0
        outcomes = {attempt.platform: attempt for attempt in served.attempts}
        assert outcomes["stability"].outcome is Outcome.CANCELLED
        assert str(CancelEnding.COULD_NOT_STOP) in outcomes["stability"].message
        assert served.attempts[-1].platform == "replicate"
        assert scene.log.live() == 0

    played(scenario)


def test_a_call_within_its_usual_time_stays_alone() -> None:
    async def scenario() -> Scene:
        scene = Scene(usual={"stability": 5.0})
        await spent_before(scene)
        await scene.serve(rules=HEDGED)
        return scene

    assert set(played(scenario).visits) == {"stability"}


def test_the_slow_call_may_still_win_and_the_other_is_told_to_stop() -> None:
    async def scenario() -> None:
        scene = Scene(usual={"stability": 5.0}, replicate=Mood.SLOW)
        await spent_before(scene)
        scene.platforms["stability"].mood = Mood.QUEUEING
        scene.platforms["stability"].queue = 6.0
        served = await scene.serve(rules=HEDGED)
        assert served.link.platform == "stability"
        assert [attempt.outcome for attempt in served.attempts] == [Outcome.CANCELLED, Outcome.SERVED]

    played(scenario)


def test_a_second_call_that_fails_leaves_the_first_at_work() -> None:
    async def scenario() -> None:
        scene = Scene(usual={"stability": 5.0}, replicate=Mood.DOWN)
        await spent_before(scene)
        scene.platforms["stability"].mood = Mood.SLOW
        scene.usual["stability"] = 20.0
        served = await scene.serve(rules=HEDGED)
        assert served.link.platform == "stability"
        assert [attempt.outcome for attempt in served.attempts] == [Outcome.UNAVAILABLE, Outcome.SERVED]

    played(scenario)


def test_two_pictures_in_the_same_moment_are_both_kept() -> None:
    async def scenario() -> None:
        scene = Scene(usual={"stability": 3.0})
        await spent_before(scene)
        scene.platforms["stability"].mood = Mood.QUEUEING
        scene.platforms["stability"].queue = 3.0
        served = await scene.serve(rules=HEDGED)
        assert len(served.result.others) == 1
        assert "kept as a variation" in served.result.notes[-1]
        assert [attempt.outcome for attempt in served.attempts] == [Outcome.SERVED] * 2

    played(scenario)


def test_second_calls_cost_no_more_than_their_share() -> None:
    async def scenario() -> float:
        scene = Scene(usual={"stability": 20.0})
        await spent_before(scene, edits=10)
        scene.platforms["stability"].mood = Mood.SLOW
        for _ in range(20):
            await scene.serve(rules=Rules(hedge_share=0.1))
        spent = sum(PRICE for name in scene.visits)
        return PRICE * scene.visits.count("replicate") / spent

    assert 0.0 < played(scenario) <= 0.11


def test_without_leave_there_is_no_second_call() -> None:
    async def scenario() -> Scene:
        scene = Scene(usual={"stability": 20.0})
        await spent_before(scene)
        scene.platforms["stability"].mood = Mood.SLOW
        await scene.serve()
        return scene

    assert set(played(scenario).visits) == {"stability"}


def test_cancelling_stops_both_calls_and_tells_the_worse_end() -> None:
    async def scenario() -> Cancelled:
        scene = Scene(usual={"stability": 5.0}, replicate=Mood.SLOW)
        await spent_before(scene)
        scene.platforms["stability"].mood = Mood.SLOW
        task = scene.begin(rules=HEDGED)
        await scene.clock.advance(10.0)
        assert scene.log.live() == 2
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await task
        assert scene.log.live() == 0
        return caught.value

    cancelled = played(scenario)
    assert cancelled.ending is CancelEnding.COULD_NOT_STOP
    assert {attempt.platform for attempt in cancelled.attempts} == {"stability", "replicate"}


# --- lanes


def test_a_platform_is_sent_two_calls_at_once_and_the_third_waits_its_turn() -> None:
    async def scenario() -> None:
        scene = Scene()
        tasks = [scene.begin() for _ in range(5)]
        await scene.clock.advance(1.0)
        assert scene.log.live() == 2
        assert scene.waits == ["stability"] * 3
        await scene.clock.advance(5.0)
        assert [task.result().link.platform for task in tasks] == ["stability"] * 5
        assert [visit.began for _, visit in scene.log.visits] == [0, 0, 2, 2, 4]

    played(scenario)


def test_who_waited_for_a_platform_that_failed_meanwhile_goes_on() -> None:
    async def scenario() -> None:
        scene = Scene(stability=Mood.HANGING)
        tasks = [scene.begin() for _ in range(3)]
        await scene.clock.advance(200.0)
        assert [task.result().link.platform for task in tasks] == ["replicate"] * 3
        assert scene.visits.count("stability") == 2

    played(scenario)


def test_a_cancelled_wait_costs_nothing_and_frees_nobody_elses_lane() -> None:
    async def scenario() -> None:
        scene = Scene()
        first, second, third = (scene.begin() for _ in range(3))
        await scene.clock.advance(1.0)
        third.cancel()
        with pytest.raises(Cancelled) as caught:
            await third
        assert caught.value.ending is CancelEnding.STOPPED
        assert scene.log.live() == 2
        await scene.clock.advance(2.0)
        assert first.result() and second.result()

    played(scenario)


# --- an empty account


def test_an_account_that_was_topped_up_is_found_out_beside_the_next_edit() -> None:
    async def scenario() -> None:
        scene = Scene(stability=Mood.BROKE)
        await scene.serve()
        await scene.serve()
        assert scene.platforms["stability"].balances == [0.0]
        assert scene.health.condition("stability").standing is Standing.OUT_OF_CREDIT
        scene.platforms["stability"].mood = Mood.OK
        await scene.clock.advance(30.0)
        assert (await scene.serve()).link.platform == "replicate", "nobody waits for the answer"
        assert scene.platforms["stability"].balances == [0.0, 10.0]
        assert (await scene.serve()).link.platform == "stability"

    played(scenario)


def test_the_balance_is_not_asked_more_often_than_every_half_minute() -> None:
    async def scenario() -> int:
        scene = Scene(stability=Mood.BROKE)
        for _ in range(20):
            await scene.serve()
        return len(scene.platforms["stability"].balances)

    assert played(scenario) <= 3


def test_an_empty_account_says_nothing_about_other_operations_failing() -> None:
    async def scenario() -> None:
        scene = Scene(stability=Mood.BROKE)
        await scene.serve()
        for operation in (Operation.ERASE, Operation.UPSCALE):
            assert scene.health.condition("stability", operation).standing is Standing.OUT_OF_CREDIT
        await scene.manager.close()
        assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    played(scenario)


def test_the_chain_of_the_tests_is_the_programs() -> None:
    assert [link.platform for link in CLOUD] == ["stability", "replicate", "fal"]
