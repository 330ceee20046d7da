"""Messages on a stream: there and back, and everything that can be wrong with them."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from editor.engine.protocol import Message, MessageTooLarge, ProtocolError, read_message, write_message


def sent(message):
    stream = io.BytesIO()
    write_message(stream, message)
    stream.seek(0)
    return stream


def framed(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return io.BytesIO(len(text).to_bytes(4, "big") + text + body)


def with_array(**entry):
    return {"kind": "k", "fields": {}, "arrays": [{"name": "a", "dtype": "uint8", "shape": [2]} | entry]}


class Dribble(io.RawIOBase):
    """Hands out one byte at a time, as a pipe may."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._data.readinto(memoryview(buffer)[:1])


@settings(max_examples=60, deadline=None)
@given(
    array=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6)),
    seed=st.none() | st.integers(),
    words=st.text(max_size=40),
)
def test_there_and_back(array, seed, words):
    message = Message("erase", {"seed": seed, "words": words}, {"image": array})
    with Dribble(sent(message).getvalue()) as stream:
        back = read_message(stream)
        assert back is not None
        assert (back.kind, dict(back.fields)) == ("erase", {"seed": seed, "words": words})
        assert np.array_equal(back.arrays["image"], array) and back.arrays["image"].shape == array.shape
        assert read_message(stream) is None


def test_views_that_are_not_contiguous_and_floats_travel():
    wide = np.arange(24, dtype=np.float32).reshape(4, 6)
    back = read_message(sent(Message("k", {}, {"a": wide[:, ::2], "b": wide.T})))
    assert back is not None
    assert np.array_equal(back.arrays["a"], wide[:, ::2])
    assert np.array_equal(back.arrays["b"], wide.T)


def test_a_stream_that_ends_inside_a_message():
    whole = sent(Message("k", {}, {"a": np.zeros(9, np.uint8)})).getvalue()
    for length in range(1, len(whole)):
        with pytest.raises(ProtocolError):
            read_message(io.BytesIO(whole[:length]))


@pytest.mark.parametrize(
    "header",
    [
        b"\xff\xfe",
        b"[" * 3000,
        [],
        {"kind": "k", "fields": {}},
        {"kind": 3, "fields": {}, "arrays": []},
        with_array(dtype="object"),
        with_array(dtype="float64"),
        with_array(shape=[-1]),
        with_array(shape=[True]),
        with_array(shape=[1] * 9),
        with_array(shape="2"),
        with_array(name=None),
    ],
)
def test_nonsense_is_refused(header):
    with pytest.raises(ProtocolError):
        read_message(framed(header, bytes(64)))


def test_sizes_are_refused_before_anything_is_reserved():
    with pytest.raises(MessageTooLarge):
        read_message(io.BytesIO(b"\xff\xff\xff\xff"))
    with pytest.raises(MessageTooLarge):
        read_message(framed(with_array(shape=[2**20, 2**20])))


def test_a_message_too_large_is_refused_before_its_first_byte_and_before_it_is_copied():
    stream = io.BytesIO()
    # One byte of memory seen as very many.
    vast = np.broadcast_to(np.zeros(1, np.uint8), (2**20, 2**20))
    for message in (Message("k", {}, {"a": vast}), Message("k", {"words": "x" * 70_000})):
        with pytest.raises(MessageTooLarge):
            write_message(stream, message)
    assert stream.getvalue() == b""
