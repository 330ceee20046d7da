"""How many calls each platform is sent at once, over all edits of the program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

LANES = 2
"""Calls to one platform at once."""


class Lanes:
    """A queue a platform: whoever came first is let through first. Used on one loop at a time."""

    def __init__(self, width: int = LANES) -> None:
        self._width = width
        self._lanes: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def lane(self, platform: str, *, on_wait: Callable[[], None]) -> AsyncIterator[None]:
        """One of ``platform``'s lanes for the time of the block; ``on_wait`` is called where all are taken."""
        lane = self._lanes.setdefault(platform, asyncio.Semaphore(self._width))
        if lane.locked():
            on_wait()
        async with lane:
            yield
