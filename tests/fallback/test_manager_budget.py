"""Money is set aside before every call and accounted for after it, whatever the end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest
from support.fakes import FakeClock, FakeCredentials, FakePlatform, accept, small_request

from editor.domain.attempt import Attempt, Cost, Link
from editor.domain.errors import AllPlatformsFailed, Cancelled, MaybeRunning, OverCap, Unavailable
from editor.domain.kinds import CancelEnding, CostSource, Operation, Outcome
from editor.domain.money import Hold
from editor.domain.request import EditRequest, EditResult
from editor.fallback.budget import CappedBudget, Caps
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager, Served
from editor.platforms.base import Call
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger

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

    async def settle(self, hold: Hold, attempt: Attempt | None) -> None:
        await asyncio.sleep(0)
        del self.open[hold.id]
        if attempt is not None:
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


class Dearer(FakePlatform):
    """Foresees five cents, and finds out during the call that it takes thirteen."""

    def quote(self, request: EditRequest) -> Cost:
        return Cost(0.05, None, CostSource.ESTIMATED)

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        await call.afford(Cost(0.05, None, CostSource.ESTIMATED))
        await call.afford(Cost(0.13, None, CostSource.ESTIMATED))
        return await super().run(request, call)


@pytest.mark.parametrize("cap, server", [(0.12, "replicate"), (0.13, "stability")])
def test_a_call_that_becomes_dearer_stays_below_the_cap(tmp_path: Path, cap: float, server: str) -> None:
    async def scenario() -> tuple[Served, float, float]:
        desk = Desk(FakeBudget())
        clock = FakeClock()
        desk.platforms["stability"] = Dearer("stability", clock)
        ledger = Ledger(Database(tmp_path / "ledger.sqlite", [LEDGER], clock=clock), tmp_path / "runs", clock=clock)
        manager = FallbackManager(
            platforms=desk.platforms,
            credentials=FakeCredentials({"stability": "k", "replicate": "k"}),
            health=desk.health,
            clock=clock,
            chance=Random(1),
            check=accept,
            budget=CappedBudget(ledger, caps=lambda: Caps(edit=cap), clock=clock),
        )
        served = await manager.run(small_request(), chain=CHAIN, job="job", on_event=lambda event: None, account="a")
        spent = await ledger.books(lambda books: books.of_job("a"))
        held = await ledger.books(
            lambda books: float(books.connection.execute("SELECT count(*) FROM holds").fetchone()[0])
        )
        await ledger.close()
        return served, spent, held

    served, spent, held = asyncio.run(scenario())
    assert served.link.platform == server
    assert held == 0, "everything is given back"
    assert spent == pytest.approx(0.05)


def test_what_was_set_aside_later_counts_where_the_price_stays_unknown(tmp_path: Path) -> None:
    async def scenario() -> float:
        clock = FakeClock()
        ledger = Ledger(Database(tmp_path / "ledger.sqlite", [LEDGER], clock=clock), tmp_path / "runs", clock=clock)
        manager = FallbackManager(
            platforms={"stability": Dearer("stability", clock, MaybeRunning("No answer."))},
            credentials=FakeCredentials({"stability": "k"}),
            health=Health(clock=clock),
            clock=clock,
            chance=Random(1),
            check=accept,
            budget=CappedBudget(ledger, caps=Caps, clock=clock),
        )
        with pytest.raises(AllPlatformsFailed):
            await manager.run(small_request(), chain=CHAIN[:1], job="job", on_event=lambda event: None, account="a")
        spent = await ledger.books(lambda books: books.of_job("a"))
        await ledger.close()
        return spent

    assert asyncio.run(scenario()) == pytest.approx(0.13)
