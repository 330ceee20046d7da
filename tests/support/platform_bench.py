"""One adapter over a real transport in front of a server that plays its platform, and the pictures it is given."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np

from editor.domain.attempt import PlatformProgress
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.platforms.base import Call, Platform
from editor.platforms.catalogue import Catalogue
from editor.platforms.parts import PlatformParts
from editor.simulator.server import SimulatedServer
from editor.transport.http import Transport

T = TypeVar("T")


class QuickClock:
    """Sleeping takes no time but counts as if it had."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.slept)

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class PlatformBench:
    """An adapter's class in front of ``server``; every run has a loop and a transport of its own.

    ``environment`` leads the adapter to the server. ``direct`` tells that the answer to the request is the picture:
    there is no run that could be looked at or stopped. ``finds_lost_runs`` tells that the adapter looks a run up whose
    start was not answered.
    """

    def __init__(
        self,
        kind: Callable[[PlatformParts], Platform],
        server: SimulatedServer,
        *,
        catalogue: Catalogue,
        environment: Mapping[str, str],
        direct: bool = False,
        finds_lost_runs: bool = False,
    ) -> None:
        self.kind = kind
        self.server = server
        self.id: str = kind.id  # type: ignore[attr-defined]
        self.catalogue = catalogue
        self.environment = dict(environment)
        self.direct = direct
        self.finds_lost_runs = finds_lost_runs
        self.key = server.key
        self.clock = QuickClock()
        self.progress: list[PlatformProgress] = []

    def limits(self, **changes: Any) -> None:
        """Change fields of the platform's entry in the catalogue."""
        self.catalogue = self.catalogue.changed(self.id, **changes)

    def within(self, scenario: Callable[[Platform], Awaitable[T]]) -> T:
        """Run ``scenario(platform)`` and return what it returns."""

        async def whole() -> T:
            transport = Transport(clock=self.clock, version="1.0")
            parts = PlatformParts(
                transport=transport, catalogue=self.catalogue, environment=self.environment, clock=self.clock
            )
            try:
                return await scenario(self.kind(parts))
            finally:
                await transport.aclose()

        return asyncio.run(whole())

    @property
    def call(self) -> Call:
        return Call(key=self.key, report=self.progress.append)

    def run(self, request: EditRequest) -> EditResult:
        """Have the adapter serve ``request``."""
        return self.within(lambda platform: platform.run(request, self.call))

    def check_key(self, key: str | None = None) -> str:
        """Have the adapter ask about ``key``, or the right one."""
        return self.within(lambda platform: platform.check_key(self.key if key is None else key))


def make_request(width: int = 200, height: int = 150, *, seed: int | None = None) -> EditRequest:
    """A soft gradient with a red block that is marked, with a soft edge to the mark."""
    rows, columns = np.mgrid[0:height, 0:width]
    image = np.stack([columns * 200 // width, rows * 200 // height, np.full_like(rows, 90)], axis=2).astype(np.uint8)
    top, left = height // 3, width // 3
    mask = np.zeros((height, width), np.uint8)
    mask[top - 2 : 2 * top + 2, left - 2 : 2 * left + 2] = 60
    mask[top : 2 * top, left : 2 * left] = 255
    image[top : 2 * top, left : 2 * left] = (230, 20, 20)
    region = Rect(0, 0, width, height)
    return EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=region, options=EditOptions(seed=seed))
