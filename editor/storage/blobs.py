"""A folder of bytes that are named by their own SHA-256: written once, never changed, checked when they are read."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from editor.storage.disk import SYSTEM_DISK, Disk, write_whole

_DIGITS = frozenset("0123456789abcdef")
_NAME_LENGTH = 64


def name_of(data: bytes) -> str:
    """The SHA-256 of ``data`` in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class Blobs:
    """Bytes in ``folder``, spread over folders by the first two digits of their names.

    Used from one thread. Every method raises OSError where the system refuses.
    """

    def __init__(self, folder: Path, *, disk: Disk = SYSTEM_DISK) -> None:
        self.folder = folder
        self._disk = disk

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; on the disk when this returns, under its name whole or not at all."""
        name = name_of(data)
        path = self._path(name)
        if path.is_file() and path.stat().st_size == len(data):
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{secrets.token_hex(6)}.part")
        try:
            handle = self._disk.create(part)
            try:
                write_whole(self._disk, handle, data)
                self._disk.sync(handle)
            finally:
                os.close(handle)
            self._disk.replace(part, path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        self._disk.sync_folder(path.parent)
        self._disk.sync_folder(self.folder)
        return name

    def get(self, name: str) -> bytes:
        """The bytes called ``name``; OSError too where they are not what they were."""
        data = self._path(name).read_bytes()
        if name_of(data) != name:
            raise OSError(f"the kept bytes {name[:8]} are damaged")
        return data

    def remove(self, name: str) -> None:
        """Let the bytes called ``name`` go, if they are there."""
        self._path(name).unlink(missing_ok=True)

    def size(self, name: str) -> int:
        """The number of bytes called ``name``; 0 where they are gone."""
        with suppress(FileNotFoundError):
            return self._path(name).stat().st_size
        return 0

    def _path(self, name: str) -> Path:
        if len(name) != _NAME_LENGTH or not set(name) <= _DIGITS:
            raise OSError("no name of kept bytes")
        return self.folder / name[:2] / name
