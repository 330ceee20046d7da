"""What the program and its engine say to each other over a pair of byte streams.

A message is a length (4 bytes, big-endian), a JSON header of that length, and the raw bytes of the arrays that the
header names, one after another in C order::

    {"kind": "erase", "fields": {"seed": 7}, "arrays": [{"name": "mask", "dtype": "uint8", "shape": [480, 640]}]}

Every size is checked before anything is reserved for it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

HEADER_LIMIT = 64 * 1024
"""Bytes of a header."""
ARRAYS_LIMIT = 4
ARRAY_BYTES_LIMIT = 2**30
"""Bytes of all arrays of a message together."""
AXES_LIMIT = 4
DTYPES: Mapping[str, np.dtype[Any]] = MappingProxyType(
    {name: np.dtype(name).newbyteorder("<") for name in ("uint8", "float32")}
)

LENGTH_BYTES = 4

ERASE = "erase"
"""A job. Arrays ``image`` (h, w, 3) and ``mask`` (h, w), both uint8; field ``seed``, an integer or null."""
PROGRESS = "progress"
"""Field ``share``, 0–1."""
RESULT = "result"
"""Array ``image`` (h, w, 3) uint8; field ``method``."""
ERROR = "error"
"""Fields ``reason`` (one of the three below), ``message`` for the user and ``detail`` for the log."""

REFUSED = "refused"
OUT_OF_MEMORY = "out of memory"
FAILED = "failed"

THREADS_VARIABLE = "IMAGE_EDITOR_ENGINE_THREADS"
NICENESS_VARIABLE = "IMAGE_EDITOR_ENGINE_NICENESS"
"""Environment of the engine's process: cores it may use, and how far it stands back behind others (POSIX)."""


class ByteSource(Protocol):
    """What messages are read from: a raw or a buffered binary stream."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill some of ``buffer``; returns how many bytes, 0 at the end of the stream."""
        ...


class ProtocolError(Exception):
    """The other side does not keep to the protocol, or went away in the middle of a message."""


class MessageTooLarge(ProtocolError):
    """Beyond the limits of a message."""


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One message: its kind, fields fit for JSON, and arrays by name."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=lambda: MappingProxyType({}))


def write_message(stream: BinaryIO, message: Message) -> None:
    """Write and flush ``message``. Raises ProtocolError before the first byte, OSError where nobody reads."""
    named = [{"name": name, "dtype": a.dtype.name, "shape": list(a.shape)} for name, a in message.arrays.items()]
    _checked(named)
    header = json.dumps({"kind": message.kind, "fields": dict(message.fields), "arrays": named}).encode()
    if len(header) > HEADER_LIMIT:
        raise MessageTooLarge(f"a header of {len(header)} bytes")
    stream.write(len(header).to_bytes(LENGTH_BYTES, "big") + header)
    for array in message.arrays.values():
        little = np.ascontiguousarray(array, DTYPES[array.dtype.name])
        if little.size:
            stream.write(_bytes_of(little))
    stream.flush()


def read_message(stream: ByteSource) -> Message | None:
    """The next message, or None where the stream ended before one began. Raises ProtocolError."""
    prefix = bytearray(LENGTH_BYTES)
    if not stream.readinto(memoryview(prefix)[:1]):
        return None
    _read_into(stream, memoryview(prefix)[1:])
    length = int.from_bytes(prefix, "big")
    if length > HEADER_LIMIT:
        raise MessageTooLarge(f"a header of {length} bytes")
    text = bytearray(length)
    _read_into(stream, memoryview(text))
    kind, fields, named = _parsed(bytes(text))
    arrays = {}
    for name, dtype, shape in _checked(named):
        array = np.empty(shape, dtype)
        if array.size:
            _read_into(stream, _bytes_of(array))
        arrays[name] = array.astype(array.dtype.newbyteorder("="), copy=False)
    return Message(kind, MappingProxyType(fields), MappingProxyType(arrays))


def _parsed(text: bytes) -> tuple[str, dict[str, Any], list[Any]]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a header that is not JSON") from error
    match header:
        case {"kind": str(kind), "fields": dict(fields), "arrays": list(named)}:
            return kind, fields, named
    raise ProtocolError("a header without kind, fields or arrays")


def _checked(named: list[Any]) -> list[tuple[str, np.dtype[Any], tuple[int, ...]]]:
    """Names, types and shapes of arrays, all within the limits."""
    if len(named) > ARRAYS_LIMIT:
        raise ProtocolError(f"{len(named)} arrays")
    checked, total = [], 0
    for entry in named:
        match entry:
            case {"name": str(name), "dtype": str(dtype), "shape": list(shape)} if dtype in DTYPES:
                pass
            case _:
                raise ProtocolError("an array without name, known type or shape")
        if len(shape) > AXES_LIMIT or not all(type(side) is int and 0 <= side <= ARRAY_BYTES_LIMIT for side in shape):
            raise ProtocolError("an array of an impossible shape")
        total += math.prod(shape) * DTYPES[dtype].itemsize
        checked.append((name, DTYPES[dtype], tuple(shape)))
    if total > ARRAY_BYTES_LIMIT:
        raise MessageTooLarge(f"arrays of {total} bytes")
    return checked


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]


def _read_into(stream: ByteSource, target: memoryview) -> None:
    done = 0
    while done < len(target):
        count = stream.readinto(target[done:])
        if not count:
            raise ProtocolError("the stream ended inside a message")
        done += count
