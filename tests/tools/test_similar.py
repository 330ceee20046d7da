from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.document import Document
from editor.tools import similar as module
from editor.tools.similar import connected, similar


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 255), st.booleans(), st.integers(0, 10**6))
def test_similar_is_what_every_channel_agrees_to(width: int, height: int, most: int, deep: bool, seed: int) -> None:
    chance = np.random.default_rng(seed)
    unit = 257 if deep else 1
    pixels = chance.integers(0, 256 * unit, (height, width, 4)) // chance.integers(1, 9)
    pixels = pixels.astype(np.uint16 if deep else np.uint8)
    place = int(chance.integers(width)), int(chance.integers(height))

    found = similar(Document(pixels, name="noise"), place, most)

    apart = np.abs(pixels.astype(int) - pixels[place[1], place[0]].astype(int)).max(axis=2)
    assert np.array_equal(found, np.where(apart <= most * unit, 255, 0))


def test_bands_leave_no_row_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.random.default_rng(0).integers(0, 3, (101, 50, 4), dtype=np.uint8)
    document = Document(pixels, name="noise")
    whole = similar(document, (3, 4), 1)
    for rows in (1, 7, 100, 101, 102):
        monkeypatch.setattr(module, "BAND_BYTES", rows * 50 * 4)
        assert np.array_equal(similar(document, (3, 4), 1), whole)


def test_what_touches_at_corners_only_does_not_hang_together() -> None:
    within = np.kron(np.array([[1, 0, 1], [0, 1, 1]]), np.full((4, 4), 255)).astype(np.uint8)

    found = connected(within, (5, 5))

    assert np.array_equal(found, np.kron(np.array([[0, 0, 1], [0, 1, 1]]), np.full((4, 4), 255)))
