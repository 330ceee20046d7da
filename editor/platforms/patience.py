"""Waiting for a run: growing pauses, a deadline, and how many looks may fail in a row."""

from __future__ import annotations

import math

from editor.domain.protocols import Clock
from editor.platforms.catalogue import Poll

_MOST_MISSES = 10


class Patience:
    """Counts one wait for one run; ``end`` is its deadline on ``clock``, ``queue_end`` that of its wait in a queue."""

    def __init__(self, *, clock: Clock, poll: Poll, end: float, queue_end: float = math.inf) -> None:
        self._clock = clock
        self._poll = poll
        self._end = end
        self._queue_end = queue_end
        self._pause = poll.first
        self._misses = 0

    async def wait(self, at_least: float | None = None, *, queued: bool = False) -> bool:
        """Pause before the next look; False where the deadline has passed, or too many looks failed.

        A run that is still ``queued`` has the shorter of the two deadlines.
        """
        left = (min(self._end, self._queue_end) if queued else self._end) - self._clock.monotonic()
        if left <= 0 or self._misses > _MOST_MISSES:
            return False
        await self._clock.sleep(min(left, max(self._pause, at_least or 0.0)))
        self._pause = self._poll.after(self._pause)
        return True

    def missed(self) -> None:
        """A look brought no answer."""
        self._misses += 1

    def seen(self) -> None:
        """A look brought an answer."""
        self._misses = 0
