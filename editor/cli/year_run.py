"""A year of edits through the real fallback manager, or through a naive chain, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Protocol

import numpy as np

from editor.cli.year_books import Year
from editor.cli.year_clock import SimulatedClock
from editor.cli.year_naive import NAIVE, NAIVE_RETRYING, ROUNDS, NaiveChain
from editor.cli.year_platforms import BAD_MODEL, SIDE, WeatherPlatform, adapters
from editor.cli.year_vault import MemoryVault
from editor.domain.attempt import Attempt
from editor.domain.errors import AllPlatformsFailed, BadResult
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, OperationType
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult, whole_mask
from editor.fallback.collector import Collector
from editor.fallback.experience import RecentExperience
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.fallback.ordering import OrderSettings, Strategy
from editor.fallback.selection import DEFAULT_TABLES
from editor.session.ordering import Ordering
from editor.simulator.weather import Weather, WeatherEdit

EXPLORED = 0.03
"""The share of edits that a learned order spends on getting to know other platforms, at no higher price."""
SITTING_PAUSE = 1800.0
"""Seconds without an edit after which the program is started anew: then it collects what was left open."""
CHAIN = DEFAULT_TABLES[OperationType.IMAGE_EDITING]

OnProgress = Callable[[float], None]


class Serving(Protocol):
    """One way of going through the platforms."""

    async def serve(self, edit: WeatherEdit) -> bool:
        """Whether the edit was served."""
        ...


class AnyKey:
    """A key for every platform."""

    async def get(self, platform: str) -> str | None:
        """A made-up key."""
        return "simulated"


class ManagedChain:
    """The program's own manager, health, ordering and collector over the simulated platforms."""

    def __init__(self, weather: Weather, clock: SimulatedClock, year: Year, *, strategy: Strategy, seed: int) -> None:
        self._clock = clock
        self._platforms: Mapping[str, WeatherPlatform] = adapters(weather, clock, year)
        self._vault = MemoryVault(clock)
        experiences = RecentExperience(clock=clock)
        self._manager = FallbackManager(
            platforms=self._platforms,
            credentials=AnyKey(),
            health=Health(clock=clock),
            clock=clock,
            chance=Random(f"{seed}/pauses"),
            check=_check,
            seconds_at=experiences.seconds_at,
        )
        self._ordering = Ordering(experiences=experiences, chance=Random(f"{seed}/exploration"))
        self._settings = OrderSettings(strategy=strategy, explore=EXPLORED, explore_factor=1.0)
        self._collector = Collector(vault=self._vault, platforms=self._platforms, credentials=AnyKey(), clock=clock)
        self._requests = {
            (operation, words): _request(operation, words=words) for operation in Operation for words in (False, True)
        }
        self._last = 0.0

    async def serve(self, edit: WeatherEdit) -> bool:
        """Have the edit served as a session has it, a vault included."""
        if self._clock.seconds - self._last > SITTING_PAUSE:
            await self.collect()
        for platform in self._platforms.values():
            platform.begin(edit)
        served = await self._served(edit, job=str(edit.number))
        await asyncio.sleep(0)  # what the manager asks beside the edits has its turn
        self._last = self._clock.seconds
        return served

    async def collect(self) -> None:
        """Ask for the results that are still owed, once."""
        if await self._vault.left_open():
            await self._collector.collect(lambda _: None, looks=1)

    async def close(self) -> None:
        """The year is over."""
        await self.collect()
        await self._manager.close()

    async def _served(self, edit: WeatherEdit, *, job: str) -> bool:
        request = self._requests[edit.operation, edit.words and edit.operation is Operation.INPAINT]
        chain = self._ordering.links(edit.operation, CHAIN, self._settings, platforms=self._platforms)
        recorder = self._vault.recorder(job, document="simulated")
        attempts: Sequence[Attempt] = ()
        try:
            served = await self._manager.run(
                request, chain=chain, job=job, on_event=lambda _: None, recorder=recorder, account=job
            )
            attempts = served.attempts
            await self._vault.delivered(job)
        except AllPlatformsFailed as failure:
            attempts = failure.attempts
            await self._vault.given_up(job, "What came back could not be used.")
            return False
        finally:
            self._ordering.note(edit.operation, attempts)
            await self._vault.released(job)
        return True


def run_naive(weather: Weather, *, retrying: bool, on_progress: OnProgress) -> Year:
    """Carry out the weather's edits by the naive chain, once an edit or ``retrying`` as often as the program does."""
    year, clock = Year(NAIVE_RETRYING if retrying else NAIVE, weather.outages), SimulatedClock()
    chain = NaiveChain(weather, clock, year, rounds=ROUNDS if retrying else 1)
    asyncio.run(_edits(weather, chain, clock, year, on_progress))
    return year


def run_managed(weather: Weather, strategy: Strategy, *, seed: int, on_progress: OnProgress) -> Year:
    """Carry out the weather's edits by the program, in the order of ``strategy``."""
    year, clock = Year(strategy.value, weather.outages), SimulatedClock()

    async def lived() -> None:
        chain = ManagedChain(weather, clock, year, strategy=strategy, seed=seed)
        await _edits(weather, chain, clock, year, on_progress)
        await chain.close()

    with _quiet():
        asyncio.run(lived())
    return year


async def _edits(weather: Weather, chain: Serving, clock: SimulatedClock, year: Year, on_progress: OnProgress) -> None:
    for edit in weather.edits:
        clock.seconds = max(clock.seconds, edit.second)  # whoever still waits for the last result asks after it
        began = clock.seconds
        troubled, within_reach = weather.in_outage(edit, began), weather.within_reach(edit, began)
        served = await chain.serve(edit)
        year.ended(edit, clock.seconds - began, served=served, troubled=troubled, within_reach=within_reach)
        if edit.number % 100 == 0:
            on_progress(edit.number / len(weather.edits))


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


async def _check(request: EditRequest, result: EditResult) -> None:
    """A bad picture is found out, here by its name."""
    if result.model == BAD_MODEL:
        raise BadResult("The picture is blank.")


def _request(operation: Operation, *, words: bool) -> EditRequest:
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    options = EditOptions(prompt="simulated") if words else EditOptions()
    return EditRequest(
        operation=operation, image=image, mask=whole_mask(image), region=Rect(0, 0, SIDE, SIDE), options=options
    )
