"""Whatever the platforms do, a request ends in exactly one ending and its attempts tell the truth."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.fakes import FakeClock, FakeCredentials, FakePlatform, accept, small_request

from editor.domain.errors import (
    AllPlatformsFailed,
    BadResult,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    RateLimited,
    RefusedKey,
    Unavailable,
)
from editor.domain.kinds import OperationType, Outcome
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.fallback.policy import stays_out
from editor.fallback.selection import DEFAULT_TABLES

TABLE = DEFAULT_TABLES[OperationType.IMAGE_EDITING]

steps = st.sampled_from(
    [
        None,
        Unavailable("Down.", status=500),
        InsufficientCredit("Broke.", status=402),
        RateLimited("Slow.", status=429, retry_after=3),
        RefusedKey("No.", status=401),
        ContentRefused("No."),
        BadResult("Blank."),
        MaybeRunning("Silence."),
    ]
)
scripts = st.lists(steps, min_size=1, max_size=6)
chains = st.permutations(TABLE).flatmap(lambda links: st.integers(1, 4).map(lambda count: tuple(links[:count])))


@settings(max_examples=150, deadline=None)
@given(
    chain=chains,
    behaviour=st.tuples(scripts, scripts, scripts, scripts),
    keyed=st.sets(st.sampled_from(["stability", "replicate", "fal"])),
    cycles=st.integers(1, 5),
    waits=st.lists(st.sampled_from([0.0, 10.0, 400.0]), min_size=1, max_size=4),
)
def test_every_request_ends_once_and_truthfully(chain, behaviour, keyed, cycles, waits):  # type: ignore[no-untyped-def]
    clock = FakeClock()
    platforms = {
        link.platform: FakePlatform(link.platform, clock, *script, needs_key=link.platform != "local")
        for link, script in zip(TABLE, behaviour, strict=True)
    }
    health = Health(clock=clock)
    manager = FallbackManager(
        platforms=platforms,
        credentials=FakeCredentials(dict.fromkeys(keyed, "key")),
        health=health,
        clock=clock,
        chance=Random(0),
        check=accept,
    )
    for wait in waits:
        clock.seconds += wait
        called = {name: len(platform.calls) for name, platform in platforms.items()}
        slept = len(clock.slept)
        try:
            served = asyncio.run(
                manager.run(small_request(), chain=chain, job="j", on_event=lambda _: None, cycles=cycles)
            )
            attempts, ended_well = served.attempts, True
        except AllPlatformsFailed as failure:
            attempts, ended_well = failure.attempts, False

        assert [attempt.outcome for attempt in attempts].count(Outcome.SERVED) == int(ended_well)
        assert not ended_well or attempts[-1].outcome is Outcome.SERVED
        for name, platform in platforms.items():
            mine = [attempt for attempt in attempts if attempt.platform == name]
            assert sum(attempt.started is not None for attempt in mine) == len(platform.calls) - called[name]
            final = [stays_out(attempt.outcome) and attempt.started is not None for attempt in mine]
            assert True not in final[:-1], "a link that stays out was called again"
            if name not in keyed and name != "local":
                assert not platform.calls
        assert all(a.cycle <= b.cycle for a, b in pairwise(attempts))
        assert len(clock.slept) - slept == attempts[-1].cycle - 1
        assert all(health.condition(link.platform).standing != "serving" for link in TABLE), "a permit was not returned"
