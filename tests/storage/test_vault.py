from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.fakes import FakeClock

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.vault import Intent, Place, RecordState, VaultUnavailable
from editor.storage.blobs import Blobs
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

    def thread(self) -> Database:
        thread = Database(self.folder / "records.sqlite", [SCHEMA], clock=self.clock)
        self._threads.append(thread)
        return thread

    def start(self) -> StoredVault:
        return StoredVault(self.thread(), self.folder, clock=self.clock)

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


def test_the_next_program_clears_up_behind_one_that_was_killed(within) -> None:
    async def scenario(programs: Programs) -> None:
        running = programs.folder / "running"
        running.mkdir()
        for name, age in (("0123456789abcdef", 3600), ("fedcba9876543210", 0)):
            (running / name).touch()
            os.utime(running / name, (time.time() - age, time.time() - age))
        vault = programs.start()
        await fetched(vault, "job", b"picture")
        names = {path.name for path in running.iterdir()}
        assert "0123456789abcdef" not in names
        assert "fedcba9876543210" in names, "it may be about to take its lock"
        assert len(names) == 2
        await vault.close()

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


def test_what_is_discarded_goes_and_nothing_else(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        for job, pictures in (("old", [b"x" * 1000]), ("shared", [b"y" * 900]), ("waiting", [b"y" * 900, b"z" * 500])):
            programs.clock.seconds += 1
            await fetched(vault, job, *pictures)
            await vault.delivered(job)
            await vault.released(job)
        old, shared, waiting = await vault.records()
        sizes = await vault.sizes()
        assert [sizes[name] for one in (old, shared, waiting) for name in one.pictures] == [1000, 900, 900, 500]
        assert sizes[old.mask] == len(b"a mask")
        assert await vault.discard([old.id, shared.id, "no such record"]) == {old.id, shared.id}
        (record,) = await vault.records()
        assert [len(await vault.picture(name)) for name in record.names] == [900, 500, len(b"a mask")]
        with pytest.raises(VaultUnavailable, match="gone or damaged"):
            await vault.picture(old.pictures[0])
        assert await vault.discard([record.id]) == {record.id}
        assert not [path for path in (programs.folder / "results").rglob("*") if path.is_file()]

    within(scenario)


def test_what_is_worked_on_is_not_discarded(within) -> None:
    async def scenario(programs: Programs) -> None:
        first, second = programs.start(), programs.start()
        await fetched(first, "job", b"picture")
        (record,) = await second.records()
        for vault in (first, second):
            assert await vault.discard([record.id]) == frozenset()
        assert await second.picture(record.pictures[0]) == b"picture"

    within(scenario)


def test_what_two_platforms_made_is_delivered_one_by_one(within) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        await fetched(vault, "job", b"one")
        entry = vault.recorder("job", document="harbour.png").begin()
        await entry.intended(replace(INTENT, platform="fal"))
        await entry.fetched(b"two")
        await entry.complete()
        await vault.delivered("job", platform="fal")
        assert {one.intent.platform: one.state for one in await vault.records()} == {
            "replicate": RecordState.FETCHED,
            "fal": RecordState.DELIVERED,
        }

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
        with pytest.raises(VaultUnavailable, match="Results cannot be kept"):
            await programs.start().recorder("job", document="").begin().intended(INTENT)

    within(scenario)


class FullDisk(Blobs):
    """A folder on a disk that has no room."""

    def put(self, data: bytes) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "somebody/secret")


def test_a_full_disk_is_told_without_a_path(within) -> None:
    async def scenario(programs: Programs) -> None:
        thread = programs.thread()
        vault = StoredVault(thread, programs.folder, clock=programs.clock, blobs=FullDisk(programs.folder))
        with pytest.raises(VaultUnavailable) as refused:
            await vault.recorder("job", document="").begin().intended(INTENT)
        assert refused.value.message == "Results cannot be kept: the disk is full."
        assert "somebody" not in refused.value.message + refused.value.detail

    within(scenario)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be written here")
def test_a_folder_that_cannot_be_written_is_told(within, tmp_path: Path) -> None:
    async def scenario(programs: Programs) -> None:
        vault = programs.start()
        with pytest.raises(VaultUnavailable) as refused:
            await vault.records()
        assert refused.value.message == "Results cannot be kept: the folder for them cannot be written."
        await vault.close()

    tmp_path.chmod(0o500)
    try:
        within(scenario)
    finally:
        tmp_path.chmod(0o700)


def test_a_database_that_cannot_be_opened_is_told(within, tmp_path: Path) -> None:
    async def scenario(programs: Programs) -> None:
        (tmp_path / "records.sqlite").mkdir()
        with pytest.raises(VaultUnavailable) as refused:
            await programs.start().records()
        assert refused.value.message == "Results cannot be kept: the folder for them cannot be written."
        assert str(tmp_path) not in refused.value.detail

    within(scenario)
