"""Money is set aside before every call and accounted for after it, whatever the end."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from support.fakes import FakeClock, FakeCredentials, FakePlatform, accept, small_request

from editor.domain.attempt import Attempt, Cost, Link
from editor.domain.errors import Cancelled, OverCap, Unavailable
from editor.domain.kinds import CancelEnding, Operation, Outcome
from editor.domain.money import Hold
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager, Served

CHAIN = (Link("stability", "a"), Link("replicate", "b"), Link("local", "c"))


class FakeBudget:
    """Counts holds and settlements; ``full`` are the platforms for which nothing is left."""

    def __init__(self, *full: str) -> None:
        self.full = full
        self.open: dict[int, Hold] = {}
        self.jobs: set[str] = set()
        self.settled: list[tuple[str, Outcome]] = []

    async def hold(self, *, job: str, platform: str, operation: Operation, cost: Cost) -> Hold:
        await asyncio.sleep(0)
        if platform in self.full:
            raise OverCap(f"Your cap leaves no room for {platform}.")
        hold = Hold(id=len(self.settled) + len(self.open), job=job, platform=platform, operation=operation, cost=cost)
        self.open[hold.id] = hold
        self.jobs.add(job)
        return hold

    async def settle(self, hold: Hold, attempt: Attempt) -> None:
        await asyncio.sleep(0)
        del self.open[hold.id]
        self.settled.append((hold.platform, attempt.outcome))


class Desk:
    """A manager with a budget over scripted platforms."""

    def __init__(self, budget: FakeBudget, **scripts: list[object]) -> None:
        clock = FakeClock()
        self.budget = budget
        self.platforms = {
            link.platform: FakePlatform(
                link.platform, clock, *scripts.get(link.platform, ()), needs_key=link.platform != "local"
            )
            for link in CHAIN
        }
        self.health = Health(clock=clock)
        self.manager = FallbackManager(
            platforms=self.platforms,
            credentials=FakeCredentials({"stability": "k", "replicate": "k"}),
            health=self.health,
            clock=clock,
            chance=Random(1),
            check=accept,
            budget=budget,
        )

    async def run(self) -> Served:
        return await self.manager.run(small_request(), chain=CHAIN, job="job", on_event=lambda event: None)


def test_every_call_is_held_and_settled_under_one_account() -> None:
    budget = FakeBudget()
    desk = Desk(budget, stability=[Unavailable("Down.")])
    asyncio.run(desk.run())
    asyncio.run(desk.run())
    assert budget.settled[:2] == [("stability", Outcome.UNAVAILABLE), ("replicate", Outcome.SERVED)]
    assert budget.open == {}
    assert len(budget.jobs) == 2, "two edits are two accounts, though their jobs have one name"


def test_a_link_without_room_is_left_out_and_the_next_serves() -> None:
    desk = Desk(FakeBudget("stability", "replicate"))
    served = asyncio.run(desk.run())
    assert served.link.platform == "local"
    assert [attempt.message for attempt in served.attempts[:2]] == [
        "Your cap leaves no room for stability.",
        "Your cap leaves no room for replicate.",
    ]
    assert [desk.platforms[name].calls for name in ("stability", "replicate")] == [[], []], "nothing was sent"
    assert desk.health.condition("stability").message == "", "no mark against it"


def test_what_is_cancelled_is_settled_too() -> None:
    budget = FakeBudget()
    desk = Desk(budget, stability=["hang"])

    async def scenario() -> CancelEnding:
        task = asyncio.ensure_future(desk.run())
        await desk.platforms["stability"].waiting.wait()
        task.cancel()
        with pytest.raises(Cancelled) as caught:
            await task
        return caught.value.ending

    assert asyncio.run(scenario()) is CancelEnding.COULD_NOT_STOP
    assert budget.settled == [("stability", Outcome.CANCELLED)]
    assert budget.open == {}
