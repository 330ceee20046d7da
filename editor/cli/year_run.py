"""A year of edits through the real fallback manager, or through a naive chain, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from editor.domain.attempt import Attempt, Cost, Link
from editor.domain.errors import AllPlatformsFailed, InsufficientCredit, PlatformError, RateLimited, Unavailable
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation
from editor.domain.request import EditRequest, EditResult, whole_mask
from editor.fallback.experience import RecentExperience
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.fallback.ordering import OrderSettings, Strategy
from editor.platforms.base import Call, Platform
from editor.session.ordering import Ordering
from editor.simulator.weather import CLIMATES, OUTAGES, Sky, Weather

DEADLINE = 60.0
"""Seconds after which a silent platform is given up, by the manager's platforms and by the naive chain alike."""
NAIVE = "naive chain"
SLOWER = 5.0
RETRY_AFTER = 30.0
EXPLORED = 0.03
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class SimulatedClock:
    """Implements :class:`editor.domain.protocols.Clock`; waiting takes no time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Seconds of the year."""
        return self.seconds

    def now(self) -> datetime:
        """The simulated wall time."""
        return _BEGIN + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.seconds += seconds


class AnyKey:
    """A key for every platform."""

    async def get(self, platform: str) -> str | None:
        """A made-up key."""
        return "simulated"


@dataclass(slots=True)
class Year:
    """What one strategy made of the year: ``seconds`` of every served edit, in US dollars what was spent, and the
    seconds that calls of platforms which were down or silent took."""

    name: str
    edits: int
    outages: int
    seconds: list[float] = field(default_factory=list)
    unserved: int = 0
    spent: float = 0.0
    dead: float = 0.0

    def percentile(self, share: float) -> float:
        """Seconds within which ``share`` (0–100) of the served edits were done; NaN where none was."""
        return float(np.percentile(self.seconds, share)) if self.seconds else float("nan")


class WeatherPlatform(Platform):
    """A platform in this process that does as the weather says. ``edit`` is the number of the edit under way."""

    def __init__(self, weather: Weather, clock: SimulatedClock, year: Year) -> None:
        self._weather, self._clock, self._year = weather, clock, year
        self._edit, self._calls = -1, 0
        self._result = EditResult(
            image=np.zeros((8, 8, 3), np.uint8),
            model="simulated",
            cost=Cost(CLIMATES[self.id].usd, None, CostSource.REPORTED),
        )

    def begin(self, edit: int) -> None:
        """Edit ``edit`` begins."""
        self._edit, self._calls = edit, 0

    def model(self, operation: Operation) -> str | None:
        """One model for everything."""
        return "simulated"

    def why_not(self, request: EditRequest) -> str | None:
        """Nothing speaks against any request."""
        return None

    def expected_cost(self, operation: Operation) -> Cost:
        """The price of every edit."""
        return self._result.cost

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Serve, or fail as the weather has it."""
        sky = self._weather.at(self.id, self._clock.seconds)
        seconds, luck = self._weather.draw(self.id, self._edit, self._calls)
        self._calls += 1
        failure, taken = _failure(sky, glitch=luck < CLIMATES[self.id].glitches)
        if failure is not None:
            self._clock.seconds += taken
            self._year.dead += taken if sky in OUTAGES else 0.0
            raise failure
        self._clock.seconds += min(DEADLINE, seconds * SLOWER if sky is Sky.SLOW else seconds)
        self._year.spent += CLIMATES[self.id].usd
        return self._result


def _failure(sky: Sky, *, glitch: bool) -> tuple[PlatformError | None, float]:
    """How a call fails, and after how many seconds."""
    if sky is Sky.SILENT:
        return Unavailable("It cannot be reached.", surely_not_accepted=True), DEADLINE
    if sky is Sky.DOWN:
        return Unavailable("It is down.", status=503), 5.0
    if sky is Sky.LIMITED:
        return RateLimited("It limits requests.", status=429, retry_after=RETRY_AFTER), 0.3
    if sky is Sky.NO_CREDIT:
        return InsufficientCredit("It is out of credits.", status=402), 0.5
    return (Unavailable("It failed.", status=500), 3.0) if glitch else (None, 0.0)


def _kind(name: str) -> type[WeatherPlatform]:
    """The adapter of the platform ``name``: its id belongs to the class, as every adapter's does."""
    return type(name, (WeatherPlatform,), {"id": name, "name": name, "error_prefix": name})


@contextmanager
def _quiet() -> Iterator[None]:
    """A year of failures is not written to the log line by line."""
    noisy = logging.getLogger("editor.fallback")
    before = noisy.level
    noisy.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        noisy.setLevel(before)


def run_year(weather: Weather, strategy: Strategy | None, *, seed: int) -> Year:
    """Carry out the weather's edits by ``strategy``, or with the naive chain for None."""
    year = Year(NAIVE if strategy is None else strategy.value, len(weather.arrivals), weather.outages)
    clock = SimulatedClock()
    platforms = {name: _kind(name)(weather, clock, year) for name in CLIMATES}
    with _quiet():
        asyncio.run(_edits(weather, platforms, clock, year, strategy=strategy, seed=seed))
    return year


async def _edits(
    weather: Weather,
    platforms: Mapping[str, WeatherPlatform],
    clock: SimulatedClock,
    year: Year,
    *,
    strategy: Strategy | None,
    seed: int,
) -> None:
    request = _request()
    serve = _naive(platforms, request) if strategy is None else _managed(platforms, request, clock, strategy, seed)
    for edit, arrival in enumerate(weather.arrivals):
        clock.seconds = max(clock.seconds, arrival)  # whoever still waits for the last result asks after it
        began = clock.seconds
        for platform in platforms.values():
            platform.begin(edit)
        if await serve():
            year.seconds.append(clock.seconds - began)
        else:
            year.unserved += 1


def _naive(platforms: Mapping[str, WeatherPlatform], request: EditRequest) -> Callable[[], Awaitable[bool]]:
    """Each platform once, in order, with its deadline; nothing is remembered from one edit to the next."""
    call = Call(key="simulated", report=lambda _: None)

    async def serve() -> bool:
        for platform in platforms.values():
            try:
                await platform.run(request, call)
            except PlatformError:
                continue
            return True
        return False

    return serve


def _managed(
    platforms: Mapping[str, WeatherPlatform],
    request: EditRequest,
    clock: SimulatedClock,
    strategy: Strategy,
    seed: int,
) -> Callable[[], Awaitable[bool]]:
    """The program's own manager, health and ordering."""
    manager = FallbackManager(
        platforms=platforms,
        credentials=AnyKey(),
        health=Health(clock=clock),
        clock=clock,
        chance=Random(f"{seed}/pauses"),
        check=_accept,
    )
    ordering = Ordering(experiences=RecentExperience(clock=clock), chance=Random(f"{seed}/exploration"))
    chosen = OrderSettings(strategy=strategy, explore=EXPLORED, explore_factor=1.0)
    chain = tuple(Link(name, name) for name in platforms)

    async def serve() -> bool:
        links = ordering.links(request.operation, chain, chosen, platforms=platforms)
        attempts: Sequence[Attempt]
        try:
            attempts = (await manager.run(request, chain=links, job="year", on_event=lambda _: None)).attempts
        except AllPlatformsFailed as failure:
            attempts = failure.attempts
            return False
        finally:
            ordering.note(request.operation, attempts)
        return True

    return serve


async def _accept(request: EditRequest, result: EditResult) -> None:
    """Every simulated picture is good."""


def _request() -> EditRequest:
    image = np.zeros((8, 8, 3), np.uint8)
    return EditRequest(operation=Operation.ERASE, image=image, mask=whole_mask(image), region=Rect(0, 0, 8, 8))
