"""Why the vault's disk refuses, in words without a path: they go to the user and into the log."""

from __future__ import annotations

import errno
import sqlite3

from editor.domain.errors import EditorError
from editor.domain.vault import VaultUnavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_SQLITE_REFUSED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_PRIMARY = 0xFF


def unavailable(error: Exception) -> VaultUnavailable:
    """What to raise about ``error``: the reason as a sentence, and its kind for the log."""
    cause = error.__cause__ if isinstance(error, EditorError) and error.__cause__ is not None else error
    return VaultUnavailable(f"Results cannot be kept: {_reason(cause, error)}.", detail=_detail(cause))


def _reason(cause: BaseException, error: Exception) -> str:
    code = _code(cause)
    number = cause.errno if isinstance(cause, OSError) else None
    if number in _FULL or code == sqlite3.SQLITE_FULL:
        return "the disk is full"
    if number in _REFUSED or code in _SQLITE_REFUSED:
        return "the folder for them cannot be written"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another window is using the list of them"
    if isinstance(error, EditorError):
        return error.message.rstrip(".")
    return "the disk refuses"


def _code(cause: BaseException) -> int | None:
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else int(code) & _PRIMARY


def _detail(cause: BaseException) -> str:
    if isinstance(cause, OSError):
        return f"{type(cause).__name__}: {cause.strerror or 'no reason given'}"
    return f"{type(cause).__name__}: {cause}"
