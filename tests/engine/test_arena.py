"""Memory that two processes share, seen from both ends."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest

from editor.engine.arena import GRANULE, WORTH, Arena
from editor.engine.protocol import Message, ProtocolError, read_message, write_message

pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors are handed down on POSIX alone")


@pytest.fixture
def arena():
    made = Arena.create()
    yield made
    made.close()


def test_arrays_lie_where_they_were_laid_and_a_view_cannot_be_written(arena):
    first = np.arange(100_000, dtype=np.uint8)
    second = np.linspace(0, 1, 5_000, dtype=np.float32).reshape(50, 100)
    places = arena.place(first), arena.place(second)
    assert places[0] == 0 and places[1] % GRANULE == 0
    assert np.array_equal(arena.view(places[0], first.dtype, first.shape), first)
    view = arena.view(places[1], second.dtype, second.shape)
    assert np.array_equal(view, second)
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1


def test_a_cleared_arena_is_used_anew(arena):
    arena.place(np.zeros(9, np.uint8))
    arena.clear()
    assert arena.place(np.full(9, 7, np.uint8)) == 0
    assert arena.view(0, np.dtype(np.uint8), (9,)).tolist() == [7] * 9


@pytest.mark.parametrize("at", [-GRANULE, 1, GRANULE, 10 * GRANULE])
def test_what_is_not_there_cannot_be_looked_at(arena, at):
    arena.place(np.zeros(8, np.uint8))
    with pytest.raises(ValueError, match="not in the shared memory"):
        arena.view(at, np.dtype(np.uint8), (8,))


def test_a_message_lays_large_arrays_down_and_sends_small_ones(arena):
    stream = io.BytesIO()
    large, small = np.arange(WORTH, dtype=np.uint8).reshape(2, -1), np.arange(5, dtype=np.float32)
    write_message(stream, Message("k", {"a": 1}, {"large": large, "small": small}), arena)
    assert len(stream.getvalue()) < 1000
    stream.seek(0)
    back = read_message(stream, arena)
    assert np.array_equal(back.arrays["large"], large) and np.array_equal(back.arrays["small"], small)
    stream.seek(0)
    with pytest.raises(ProtocolError, match="shared memory"):
        read_message(stream)


def test_no_room_is_want_of_memory():
    reading, writing = os.pipe()
    os.close(reading)
    broken = Arena(writing)
    with pytest.raises(MemoryError, match="no room"):
        broken.place(np.zeros(10, np.uint8))
    broken.close()
