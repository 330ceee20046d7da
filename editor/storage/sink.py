"""What an encoder writes to: a file, or anything that takes bytes as one does."""

from __future__ import annotations

from typing import Protocol


class Sink(Protocol):
    """Takes the bytes of a file."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Append ``data`` at the present place."""
        ...


class SeekableSink(Sink, Protocol):
    """Lets an earlier place be written again."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to another place."""
        ...
