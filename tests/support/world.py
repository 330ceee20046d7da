"""Platforms with a will of their own, who keep their own books: what the manager says is held against them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from support.virtual_time import VirtualClock

from editor.domain.attempt import FREE, Cost, PlatformProgress
from editor.domain.errors import (
    BadResult,
    Cancelled,
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    RateLimited,
    Unavailable,
)
from editor.domain.kinds import CancelEnding, CostSource, Operation, Phase
from editor.domain.money import Balance
from editor.domain.request import EditRequest, EditResult
from editor.platforms.base import Call, Platform

PRICE = 0.05
"""US dollars a run costs on every platform."""
PATIENCE = 120.0
"""Seconds after which an adapter gives up by itself."""


class Mood(StrEnum):
    """What a platform does with the calls that begin now."""

    OK = "ok"
    SLOW = "slow"
    QUEUEING = "queueing"
    LIMITED = "limited"
    BROKE = "broke"
    REFUSING = "refusing"
    DOWN = "down"
    UNREACHED = "unreached"
    BLANK = "blank"
    HALF = "half"
    HANGING = "hanging"
    LOSING = "losing"


SECONDS = {Mood.OK: 2.0, Mood.SLOW: 45.0, Mood.QUEUEING: 2.0, Mood.BLANK: 2.0, Mood.HALF: 3.0, Mood.LOSING: 3.0}


@dataclass(slots=True)
class Visit:
    """One call as the platform saw it."""

    request: int
    began: float
    mood: Mood
    billed: bool = False
    ended: float | None = None


@dataclass(slots=True)
class Ways:
    """How a platform can be left: what a cancel and what a run beyond its time come to."""

    cancelled: CancelEnding
    overdue_is_charged: bool


WAYS = {
    "stability": Ways(CancelEnding.COULD_NOT_STOP, overdue_is_charged=True),
    "replicate": Ways(CancelEnding.STOPPED_LATE, overdue_is_charged=False),
    "fal": Ways(CancelEnding.STOPPED, overdue_is_charged=False),
    "local": Ways(CancelEnding.STOPPED, overdue_is_charged=False),
}


@dataclass(slots=True)
class Log:
    """What all platforms have written down."""

    visits: list[tuple[str, Visit]] = field(default_factory=list)

    @property
    def billed(self) -> float:
        """US dollars."""
        return sum(PRICE for name, visit in self.visits if visit.billed and name != "local")

    def live(self, request: int | None = None) -> int:
        """How many calls go on that cost money, of one request or of all."""
        return sum(
            visit.ended is None and request in (None, visit.request) for name, visit in self.visits if name != "local"
        )

    def of(self, request: int) -> list[str]:
        """The platforms that saw the request, in order."""
        return [name for name, visit in self.visits if visit.request == request]


class WorldPlatform(Platform):
    """One platform of the world; ``mood`` decides about the calls that begin from now on."""

    def __init__(self, name: str, clock: VirtualClock, log: Log) -> None:
        self.id = name  # type: ignore[misc]
        self.name = name.capitalize()  # type: ignore[misc]
        self.error_prefix = f"{self.name} API error"  # type: ignore[misc]
        self.needs_key = name != "local"  # type: ignore[misc]
        self.key_variables = (f"{name.upper()}_KEY",)  # type: ignore[misc]
        self.mood = Mood.OK
        self.able = True
        self.told = 20.0
        """Seconds it asks to be left alone for."""
        self.asks: float | None = None
        """Seconds after which a platform that is down wants to be called again."""
        self.queue = 30.0
        """Seconds a run waits before it begins."""
        self.balances: list[float] = []
        """What the account held whenever somebody asked."""
        self._clock = clock
        self._log = log

    def model(self, operation: Operation) -> str | None:
        return f"{self.id}-model"

    def why_not(self, request: EditRequest) -> str | None:
        return None if self.able else f"{self.name} cannot do this."

    def quote(self, request: EditRequest) -> Cost:
        return Cost(PRICE, None, CostSource.ESTIMATED) if self.needs_key else FREE

    async def balance(self, key: str) -> Balance | None:
        self.balances.append(0.0 if self.mood is Mood.BROKE else 10.0)
        return Balance(usd=self.balances[-1])

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        visit = Visit(id(request), self._clock.monotonic(), self.mood)
        self._log.visits.append((self.id, visit))
        try:
            return await self._served(request, call, visit)
        except asyncio.CancelledError:
            ending = WAYS[self.id].cancelled
            visit.billed = visit.billed or ending is not CancelEnding.STOPPED
            raise Cancelled(ending) from None
        finally:
            visit.ended = self._clock.monotonic()

    async def _served(self, request: EditRequest, call: Call, visit: Visit) -> EditResult:
        self._refused_at_once(visit.mood)
        seconds = SECONDS.get(visit.mood, float("inf"))
        if visit.mood is Mood.QUEUEING:
            call.report(PlatformProgress(Phase.QUEUED))
            await self._waited(self.queue, call.limits.first_sign, charged=False)
        call.report(PlatformProgress(Phase.PROCESSING))
        try:
            await self._waited(seconds, call.limits.total)
        except MaybeRunning:
            visit.billed = True
            raise
        visit.billed = True
        if visit.mood is Mood.BLANK:
            raise BadResult("The picture is blank.")
        if visit.mood in (Mood.HALF, Mood.LOSING):
            raise MaybeRunning("No answer came. The edit may have been charged.")
        cost = Cost(PRICE, None, CostSource.REPORTED) if self.needs_key else FREE
        return EditResult(image=request.image.copy(), model=f"{self.id}-model", request_id="r", cost=cost)

    def _refused_at_once(self, mood: Mood) -> None:
        match mood:
            case Mood.LIMITED:
                error = RateLimited("Too many requests.", status=429)
                error.retry_after = self.told
                raise error
            case Mood.BROKE:
                raise InsufficientCredit("Out of credits.", status=402)
            case Mood.REFUSING:
                raise ContentRefused("The filter objected.", status=403)
            case Mood.DOWN:
                fault = Unavailable("A fault on its side.", status=503)
                fault.retry_after = self.asks
                raise fault
            case Mood.UNREACHED:
                raise Unavailable("Not connected.", surely_not_accepted=True, unreached=True)
            case _:
                return

    async def _waited(self, seconds: float, limit: float | None, *, charged: bool | None = None) -> None:
        """As an adapter waits: no longer than it is told, and not for ever."""
        most = min(PATIENCE, limit or PATIENCE)
        await self._clock.sleep(min(seconds, most))
        if seconds <= most:
            return
        if WAYS[self.id].overdue_is_charged if charged is None else charged:
            raise MaybeRunning(f"{self.name} did not finish in time.")
        raise Unavailable(f"{self.name} did not finish in time. The run was stopped.")
