"""Builds an ONNX file without the ``onnx`` package, which an installed program does not carry.

An ONNX file is one Protocol Buffers message, and the few fields that a chain of convolutions needs are soon written.
Field numbers and types: ``onnx.proto3`` of the ONNX specification (IR version 8, operators of version 13); the wire
format: the Protocol Buffers encoding guide. Equal graphs give equal bytes, so that the file can be known by its hash.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 8
OPERATORS_VERSION = 13
PRODUCER = "image-editor"

FLOAT, FLOAT16 = 1, 10
"""``TensorProto.DataType``."""
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_STRING, _ATTRIBUTE_INTS = 1, 2, 3, 7
_VARINT, _BYTES, _FIXED32 = 0, 2, 5

Attribute = float | int | str | tuple[int, ...]


class OnnxGraph:
    """A graph under construction: nodes are added in the order in which they are computed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []

    def add_input(self, name: str, shape: Sequence[int | str]) -> None:
        """A float32 tensor that the network takes; a word in ``shape`` names a length that may vary."""
        self._inputs.append(_value(name, shape))

    def add_output(self, name: str, shape: Sequence[int | str]) -> None:
        """A float32 tensor that the network gives."""
        self._outputs.append(_value(name, shape))

    def add_node(
        self, operator: str, inputs: Iterable[str], output: str, attributes: Mapping[str, Attribute] | None = None
    ) -> str:
        """Compute ``output`` by the ONNX ``operator`` from ``inputs`` (an empty name: left out). Returns ``output``."""
        fields = [_text(1, name) for name in inputs] + [_text(2, output), _text(3, output), _text(4, operator)]
        fields += [_bytes(5, _attribute(name, value)) for name, value in (attributes or {}).items()]
        self._nodes.append(b"".join(fields))
        return output

    def add_weight(self, name: str, values: NDArray[np.float32]) -> str:
        """A constant, kept exactly. Returns ``name``."""
        self._weights.append(_tensor(name, FLOAT, values.astype("<f4")))
        return name

    def add_half_weight(self, name: str, values: NDArray[np.float32]) -> str:
        """A constant that is stored in half precision and computed with in single. Returns ``name``."""
        stored = f"{name}.half"
        self._weights.append(_tensor(stored, FLOAT16, values.astype("<f2")))
        return self.add_node("Cast", [stored], name, {"to": FLOAT})

    def to_bytes(self, facts: Mapping[str, str]) -> bytes:
        """The whole file; ``facts`` (origin, licence) are written into its metadata."""
        graph = b"".join(
            [
                *(_bytes(1, node) for node in self._nodes),
                _text(2, self._name),
                *(_bytes(5, weight) for weight in self._weights),
                *(_bytes(11, value) for value in self._inputs),
                *(_bytes(12, value) for value in self._outputs),
            ]
        )
        return b"".join(
            [
                _number(1, IR_VERSION),
                _text(2, PRODUCER),
                _bytes(7, graph),
                _bytes(8, _number(2, OPERATORS_VERSION)),
                *(_bytes(14, _text(1, key) + _text(2, value)) for key, value in facts.items()),
            ]
        )


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    """A ``ValueInfoProto``."""
    sides = b"".join(_bytes(1, _text(2, side) if isinstance(side, str) else _number(1, side)) for side in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, sides)))


def _tensor(name: str, data_type: int, values: NDArray[np.floating]) -> bytes:
    """A ``TensorProto`` with raw data, little-endian as the specification wants it."""
    dimensions = b"".join(_number(1, side) for side in values.shape)
    return dimensions + _number(2, data_type) + _text(8, name) + _bytes(9, np.ascontiguousarray(values).tobytes())


def _attribute(name: str, value: Attribute) -> bytes:
    """An ``AttributeProto``."""
    if isinstance(value, float):
        content = _key(2, _FIXED32) + struct.pack("<f", value) + _number(20, _ATTRIBUTE_FLOAT)
    elif isinstance(value, int):
        content = _number(3, value) + _number(20, _ATTRIBUTE_INT)
    elif isinstance(value, str):
        content = _text(4, value) + _number(20, _ATTRIBUTE_STRING)
    else:
        content = b"".join(_number(8, number) for number in value) + _number(20, _ATTRIBUTE_INTS)
    return _text(1, name) + content


def _key(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _number(field: int, value: int) -> bytes:
    """A field that holds an integer of 0 or more."""
    return _key(field, _VARINT) + _varint(value)


def _text(field: int, words: str) -> bytes:
    return _bytes(field, words.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that more follow."""
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)
