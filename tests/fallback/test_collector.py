"""Collecting what platforms owe: at once what has come, patiently what runs, nothing that the user does not want."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from support.fakes import FakeClock, FakeCredentials, FakePlatform

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.vault import SEARCH, Intent, Place, RecordState, VaultRecord
from editor.fallback.collector import PAUSE, Collector
from editor.storage.database import Database
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA

PLACE = Place(region=Rect(0, 0, 8, 6), result_size=(8, 6), sent=(8, 6), inner=(8, 6), answer=(8, 6))


class Owing(FakePlatform):
    """Has a run's picture ready after so many looks; None for never."""

    def __init__(self, clock: FakeClock, **looks: int | None) -> None:
        super().__init__("replicate", clock)
        self.looks = looks
        self.asked: list[str] = []

    async def collect(self, record: VaultRecord, key: str | None, **_: Any) -> tuple[bytes, ...] | None:
        self.asked.append(record.job)
        left = self.looks[record.job]
        if left is None or left > 0:
            self.looks[record.job] = None if left is None else left - 1
            return None
        return (record.job.encode(),)


class Program:
    """A vault with runs that were left open, and a collector over it."""

    def __init__(self, folder: Path, **looks: int | None) -> None:
        self.clock = FakeClock()
        self.thread = Database(folder / "records.sqlite", [SCHEMA], clock=self.clock)
        self.vault = StoredVault(self.thread, folder, clock=self.clock)
        self.platform = Owing(self.clock, **looks)
        self.collector = Collector(
            vault=self.vault,
            platforms={"replicate": self.platform},
            credentials=FakeCredentials({"replicate": "key"}),
            clock=self.clock,
        )

    async def leave_open(self, *jobs: str, piece: str = "") -> None:
        intent = Intent(
            platform="replicate",
            model="M",
            endpoint="x",
            operation=Operation.ERASE,
            way=Way.MASK,
            place=PLACE,
            piece=piece,
        )
        for job in jobs:
            entry = self.vault.recorder(job, document="harbour.png").begin()
            await entry.intended(intent)
            await entry.running(f"run of {job}")
            await self.vault.released(job)

    async def states(self) -> dict[str, RecordState]:
        return {record.job: record.state for record in await self.vault.records()}


def test_what_has_come_may_be_taken_while_the_rest_is_waited_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        program = Program(tmp_path, quick=0, slow=2)
        await program.leave_open("quick", "slow")
        waiting: list[int] = []
        tasks: list[asyncio.Task[None]] = []

        async def look() -> None:
            waiting.append(len(await program.vault.left_fetched()))

        began = program.clock.monotonic()
        found = await program.collector.collect(lambda one: tasks.append(asyncio.create_task(look())))
        await asyncio.gather(*tasks)
        assert found == 2
        assert waiting[0] >= 1, "the first may be opened though the second is not there"
        assert program.clock.monotonic() - began == 2 * PAUSE
        assert set((await program.states()).values()) == {RecordState.FETCHED}
        assert len(await program.vault.left_fetched()) == 2
        await program.thread.close()

    asyncio.run(scenario())


def test_what_runs_on_is_left_for_the_next_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        program = Program(tmp_path, endless=None)
        await program.leave_open("endless")
        assert await program.collector.collect(lambda one: None, looks=3) == 0
        assert program.platform.asked == ["endless"] * 3
        assert [record.job for record in await program.vault.left_open()] == ["endless"]
        await program.thread.close()

    asyncio.run(scenario())


def test_nobody_is_asked_once_the_user_does_not_want_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        program = Program(tmp_path, endless=None)
        await program.leave_open("endless")
        assert await program.collector.collect(lambda one: None, may_ask=lambda: len(program.platform.asked) < 2) == 0
        assert len(program.platform.asked) == 2
        assert [record.job for record in await program.vault.left_open()] == ["endless"]
        await program.thread.close()

    asyncio.run(scenario())


def test_a_search_is_not_called_an_edit(tmp_path: Path) -> None:
    async def scenario() -> None:
        program = Program(tmp_path, words=0)
        await program.leave_open("words", piece=SEARCH)
        said: list[str] = []
        await program.collector.collect(lambda one: said.append(one.sentence))
        assert said == [
            "Replicate finished the search of an edit while you were away; the edit itself was never ordered."
        ]
        await program.thread.close()

    asyncio.run(scenario())
