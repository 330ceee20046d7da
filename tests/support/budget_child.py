"""A second run of the program: sets money aside in a shared ledger, and says so line by line on stdout.

Arguments: the folder, the cap of a day, the price of an edit, how many edits, and ``settle`` or ``hold``; with ``hold``
it waits, with its holds open, until it is killed or its stdin ends.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from editor.domain.attempt import Attempt, Cost
from editor.domain.clock import SystemClock
from editor.domain.errors import OverCap
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.fallback.budget import CappedBudget, Caps
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def spend(folder: Path, cap: float, price: float, count: int, ending: str) -> None:
    clock = SystemClock()
    ledger = Ledger(Database(folder / "ledger.sqlite", [LEDGER], clock=clock), folder / "runs", clock=clock)
    budget = CappedBudget(ledger, caps=lambda: Caps(day=cap), clock=clock)
    cost = Cost(price, None, CostSource.ESTIMATED)
    for number in range(count):
        try:
            hold = await budget.hold(job=str(number), platform="fal", operation=Operation.ERASE, cost=cost)
        except OverCap:
            say("over")
            continue
        say("held")
        if ending == "settle":
            attempt = Attempt(
                cycle=1,
                platform="fal",
                label="fal",
                model="m",
                outcome=Outcome.SERVED,
                message="",
                started=clock.now(),
                cost=cost,
            )
            await budget.settle(hold, attempt)
    if ending == "hold":
        say("waiting")
        sys.stdin.read()
    await ledger.close()


if __name__ == "__main__":
    place, most, each, edits, how = sys.argv[1:]
    asyncio.run(spend(Path(place), float(most), float(each), int(edits), how))
