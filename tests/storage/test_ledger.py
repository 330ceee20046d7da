"""The ledger writes every attempt once, keeps unknown prices apart, and exports what it has."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from support.fakes import FakeClock
from support.loops import in_loop

from editor.domain.attempt import FREE, UNKNOWN_COST, Attempt, Cost
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.money import Hold
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger, Sum, write_csv

NICKEL = Cost(0.05, 5.0, CostSource.ESTIMATED)


def ledger_in(folder: Path, clock: FakeClock) -> Ledger:
    return Ledger(Database(folder / "ledger.sqlite", [LEDGER], clock=clock), folder / "runs", clock=clock)


def attempt(clock: FakeClock, cost: Cost, *, platform: str = "fal", called: bool = True) -> Attempt:
    return Attempt(
        cycle=2,
        platform=platform,
        label="label",
        model="model",
        outcome=Outcome.SERVED,
        message="",
        started=clock.now() if called else None,
        seconds=1.5,
        cost=cost,
    )


async def spend(ledger: Ledger, number: int, made: Attempt, held: Cost = NICKEL) -> None:
    hold = Hold(id=number, job=f"job {number}", platform=made.platform, operation=Operation.ERASE, cost=held)
    await ledger.hold(hold, lambda books: None)
    await ledger.settle(hold, made)


@in_loop
async def test_an_attempt_is_written_once_with_all_of_it(tmp_path):  # type: ignore[no-untyped-def]
    clock = FakeClock()
    ledger = ledger_in(tmp_path, clock)
    hold = Hold(id=7, job="job", platform="fal", operation=Operation.ERASE, cost=NICKEL)
    await ledger.hold(hold, lambda books: None)
    await ledger.settle(hold, attempt(clock, NICKEL))
    await ledger.settle(hold, attempt(clock, NICKEL))
    (entry,) = await ledger.entries()
    assert (entry.job, entry.cycle, entry.platform, entry.model) == ("job", 2, "fal", "model")
    assert (entry.operation, entry.outcome, entry.seconds) == ("erase", "served", 1.5)
    assert (entry.usd, entry.credits, entry.source, entry.time) == (0.05, 5.0, "estimated", clock.now())
    await ledger.close()


@in_loop
async def test_a_link_that_was_not_called_is_no_attempt(tmp_path):  # type: ignore[no-untyped-def]
    clock = FakeClock()
    ledger = ledger_in(tmp_path, clock)
    await spend(ledger, 1, attempt(clock, NICKEL, called=False))
    assert await ledger.entries() == ()
    assert await ledger.books(lambda books: books.of_session()) == 0.0
    await ledger.close()


@in_loop
async def test_unknown_prices_are_counted_apart_and_count_as_what_was_held(tmp_path):  # type: ignore[no-untyped-def]
    clock = FakeClock()
    ledger = ledger_in(tmp_path, clock)
    await spend(ledger, 1, attempt(clock, NICKEL))
    clock.seconds += 100
    later = clock.now()
    await spend(ledger, 2, attempt(clock, UNKNOWN_COST))
    await spend(ledger, 3, attempt(clock, FREE, platform="local"), FREE)
    assert await ledger.sums() == {
        "fal": Sum(usd=0.05, credits=5.0, attempts=2, unknown=1),
        "local": Sum(attempts=1),
    }
    assert await ledger.sums(later) == {"fal": Sum(attempts=1, unknown=1), "local": Sum(attempts=1)}
    assert await ledger.books(lambda books: books.of_session()) == pytest.approx(0.10)
    assert await ledger.books(lambda books: books.since(later, platform="fal")) == pytest.approx(0.05)
    assert await ledger.entries(later + timedelta(seconds=1)) == ()
    await ledger.close()


@in_loop
async def test_csv_has_a_line_an_attempt_and_nothing_for_what_is_unknown(tmp_path):  # type: ignore[no-untyped-def]
    clock = FakeClock()
    ledger = ledger_in(tmp_path, clock)
    await spend(ledger, 1, attempt(clock, UNKNOWN_COST))
    file = io.StringIO(newline="")
    write_csv(await ledger.entries(), file)
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    assert row["time"] == "2026-01-01T00:16:40.000Z"
    assert (row["usd"], row["source"], row["job"]) == ("", "unknown", "job 1")
    await ledger.close()
