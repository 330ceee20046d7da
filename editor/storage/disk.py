"""The calls by which files get onto the disk: few, in one place, and replaced in tests by ones that fail."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

_BINARY: int = getattr(os, "O_BINARY", 0)


class Disk:
    """The system's own calls. Every method raises OSError where the system refuses."""

    def create(self, path: Path, permissions: int = 0o600) -> int:
        """A handle to a new file, for reading and writing; there must be none of that name yet."""
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY, permissions)

    def open(self, path: Path) -> int:
        """A handle to a file that exists, for reading and writing."""
        return os.open(path, os.O_RDWR | _BINARY)

    def write(self, handle: int, data: bytes | memoryview) -> int:
        """Write at the handle's place; returns how many bytes were taken, which may be fewer than there are."""
        return os.write(handle, data)

    def permit(self, path: Path, permissions: int) -> None:
        """Give a file other permissions."""
        path.chmod(permissions)

    def sync(self, handle: int) -> None:
        """Return once everything that was written has reached the disk."""
        os.fsync(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Give ``source`` the name ``target``, whatever had that name before."""
        source.replace(target)

    def duplicate(self, source: Path, target: Path) -> None:
        """Give what ``source`` holds a second name, ``target``; where the system has no such links, copy it."""
        try:
            os.link(source, target)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copy2(source, target)

    def sync_folder(self, folder: Path) -> None:
        """Bring names in ``folder`` to the disk, where the system can."""
        if os.name != "posix":
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


SYSTEM_DISK = Disk()


def write_whole(disk: Disk, handle: int, data: bytes | bytearray | memoryview) -> None:
    """Write all of ``data``, in as many calls as the system takes. Raises OSError."""
    rest = memoryview(data).cast("B")
    while rest:
        taken = disk.write(handle, rest)
        if taken <= 0:
            raise OSError("the disk takes no more bytes")
        rest = rest[taken:]


def replace_file(disk: Disk, path: Path, data: bytes) -> None:
    """Give the small file ``path`` new contents, whole or not at all. Raises OSError.

    A left-over of an interrupted call is written over: only one process uses the name.
    """
    part = path.with_name(f".{path.name}.part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    handle = disk.create(part)
    try:
        write_whole(disk, handle, data)
        disk.sync(handle)
    finally:
        os.close(handle)
    disk.replace(part, path)
    disk.sync_folder(path.parent)
