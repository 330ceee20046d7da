"""Rasters and their snapshots: the past stays as it was, whatever is painted."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.domain.raster import TILE, Raster

SIZE = (3 * TILE - 40, 2 * TILE + 30)
rects = st.builds(
    Rect, st.integers(0, SIZE[1] - 1), st.integers(0, SIZE[0] - 1), st.integers(1, 400), st.integers(1, 400)
)


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, SIZE, dtype=np.uint8)


@settings(max_examples=60, deadline=None)
@given(before=st.lists(rects, max_size=3), after=st.lists(rects, max_size=5), look=rects)
def test_a_snapshot_reads_what_was_there_when_it_was_taken(before, after, look):  # type: ignore[no-untyped-def]
    raster = Raster(noise())
    for value, rect in enumerate(before):
        inside = rect.intersected(raster.rect)
        raster.write(inside, np.full((inside.height, inside.width), value, np.uint8))
    expected = raster.array.copy()
    with raster.snapshot() as snapshot:
        for value, rect in enumerate(after):
            inside = rect.intersected(raster.rect)
            raster.write(inside, np.full((inside.height, inside.width), 100 + value, np.uint8))
        look = look.intersected(raster.rect)
        assert np.array_equal(snapshot.read(look), expected[look.slices])
        assert np.array_equal(snapshot.read(raster.rect), expected)


def test_a_closed_snapshot_keeps_no_more_tiles() -> None:
    raster = Raster(noise())
    snapshot = raster.snapshot()
    raster.write(Rect(0, 0, 1, 1), np.zeros((1, 1), np.uint8))
    snapshot.close()
    raster.write(Rect(300, 300, 1, 1), np.zeros((1, 1), np.uint8))
    assert set(snapshot.tiles) == {(0, 0)}
    assert snapshot.changed == Rect(0, 0, TILE, TILE)


def test_reading_while_another_thread_paints_gives_the_old_picture() -> None:
    raster = Raster(noise())
    expected = raster.array.copy()
    stop = threading.Event()

    def paint() -> None:
        chance = np.random.default_rng(1)
        while not stop.is_set():
            x, y = int(chance.integers(0, SIZE[1] - 50)), int(chance.integers(0, SIZE[0] - 50))
            raster.write(Rect(x, y, 50, 50), np.full((50, 50), int(chance.integers(256)), np.uint8))

    with raster.snapshot() as snapshot:
        painter = threading.Thread(target=paint)
        painter.start()
        try:
            readings = [snapshot.read(raster.rect) for _ in range(30)]
        finally:
            stop.set()
            painter.join()
    assert all(np.array_equal(reading, expected) for reading in readings)
