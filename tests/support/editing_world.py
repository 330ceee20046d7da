"""A program under test that can be quit and started again: manager, health, budget and ledger over the world."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from support.fakes import FakeCredentials, accept, small_request
from support.virtual_time import VirtualClock, settled
from support.world import PRICE, Log, WorldPlatform

from editor.domain.attempt import Attempt, AttemptEnded, AttemptProgress, Cost, JobEvent, Link
from editor.domain.errors import AllPlatformsFailed, Cancelled
from editor.domain.kinds import Operation, OperationType, Outcome
from editor.domain.money import Hold
from editor.domain.request import EditRequest
from editor.fallback.budget import CappedBudget, Caps
from editor.fallback.circuit import Permit
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager, Served
from editor.fallback.policy import Rules
from editor.fallback.selection import DEFAULT_TABLES
from editor.storage.database import Database
from editor.storage.ledger import LEDGER, Ledger

TABLE = DEFAULT_TABLES[OperationType.IMAGE_EDITING]
USUAL = {"stability": 6.0, "replicate": 12.0, "fal": 20.0}


class CountingBudget(CappedBudget):
    """Counts what it is asked, so that the clock knows whether anything still goes on."""

    asked = 0

    async def hold(self, *, job: str, platform: str, operation: Operation, cost: Cost) -> Hold:
        self.asked += 1
        return await super().hold(job=job, platform=platform, operation=operation, cost=cost)

    async def settle(self, hold: Hold, attempt: Attempt | None) -> None:
        self.asked += 1
        await super().settle(hold, attempt)


class WatchedHealth(Health):
    """Remembers its permits, and tells which were probes."""

    def watched(self, seen: Counter[str]) -> WatchedHealth:
        self.permits: list[Permit] = []
        self.seen = seen
        return self

    def enter(self, platform: str, operation: Operation) -> Permit:
        permit = super().enter(platform, operation)
        self.permits.append(permit)
        if permit.is_probe and platform != "local":
            self.seen["probe"] += 1
        return permit


@dataclass(slots=True, eq=False)
class Job:
    """One edit: what was asked, and how it ended."""

    request: EditRequest
    rules: Rules
    chain: tuple[Link, ...]
    task: asyncio.Task[Served]
    events: list[JobEvent]

    @property
    def ended(self) -> bool:
        return self.task.done()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The attempts of an edit that has ended, however it did."""
        error = self.task.exception()
        if error is None:
            return self.task.result().attempts
        assert isinstance(error, AllPlatformsFailed | Cancelled), repr(error)
        return error.attempts


class EditingWorld:
    """The program and the platforms around it. ``seen`` counts what happened, over all worlds."""

    def __init__(self, folder: Path, seen: Counter[str]) -> None:
        self._folder = folder
        self.seen = seen
        self.loop = asyncio.new_event_loop()
        self.clock = VirtualClock(self._settled)
        self.log = Log()
        self.platforms = {link.platform: WorldPlatform(link.platform, self.clock, self.log) for link in TABLE}
        self.cap: float | None = None
        self.jobs: list[Job] = []
        self.earlier: list[Job] = []
        """Edits of programs that were quit."""
        self.open_program()

    # --- the program

    def open_program(self) -> None:
        """Start the program: it knows nothing but what is on the disk."""
        database = Database(self._folder / "ledger.sqlite", [LEDGER], clock=self.clock)
        self.ledger = Ledger(database, self._folder / "runs", clock=self.clock)
        self.budget = CountingBudget(self.ledger, caps=lambda: Caps(month=self.cap), clock=self.clock)
        self.health = WatchedHealth(clock=self.clock).watched(self.seen)
        self.manager = FallbackManager(
            platforms=self.platforms,
            credentials=FakeCredentials({link.platform: "key" for link in TABLE[:3]}),
            health=self.health,
            clock=self.clock,
            chance=Random(7),
            check=accept,
            budget=self.budget,
            seconds_at=lambda platform, operation, share: USUAL.get(platform),
        )

    def close_program(self, *, patiently: bool) -> None:
        """Quit: what runs is cancelled. Not ``patiently``, the ledger is closed before anybody could write into it."""

        async def quit() -> None:
            running = [job for job in self.jobs if not job.ended]
            self.seen["quit with calls under way"] += bool(self.log.live())
            if not patiently:
                await self.ledger.close()
            for job in running:
                job.task.cancel()
            await asyncio.gather(*(job.task for job in running), return_exceptions=True)
            await self.manager.close()
            if patiently:
                await self.ledger.close()
            await settled()

        self.loop.run_until_complete(quit())
        self.earlier += self.jobs
        self.jobs = []

    def close(self) -> None:
        """Everything is over."""
        self.close_program(patiently=True)
        self.loop.close()

    def begin(self, chain: Sequence[Link], rules: Rules) -> Job:
        """Press the button."""
        request, events = small_request(), list[JobEvent]()

        async def start() -> asyncio.Task[Served]:
            running = self.manager.run(
                request, chain=tuple(chain), job="job", on_event=events.append, cycles=3, rules=rules
            )
            task = asyncio.ensure_future(running)
            await self._settled()
            return task

        job = Job(request, rules, tuple(chain), self.loop.run_until_complete(start()), events)
        self.jobs.append(job)
        return job

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.loop.run_until_complete(self.clock.advance(seconds))

    def cancel(self, job: Job) -> None:
        """Press Cancel."""
        job.task.cancel()
        self.loop.run_until_complete(self._settled())

    # --- the books

    def booked(self) -> float:
        """US dollars that the program counts as spent or set aside."""

        async def read() -> float:
            await self._settled()
            return await self.ledger.books(lambda books: books.since(self.clock.now().replace(day=1, hour=0)))

        return self.loop.run_until_complete(read())

    def require_within_cap(self, before: int) -> None:
        """Every call that began since visit number ``before`` had room: by the platforms' own books."""
        if self.cap is None:
            return
        owed = sum(
            PRICE for name, visit in self.log.visits if name != "local" and (visit.billed or visit.ended is None)
        )
        begun = [name for name, _ in self.log.visits[before:] if name != "local"]
        assert not begun or owed <= self.cap + 1e-6, f"{owed:.2f} of {self.cap:.2f} after {begun}"

    def note_events(self, job: Job) -> None:
        """Count what an edit that has ended went through."""
        for event in job.events:
            if isinstance(event, AttemptProgress) and "waiting for another" in event.progress.words:
                self.seen["waited for a lane"] += 1
            if isinstance(event, AttemptEnded):
                self._note_attempt(event.attempt)

    def _note_attempt(self, attempt: Attempt) -> None:
        called = "called" if attempt.started is not None else "left out"
        self.seen[f"{called}: {attempt.outcome}"] += 1
        self.seen[f"round {attempt.cycle}"] += 1
        if attempt.outcome is Outcome.UNSUPPORTED and "cap" in attempt.message:
            self.seen["over the cap"] += 1
        if attempt.outcome is Outcome.RATE_LIMITED and attempt.started is None and attempt.cycle > 1:
            self.seen["left alone as asked"] += 1

    async def _settled(self) -> None:
        """Until nothing goes on any more without time: the ledger's thread has answered everything it was asked."""
        asked = -1
        while asked != self.budget.asked:
            asked = self.budget.asked
            await settled()
            if not self._is_closed:
                await self.ledger.books(lambda books: 0.0)
            await settled()

    @property
    def _is_closed(self) -> bool:
        return self.loop.is_closed()
