"""Caps hold whatever the clock does: over midnight, month ends and summer time, in two programs, over restarts."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from support.loops import in_loop

from editor.domain.attempt import UNKNOWN_COST, Attempt, Cost
from editor.domain.errors import OverCap
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.money import Hold
from editor.fallback.budget import CappedBudget, Caps
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger

T = TypeVar("T")
BERLIN = ZoneInfo("Europe/Berlin")
CENT = 1e-6


class TravellingClock:
    """A clock that a user may set to any moment."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")


def dollars(amount: float) -> Cost:
    return Cost(amount, None, CostSource.ESTIMATED)


def attempt(cost: Cost, clock: TravellingClock, platform: str = "fal") -> Attempt:
    return Attempt(
        cycle=1,
        platform=platform,
        label="",
        model="",
        outcome=Outcome.SERVED,
        message="",
        started=clock.now(),
        cost=cost,
    )


class Program:
    """One run of the program over the ledger in ``folder``."""

    def __init__(self, folder: Path, clock: TravellingClock, caps: Callable[[], Caps], *, name: str = "") -> None:
        self.clock = clock
        self.name = name
        database = Database(folder / "ledger.sqlite", [LEDGER], clock=clock)
        self.ledger = Ledger(database, folder / "runs", clock=clock)
        self.budget = CappedBudget(self.ledger, caps=caps, clock=clock, zone=BERLIN)

    async def hold(self, amount: float, *, job: str = "job", platform: str = "fal") -> Hold:
        return await self.budget.hold(job=job, platform=platform, operation=Operation.ERASE, cost=dollars(amount))


def berlin(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type,misc]


@in_loop
async def test_what_is_set_aside_before_midnight_takes_no_room_after_it(tmp_path):  # type: ignore[no-untyped-def]
    clock = TravellingClock(berlin(2026, 11, 3, 23, 59))
    program = Program(tmp_path, clock, lambda: Caps(day=1.0))
    evening = await program.hold(0.6)
    clock.moment = berlin(2026, 11, 4, 0, 1)
    await program.hold(1.0)
    await program.budget.settle(evening, attempt(dollars(0.6), clock))
    midnight = berlin(2026, 11, 4)
    assert await program.ledger.books(lambda books: books.since(midnight)) == pytest.approx(1.0)
    (entry,) = await program.ledger.entries()
    assert entry.time == berlin(2026, 11, 3, 23, 59)
    await program.ledger.close()


@in_loop
async def test_a_call_that_becomes_dearer_after_midnight_needs_its_room_there(tmp_path):  # type: ignore[no-untyped-def]
    clock = TravellingClock(berlin(2026, 11, 30, 23, 59))
    program = Program(tmp_path, clock, lambda: Caps(day=1.0, month=1.0))
    hold = await program.hold(0.6)
    clock.moment = berlin(2026, 12, 1, 0, 1)
    other = await program.hold(0.5)
    with pytest.raises(OverCap):
        await program.budget.extend(hold, dollars(0.7))
    await program.budget.settle(other, None)
    hold = await program.budget.extend(hold, dollars(0.7))
    clock.moment = berlin(2026, 11, 30, 23, 59, 30)
    with pytest.raises(OverCap):
        await program.hold(0.6)
    await program.budget.settle(hold, attempt(UNKNOWN_COST, clock))
    first = berlin(2026, 12, 1)
    assert await program.ledger.books(lambda books: books.since(first)) == pytest.approx(0.7)
    await program.ledger.close()


@pytest.mark.parametrize(
    "begin, hours", [(berlin(2026, 3, 29), 23), (berlin(2026, 10, 25), 25), (berlin(2026, 12, 31), 24)]
)
@in_loop
async def test_a_day_has_one_cap_however_long_it_is(tmp_path, begin, hours):  # type: ignore[no-untyped-def]
    clock = TravellingClock(begin)
    program = Program(tmp_path, clock, lambda: Caps(day=1.0))
    await program.budget.settle(await program.hold(1.0), attempt(dollars(1.0), clock))
    for minutes in range(30, hours * 60, 30):
        clock.moment = begin.astimezone(UTC) + timedelta(minutes=minutes)
        with pytest.raises(OverCap):
            await program.hold(0.01)
    clock.moment = begin.astimezone(UTC) + timedelta(hours=hours)
    await program.hold(1.0)
    await program.ledger.close()


@dataclass
class Sum:
    """One amount in the test's own books: the moment that it counts for, and whether it is still set aside."""

    moment: datetime
    amount: float
    platform: str
    job: str
    program: str
    open: bool = True


@dataclass
class World:
    """What the machine moves, and its own books."""

    clock: TravellingClock
    caps: Caps
    programs: list[Program]
    sums: dict[int, Sum] = field(default_factory=dict)


MOMENTS = [
    berlin(2026, 3, 28, 23, 59, 59),
    berlin(2026, 3, 29, 1, 59),
    berlin(2026, 3, 29, 23, 30),
    berlin(2026, 3, 31, 23, 59),
    berlin(2026, 4, 1, 0, 0, 1),
    berlin(2026, 10, 25, 2, 30),
    berlin(2026, 10, 25, 2, 30, fold=1),
    berlin(2026, 10, 25, 23, 59),
    berlin(2026, 10, 26, 0, 0),
]
AMOUNTS = st.sampled_from([0.01, 0.05, 0.1, 0.33, 0.5])
CAPS = st.builds(
    lambda day, month, edit, fal: Caps(day=day, month=month, edit=edit, platforms={"fal": fal}),
    st.sampled_from([0.3, 0.5, 1.0]),
    st.sampled_from([0.5, 1.0, 1.5]),
    st.sampled_from([0.4, 1.0]),
    st.sampled_from([0.4, 1.2]),
)


class Spending(RuleBasedStateMachine):
    """Two programs on one ledger; every span's money is summed up beside it."""

    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name)
        self.started = 0

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        async def inside() -> T:
            return await work()

        return self.loop.run_until_complete(inside())

    @initialize(caps=CAPS, moment=st.sampled_from(MOMENTS))
    def begin(self, caps: Caps, moment: datetime) -> None:
        clock = TravellingClock(moment)
        self.world = World(clock, caps, [])
        self.world.programs += [self.program(), self.program()]

    def program(self) -> Program:
        self.started += 1
        return Program(self.folder, self.world.clock, lambda: self.world.caps, name=f"run {self.started}")

    @rule(
        target=holds,
        amount=AMOUNTS,
        number=st.integers(0, 1),
        job=st.sampled_from(["a", "b"]),
        platform=st.sampled_from(["fal", "stability"]),
    )
    def set_aside(self, amount: float, number: int, job: str, platform: str) -> tuple[int, Hold] | None:
        world = self.world
        try:
            hold = self.run(lambda: world.programs[number].hold(amount, job=job, platform=platform))
        except OverCap:
            return None
        world.sums[hold.id] = Sum(world.clock.now(), amount, platform, job, world.programs[number].name)
        self.require_room(world.sums[hold.id])
        return number, hold

    @rule(target=holds, taken=consumes(holds), more=AMOUNTS)
    def becomes_dearer(self, taken: tuple[int, Hold] | None, more: float) -> tuple[int, Hold] | None:
        if taken is None or not self.is_open(taken[1]):
            return taken
        world, (number, hold) = self.world, taken
        cost = dollars((hold.cost.usd or 0.0) + more)
        try:
            dearer = self.run(lambda: world.programs[number].budget.extend(hold, cost))
        except OverCap:
            return taken
        known = world.sums[hold.id]
        known.amount, known.moment = cost.usd or 0.0, world.clock.now()
        self.require_room(known)
        return number, dearer

    @rule(taken=holds, share=st.sampled_from([0.0, 0.5, 1.0, None]))
    def settle(self, taken: tuple[int, Hold] | None, share: float | None) -> None:
        """Again and again for the same hold: only the first time counts."""
        if taken is None:
            return
        world, (number, hold) = self.world, taken
        known = world.sums[hold.id]
        price = UNKNOWN_COST if share is None else dollars((hold.cost.usd or 0.0) * share)
        made = attempt(price, world.clock, hold.platform)
        self.run(lambda: world.programs[number].budget.settle(hold, made))
        if known.open:
            known.open = False
            known.amount = known.amount if share is None else known.amount * share

    def is_open(self, hold: Hold) -> bool:
        return self.world.sums[hold.id].open

    @rule(moment=st.sampled_from(MOMENTS), seconds=st.integers(-90_000, 90_000))
    def set_the_clock(self, moment: datetime, seconds: int) -> None:
        self.world.clock.moment = moment.astimezone(UTC) + timedelta(seconds=seconds)

    @rule(caps=CAPS)
    def change_caps(self, caps: Caps) -> None:
        self.world.caps = caps

    @rule(number=st.integers(0, 1))
    def quit_and_restart(self, number: int) -> None:
        """What is still set aside may have been spent: it stays counted, and nobody can settle it any more."""
        world = self.world
        left = world.programs[number].name
        self.run(lambda: world.programs[number].ledger.close())
        world.programs[number] = self.program()
        self.run(lambda: world.programs[number].ledger.book_abandoned())
        for known in world.sums.values():
            if known.program == left:
                known.open = False

    def require_room(self, new: Sum) -> None:
        """Whatever was let in stays within every cap of the moment at which it was."""
        world = self.world
        local = new.moment.astimezone(BERLIN)
        same_day = [one for one in world.sums.values() if one.moment.astimezone(BERLIN).date() == local.date()]
        same_month = [
            one
            for one in world.sums.values()
            if (day := one.moment.astimezone(BERLIN)) and (day.year, day.month) == (local.year, local.month)
        ]
        same_edit = [one for one in world.sums.values() if (one.job, one.program) == (new.job, new.program)]
        own = [one for one in same_month if one.platform == new.platform]
        for cap, sums in (
            (world.caps.day, same_day),
            (world.caps.month, same_month),
            (world.caps.edit, same_edit),
            (world.caps.platforms.get(new.platform), own),
        ):
            assert cap is None or sum(one.amount for one in sums) <= cap + CENT

    @invariant()
    def ledger_and_own_books_agree(self) -> None:
        """Everything is counted once, at its moment; what is open is a hold, what is settled is not."""
        if not hasattr(self, "world"):
            return
        ledger = self.world.programs[0].ledger
        always = self.run(lambda: ledger.books(lambda books: books.since(datetime(1980, 1, 1, tzinfo=UTC))))
        assert always == pytest.approx(sum(one.amount for one in self.world.sums.values()), abs=1e-6)
        query = "SELECT count(*) FROM holds"
        held = self.run(lambda: ledger.books(lambda books: float(books.connection.execute(query).fetchone()[0])))
        assert held == sum(one.open for one in self.world.sums.values())

    def teardown(self) -> None:
        for program in getattr(self, "world", World(TravellingClock(MOMENTS[0]), Caps(), [])).programs:
            self.run(program.ledger.close)
        self.loop.close()
        self.place.cleanup()


def lives(examples: int, steps: int) -> settings:
    """The same lives at every run."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


TestSpending = Spending.TestCase
TestSpending.settings = lives(30, 30)


@pytest.mark.long
def test_the_caps_hold_in_many_more_lives() -> None:
    run_state_machine_as_test(Spending, settings=lives(400, 60))  # type: ignore[no-untyped-call]
