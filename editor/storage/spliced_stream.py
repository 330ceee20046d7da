"""A file seen as if parts of it were left out, moved or replaced; nothing is copied."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Span:
    """So many bytes of a file from a place on."""

    start: int
    length: int


class SplicedStream(io.RawIOBase):
    """Reads ``parts`` one after the other: bytes as they are, spans out of ``source``. Does not close ``source``."""

    def __init__(self, source: BinaryIO, parts: Sequence[bytes | Span]) -> None:
        super().__init__()
        self._source = source
        self._parts = [part for part in parts if _length(part)]
        self._ends = list(accumulate(_length(part) for part in self._parts))
        self._place = 0

    @property
    def _total(self) -> int:
        return self._ends[-1] if self._ends else 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many bytes stand before the next one that is read."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place, as in any file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._total}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer`` as far as one part reaches."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._place >= self._total:
            return 0
        index = bisect_right(self._ends, self._place)
        part, end = self._parts[index], self._ends[index]
        wanted = min(len(view), end - self._place)
        begin = self._place - (end - _length(part))
        if isinstance(part, Span):
            self._source.seek(part.start + begin)
            data = self._source.read(wanted)
        else:
            data = part[begin : begin + wanted]
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


def spliced(source: BinaryIO, parts: Sequence[bytes | Span]) -> BinaryIO:
    """``parts`` as one buffered stream."""
    return io.BufferedReader(SplicedStream(source, parts), buffer_size=1 << 16)


def _length(part: bytes | Span) -> int:
    return part.length if isinstance(part, Span) else len(part)
