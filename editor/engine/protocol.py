"""What the program and its engine say to each other over a pair of byte streams.

A message is a length (4 bytes, big-endian), a JSON header of that length, and the raw bytes of the arrays that the
header names, one after another in C order::

    {"kind": "erase", "fields": {"seed": 7}, "arrays": [{"name": "mask", "dtype": "uint8", "shape": [480, 640]}]}

A large array lies in shared memory instead, where there is some; then ``"at"`` in its entry tells where it begins.
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

from editor.engine.arena import WORTH, Arena

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

PROGRESS = "progress"
"""Field ``share``, 0–1."""
PREVIEW = "preview"
"""Array ``image`` like the result's: what it will be like, roughly. May come once before the result."""
RESULT = "result"
"""Fields and arrays as :mod:`editor.engine.jobs` tells for each kind of job."""
ERROR = "error"
"""Fields ``reason`` (one of the three below), ``message`` for the user and ``detail`` for the log."""

REFUSED = "refused"
OUT_OF_MEMORY = "out of memory"
FAILED = "failed"

THREADS_VARIABLE = "IMAGE_EDITOR_ENGINE_THREADS"
NICENESS_VARIABLE = "IMAGE_EDITOR_ENGINE_NICENESS"
"""Environment of the engine's process: cores it may use, and how far it stands back behind others (POSIX)."""
ARENAS_VARIABLE = "IMAGE_EDITOR_ENGINE_ARENAS"
"""The same: descriptors of the memory that jobs lie in and of that for answers, with a comma between."""
MODELS_VARIABLE = "IMAGE_EDITOR_ENGINE_MODELS"
"""The same: folders of networks, separated like those of a path."""


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


def write_message(stream: BinaryIO, message: Message, arena: Arena | None = None) -> None:
    """Write and flush ``message``; its large arrays are laid down in ``arena`` where there is one.

    Raises ProtocolError before the first byte, MemoryError where the arena has no room, OSError where nobody reads.
    """
    arrays = message.arrays.items()
    named: list[dict[str, Any]] = [
        {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)} for name, array in arrays
    ]
    _checked(named)
    inline = []
    for entry, array in zip(named, message.arrays.values(), strict=True):
        little = np.ascontiguousarray(array, DTYPES[array.dtype.name])
        if arena is not None and little.nbytes >= WORTH:
            entry["at"] = arena.place(little)
        elif little.size:
            inline.append(little)
    header = json.dumps({"kind": message.kind, "fields": dict(message.fields), "arrays": named}).encode()
    if len(header) > HEADER_LIMIT:
        raise MessageTooLarge(f"a header of {len(header)} bytes")
    stream.write(len(header).to_bytes(LENGTH_BYTES, "big") + header)
    for little in inline:
        stream.write(_bytes_of(little))
    stream.flush()


def read_message(stream: ByteSource, arena: Arena | None = None) -> Message | None:
    """The next message, or None where the stream ended before one began. Raises ProtocolError.

    Arrays that lie in ``arena`` are read-only views, good until the next message that brings some.
    """
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
    for entry in _checked(named):
        array = _inline(stream, entry) if entry.at is None else _shared(arena, entry)
        arrays[entry.name] = array.astype(array.dtype.newbyteorder("="), copy=False)
    return Message(kind, MappingProxyType(fields), MappingProxyType(arrays))


@dataclass(frozen=True, slots=True)
class _Entry:
    """An array as a header tells of it."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    at: int | None


def _inline(stream: ByteSource, entry: _Entry) -> NDArray[Any]:
    array = np.empty(entry.shape, entry.dtype)
    if array.size:
        _read_into(stream, _bytes_of(array))
    return array


def _shared(arena: Arena | None, entry: _Entry) -> NDArray[Any]:
    if arena is None or entry.at is None:
        raise ProtocolError("an array in shared memory that is not there")
    try:
        return arena.view(entry.at, entry.dtype, entry.shape)
    except (ValueError, OSError) as error:
        raise ProtocolError(f"an array that is not in the shared memory: {error}") from error


def _parsed(text: bytes) -> tuple[str, dict[str, Any], list[Any]]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a header that is not JSON") from error
    match header:
        case {"kind": str(kind), "fields": dict(fields), "arrays": list(named)}:
            return kind, fields, named
    raise ProtocolError("a header without kind, fields or arrays")


def _checked(named: list[Any]) -> list[_Entry]:
    """The arrays' entries, all within the limits."""
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
        at = entry.get("at")
        if at is not None and type(at) is not int:
            raise ProtocolError("an array at no place")
        total += math.prod(shape) * DTYPES[dtype].itemsize
        checked.append(_Entry(name, DTYPES[dtype], tuple(shape), at))
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
