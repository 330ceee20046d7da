"""Spending never goes beyond a cap: with edits side by side, several programs, kills, and clocks that jump."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fakes import FakeClock
from support.loops import in_loop

from editor.domain.attempt import FREE, UNKNOWN_COST, Attempt, Cost
from editor.domain.clock import SystemClock
from editor.domain.errors import InputError, OverCap
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.money import Hold
from editor.fallback.budget import CappedBudget, Caps
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger

TESTS = Path(__file__).parents[1]
DAY = 86400.0


def dollars(amount: float) -> Cost:
    return Cost(amount, None, CostSource.ESTIMATED)


class Purse:
    """A budget in ``folder`` with caps that can be changed, and short words for what is done with it."""

    def __init__(self, folder: Path, caps: Caps, clock=None):  # type: ignore[no-untyped-def]
        self.caps = caps
        self.clock = clock or FakeClock()
        database = Database(folder / "ledger.sqlite", [LEDGER], clock=self.clock)
        self.ledger = Ledger(database, folder / "runs", clock=self.clock)
        self.budget = CappedBudget(
            self.ledger, caps=lambda: self.caps, clock=self.clock, names={"fal": "FAL.ai"}, zone=UTC
        )

    async def hold(self, cost: float | Cost, *, job: str = "job", platform: str = "fal") -> Hold:
        price = cost if isinstance(cost, Cost) else dollars(cost)
        return await self.budget.hold(job=job, platform=platform, operation=Operation.ERASE, cost=price)

    async def settle(self, hold: Hold, cost: float | Cost) -> None:
        attempt = Attempt(
            cycle=1,
            platform=hold.platform,
            label="label",
            model="model",
            outcome=Outcome.SERVED,
            message="",
            started=self.clock.now(),
            cost=cost if isinstance(cost, Cost) else dollars(cost),
        )
        await self.budget.settle(hold, attempt)


@in_loop
async def test_without_caps_everything_is_held_and_written_down(tmp_path):  # type: ignore[no-untyped-def]
    purse = Purse(tmp_path, Caps())
    await purse.settle(await purse.hold(100.0), 100.0)
    assert [entry.usd for entry in await purse.ledger.entries()] == [100.0]
    assert await purse.budget.spending() == "about $100.00 today"
    await purse.ledger.close()


@in_loop
async def test_a_refusal_names_the_cap_what_is_spent_and_when_it_resets(tmp_path):  # type: ignore[no-untyped-def]
    purse = Purse(tmp_path, Caps(day=0.10))
    await purse.settle(await purse.hold(0.05), 0.05)
    await purse.hold(0.05)
    with pytest.raises(OverCap) as refusal:
        await purse.hold(0.01)
    assert refusal.value.message == (
        "Your cap of $0.10 a day leaves no room: about $0.10 is spent or set aside, "
        "and this edit would cost about $0.01. It begins anew at midnight, on 2 January."
    )
    assert await purse.budget.spending() == "about $0.10 of $0.10 today"
    await purse.hold(FREE, platform="local")
    await purse.ledger.close()


@pytest.mark.parametrize(
    ("caps", "span"),
    [
        (Caps(edit=1.0), "$1.00 an edit"),
        (Caps(session=1.0), "$1.00 a session"),
        (Caps(day=1.0), "$1.00 a day"),
        (Caps(month=1.0), "$1.00 a month leaves"),
        (Caps(platforms={"fal": 1.0}), "$1.00 a month for FAL.ai"),
    ],
)
@in_loop
async def test_each_cap_holds_for_its_own_span(tmp_path, caps, span):  # type: ignore[no-untyped-def]
    purse = Purse(tmp_path, caps)
    await purse.settle(await purse.hold(0.7), 0.7)
    with pytest.raises(OverCap, match=span.replace("$", r"\$")):
        await purse.hold(0.7)
    if caps.platforms:
        await purse.hold(0.7, platform="replicate")
    if caps.edit:
        await purse.hold(0.7, job="another")
    later = Purse(tmp_path, caps, purse.clock)
    if caps.session:
        await later.hold(0.7)
    purse.clock.seconds += DAY
    if caps.day:
        await later.hold(0.7)
    purse.clock.seconds += 31 * DAY
    if caps.month or caps.platforms:
        await later.hold(0.7)
    await purse.ledger.close()
    await later.ledger.close()


@in_loop
async def test_a_clock_that_jumps_back_frees_no_money(tmp_path):  # type: ignore[no-untyped-def]
    purse = Purse(tmp_path, Caps(day=1.0, month=1.0))
    purse.clock.seconds = 40 * DAY
    await purse.settle(await purse.hold(1.0), 1.0)
    for days in (39.9, 39, 20, 0):
        purse.clock.seconds = days * DAY
        with pytest.raises(OverCap):
            await purse.hold(0.01)
    await purse.ledger.close()


@in_loop
async def test_a_price_that_stays_unknown_counts_as_the_estimate(tmp_path):  # type: ignore[no-untyped-def]
    purse = Purse(tmp_path, Caps(day=1.0))
    await purse.settle(await purse.hold(0.6), UNKNOWN_COST)
    with pytest.raises(OverCap):
        await purse.hold(0.6)
    # Without an estimate there is no figure to hold; once the cap is reached, such an edit waits too.
    await purse.settle(await purse.hold(UNKNOWN_COST), UNKNOWN_COST)
    await purse.settle(await purse.hold(0.4), 0.4)
    with pytest.raises(OverCap, match="its price is not known"):
        await purse.hold(UNKNOWN_COST)
    await purse.ledger.close()


@in_loop
async def test_edits_side_by_side_share_one_cap(tmp_path):  # type: ignore[no-untyped-def]
    purses = [Purse(tmp_path, Caps(day=1.0)) for _ in range(3)]
    tries = [purse.hold(0.1, job=str(number)) for number in range(10) for purse in purses]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, Hold) for answer in answers) == 10
    assert sum(isinstance(answer, OverCap) for answer in answers) == 20
    for purse in purses:
        await purse.ledger.close()


@in_loop
async def test_a_hold_whose_edit_is_cancelled_meanwhile_is_given_back(tmp_path):  # type: ignore[no-untyped-def]
    purse = Purse(tmp_path, Caps(day=1.0))
    for _ in range(20):
        task = asyncio.ensure_future(purse.hold(1.0))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await purse.hold(1.0)
    await purse.ledger.close()


@in_loop
async def test_unreadable_books_stop_spending_only_where_there_is_a_cap(tmp_path, caplog):  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_text("in the way")
    purse = Purse(tmp_path / "file", Caps(day=1.0))
    with pytest.raises(OverCap, match="cannot be read"):
        await purse.hold(0.1)
    purse.caps = Caps()
    await purse.settle(await purse.hold(0.1), 0.1)
    assert "not in the ledger" in caplog.text


def test_caps_come_from_the_settings_or_a_sentence_says_why_not():  # type: ignore[no-untyped-def]
    caps = Caps.of({"day": 5, "edit": 0.5, "platforms": {"fal": 10}})
    assert (caps.day, caps.edit, caps.month, caps.platforms["fal"], caps.any) == (5.0, 0.5, None, 10.0, True)
    assert not Caps.of({}).any
    for wrong in ({"day": "5"}, {"day": True}, {"day": -1}, {"year": 5}, {"platforms": 5}, {"day": float("nan")}):
        with pytest.raises(InputError):
            Caps.of(wrong)


@pytest.mark.parametrize("date", [datetime(2026, 3, 29, 20, tzinfo=UTC), datetime(2026, 10, 25, 20, tzinfo=UTC)])
@in_loop
async def test_days_of_23_and_25_hours_begin_at_midnight(tmp_path, date):  # type: ignore[no-untyped-def]
    clock = FakeClock()
    clock.seconds = (date - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()
    zone = ZoneInfo("Europe/Berlin")
    purse = Purse(tmp_path, Caps(day=1.0), clock)
    budget = CappedBudget(purse.ledger, caps=lambda: purse.caps, clock=clock, zone=zone)
    hold = await budget.hold(job="job", platform="fal", operation=Operation.ERASE, cost=dollars(1.0))
    await purse.settle(hold, 1.0)
    midnight = datetime(date.year, date.month, date.day + 1, tzinfo=zone)
    before = clock.seconds
    clock.seconds = before + (midnight.astimezone(UTC) - date).total_seconds() - 1
    with pytest.raises(OverCap, match=f"midnight, on {date.day + 1} "):
        await budget.hold(job="job", platform="fal", operation=Operation.ERASE, cost=dollars(0.1))
    clock.seconds += 2
    await budget.hold(job="job", platform="fal", operation=Operation.ERASE, cost=dollars(0.1))
    await purse.ledger.close()


amounts = st.sampled_from([0.01, 0.05, 0.1, 0.33])
moves = st.one_of(
    st.tuples(st.just("hold"), amounts),
    st.tuples(st.just("settle"), st.sampled_from(["same", "less", "unknown"])),
    st.tuples(st.just("clock"), st.sampled_from([-40 * DAY, -DAY, -60.0, 60.0])),
    st.tuples(st.just("quit"), st.booleans()),
    st.tuples(st.just("cap"), st.sampled_from([0.1, 0.5, 1.0])),
)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(moves, max_size=25))
def test_whatever_happens_what_was_spent_stays_within_the_cap_of_its_time(steps):  # type: ignore[no-untyped-def]
    async def play(folder: Path) -> None:
        purse, open_holds, counted = Purse(folder, Caps(month=0.5)), list[Hold](), 0.0
        purse.clock.seconds = 15.5 * DAY  # no step forward leads into another month
        for name, value in steps:
            if name == "hold":
                room = purse.caps.month - counted
                try:
                    open_holds.append(await purse.hold(value))
                except OverCap:
                    assert value > room - 1e-9
                else:
                    counted += value
                    assert counted <= purse.caps.month + 1e-6
            elif name == "settle" and open_holds:
                hold = open_holds.pop(0)
                price = {"same": hold.cost, "less": dollars(hold.cost.usd / 2), "unknown": UNKNOWN_COST}[value]
                await purse.settle(hold, price)
                counted -= hold.cost.usd / 2 if value == "less" else 0.0
            elif name == "clock":
                purse.clock.seconds += value
            elif name == "quit":
                # What is still held may have been spent: it stays counted.
                await purse.ledger.close()
                open_holds.clear()
                purse = Purse(folder, purse.caps, purse.clock)
            elif name == "cap":
                purse.caps = Caps(month=value)
        await purse.ledger.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    command = [sys.executable, "-m", "support.budget_child", str(folder), *arguments]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_programs_share_one_cap(tmp_path):  # type: ignore[no-untyped-def]
    programs = [start(tmp_path, "2.0", "0.05", "30", "settle") for _ in range(2)]
    answers = [program.communicate(timeout=60) for program in programs]
    assert [errors for _, errors in answers] == ["", ""]
    lines = [line for words, _ in answers for line in words.split()]
    assert (lines.count("held"), lines.count("over")) == (40, 20)


def test_what_a_killed_program_had_set_aside_stays_counted_as_maybe_spent(tmp_path):  # type: ignore[no-untyped-def]
    program = start(tmp_path, "1.0", "0.3", "2", "hold")
    assert program.stdout is not None
    assert [program.stdout.readline() for _ in range(3)] == ["held\n", "held\n", "waiting\n"]

    async def look(cost: float) -> list[str]:
        purse = Purse(tmp_path, Caps(day=1.0), SystemClock())
        with pytest.raises(OverCap):
            await purse.hold(0.6)
        await purse.settle(await purse.hold(cost), cost)
        outcomes = [entry.outcome for entry in await purse.ledger.entries()]
        await purse.ledger.close()
        return outcomes

    assert asyncio.run(look(0.1)) == ["served"]
    program.send_signal(signal.SIGKILL)
    program.communicate(timeout=60)
    assert sorted(asyncio.run(look(0.1))) == ["maybe_running", "maybe_running", "served", "served"]
