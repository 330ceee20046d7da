"""``image-editor ledger`` tells what was spent, and writes it down as CSV."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

from editor.domain.attempt import UNKNOWN_COST, Attempt, Cost
from editor.domain.clock import SystemClock
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.simulator.simulated import SimulatedPlatforms
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


async def spend_on(home: Path, *platforms: str) -> None:
    places, clock = Paths.under(home), SystemClock()
    ledger = Ledger(Database(places.ledger, [LEDGER], clock=clock), places.runs, clock=clock)
    for platform in platforms:
        cost = Cost(0.1, None, CostSource.REPORTED)
        attempt = Attempt(
            cycle=1, platform=platform, label="", model="=1+1", outcome=Outcome.SERVED, message="", cost=cost
        )
        await ledger.note("job", Operation.ERASE, attempt)
    await ledger.close()


def test_one_platform_or_a_time_can_be_asked_for(command_line, tmp_path):  # type: ignore[no-untyped-def]
    home = tmp_path / "own"
    command_line.environment["IMAGE_EDITOR_HOME"] = str(home)
    asyncio.run(spend_on(home, "fal", "replicate", "fal"))
    today = datetime.now()
    ran = command_line.run("ledger", "--since", f"{today:%Y-%m-%d}")
    assert ran.out.splitlines() == [
        "fal: about $0.20 in 2 attempts",
        "replicate: about $0.10 in 1 attempt",
        "all: about $0.30 in 3 attempts",
    ]
    assert command_line.run("ledger", "--platform", "fal").out.splitlines() == ["fal: about $0.20 in 2 attempts"]
    ran = command_line.run("ledger", "--since", f"{today + timedelta(days=2):%Y-%m-%d}")
    assert ran.out.strip() == "Nothing has been spent."
    told = json.loads(command_line.run("ledger", "--json").out)
    assert told["all"] == {"usd": 0.3, "credits": 0.0, "attempts": 3, "unknown": 0}
    assert [one["platform"] for one in told["platforms"]] == ["fal", "replicate"]
    ran = command_line.run("ledger", "--platform", "nobody")
    assert (ran.code, "“nobody”" in ran.err) == (2, True)


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_csv(command_line, tmp_path):  # type: ignore[no-untyped-def]
    home = tmp_path / "own"
    command_line.environment["IMAGE_EDITOR_HOME"] = str(home)
    asyncio.run(spend_on(home, "fal"))
    assert command_line.run("ledger", "--csv", str(tmp_path / "spent.csv"), "--platform", "fal").code == 0
    with (tmp_path / "spent.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["model"], row["usd"]) == ("'=1+1", "0.1")


def test_wrong_days_are_bad_usage(command_line):  # type: ignore[no-untyped-def]
    for date in ("yesterday", "2026-13-01", "03.11.2026", "0000-01-01"):
        assert command_line.run("ledger", "--since", date).code == 2
    assert command_line.run("ledger", "--since", "2026-11-03", "--days", "3").code == 2


def test_balances_are_asked_for_and_compared(  # type: ignore[no-untyped-def]
    command_line, photo: Path, simulated: SimulatedPlatforms
):
    stability = simulated.server("stability")
    first = command_line.run("ledger", "--balance", "--platform", "stability")
    assert first.out.splitlines() == [
        "Nothing has been spent.",
        f"Balance of Stability AI: {stability.credits:,.0f} credits.",
    ]
    edit = ("edit", "erase", "photo.png", "-o", "out.png", "--mask", "mask.png", "--platforms", "stability")
    assert command_line.run(*edit).code == 0
    stability.credits -= 7
    told = json.loads(command_line.run("ledger", "--balance", "--json").out)
    accounts = {account["platform"]: account for account in told["accounts"]}
    assert set(accounts) == {"stability", "replicate", "fal"}
    assert accounts["stability"]["balance"] == {"credits": stability.credits, "usd": None}
    assert accounts["stability"]["drift"].startswith("Stability AI’s balance fell by 12 credits since ")
    assert "; the ledger knows of 5. " in accounts["stability"]["drift"]
    assert accounts["replicate"]["words"] == "not told to this key"
