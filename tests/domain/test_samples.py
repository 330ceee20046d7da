"""Samples of 8 and 16 bits: every value there is."""

from __future__ import annotations

import numpy as np
import pytest

from editor.domain.samples import as_deep, bits, full, narrowed, widened

BYTES = np.arange(256, dtype=np.uint8)
WORDS = np.arange(65536, dtype=np.uint16)


def test_every_byte_comes_back_from_16_bits() -> None:
    assert widened(BYTES).dtype == np.uint16
    assert widened(BYTES)[[0, 1, 255]].tolist() == [0, 257, 65535]
    assert np.array_equal(narrowed(widened(BYTES)), BYTES)


def test_every_word_is_rounded_to_the_nearest_byte() -> None:
    assert np.array_equal(narrowed(WORDS), np.rint(WORDS / 257).astype(np.uint8))


def test_what_has_the_depth_already_is_not_copied() -> None:
    assert narrowed(BYTES) is BYTES
    assert widened(WORDS) is WORDS


@pytest.mark.parametrize(("samples", "white", "depth"), [(BYTES, 255, 8), (WORDS, 65535, 16)])
def test_white_and_depth(samples: np.ndarray, white: int, depth: int) -> None:
    assert (full(samples), bits(samples)) == (white, depth)
    assert bits(as_deep(BYTES, samples)) == depth
