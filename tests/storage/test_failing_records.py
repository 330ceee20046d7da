"""The n-th call of the disk fails under the ledger and the vault: what was noted before stays, and the failure is told.

SQLite's own calls fail too, for n = 1, 2, 3 … until none does.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from support.fakes import FakeClock
from support.faulty_disk import FaultyDisk
from support.faulty_sqlite import FaultySqlite, why_not

from editor.domain.attempt import Attempt, Cost
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation, Outcome, Way
from editor.domain.money import Hold
from editor.domain.vault import Intent, Place, RecordState, VaultUnavailable
from editor.storage.blobs import Blobs
from editor.storage.database import Database, StorageUnavailable
from editor.storage.ledger import LEDGER, Ledger
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA

CLOCK = FakeClock()
PRICE = Cost(0.05, 5.0, CostSource.ESTIMATED)
PLACE = Place(region=Rect(4, 5, 60, 40), result_size=(60, 40), sent=(64, 64), inner=(60, 40), answer=(64, 64))
FIRST, SECOND = b"first picture" * 900, b"second picture" * 900
MOST_CALLS = 1000

faulty_sqlite = pytest.mark.skipif(bool(why_not()), reason=why_not())


def until_none_fails(folder: Path, live: Callable[[Path, int], bool]) -> None:
    """``live`` with the n-th call failing; it tells whether one failed."""
    for number in range(1, MOST_CALLS):
        home = folder / str(number)
        home.mkdir()
        if not live(home, number):
            assert number > 5, "nothing ever failed"
            return
    pytest.fail("the disk never stopped failing")


class Spender:
    """Runs of a program that spends money, and what it knows to be written down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spent: set[str] = set()
        self.asked: set[str] = set()
        self.failures = 0

    def ledger(self) -> Ledger:
        database = Database(self.folder / "ledger.sqlite", [LEDGER], clock=CLOCK)
        return Ledger(database, self.folder / "runs", clock=CLOCK)

    async def spend(self, ledger: Ledger, number: int) -> None:
        job = f"job {number}"
        hold = Hold(id=number, job=job, platform="fal", operation=Operation.ERASE, cost=PRICE)
        self.asked.add(job)
        await self.trying(lambda: ledger.hold(hold, lambda books: None))
        if await self.trying(lambda: ledger.settle(hold, an_attempt())):
            self.spent.add(job)

    async def trying(self, call: Callable[[], asyncio.Future[None]]) -> bool:
        """Try twice: a disk that failed once may take it then."""
        for _ in range(2):
            try:
                await call()
                return True
            except StorageUnavailable as error:
                self.failures += 1
                assert error.message.endswith(".")
        return False

    async def run(self, numbers: range) -> None:
        ledger = self.ledger()
        for number in numbers:
            await self.spend(ledger, number)
        await ledger.close()

    async def check(self) -> None:
        ledger = self.ledger()
        entries = await ledger.entries()
        served = [entry.job for entry in entries if entry.outcome == Outcome.SERVED]
        assert ledger.notice == "", "a good file was set aside"
        assert sorted(served) == sorted(set(served)), "money was written down twice"
        assert self.spent <= set(served) <= self.asked
        assert sum(entry.usd or 0.0 for entry in entries) == pytest.approx(0.05 * len(served))
        await self.spend(ledger, 99)
        assert "job 99" in self.spent
        await ledger.close()


def an_attempt() -> Attempt:
    return Attempt(
        cycle=1,
        platform="fal",
        label="label",
        model="model",
        outcome=Outcome.SERVED,
        message="",
        started=CLOCK.now(),
        seconds=1.5,
        cost=PRICE,
    )


@faulty_sqlite
@pytest.mark.parametrize("full", [False, True], ids=["failing", "full"])
@pytest.mark.parametrize("earlier", [0, 40], ids=["new", "old"])
def test_the_ledger_forgets_nothing_it_was_told(tmp_path: Path, full: bool, earlier: int) -> None:
    def live(home: Path, number: int) -> bool:
        async def whole() -> bool:
            spender, disk = Spender(home), FaultySqlite(number, full=full)
            await spender.run(range(earlier))
            with disk.in_place():
                await spender.run(range(50, 53))
            assert disk.calls, "SQLite does not use the disk that fails"
            assert spender.failures <= 1
            assert spender.asked == spender.spent, "a disk that failed once takes it then"
            await spender.check()
            return disk.fired

        return asyncio.run(whole())

    until_none_fails(tmp_path, live)


class Keeper:
    """Runs of a program that keeps results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.kept: set[bytes] = set()

    async def run(self, job: str, picture: bytes, disk: FaultyDisk | None = None) -> None:
        thread = Database(self.folder / "records.sqlite", [SCHEMA], clock=CLOCK)
        blobs = Blobs(self.folder / "results", disk=disk) if disk is not None else None
        vault = StoredVault(thread, self.folder, clock=CLOCK, blobs=blobs)
        try:
            entry = vault.recorder(job, document="harbour.png").begin()
            await entry.intended(an_intent())
            await entry.running("run")
            await entry.fetched(picture)
            self.kept.add(picture)
            await entry.complete()
        except VaultUnavailable as error:
            self.told.append(error.message)
        await vault.close()
        await thread.close()

    async def check(self) -> None:
        thread = Database(self.folder / "records.sqlite", [SCHEMA], clock=CLOCK)
        vault = StoredVault(thread, self.folder, clock=CLOCK)
        records = await vault.records()
        assert thread.notice == "", "a good file was set aside"
        assert [one.state for one in records if one.job == "first"] == [RecordState.FETCHED]
        found = {await vault.picture(name) for one in records for name in one.pictures}
        assert self.kept <= found <= {FIRST, SECOND}
        await vault.close()
        await thread.close()
        self.told.clear()
        await self.run("again", SECOND)
        assert not self.told, "the vault goes on"


def an_intent() -> Intent:
    return Intent(
        platform="replicate",
        model="Bria Eraser",
        endpoint="bria/eraser",
        operation=Operation.ERASE,
        way=Way.MASK,
        place=PLACE,
        mask=b"a mask",
    )


@faulty_sqlite
@pytest.mark.parametrize("full", [False, True], ids=["failing", "full"])
def test_the_vaults_records_outlive_any_failure(tmp_path: Path, full: bool) -> None:
    def live(home: Path, number: int) -> bool:
        async def whole() -> bool:
            keeper, disk = Keeper(home), FaultySqlite(number, full=full)
            await keeper.run("first", FIRST)
            with disk.in_place():
                await keeper.run("second", SECOND)
            assert disk.calls, "SQLite does not use the disk that fails"
            assert SECOND in keeper.kept or keeper.told, "told, not swallowed"
            await keeper.check()
            return disk.fired

        return asyncio.run(whole())

    until_none_fails(tmp_path, live)


@pytest.mark.parametrize(
    ("number_of", "for_good"), [(errno.EIO, False), (errno.EACCES, False), (errno.ENOSPC, True)], ids=str
)
def test_the_vaults_pictures_outlive_any_failure(tmp_path: Path, number_of: int, for_good: bool) -> None:
    def live(home: Path, number: int) -> bool:
        async def whole() -> bool:
            keeper, disk = Keeper(home), FaultyDisk(number, number=number_of, for_good=for_good)
            await keeper.run("first", FIRST)
            await keeper.run("second", SECOND, disk)
            assert bool(keeper.told) == disk.fired, "told, not swallowed"
            await keeper.check()
            return disk.fired

        fired = asyncio.run(whole())
        assert not list(home.rglob("*.part")), "nothing half is left"
        return fired

    until_none_fails(tmp_path, live)
