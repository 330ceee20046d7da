"""The fallback manager: one request, a chain of links, cycles until one of them serves it.

The manager knows no Qt, no file and no HTTP. It gives every link its turn, remembers how each turn ended, and says so
in the log, in events, and in the list of attempts that goes into the receipt. One request on its way is in
:mod:`editor.fallback.passage`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from uuid import uuid4

from editor.domain.attempt import JobEvent, JobStarted, Link
from editor.domain.errors import Cancelled, NoPlatform
from editor.domain.kinds import Operation
from editor.domain.money import Budget
from editor.domain.protocols import Clock, Credentials
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import Recorder
from editor.fallback.attempts import Desk
from editor.fallback.health import Health
from editor.fallback.hedging import Purse
from editor.fallback.lanes import LANES, Lanes
from editor.fallback.limits import LearnedLimits, SecondsAt
from editor.fallback.parking import Parking
from editor.fallback.passage import Passage, Served
from editor.fallback.policy import DEFAULT_RULES, Rules, ending_of, worst_ending
from editor.platforms.base import Platform

__all__ = ["DEFAULT_CYCLES", "FallbackManager", "Served"]

DEFAULT_CYCLES = 5

Check = Callable[[EditRequest, EditResult], Awaitable[None]]
OnEvent = Callable[[JobEvent], None]


def _nothing_known(platform: str, operation: Operation, share: float) -> float | None:
    """No history."""
    return None


class FallbackManager:
    """Serves requests from a chain of platforms, any number of them at once.

    ``budget`` sets money aside before each call and writes down what came of it; None where nobody counts.
    ``check`` looks at a result before it is accepted and raises BadResult; ``chance`` spreads the pauses.
    ``seconds_at`` tells how long served calls took, which limits the calls to come; ``lanes`` is how many calls one
    platform is sent at once.
    """

    def __init__(
        self,
        *,
        platforms: Mapping[str, Platform],
        credentials: Credentials,
        health: Health,
        clock: Clock,
        chance: Random,
        check: Check,
        budget: Budget | None = None,
        seconds_at: SecondsAt = _nothing_known,
        lanes: int = LANES,
    ) -> None:
        self._platforms = platforms
        self._chance = chance
        self._purse = Purse()
        self._desk = Desk(
            credentials=credentials,
            health=health,
            limits=LearnedLimits(seconds_at),
            lanes=Lanes(lanes),
            parking=Parking(health=health, clock=clock),
            clock=clock,
            check=check,
            budget=budget,
        )

    async def run(
        self,
        request: EditRequest,
        *,
        chain: Sequence[Link],
        job: str,
        on_event: OnEvent,
        cycles: int = DEFAULT_CYCLES,
        recorder: Recorder | None = None,
        account: str = "",
        rules: Rules = DEFAULT_RULES,
    ) -> Served:
        """Try the links of ``chain`` in order, in up to ``cycles`` cycles, until one serves ``request``.

        Raises NoPlatform for an empty chain, AllPlatformsFailed with every attempt, Cancelled when the task is
        cancelled. ``on_event`` is called on the loop's thread and must not block. ``recorder`` keeps every run that
        may cost money; None where nothing is to be kept. ``account`` is the edit's name where money is counted.
        """
        if not chain:
            raise NoPlatform(request.operation_type)
        passage = Passage(
            desk=self._desk,
            platforms=self._platforms,
            chance=self._chance,
            purse=self._purse,
            rules=rules,
            request=request,
            job=job,
            send=on_event,
            recorder=recorder,
            account=account or uuid4().hex,
        )
        on_event(JobStarted(job=job, operation_type=request.operation_type, links=tuple(chain)))
        try:
            return await passage.through(chain, cycles)
        except Cancelled as cancelled:
            # An earlier call of the same edit may have cost something, though the last one did not.
            ending = worst_ending([cancelled.ending, ending_of(passage.attempts)])
            raise Cancelled(ending, tuple(passage.attempts)) from cancelled
        except asyncio.CancelledError:
            raise Cancelled(ending_of(passage.attempts), tuple(passage.attempts)) from None

    async def close(self) -> None:
        """Ask no platform anything any more."""
        await self._desk.parking.close()
