"""The program is killed at every boundary between two records of the vault: no paid result is lost, nothing is sent
twice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.fakes import FakeCredentials
from support.platform_bench import QuickClock
from support.vault_child import BOUNDARIES

from editor.domain.vault import RecordState
from editor.fallback.collector import Collector
from editor.imaging.codec import decode_picture
from editor.storage.database import Database
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA

QUIET = re.compile("cancel|storage|files|balance")
TESTS = Path(__file__).parents[1]
UNNAMED = ("intended", "sent", "before running", "before fetched")
"""Where a platform without a list of runs has not named the run, or answers with the picture itself."""


def killed(bench, boundary, home):
    """Run the program until it is killed; returns how many runs it had the platform begin."""
    command = [sys.executable, "-m", "support.vault_child", bench.id, boundary, str(home)]
    command += [json.dumps(bench.environment), bench.key]
    before = bench.server.runs
    folders = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": folders}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    return bench.server.runs - before


def orders(bench):
    """The requests that begin a run."""
    quiet = ("cancel", "storage", "files", "balance")
    return [
        entry for entry in bench.server.requests if entry.method == "POST" and not any(q in entry.path for q in quiet)
    ]


def after_restart(bench, home):
    """What the next start finds and collects: (pictures, sentences about what cannot be had, states)."""

    async def scenario(platform):
        thread = Database(home / "records.sqlite", [SCHEMA], clock=QuickClock())
        vault = StoredVault(thread, home, clock=QuickClock())
        collector = Collector(
            vault=vault,
            platforms={bench.id: platform},
            credentials=FakeCredentials({bench.id: bench.key}),
            clock=QuickClock(),
        )
        found = []
        await collector.collect(found.append)
        records = await vault.records()
        kept = [await vault.picture(name) for record in records for name in record.pictures]
        states = [record.state for record in records]
        assert await vault.left_open() == ()
        await vault.close()
        await thread.close()
        assert [one.record.pictures for one in found if "while you were away" in one.sentence] == [
            record.pictures for record in records if record.id in {one.record.id for one in found}
        ]
        return kept, [record.reason for record in records if record.reason], states

    return bench.within(scenario)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is for other systems")
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killed_at_a_boundary(bench, boundary, tmp_path):
    if bench.direct and boundary in ("before running", "running"):
        pytest.skip("the answer to the order is the picture; the run has no name")
    runs = killed(bench, boundary, tmp_path)
    sent = len(orders(bench))
    assert sent <= 1
    kept, gone, states = after_restart(bench, tmp_path)
    # An order that had just left may arrive after the program's death; there is never a second one.
    assert len(orders(bench)) <= 1 if boundary == "sent" else len(orders(bench)) == sent
    if boundary == "before intended":
        assert (runs, kept, states) == (0, [], [])
    elif boundary == "intended" or (boundary in UNNAMED and not kept):
        # An order that was never named: told, never repeated.
        assert states == [RecordState.GIVEN_UP]
        assert len(gone) == 1 and "may have been charged" in gone[0]
        assert bench.direct or boundary != "before fetched"
    else:
        assert decode_picture(kept[0]).shape == (150, 200, 3)
        assert len(kept) == 1
        assert states == [RecordState.DELIVERED if boundary == "delivered" else RecordState.FETCHED]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is for other systems")
def test_a_run_that_was_never_named_is_found_in_the_platforms_list(bench_of, tmp_path):
    bench = bench_of("replicate")
    killed(bench, "before running", tmp_path)
    kept, reasons, _ = after_restart(bench, tmp_path)
    assert (len(kept), reasons) == (1, [])
