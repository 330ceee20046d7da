"""SQLite on a disk of which one call fails.

A layer between SQLite and the system ("The OS Interface", sqlite.org/vfs.html) that counts the calls which change the
disk. It is made of the very library that Python's own module uses, found by name in it; some builds of Python hide it.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast
from importlib.util import find_spec
from typing import Any

_FULL = 13
_IOERR = {"write": 778, "truncate": 1546, "sync": 1034, "delete": 2570, "open": 14}
"""SQLite's own codes for what fails, from "Result and Error Codes", sqlite.org/rescode.html."""

# Names are handed on as they lie in memory: SQLite keeps parameters behind their ends.
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Methods(Structure):
    """``sqlite3_io_methods``, versions 1 to 3."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 13),
    )


class _System(Structure):
    """``sqlite3_vfs``, versions 1 to 3."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 14),
    )


class FaultySqlite:
    """The ``fail_at``-th call that changes the disk fails, counted from 1; with ``full``, for want of room."""

    def __init__(self, fail_at: int, *, full: bool = False) -> None:
        self.fail_at = fail_at
        self.full = full
        self.calls: list[str] = []
        self._library = _library()
        self._methods: dict[int, _Methods] = {}
        self._callbacks: list[Any] = []
        self._system = self._layer()

    @property
    def fired(self) -> bool:
        return 0 < self.fail_at <= len(self.calls)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Every database that is opened within lies on this disk."""
        assert self._library.sqlite3_vfs_register(byref(self._system), 1) == 0
        try:
            yield
        finally:
            assert self._library.sqlite3_vfs_unregister(byref(self._system)) == 0

    def _fault(self, name: str) -> int:
        """The code to return for this call, or 0."""
        self.calls.append(name)
        if len(self.calls) != self.fail_at:
            return 0
        return _FULL if self.full and name == "write" else _IOERR[name]

    def _layer(self) -> _System:
        below = cast(c_void_p(self._library.sqlite3_vfs_find(None)), POINTER(_System))
        system = _System.from_buffer_copy(below.contents)
        address = ctypes.addressof(below.contents)
        opens, deletes = _OPEN(below.contents.open), _DELETE(below.contents.delete)

        def opened(_: int, name: int, file: int, flags: int, told: int) -> int:
            code = self._fault("open") or int(opens(address, name, file, flags, told))
            if code == 0:
                self._follow(file)
            else:
                c_void_p.from_address(file).value = None
            return code

        def deleted(_: int, name: int, synced: int) -> int:
            return self._fault("delete") or int(deletes(address, name, synced))

        system.open = self._address(_OPEN(opened))
        system.delete = self._address(_DELETE(deleted))
        system.name = b"faulty"
        return system

    def _follow(self, file: int) -> None:
        """Put counting methods into an open file."""
        place = c_void_p.from_address(file)
        if place.value is None:
            return
        if place.value not in self._methods:
            self._methods[place.value] = self._counting(_Methods.from_address(place.value))
        place.value = ctypes.addressof(self._methods[place.value])

    def _counting(self, below: _Methods) -> _Methods:
        size = _Methods.others.offset + {1: 7, 2: 11}.get(below.version, 13) * ctypes.sizeof(c_void_p)
        methods = _Methods()
        ctypes.memmove(byref(methods), byref(below), size)
        writes, truncates, syncs = _WRITE(below.write), _TRUNCATE(below.truncate), _SYNC(below.sync)

        def write(file: int, data: int, length: int, place: int) -> int:
            code = self._fault("write")
            if code:
                # A disk that gets full takes what it can.
                writes(file, data, length // 2, place)
                return code
            return int(writes(file, data, length, place))

        methods.write = self._address(_WRITE(write))
        methods.truncate = self._address(_TRUNCATE(lambda *given: self._fault("truncate") or int(truncates(*given))))
        methods.sync = self._address(_SYNC(lambda *given: self._fault("sync") or int(syncs(*given))))
        return methods

    def _address(self, callback: Any) -> int | None:
        self._callbacks.append(callback)
        return cast(callback, c_void_p).value


def why_not() -> str:
    """Why SQLite's disk cannot be made to fail here, or ""."""
    try:
        _library()
    except (AttributeError, OSError) as error:
        return f"this Python hides its SQLite: {error}"
    return ""


def _library() -> Any:
    found = find_spec("_sqlite3")
    if found is None or found.origin is None or not found.has_location:
        raise AttributeError("it is built in")
    library = ctypes.CDLL(found.origin)
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_libversion.restype = c_char_p
    if library.sqlite3_libversion().decode() != sqlite3.sqlite_version:
        raise AttributeError("another library is found in its place")
    return library
