"""Memory that two processes share: one lays arrays down in it, the other looks at them where they lie.

An arena is a file without a name, which lies in memory where the system can do that and goes with the last process
that holds it, however that process ends. Its descriptor is handed down when the child starts. Where a system hands down
no descriptors (Windows), there is no arena, and arrays travel in the stream.
"""

from __future__ import annotations

import contextlib
import math
import mmap
import os
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRANULE = mmap.ALLOCATIONGRANULARITY
"""Bytes. A view begins at a multiple of it."""
WORTH = 64 * 1024
"""Bytes of an array from which laying it down is cheaper than sending it."""


class Arena:
    """One shared file: written by one side, read by the other. Holds the descriptor and closes it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._end = 0

    @classmethod
    def create(cls) -> Arena | None:
        """A new one, empty; None where a child could not be given it."""
        if os.name != "posix":
            return None
        if hasattr(os, "memfd_create"):
            # On some hardened systems the call is there and refused.
            with contextlib.suppress(OSError):
                return cls(os.memfd_create("image-editor-engine", os.MFD_CLOEXEC))
        with tempfile.TemporaryFile() as file:
            return cls(os.dup(file.fileno()))

    def clear(self) -> None:
        """Begin anew: what is laid down from now on takes the place of what was there."""
        self._end = 0

    def place(self, array: NDArray[Any]) -> int:
        """Lay down ``array``, C-contiguous. Returns where it begins. Raises MemoryError where there is no room."""
        at = self._end
        rest = memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
        place = at
        try:
            while rest:
                written = os.pwrite(self.descriptor, rest, place)
                place, rest = place + written, rest[written:]
        except OSError as error:
            raise MemoryError(f"no room for {array.nbytes} bytes: {error}") from error
        self._end = -(-place // GRANULE) * GRANULE
        return at

    def view(self, at: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """What lies at ``at``, read-only and where it lies: it changes with the next that is laid there.

        Raises ValueError where nothing lies there.
        """
        size = math.prod(shape) * dtype.itemsize
        # Beyond the file's end there is a mapping, and a signal for whoever reads it.
        if at < 0 or at % GRANULE or size < 1 or at + size > os.fstat(self.descriptor).st_size:
            raise ValueError(f"{size} bytes at {at} are not in the shared memory")
        mapped = mmap.mmap(self.descriptor, size, offset=at, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, dtype).reshape(shape)

    def close(self) -> None:
        """Give up the descriptor; views that somebody holds stay."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
