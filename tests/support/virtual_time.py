"""A clock whose sleepers wake in order when the test moves it on; those of one moment wake together."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

_TURNS = 40
"""Rounds of the loop after which everything that can go on without time has gone on."""

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


async def settled() -> None:
    """Let everything go on that waits for nothing but its turn on the loop."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class VirtualClock:
    """Implements :class:`editor.domain.protocols.Clock`; ``settle`` is awaited after every moment that wakes anyone."""

    def __init__(self, settle: Callable[[], Awaitable[None]] = settled) -> None:
        self.seconds = 0.0
        self.settle = settle
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + max(0.0, seconds), next(self._order), awake))
        await awake

    async def advance(self, seconds: float) -> None:
        """Move on by so many seconds, moment by moment."""
        await self.settle()
        end = self.seconds + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            moment = self._sleepers[0][0]
            self.seconds = max(self.seconds, moment)
            while self._sleepers and self._sleepers[0][0] == moment:
                awake = heapq.heappop(self._sleepers)[2]
                if not awake.done():
                    awake.set_result(None)
            await self.settle()
        self.seconds = end
        await self.settle()
