"""The quick codec and Python's own write the same and refuse the same."""

from __future__ import annotations

import binascii

import numpy as np
import pytest

from editor.imaging.base64_text import STANDARD, Base64, fast_base64

CODECS = (fast_base64(), STANDARD)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 100, 4095, 100_000])
def test_both_write_the_same_and_read_it_back(length: int) -> None:
    data = np.random.default_rng(length).bytes(length)

    texts = [codec.b64encode(data) for codec in CODECS]

    assert texts[0] == texts[1]
    for codec in CODECS:
        assert codec.b64decode(texts[0].decode(), validate=True) == data


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("text", ["A", "AAA", "AA=A", "AAAA\n", "AA AA", "A-_A", "äöüß", "AAAA====A", "!!!!"])
def test_both_refuse_what_is_not_base64(codec: Base64, text: str) -> None:
    with pytest.raises((binascii.Error, ValueError)):
        codec.b64decode(text, validate=True)
