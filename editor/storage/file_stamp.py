"""Whether a file is still the one that was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What changes when somebody writes a file: its size in bytes, its time in nanoseconds, its number on the disk."""

    size: int
    time: int
    number: int

    @classmethod
    def of(cls, path: Path) -> FileStamp | None:
        """The stamp of ``path``, links followed; None where there is no file."""
        try:
            facts = path.stat()
        except (OSError, ValueError):
            return None
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ino)
