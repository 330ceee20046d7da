"""Which runs of the program are alive: each holds a lock on a file of its own, which the system lets go when it ends,
however it ends."""

from __future__ import annotations

import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_SETTLED = 60.0
"""Seconds after which a run surely holds the lock on its file."""


class Owner:
    """This run of the program among those that share ``folder``. Used from one thread; OSError where that fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = ""
        self._handle: int | None = None

    @property
    def name(self) -> str:
        """The word that stands for this run; its lock is taken with the first use."""
        if self._handle is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._forget_ended()
            self._name = secrets.token_hex(8)
            handle = os.open(self._folder / self._name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            if not _locked(handle):
                os.close(handle)
                raise OSError("a new lock cannot be taken")
            self._handle = handle
        return self._name

    def lives(self, name: str) -> bool:
        """Whether the run called ``name`` goes on. The file of one that has ended is removed."""
        if not name or not name.isalnum():
            return False
        if name == self._name:
            return True
        try:
            handle = os.open(self._folder / name, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            ended = _locked(handle)
        finally:
            os.close(handle)
        if ended:
            with suppress(OSError):
                (self._folder / name).unlink()
        return not ended

    def _forget_ended(self) -> None:
        """Remove the files of runs that ended without a word; not of one that may be about to take its lock."""
        for path in self._folder.iterdir():
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _SETTLED:
                    self.lives(path.name)

    def close(self) -> None:
        """This run ends."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            with suppress(OSError):
                (self._folder / self._name).unlink()


def _locked(handle: int) -> bool:
    """Whether the lock on an open file could be taken: nobody else holds it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
