"""A manager over the world's platforms, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from typing import Any, TypeVar

from support.fakes import FakeCredentials, accept, small_request
from support.virtual_time import VirtualClock
from support.world import Log, Mood, WorldPlatform

from editor.domain.attempt import AttemptProgress, CycleFailed, JobEvent, Link
from editor.domain.errors import EditorError
from editor.domain.kinds import Operation, OperationType
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager, Served
from editor.fallback.policy import DEFAULT_RULES, Rules
from editor.fallback.selection import DEFAULT_TABLES

T = TypeVar("T")

TABLE = DEFAULT_TABLES[OperationType.IMAGE_EDITING]
CLOUD = TABLE[:3]


class Scene:
    """``moods`` by platform; ``usual`` is what 95 of 100 calls of a platform took, in seconds, by platform."""

    def __init__(self, *, usual: dict[str, float] | None = None, **moods: Mood) -> None:
        self.clock = VirtualClock()
        self.log = Log()
        self.platforms = {link.platform: WorldPlatform(link.platform, self.clock, self.log) for link in TABLE}
        for name, mood in moods.items():
            self.platforms[name].mood = mood
        self.usual = usual or {}
        self.health = Health(clock=self.clock)
        self.events: list[JobEvent] = []
        self.manager = FallbackManager(
            platforms=self.platforms,
            credentials=FakeCredentials({link.platform: "key" for link in CLOUD}),
            health=self.health,
            clock=self.clock,
            chance=Random(1),
            check=accept,
            seconds_at=self._seconds_at,
        )

    def _seconds_at(self, platform: str, operation: Operation, share: float) -> float | None:
        return self.usual.get(platform)

    def begin(
        self, chain: Sequence[Link] = CLOUD, *, cycles: int = 5, rules: Rules = DEFAULT_RULES
    ) -> asyncio.Task[Served]:
        """Start an edit; the clock stands still meanwhile."""
        return asyncio.ensure_future(
            self.manager.run(
                small_request(), chain=chain, job="job", on_event=self.events.append, cycles=cycles, rules=rules
            )
        )

    async def serve(self, chain: Sequence[Link] = CLOUD, *, rules: Rules = DEFAULT_RULES, cycles: int = 5) -> Served:
        """One edit, with as much time as it takes."""
        task = self.begin(chain, rules=rules, cycles=cycles)
        while not task.done():
            await self.clock.advance(1.0)
        return task.result()

    async def failure(
        self, chain: Sequence[Link] = CLOUD, *, rules: Rules = DEFAULT_RULES, cycles: int = 5
    ) -> EditorError:
        """As :meth:`serve`, for an edit that nobody serves."""
        try:
            await self.serve(chain, rules=rules, cycles=cycles)
        except EditorError as error:
            return error
        raise AssertionError("the edit was served")

    @property
    def visits(self) -> list[str]:
        """The platforms in the order in which they were called."""
        return [name for name, _ in self.log.visits]

    @property
    def pauses(self) -> list[float]:
        """Seconds between rounds."""
        return [event.pause for event in self.events if isinstance(event, CycleFailed)]

    @property
    def waits(self) -> list[str]:
        """The platforms for whose lanes an edit had to wait."""
        waiting = [event for event in self.events if isinstance(event, AttemptProgress)]
        return [event.platform for event in waiting if "waiting for another" in event.progress.words]


def played(scenario: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a scenario on a loop of its own."""
    return asyncio.run(scenario())
