"""Deflate for pictures whose rows are stored as differences from the row above (PNG's "Up" filter).

Two ways with the same meaning: any inflater gives back the same bytes from either. ISA-L's fastest level is several
times quicker than zlib and compresses flat masks as well; where the optional package *isal* is not installed, zlib
looks for runs only, which suits such rows best of what it offers.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from typing import Protocol, cast

_LEVEL = 1
_WINDOW_BITS = 15
_MEMORY_LEVEL = 8
"""Less than the most: its tables stay in the processor's nearest cache."""


class Deflater(Protocol):
    """Compresses a stream into the zlib format (RFC 1950)."""

    def compress(self, data: bytes | memoryview, /) -> bytes:
        """Take more of the stream; returns what is ready of the result, often nothing."""
        ...

    def flush(self) -> bytes:
        """End the stream; returns the rest of the result."""
        ...


Deflate = Callable[[], Deflater]
"""Begins a stream."""


def zlib_deflate() -> Deflater:
    """By Python's own zlib."""
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_RLE)


def isal_deflate() -> Deflater:
    """By ISA-L; raises ImportError where the package *isal* is not installed."""
    isal = importlib.import_module("isal.isal_zlib")
    return cast(Deflater, isal.compressobj(_LEVEL, isal.DEFLATED, _WINDOW_BITS))


def fast_deflate() -> Deflater:
    """By the quickest there is on this computer."""
    try:
        return isal_deflate()
    except ImportError:
        return zlib_deflate()
