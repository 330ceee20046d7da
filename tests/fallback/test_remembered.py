"""What was learned of platforms outlives the program, and what was forgotten stays forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from support.fakes import FakeClock

from editor.domain.attempt import Attempt, Cost
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.money import Hold
from editor.fallback.experience import MINIMUM_SERVED, NONE_YET, REMEMBERED
from editor.fallback.remembered import RememberedExperience
from editor.storage.database import Database
from editor.storage.learned import Learned
from editor.storage.ledger import LEDGER, Ledger

PRICE = Cost(0.05, None, CostSource.REPORTED)


class Run:
    """One run of the program over the files of ``folder``."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.clock = clock
        database = Database(folder / "ledger.sqlite", [LEDGER], clock=clock)
        self.ledger = Ledger(database, folder / "runs", clock=clock)
        resets = Learned(folder / "learned.json").topic("resets")
        self.experiences = RememberedExperience(clock=clock, earlier=self.ledger.earlier, resets=resets)

    async def edit(
        self, seconds: float, outcome: Outcome = Outcome.SERVED, operation: Operation = Operation.ERASE
    ) -> None:
        """One attempt, in the ledger and in memory."""
        attempt = Attempt(
            cycle=1,
            platform="fal",
            label="",
            model="m",
            outcome=outcome,
            message="",
            started=self.clock.now(),
            seconds=seconds,
            cost=PRICE,
        )
        self.clock.seconds += seconds
        hold = Hold(id=int(self.clock.seconds * 1000), job="j", platform="fal", operation=operation, cost=PRICE)
        await self.ledger.hold(hold, lambda books: None)
        await self.ledger.settle(hold, attempt)
        self.experiences.note(operation, attempt)


@pytest.fixture
def runs(tmp_path: Path) -> Callable[[Callable[[Run], Coroutine[Any, Any, Any]]], Any]:
    """Carries out a scenario in a run of the program of its own."""
    clock = FakeClock()

    def run(scenario: Callable[[Run], Coroutine[Any, Any, Any]]) -> Any:
        async def whole() -> Any:
            one = Run(tmp_path, clock)
            try:
                await one.experiences.recall()
                return await scenario(one)
            finally:
                await one.ledger.close()

        return asyncio.run(whole())

    return run


async def six_edits(run: Run) -> None:
    for seconds in (2.0, 3.0, 4.0, 5.0, 9.0):
        await run.edit(seconds)
    await run.edit(1.0, Outcome.UNAVAILABLE)


async def known(run: Run) -> tuple[float, float | None, float | None]:
    own = run.experiences.of("fal", Operation.ERASE)
    return round(own.samples), own.seconds, run.experiences.seconds_at("fal", Operation.ERASE, 0.95)


def test_the_next_run_knows_what_this_one_saw(runs) -> None:  # type: ignore[no-untyped-def]
    runs(six_edits)
    assert runs(known) == (6, 4.0, 9.0)


def test_what_is_seen_now_counts_once(runs) -> None:  # type: ignore[no-untyped-def]
    async def edits_again(run: Run) -> Any:
        await six_edits(run)
        await run.experiences.recall()
        return await known(run)

    runs(six_edits)
    assert runs(edits_again)[0] == 12


def test_nothing_is_known_before_it_was_read(tmp_path: Path, runs) -> None:  # type: ignore[no-untyped-def]
    runs(six_edits)
    assert Run(tmp_path, FakeClock()).experiences.of("fal", Operation.ERASE) == NONE_YET


@pytest.mark.parametrize("operation", [None, Operation.ERASE])
def test_what_was_reset_stays_forgotten(runs, operation) -> None:  # type: ignore[no-untyped-def]
    async def forget(run: Run) -> None:
        run.experiences.reset(operation)
        assert run.experiences.of("fal", Operation.ERASE) == NONE_YET

    async def one_more(run: Run) -> None:
        await run.edit(7.0)

    runs(six_edits)
    runs(forget)
    assert runs(known) == (0, None, None)
    runs(one_more)
    assert runs(known)[:2] == (1, 7.0)


def test_a_reset_of_one_operation_leaves_the_others(runs) -> None:  # type: ignore[no-untyped-def]
    async def two_kinds(run: Run) -> None:
        await run.edit(2.0)
        await run.edit(3.0, operation=Operation.UPSCALE)
        run.experiences.reset(Operation.UPSCALE)

    async def upscaling(run: Run) -> float:
        return run.experiences.of("fal", Operation.UPSCALE).samples

    runs(two_kinds)
    assert runs(upscaling) == 0
    assert runs(known)[0] == 1


def test_the_newest_are_remembered_and_no_more_than_enough(runs) -> None:  # type: ignore[no-untyped-def]
    async def many(run: Run) -> None:
        for number in range(REMEMBERED + 20):
            await run.edit(1.0 if number < 20 else 4.0)

    runs(many)
    assert runs(known) == (REMEMBERED, 4.0, 4.0)


def test_few_edits_tell_no_usual_time(runs) -> None:  # type: ignore[no-untyped-def]
    async def few(run: Run) -> None:
        for _ in range(MINIMUM_SERVED - 1):
            await run.edit(2.0)

    runs(few)
    assert runs(known)[2] is None


def test_a_ledger_that_cannot_be_read_costs_the_memory_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()

    async def scenario() -> None:
        run = Run(tmp_path, FakeClock())
        await run.experiences.recall()
        assert run.experiences.of("fal", Operation.ERASE) == NONE_YET
        await run.ledger.close()

    asyncio.run(scenario())
