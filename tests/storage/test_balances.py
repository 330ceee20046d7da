"""Balances are compared with what the ledger knows, whatever the clock does and whoever is at work meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fakes import FakeClock
from support.loops import in_loop

from editor.domain.attempt import NOTHING_SPENT, UNKNOWN_COST, Attempt, Cost
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.money import Balance, Hold
from editor.storage.balances import BALANCES, Balances, Change
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger

FIVE_CREDITS = Cost(0.05, 5.0, CostSource.ESTIMATED)
DAY = 86400.0


class Books:
    """Ledger and balances in one file."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        database = Database(folder / "ledger.sqlite", [LEDGER, BALANCES], clock=self.clock)
        self.ledger = Ledger(database, folder / "runs", clock=self.clock)
        self.balances = Balances(database, clock=self.clock)

    async def spend(self, cost: Cost, *, platform: str = "stability") -> None:
        attempt = Attempt(cycle=1, platform=platform, label="", model="", outcome=Outcome.SERVED, message="", cost=cost)
        await self.ledger.note("job", Operation.ERASE, attempt)

    async def seen(self, credits: float | None = None, usd: float | None = None) -> Change | None:
        mark = await self.balances.mark("stability")
        return await self.balances.seen("stability", Balance(credits=credits, usd=usd), mark)


@in_loop
async def test_the_first_balance_has_nothing_to_be_compared_with(tmp_path):  # type: ignore[no-untyped-def]
    books = Books(tmp_path)
    began = books.clock.now()
    await books.spend(FIVE_CREDITS)
    assert await books.seen(100.0) is None
    await books.spend(FIVE_CREDITS)
    await books.spend(NOTHING_SPENT)
    await books.spend(FIVE_CREDITS, platform="fal")
    books.clock.seconds -= 3 * DAY
    change = await books.seen(95.0)
    assert change == Change(since=began, in_credits=True, fell=5.0, known=5.0, unknown=0)
    assert change.agrees and not change.is_drift and not change.is_top_up
    await books.ledger.close()


@in_loop
async def test_a_drift_is_told_once(tmp_path):  # type: ignore[no-untyped-def]
    books = Books(tmp_path)
    await books.seen(100.0)
    await books.spend(FIVE_CREDITS)
    await books.spend(UNKNOWN_COST)
    change = await books.seen(88.0)
    assert change is not None and change.is_drift
    assert (change.fell, change.known, change.unknown) == (12.0, 5.0, 1)
    change = await books.seen(88.0)
    assert change is not None and change.agrees
    await books.ledger.close()


@in_loop
async def test_small_differences_add_up_until_they_are_told(tmp_path):  # type: ignore[no-untyped-def]
    books = Books(tmp_path)
    await books.seen(100.0)
    told = []
    for balance in (99.6, 99.2, 98.8):
        change = await books.seen(balance)
        assert change is not None
        told.append(change.is_drift)
    assert told == [False, False, True]
    await books.ledger.close()


@in_loop
async def test_a_top_up_is_no_drift_and_begins_anew(tmp_path):  # type: ignore[no-untyped-def]
    books = Books(tmp_path)
    await books.seen(3.0)
    await books.spend(FIVE_CREDITS)
    change = await books.seen(98.0)
    assert change is not None and change.is_top_up and not change.is_drift
    await books.spend(FIVE_CREDITS)
    change = await books.seen(93.0)
    assert change is not None and change.agrees
    await books.ledger.close()


@in_loop
async def test_nothing_is_compared_while_an_edit_is_under_way(tmp_path):  # type: ignore[no-untyped-def]
    books = Books(tmp_path)
    await books.seen(100.0)
    hold = Hold(id=1, job="job", platform="stability", operation=Operation.ERASE, cost=FIVE_CREDITS)
    await books.ledger.hold(hold, lambda one: None)
    assert await books.seen(95.0) is None, "nobody knows whether it is in the balance yet"
    mark = await books.balances.mark("stability")
    await books.ledger.settle(hold, None)
    assert await books.balances.seen("stability", Balance(credits=95.0), mark) is None
    mark = await books.balances.mark("stability")
    await books.spend(FIVE_CREDITS)
    assert await books.balances.seen("stability", Balance(credits=95.0), mark) is None, "it ended meanwhile"
    change = await books.seen(95.0)
    assert change is not None and change.agrees, "the first balance is the one to compare with still"
    await books.ledger.close()


@in_loop
async def test_dollars_are_compared_where_there_are_no_credits(tmp_path):  # type: ignore[no-untyped-def]
    books = Books(tmp_path)
    await books.seen(usd=25.0)
    await books.spend(Cost(0.3, None, CostSource.REPORTED))
    change = await books.seen(usd=24.6)
    assert change is not None and change.is_drift and not change.in_credits
    assert (change.fell, change.known) == (0.4, 0.3)
    assert await books.seen(credits=5.0) is None, "another measure cannot be compared"
    await books.ledger.close()


@pytest.mark.parametrize("fell, drifts", [(10.0, False), (11.0, False), (11.1, True), (8.9, True), (-1.0, False)])
def test_a_credit_is_tolerated(fell: float, drifts: bool) -> None:
    change = Change(since=FakeClock().now(), in_credits=True, fell=fell, known=10.0, unknown=0)
    assert change.is_drift is drifts


def test_five_percent_are_tolerated() -> None:
    changes = [
        Change(since=FakeClock().now(), in_credits=True, fell=fell, known=400.0, unknown=0) for fell in (420, 421)
    ]
    assert [change.is_drift for change in changes] == [False, True]
