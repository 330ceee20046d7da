"""A deep picture is opened, erased from on this computer, saved and opened again: outside the mask it is as it was.

In all 16 bits, through the session as through the command line; the long form with 100 megapixels.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
import pytest

from editor.app.composition import make_session
from editor.domain.document import Document
from editor.domain.kinds import Operation
from editor.session import paint_mask
from editor.storage.paths import Paths

log = logging.getLogger(__name__)

Samples = np.ndarray[Any, Any]
HOLE = (400, 300)
"""Width and height; at most a fifth of the picture's."""
EDGE = 10
"""How far the default grow and feather may reach, in pixels."""
MOST_MEMORY = 6.0
"""Times the picture's own: the picture, its copy for the screen, and what opening and the edit take for a while."""
FEW = 300_000_000
"""Bytes that the libraries may take besides."""
SIZES = [pytest.param((600, 400), id="small"), pytest.param((12247, 8165), id="large", marks=pytest.mark.long)]


@contextmanager
def held() -> Iterator[list[int]]:
    """The most memory that this process holds within, above what it held before, in bytes."""
    process, over = psutil.Process(), threading.Event()
    before, most = process.memory_info().rss, [0]

    def watch() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], process.memory_info().rss - before)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def deep_file(folder: Path, size: tuple[int, int]) -> Path:
    """A TIFF of 16 bits a channel, of which the lower eight are noise, with a dark thing in the middle."""
    width, height = size
    chance = np.random.default_rng(7)
    ramp = np.linspace(9000, 52000, width, dtype=np.uint16)[None, :, None]
    grain = chance.integers(0, 4096, (500, width, 3), np.uint16)
    pixels = np.empty((height, width, 3), np.uint16)
    for top in range(0, height, 500):
        pixels[top : top + 500] = ramp + grain[: min(500, height - top)]
    pixels[hole(size)] //= 5
    path = folder / "deep.tif"
    assert cv2.imwrite(str(path), pixels, [cv2.IMWRITE_TIFF_COMPRESSION, 1])
    return path


def hole(size: tuple[int, int]) -> tuple[slice, slice]:
    width, height = min(HOLE[0], size[0] // 5), min(HOLE[1], size[1] // 5)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return slice(top, top + height), slice(left, left + width)


def painted(size: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    mask = np.zeros((size[1], size[0]), np.uint8)
    mask[hole(size)] = 255
    return mask


def require_equal_outside(before: Samples, after: Samples, kept: Samples) -> None:
    assert before.dtype == after.dtype == np.uint16
    assert before.shape == after.shape
    different = 0
    for top in range(0, before.shape[0], 500):
        rows = slice(top, top + 500)
        different += int((before[rows] != after[rows]).any(axis=2)[kept[rows]].sum())
    assert different == 0


def require_deep_fill(before: Samples, after: Samples, size: tuple[int, int]) -> None:
    """Something new is in the hole, and no 8 bits spread over 16."""
    assert (before[hole(size)] != after[hole(size)]).any(axis=2).mean() > 0.9
    assert len(np.unique(after[hole(size)][..., :3])) > 256


@pytest.mark.parametrize("size", SIZES)
def test_a_deep_picture_is_opened_erased_from_saved_and_opened_again(tmp_path: Path, size: tuple[int, int]) -> None:
    path, own = deep_file(tmp_path, size), size[0] * size[1] * 8
    session = make_session(environment={}, chain=["local"], paths=Paths.under(tmp_path / "home"), use_keyring=False)

    async def erased(document: Document) -> None:
        try:
            prepared = session.prepare(Operation.ERASE, document)
            session.attach(await session.run_edit(prepared, lambda event: None, "deep"))
        finally:
            await session.close()

    with held() as memory:
        document = session.pictures.open(path).document
        assert document.depth == 16
        before = document.pixels.array.copy()
        paint_mask(document, painted(size))
        kept = document.effective.array == 0
        asyncio.run(erased(document))
        for ending in (".tif", ".png"):
            target = tmp_path / f"erased{ending}"
            session.pictures.saving(document, target).run()
            again = session.pictures.open(target).document
            require_equal_outside(before, again.pixels.array, kept)
            require_deep_fill(before, again.pixels.array, size)
            assert np.array_equal(again.pixels.array, document.pixels.array)
            del again
    log.info("at most %.2f times the picture's own memory", memory[0] / own)
    assert memory[0] < MOST_MEMORY * own + FEW


@pytest.mark.parametrize("size", SIZES)
def test_the_command_line_keeps_16_bits(tmp_path: Path, size: tuple[int, int]) -> None:
    path, mask, out = deep_file(tmp_path, size), tmp_path / "mask.png", tmp_path / "out.tif"
    assert cv2.imwrite(str(mask), painted(size))
    home = tmp_path / "home"
    words = ["edit", "erase", str(path), "-o", str(out), "--mask", str(mask), "--platforms", "local"]
    done = subprocess.run(
        [sys.executable, "-m", "editor", *words],
        env={**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    before, after = (cv2.imread(str(one), cv2.IMREAD_UNCHANGED) for one in (path, out))
    assert before is not None
    assert after is not None
    near = cv2.dilate(painted(size), np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8))
    require_equal_outside(before, after, near == 0)
    require_deep_fill(before, after, size)
