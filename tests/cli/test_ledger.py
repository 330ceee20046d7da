"""``image-editor ledger`` tells what was spent, and writes it down as CSV."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

from editor.domain.attempt import UNKNOWN_COST, Attempt, Cost
from editor.domain.clock import SystemClock
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger
from editor.storage.paths import Paths


async def spend(home: Path) -> None:
    places, clock = Paths.under(home), SystemClock()
    ledger = Ledger(Database(places.ledger, [LEDGER], clock=clock), places.runs, clock=clock)
    for cost in (Cost(0.05, 5.0, CostSource.ESTIMATED), UNKNOWN_COST):
        attempt = Attempt(
            cycle=1, platform="stability", label="", model="m", outcome=Outcome.SERVED, message="", cost=cost
        )
        await ledger.note("job", Operation.ERASE, attempt)
    await ledger.close()


def test_the_ledger_is_told_and_exported(command_line, tmp_path):  # type: ignore[no-untyped-def]
    home = tmp_path / "own"
    command_line.environment["IMAGE_EDITOR_HOME"] = str(home)
    ran = command_line.run("ledger")
    assert (ran.code, ran.out.strip()) == (0, "Nothing has been spent."), ran.err
    asyncio.run(spend(home))
    ran = command_line.run("ledger", "--days", "1")
    assert ran.out.strip() == "stability: about $0.05 (5 credits) in 2 attempts, 1 of them of unknown price"
    ran = command_line.run("ledger", "--csv", str(tmp_path / "spent.csv"))
    assert ran.code == 0, ran.err
    with (tmp_path / "spent.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["platform"], row["usd"], row["source"]) for row in rows] == [
        ("stability", "0.05", "estimated"),
        ("stability", "", "unknown"),
    ]


def test_a_number_of_days_that_is_none_is_bad_usage(command_line):  # type: ignore[no-untyped-def]
    for days in ("0", "-3", "x", "999999"):
        assert command_line.run("ledger", "--days", days).code == 2
    assert command_line.run("ledger", "--csv", "no/such/folder/spent.csv").code == 2
