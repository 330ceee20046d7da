"""Links change places for a clear reason alone, pins hold, and trying out costs no more than allowed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.fakes import FakeClock

from editor.domain.attempt import Attempt, Cost, Link
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.fallback.experience import Experience, RecentExperience, Sample, experience_of
from editor.fallback.ordering import Candidate, OrderSettings, Strategy, decide, score

NAMES = ("stability", "replicate", "fal", "local")
all_pins = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3))
LEARNED = [strategy for strategy in Strategy if strategy is not Strategy.FIXED]

experiences = st.builds(
    Experience,
    samples=st.floats(0, 100),
    success=st.floats(0, 1),
    seconds=st.floats(0.5, 200),
    usd=st.none() | st.floats(0, 0.5),
)
prices = st.none() | st.floats(0, 0.5)


@st.composite
def tables(draw):  # type: ignore[no-untyped-def]
    names = draw(st.permutations(NAMES))
    return tuple(Candidate(link=Link(name, name), experience=draw(experiences), usd=draw(prices)) for name in names)


def known(
    name: str, *, samples: float = 50, success: float = 0.95, seconds: float = 6.0, usd: float = 0.05
) -> Candidate:
    return Candidate(
        link=Link(name, name), experience=Experience(samples=samples, success=success, seconds=seconds, usd=usd)
    )


@settings(max_examples=200, deadline=None)
@given(
    table=tables(), strategy=st.sampled_from(LEARNED), pins=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3))
)
def test_nothing_is_lost_and_pins_and_this_computer_hold(table, strategy, pins):  # type: ignore[no-untyped-def]
    decision = decide(Operation.ERASE, table, settings=OrderSettings(strategy=strategy, pins=pins))
    assert sorted(decision.after) == sorted(NAMES)
    places = list(pins.values())
    for name, place in pins.items():
        if places.count(place) == 1 and ("local" in pins or place != decision.before.index("local")):
            assert decision.after[place] == name
    if not pins:
        assert decision.after.index("local") == decision.before.index("local")
    assert json.loads(json.dumps(asdict(decision)))["after"] == list(decision.after)


@settings(max_examples=200, deadline=None)
@given(table=tables(), strategy=st.sampled_from(LEARNED))
def test_the_same_figures_never_change_an_order_twice(table, strategy):  # type: ignore[no-untyped-def]
    chosen = OrderSettings(strategy=strategy)
    first = decide(Operation.ERASE, table, settings=chosen)
    again = decide(Operation.ERASE, table, settings=chosen, current=first.after)
    assert again.after == first.after


@settings(max_examples=100, deadline=None)
@given(noise=st.lists(st.floats(0.91, 1.09), min_size=2, max_size=40), strategy=st.sampled_from(LEARNED))
def test_two_platforms_that_are_alike_never_flap(noise, strategy):  # type: ignore[no-untyped-def]
    current: tuple[str, ...] = ()
    for factor in noise:
        table = (known("stability"), known("fal", seconds=6 * factor, usd=0.05, success=min(1.0, 0.95 * factor)))
        current = decide(Operation.ERASE, table, settings=OrderSettings(strategy=strategy), current=current).after
        assert current == ("stability", "fal")


@settings(max_examples=200, deadline=None)
@given(
    table=tables(),
    strategy=st.sampled_from(LEARNED),
    factor=st.floats(0.5, 2),
    cap=st.none() | st.floats(0, 0.3),
    seed=st.integers(0, 99),
)
def test_trying_out_never_costs_more_than_allowed(table, strategy, factor, cap, seed):  # type: ignore[no-untyped-def]
    plain = decide(Operation.ERASE, table, settings=OrderSettings(strategy=strategy))
    chosen = OrderSettings(strategy=strategy, explore=1.0, explore_factor=factor, cap_usd=cap)
    decision = decide(Operation.ERASE, table, settings=chosen, chance=Random(seed))
    if not decision.explored:
        assert decision.after == plain.after
        return
    price = {candidate.link.platform: candidate.price for candidate in table}
    assert decision.after[0] == decision.explored != plain.after[0]
    assert price[decision.explored] <= price[plain.after[0]] * factor
    assert cap is None or price[decision.explored] <= cap


def test_a_clearly_better_one_passes_and_says_why():  # type: ignore[no-untyped-def]
    table = (known("stability", seconds=12), known("fal", seconds=4))
    decision = decide(Operation.ERASE, table, settings=OrderSettings(strategy=Strategy.SPEED))
    assert decision.after == ("fal", "stability")
    assert decision.links[0].reason == "It is clearly faster than stability."


def test_few_samples_do_not_count():  # type: ignore[no-untyped-def]
    assert score(known("fal", samples=2, success=0.0), Strategy.SUCCESS) == 0.95
    assert score(known("fal", samples=2), Strategy.SPEED) is None


def test_a_fixed_order_stays():  # type: ignore[no-untyped-def]
    table = (known("stability", seconds=90, success=0.1), known("fal"))
    decision = decide(Operation.ERASE, table, settings=OrderSettings(explore=1.0), chance=Random(1))
    assert decision.after == ("stability", "fal")


def test_old_samples_weigh_less():  # type: ignore[no-untyped-def]
    week = 7 * 24 * 3600.0
    summed = experience_of([Sample(0.0, False, 1.0, None), Sample(week, True, 5.0, 0.05)], now=week)
    assert summed.samples == 1.5
    assert summed.success == 1 / 1.5
    assert summed.seconds == 5.0


def test_refusals_and_credit_teach_nothing_and_reset_forgets():  # type: ignore[no-untyped-def]
    memory = RecentExperience(clock=FakeClock())
    for outcome in Outcome:
        memory.note(
            Operation.ERASE,
            Attempt(
                cycle=1,
                platform="fal",
                label="",
                model="",
                outcome=outcome,
                message="",
                started=datetime(2026, 1, 1, 0, 16, 40, tzinfo=UTC),
                seconds=2.0,
                cost=Cost(0.02, None, CostSource.REPORTED),
            ),
        )
    assert round(memory.of("fal", Operation.ERASE).samples, 3) == 5.0
    assert memory.of("fal", Operation.INPAINT).samples == 0
    memory.reset(Operation.ERASE)
    assert memory.of("fal", Operation.ERASE).samples == 0
