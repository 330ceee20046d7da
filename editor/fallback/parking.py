"""Finds out whether a platform that is out of credit has been topped up, while edits go to the next link.

The question is asked beside the edit, never before it: nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging

from editor.domain.attempt import Cost
from editor.domain.errors import PlatformError
from editor.domain.protocols import Clock
from editor.fallback.health import Health
from editor.platforms.base import Platform

log = logging.getLogger(__name__)

PAUSE = 30.0
"""Seconds between two questions to one platform."""


class Parking:
    """Watches the balance of platforms that are out of credit, where they tell it."""

    def __init__(self, *, health: Health, clock: Clock) -> None:
        self._health = health
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, platform: Platform, key: str, cost: Cost) -> None:
        """Find out whether ``cost`` could be paid by now, beside what goes on, unless that was done just now."""
        now = self._clock.monotonic()
        if now - self._asked.get(platform.id, -PAUSE) < PAUSE:
            return
        self._asked[platform.id] = now
        task = asyncio.get_running_loop().create_task(self._looked(platform, key, cost))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Ask no further."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _looked(self, platform: Platform, key: str, cost: Cost) -> None:
        try:
            balance = await platform.balance(key)
        except PlatformError as error:
            log.info("%s did not tell its balance: %s", platform.name, error.message)
            return
        except Exception:
            log.exception("Unexpected fault while %s was asked for its balance", platform.id)
            return
        if balance is not None and balance.covers(cost):
            log.info("%s has credit again.", platform.name)
            self._health.topped_up(platform.id)
