"""A vault whose disk refuses fails no edit; that nothing could be kept is told."""

from __future__ import annotations

import numpy as np
from support.platform_bench import QuickClock

from editor.platforms.base import Call
from editor.platforms.orders.intent import NOT_KEPT
from editor.storage.database import Database
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA


def test_an_edit_is_served_without_a_vault(bench, edit, tmp_path):
    (tmp_path / "results").write_text("in the way")
    database = Database(tmp_path / "records.sqlite", [SCHEMA], clock=QuickClock())
    vault = StoredVault(database, tmp_path, clock=QuickClock())

    async def scenario(platform):
        recorder = vault.recorder("job", document="")
        result = await platform.run(edit, Call(key=bench.key, report=bench.progress.append, recorder=recorder))
        assert await vault.records() == ()
        await vault.close()
        await database.close()
        return result

    result = bench.within(scenario)
    assert NOT_KEPT in result.notes
    assert not np.array_equal(result.image, edit.image)
    assert bench.server.runs == 1
