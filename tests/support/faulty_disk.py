"""A disk of which one call fails, or that is full from one call on."""

from __future__ import annotations

import errno
from pathlib import Path

from editor.storage.disk import Disk


class FaultyDisk(Disk):
    """The ``fail_at``-th call fails, counted from 1, and with ``for_good`` all that follow; 0 counts only.

    A failing write takes half of the bytes first, as a disk does that gets full. ``calls`` are the names of all calls.
    """

    def __init__(self, fail_at: int = 0, *, number: int = errno.ENOSPC, for_good: bool = False) -> None:
        self.fail_at = fail_at
        self.number = number
        self.for_good = for_good
        self.calls: list[str] = []

    @property
    def fired(self) -> bool:
        return 0 < self.fail_at <= len(self.calls)

    def _fails(self, name: str) -> bool:
        self.calls.append(name)
        place = len(self.calls)
        return self.fail_at > 0 and (place == self.fail_at or (self.for_good and place > self.fail_at))

    def _check(self, name: str) -> None:
        if self._fails(name):
            raise OSError(self.number, "the disk refuses")

    def create(self, path: Path, permissions: int = 0o600) -> int:
        self._check("create")
        return super().create(path, permissions)

    def write(self, handle: int, data: bytes | memoryview) -> int:
        if self._fails("write"):
            super().write(handle, data[: len(data) // 2])
            raise OSError(self.number, "the disk refuses")
        return super().write(handle, data)

    def permit(self, path: Path, permissions: int) -> None:
        self._check("permit")
        super().permit(path, permissions)

    def sync(self, handle: int) -> None:
        self._check("sync")
        super().sync(handle)

    def replace(self, source: Path, target: Path) -> None:
        self._check("replace")
        super().replace(source, target)

    def duplicate(self, source: Path, target: Path) -> None:
        self._check("duplicate")
        super().duplicate(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._check("sync_folder")
        super().sync_folder(folder)
