"""The engine's process, for real: started, kept, cancelled, killed, closed."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from editor.domain.errors import EditorError
from editor.engine.client import EngineClient, EngineFailed
from editor.engine.fill.erase import erase
from editor.engine.weights import Models

pytestmark = pytest.mark.skipif(not hasattr(os, "kill"), reason="needs process ids")
DESCRIPTORS = Path("/proc/self/fd")


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def quiet(share):
    pass


@pytest.fixture(scope="module")
def large():
    """A picture and a hole that keep the engine busy for many seconds."""
    picture = np.random.default_rng(1).integers(0, 255, (1200, 1200, 3), np.uint8)
    hole = np.zeros((1200, 1200), np.uint8)
    hole[200:1000, 200:1000] = 255
    return picture, hole


def is_mended(answer, grass, scratch):
    """Whether it is what erasing the scratch gives without a process."""
    expected = erase(grass, scratch, seed=None, models=Models.none(), progress=quiet)
    return np.array_equal(answer.image, expected.image) and answer.method == expected.method


async def begun(client, picture, hole):
    """A job that has told its first progress."""
    started = asyncio.Event()
    job = asyncio.ensure_future(client.erase(picture, hole, progress=lambda share: started.set()))
    waiting = asyncio.ensure_future(started.wait())
    await asyncio.wait({job, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert started.is_set() and not job.done()
    return job


def test_it_answers_as_the_function_does_and_keeps_its_process(grass, round_hole, scratch):
    async def run():
        client = EngineClient(threads=1, low_priority=True)
        assert client.pid is None
        shares = []
        first = await client.erase(grass, round_hole, seed=9, progress=shares.append)
        pid = client.pid
        second = await client.erase(grass, scratch, progress=quiet)
        assert client.pid == pid is not None
        await client.close()
        assert client.pid is None and gone(pid)
        return first, second, shares

    first, second, shares = asyncio.run(run())
    expected = erase(grass, round_hole, seed=9, models=Models.none(), progress=quiet)
    assert np.array_equal(first.image, expected.image) and first.method == expected.method
    assert is_mended(second, grass, scratch)
    assert first.seconds > 0
    assert shares == sorted(shares) and all(0 <= share <= 1 for share in shares)


def test_cancel_ends_the_process_and_the_next_job_works(large, grass, scratch):
    async def run():
        client = EngineClient(threads=1)
        job = await begun(client, *large)
        pid = client.pid
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert gone(pid) and client.pid is None
        answer = await client.erase(grass, scratch, progress=quiet)
        assert client.pid != pid
        await client.close()
        return answer

    assert is_mended(asyncio.run(run()), grass, scratch)


def test_a_crash_is_told_and_the_next_job_works(large, grass, scratch):
    async def run():
        client = EngineClient(threads=1)
        job = await begun(client, *large)
        os.kill(client.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        with pytest.raises(EngineFailed, match="stopped while it worked") as failure:
            await job
        assert isinstance(failure.value, EditorError) and "exit code" in failure.value.detail
        await client.erase(grass, scratch, progress=quiet)
        await client.close()

    asyncio.run(run())


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")
def test_a_process_that_died_between_two_jobs_is_replaced(grass, scratch):
    async def run():
        client = EngineClient(threads=1)
        await client.erase(grass, scratch, progress=quiet)
        first = client.pid
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222 - it was killed a moment ago
        await client.erase(grass, scratch, progress=quiet)
        assert client.pid != first
        await client.close()

    asyncio.run(run())


def test_close_ends_a_job_under_way(large):
    async def run():
        client = EngineClient(threads=1)
        job = await begun(client, *large)
        pid = client.pid
        await client.close()
        with pytest.raises(EngineFailed):
            await job
        assert gone(pid)

    asyncio.run(run())


def test_a_refusal_is_told_in_words_and_costs_no_process():
    async def run():
        client = EngineClient(threads=1)
        with pytest.raises(EngineFailed, match="nothing left of the picture"):
            await client.erase(np.zeros((9, 9, 3), np.uint8), np.full((9, 9), 255, np.uint8), progress=quiet)
        assert client.pid is not None
        await client.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["/nowhere/at/all"], "could not be started"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "stopped while it worked"),
        ([sys.executable, "-c", "print('hello ' * 100)"], "stopped while it worked"),
    ],
    ids=["absent", "ends at once", "speaks nonsense"],
)
def test_a_program_that_is_no_engine(command, sentence, grass, scratch):
    async def run():
        client = EngineClient(command=command)
        with pytest.raises(EngineFailed, match=sentence):
            await client.erase(grass, scratch, progress=quiet)
        assert client.pid is None
        await client.close()

    asyncio.run(run())


def test_jobs_asked_for_together_run_one_after_another(grass, scratch):
    async def run():
        client = EngineClient(threads=1)
        answers = await asyncio.gather(*(client.erase(grass, scratch, progress=quiet) for _ in range(3)))
        await client.close()
        return answers

    first, *others = asyncio.run(run())
    assert all(np.array_equal(first.image, other.image) for other in others)


def test_it_serves_a_loop_in_another_thread_and_loop_after_loop(grass, scratch):
    client = EngineClient(threads=1)
    answers, pids = [], []

    async def once():
        answers.append(await client.erase(grass, scratch, progress=quiet))
        pids.append(client.pid)

    for _ in range(2):
        thread = threading.Thread(target=lambda: asyncio.run(once()))
        thread.start()
        thread.join()
    asyncio.run(client.close())
    assert len(answers) == 2 and pids[0] == pids[1]
    gc.collect()


def test_the_working_folder_does_not_matter(tmp_path, monkeypatch, grass, scratch):
    (tmp_path / "json.py").write_text("raise RuntimeError('the wrong module')")
    monkeypatch.chdir(tmp_path)

    async def run():
        client = EngineClient(threads=1)
        answer = await client.erase(grass, scratch, progress=quiet)
        await client.close()
        return answer

    answer = asyncio.run(run())
    assert np.array_equal(answer.image[scratch == 0], grass[scratch == 0])
    assert answer.method


@pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="counts descriptors in /proc")
def test_no_descriptor_is_left_behind(grass, scratch):
    async def run():
        client = EngineClient(threads=1)
        await client.erase(grass, scratch, progress=quiet)
        await client.close()

    asyncio.run(run())
    gc.collect()
    before = len(list(DESCRIPTORS.iterdir()))
    asyncio.run(run())
    gc.collect()
    assert len(list(DESCRIPTORS.iterdir())) <= before


def test_the_engine_ends_when_its_input_closes_and_prints_nothing_of_its_own():
    ended = subprocess.run(
        [sys.executable, "-m", "editor.engine.worker"], input=b"", capture_output=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, b"")


def test_the_engine_loads_neither_qt_nor_sockets():
    program = (
        "import sys, editor.engine.worker, editor.engine.fill.erase, editor.engine.weights, numpy as np;"
        "editor.engine.fill.erase.erase(np.ones((40, 40, 3), np.uint8), np.eye(40, dtype=np.uint8), seed=0,"
        " models=editor.engine.weights.Models.none(), progress=lambda share: None);"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('PySide6', 'httpx', 'keyring')))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "[]"


def test_what_nobody_asks_anything_of_goes_and_comes_back(grass, scratch):
    async def run():
        client = EngineClient(threads=1, idle_seconds=0.0)
        await client.erase(grass, scratch, progress=quiet)
        first = client.pid
        while not gone(first):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0)
        answer = await client.erase(grass, scratch, progress=quiet)
        assert client.pid not in (None, first)
        await client.close()
        return answer

    assert is_mended(asyncio.run(asyncio.wait_for(run(), 60)), grass, scratch)


def test_things_are_selected_and_cut_out(grass):
    picture = grass.copy()
    rows, columns = np.mgrid[: grass.shape[0], : grass.shape[1]]
    disc = np.hypot(columns - 80, rows - 70) <= 40
    picture[disc] = (200, 40, 40)
    stroke = np.zeros(disc.shape, np.uint8)
    stroke[68:72, 60:100] = 255

    async def run():
        client = EngineClient(threads=1)
        at = await client.select(picture, point=(80, 70))
        again = await client.select(picture, box=(36, 26, 90, 90))
        cut = await client.cut_out(picture, edge="hard", keep=stroke, progress=quiet)
        await client.close()
        return at, again, cut

    for answer in asyncio.run(run()):
        assert answer.image.shape == disc.shape
        found = answer.image > 127
        assert (found & disc).sum() / (found | disc).sum() > 0.9
        assert answer.method


def test_a_picture_is_enlarged_and_extended(grass):
    async def run():
        client = EngineClient(threads=1)
        sides = {"left": 10, "right": 0, "up": 0, "down": 4}
        extended = await client.extend(grass, **sides, seed=3, progress=quiet)
        enlarged = await client.upscale(grass, width=300, height=240, mode="faithful", seconds=5, progress=quiet)
        await client.close()
        return extended, enlarged

    extended, enlarged = asyncio.run(run())
    assert extended.image.shape == (164, 210, 3) and np.array_equal(extended.image[:160, 10:], grass)
    assert enlarged.image.shape == (240, 300, 3)
    assert abs(enlarged.image.mean() - grass.mean()) < 2
    assert extended.method and enlarged.method


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory by the shell")
def test_want_of_memory_is_told_and_costs_only_the_job(grass, scratch):
    limited = ["sh", "-c", 'ulimit -v 700000; exec "$0" -P -m editor.engine.worker', sys.executable]
    picture = np.zeros((12_000, 12_000, 3), np.uint8)
    hole = np.zeros((12_000, 12_000), np.uint8)
    hole[4000:8000, 4000:8000] = 255

    async def run():
        client = EngineClient(command=limited, threads=1)
        with pytest.raises(EngineFailed, match="memory"):
            await client.erase(picture, hole, progress=quiet)
        answer = await client.erase(grass, scratch, progress=quiet)
        await client.close()
        return answer

    assert is_mended(asyncio.run(run()), grass, scratch)
