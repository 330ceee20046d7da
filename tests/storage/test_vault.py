from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from support.fakes import FakeClock

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.vault import Intent, Place, RecordState, VaultUnavailable
from editor.storage.database import Database
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA

PLACE = Place(region=Rect(4, 5, 60, 40), result_size=(60, 40), sent=(64, 64), inner=(60, 40), answer=(64, 64))
INTENT = Intent(
    platform="replicate",
    model="Bria Eraser",
    endpoint="bria/eraser",
    operation=Operation.ERASE,
    way=Way.MASK,
    place=PLACE,
    mask=b"a mask",
)


class Programs:
    """Runs of the program that share one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self._threads: list[Database] = []

    def start(self) -> StoredVault:
        thread = Database(self.folder / "records.sqlite", [SCHEMA], clock=self.clock)
        self._threads.append(thread)
        return StoredVault(thread, self.folder, clock=self.clock)

    async def close(self) -> None:
        for thread in self._threads:
            await thread.close()


@pytest.fixture
def within(tmp_path: Path) -> Callable[[Callable[[Programs], Awaitable[None]]], None]:
    def run(scenario: Callable[[Programs], Awaitable[None]]) -> None:
        async def whole() -> None:
            programs = Programs(tmp_path)
            try:
                await scenario(programs)
            finally:
                await programs.close()

        asyncio.run(whole())

    return run


async def fetched(vault: StoredVault, job: str, *pictures: bytes) -> None:
    entry = vault.recorder(job, document="harbour.png").begin()
    await entry.intended(INTENT)
    entry.sent()
    await entry.running("run-1")
    for picture in pictures:
        await entry.fetched(picture)
    await entry.complete()


def test_a_record_holds_all_that_lays_a_result_back(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        await fetched(vault, "job", b"one", b"two", b"one")
        (record,) = await vault.records()
        assert (record.document, record.reference, record.state) == ("harbour.png", "run-1", RecordState.FETCHED)
        assert record.intent.place == PLACE
        assert [await vault.picture(name) for name in record.pictures] == [b"one", b"two"]
        assert await vault.picture(record.mask) == b"a mask"
        await vault.delivered("job")
        assert [one.state for one in await vault.records()] == [RecordState.DELIVERED]

    within(scenario)


def test_an_order_that_leaves_anew_forgets_the_run_before(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        entry = vault.recorder("job", document="").begin()
        await entry.intended(INTENT)
        await entry.running("refused")
        entry.sent()
        await asyncio.sleep(0)
        (record,) = await vault.records()
        assert (record.state, record.reference) == (RecordState.SENT, "")

    within(scenario)


def test_what_a_living_program_works_on_is_left_alone(within) -> None:
    async def scenario(programs: Programs) -> None:
        first, second = programs.start(), programs.start()
        entry = first.recorder("job", document="").begin()
        await entry.intended(INTENT)
        assert await second.left_open() == ()
        await fetched(first, "other", b"picture")
        assert await second.left_fetched() == ()
        await first.released("job")
        (record,) = await second.left_open()
        await second.entry(record)
        with pytest.raises(VaultUnavailable):
            await first.entry(record)
        await first.close()
        assert [one.job for one in await second.left_fetched()] == ["other"]
        await second.close()
        assert list((programs.folder / "running").iterdir()) == []

    within(scenario)


def test_what_has_ended_stays_so(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        await fetched(vault, "job", b"picture")
        await vault.given_up("job", "The picture was black.")
        await vault.delivered("job")
        (record,) = await vault.records()
        assert (record.state, record.reason) == (RecordState.GIVEN_UP, "The picture was black.")
        assert await vault.picture(record.pictures[0]) == b"picture"

    within(scenario)


def test_nothing_goes_unless_it_is_asked_for_and_dispensable(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        await fetched(vault, "old", b"x" * 1000)
        await vault.delivered("old")
        programs.clock.seconds += 100
        await fetched(vault, "shared", b"y" * 1000)
        await fetched(vault, "waiting", b"y" * 1000, b"z" * 500)
        await vault.delivered("shared")
        usage = await vault.usage()
        assert (usage.records, usage.total_bytes, usage.dispensable) == (3, 2500 + len(b"a mask"), 1000)
        assert await vault.prune() == 0
        assert await vault.prune(before=programs.clock.now() - timedelta(seconds=50)) == 1
        assert await vault.prune(most_bytes=10) == 1
        (record,) = await vault.records()
        assert record.job == "waiting"
        assert [len(await vault.picture(name)) for name in record.pictures] == [1000, 500]

    within(scenario)


def test_damaged_bytes_are_not_handed_out(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        await fetched(vault, "job", b"picture")
        name = (await vault.records())[0].pictures[0]
        (programs.folder / "results" / name[:2] / name).write_bytes(b"pictvre")
        with pytest.raises(VaultUnavailable):
            await vault.picture(name)

    within(scenario)


def test_a_place_that_is_no_folder_is_told(within, tmp_path: Path) -> None:
    async def scenario(programs: Programs) -> None:
        (tmp_path / "results").write_text("in the way")
        with pytest.raises(VaultUnavailable):
            await programs.start().recorder("job", document="").begin().intended(INTENT)

    within(scenario)
