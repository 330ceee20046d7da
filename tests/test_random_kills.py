"""The program is killed at random while it paints and saves: no document is ever lost, and every file opens."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FOR_EVER = 100_000
MOST_ROUNDS = 6
"""Rounds that a program finishes before it is killed; where it is none, it may die while it brings documents back."""
LONGEST = 0.3
"""Seconds that it lives on after the last of them."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is for other systems")


def program(folder: Path, seed: int, rounds: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "support.killed_painter", str(folder), str(seed), str(rounds)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def killed(folder: Path, seed: int, *, rounds: int, seconds: float) -> None:
    """Let the program live for a while and kill it; it must not have ended by itself over what it found."""
    with program(folder, seed, FOR_EVER) as painter:
        assert painter.stdout is not None
        assert painter.stderr is not None
        for _ in range(1 + rounds):
            painter.stdout.readline()
        try:
            painter.wait(seconds)
        except subprocess.TimeoutExpired:
            painter.kill()
        assert painter.wait() == -signal.SIGKILL, painter.stderr.read().decode()


@pytest.mark.parametrize("kills", [pytest.param(8), pytest.param(100, marks=pytest.mark.long)])
def test_nothing_is_lost_however_often_the_program_is_killed(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    for seed in range(kills):
        killed(tmp_path, seed, rounds=chance.randint(0, MOST_ROUNDS), seconds=chance.uniform(0, LONGEST))
    with program(tmp_path, kills, 1) as last:
        _, errors = last.communicate()
        assert last.returncode == 0, errors.decode()
    lines = [json.loads(line) for line in (tmp_path / "promises.jsonl").read_text().splitlines()]
    given = [what for step, what, *_ in lines if step == "give"]
    assert given.count("kept") > kills
    assert given.count("saved") > kills / 4
