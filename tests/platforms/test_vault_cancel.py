"""An edit that was cancelled while its run could not be stopped: it is collected later."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from support.fakes import FakeCredentials
from support.platform_bench import QuickClock

from editor.domain.errors import Cancelled
from editor.domain.geometry import Rect
from editor.domain.kinds import CancelEnding, Operation, Phase
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, whole_mask
from editor.domain.vault import RecordState
from editor.fallback.collector import Collector
from editor.platforms.base import Call
from editor.storage.database import Database
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA


def relight():
    image = np.full((80, 120, 3), 150, np.uint8)
    image[24:56, 40:80] = (215, 25, 25)
    return EditRequest(
        operation=Operation.REPLACE_BACKGROUND,
        image=image,
        mask=whole_mask(image),
        region=Rect(0, 0, 120, 80),
        options=EditOptions(prompt="a blue wall"),
    )


def test_a_run_that_could_not_be_stopped_is_collected(bench_of, tmp_path):
    bench = bench_of("stability")
    database = Database(tmp_path / "records.sqlite", [SCHEMA], clock=QuickClock())
    vault = StoredVault(database, tmp_path, clock=QuickClock())

    async def scenario(platform):
        looked = asyncio.Event()

        def report(progress):
            if progress.phase is Phase.PROCESSING and any("results" in one.path for one in bench.server.requests):
                looked.set()

        recorder = vault.recorder("job", document="box.png")
        task = asyncio.ensure_future(platform.run(relight(), Call(key=bench.key, report=report, recorder=recorder)))
        await asyncio.wait_for(looked.wait(), 5)
        task.cancel()
        with pytest.raises(Cancelled) as cancelled:
            await task
        assert cancelled.value.ending is CancelEnding.TO_BE_COLLECTED
        assert await vault.left_open() == (), "the edit still belongs to this run of the program"
        await vault.released("job")
        collector = Collector(
            vault=vault,
            platforms={"stability": platform},
            credentials=FakeCredentials({"stability": bench.key}),
            clock=QuickClock(),
        )
        found = []
        assert await collector.collect(found.append) == 1
        assert [one.sentence for one in found] == ["Stability AI finished an edit while you were away."]
        assert [one.state for one in await vault.records()] == [RecordState.FETCHED]
        await vault.close()
        await database.close()

    bench.within(scenario)
    assert bench.server.runs == 1
