"""The fallback manager: one request, a chain of links, cycles until one of them serves it.

The manager knows no Qt, no file and no HTTP. It gives every link its turn, remembers how each turn ended, and says so
in the log, in events, and in the list of attempts that goes into the receipt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from uuid import uuid4

from editor.domain.attempt import Attempt, AttemptEnded, CycleFailed, JobEvent, JobStarted, Link
from editor.domain.errors import AllPlatformsFailed, Cancelled, NoPlatform, PlatformError
from editor.domain.kinds import CancelEnding, Outcome
from editor.domain.money import Budget
from editor.domain.protocols import Clock, Credentials
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import Recorder
from editor.fallback.attempts import Turn
from editor.fallback.health import Health
from editor.fallback.policy import BAD_RESULTS_PAID, ending_of, pause_after, status_words, stays_out
from editor.platforms.base import Platform

log = logging.getLogger(__name__)

DEFAULT_CYCLES = 5

Check = Callable[[EditRequest, EditResult], Awaitable[None]]
OnEvent = Callable[[JobEvent], None]


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was served: the result, the link that served it, and all attempts up to it."""

    result: EditResult
    link: Link
    attempts: tuple[Attempt, ...]


class FallbackManager:
    """Serves requests from a chain of platforms.

    ``budget`` sets money aside before each call and writes down what came of it; None where nobody counts.
    ``check`` looks at a result before it is accepted and raises BadResult; ``chance`` spreads the pauses.
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
    ) -> None:
        self._platforms = platforms
        self._credentials = credentials
        self._health = health
        self._clock = clock
        self._chance = chance
        self._check = check
        self._budget = budget

    async def run(
        self,
        request: EditRequest,
        *,
        chain: Sequence[Link],
        job: str,
        on_event: OnEvent,
        cycles: int = DEFAULT_CYCLES,
        recorder: Recorder | None = None,
    ) -> Served:
        """Try the links of ``chain`` in order, in up to ``cycles`` cycles, until one serves ``request``.

        Raises NoPlatform for an empty chain, AllPlatformsFailed with every attempt, Cancelled when the task is
        cancelled. ``on_event`` is called on the loop's thread and must not block. ``recorder`` keeps every run that
        may cost money; None where nothing is to be kept.
        """
        if not chain:
            raise NoPlatform(request.operation_type)
        run = _Run(self, request, job=job, on_event=on_event, recorder=recorder)
        on_event(JobStarted(job=job, operation_type=request.operation_type, links=tuple(chain)))
        try:
            return await run.cycles(chain, cycles)
        except Cancelled as cancelled:
            raise Cancelled(cancelled.ending, tuple(run.attempts)) from cancelled
        except asyncio.CancelledError:
            raise Cancelled(ending_of(run.attempts), tuple(run.attempts)) from None

    async def pause(self, cycle: int, on_pause: Callable[[float], None]) -> None:
        """Wait between two cycles; ``on_pause`` is told the seconds first."""
        seconds = pause_after(cycle, self._chance)
        on_pause(seconds)
        await self._clock.sleep(seconds)

    def turn(self, link: Link, *, cycle: int, run: _Run) -> Turn:
        """One link's turn in one cycle."""
        return Turn(
            platform=self._platforms[link.platform],
            link=link,
            cycle=cycle,
            request=run.request,
            credentials=self._credentials,
            health=self._health,
            clock=self._clock,
            check=self._check,
            send=run.send,
            job=run.job,
            recorder=run.recorder,
            budget=self._budget,
            account=run.account,
        )


class _Run:
    """The state of one request: its attempts, and the links that stay out of it."""

    def __init__(
        self,
        manager: FallbackManager,
        request: EditRequest,
        *,
        job: str,
        on_event: OnEvent,
        recorder: Recorder | None,
    ) -> None:
        self._manager = manager
        self.request = request
        self.job = job
        self.send = on_event
        self.recorder = recorder
        # A job's name is used again at the next start; what one edit cost is counted under a name of its own.
        self.account = uuid4().hex
        self.attempts: list[Attempt] = []

    async def cycles(self, chain: Sequence[Link], cycles: int) -> Served:
        operation_type = self.request.operation_type
        remaining = list(chain)
        for cycle in range(1, cycles + 1):
            for link in tuple(remaining):
                _require_wanted()
                result = await self._try(link, cycle)
                if result is not None:
                    log.info("✅ %s completed using %s", operation_type.caption, link.platform)
                    return Served(result, link, tuple(self.attempts))
                if stays_out(self.attempts[-1].outcome) or self._bad_results(link) >= BAD_RESULTS_PAID:
                    remaining.remove(link)
            if not remaining:
                break
            if cycle < cycles:
                log.warning("⚠️ Retry cycle %d failed, resetting health cache...", cycle)
                await self._manager.pause(cycle, self._announce_pause(cycle, cycles))
        failure = AllPlatformsFailed(operation_type, tuple(self.attempts))
        log.error("%s", failure)
        raise failure

    def _bad_results(self, link: Link) -> int:
        """How many bad pictures the link has sent for this request; each of them may have been charged."""
        ended = (attempt for attempt in self.attempts if attempt.platform == link.platform)
        return sum(attempt.outcome is Outcome.BAD_RESULT for attempt in ended)

    def _announce_pause(self, cycle: int, cycles: int) -> Callable[[float], None]:
        return lambda pause: self.send(CycleFailed(job=self.job, cycle=cycle, cycles=cycles, pause=pause))

    async def _try(self, link: Link, cycle: int) -> EditResult | None:
        turn = self._manager.turn(link, cycle=cycle, run=self)
        try:
            result = await turn.take()
        except PlatformError as error:
            self._log_failure(turn, error)
            await self._keep(turn, turn.failed(error))
            return None
        except Cancelled as cancelled:
            await self._keep(turn, turn.cancelled(cancelled.ending))
            raise
        except asyncio.CancelledError:
            if turn.called:
                await self._keep(turn, turn.cancelled(CancelEnding.STOPPED))
            raise
        try:
            await self._keep(turn, turn.served(result))
        except asyncio.CancelledError:
            raise Cancelled(CancelEnding.ALREADY_DONE) from None
        return result

    async def _keep(self, turn: Turn, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.send(AttemptEnded(job=self.job, attempt=attempt))
        await turn.settle(attempt)

    def _log_failure(self, turn: Turn, error: PlatformError) -> None:
        platform = turn.platform
        if not turn.called:
            log.info("Skipped %s: %s", platform.id, error.message)
        elif error.outcome is Outcome.OUT_OF_CREDIT:
            log.warning("💳 Platform %s has credit issues: %s", platform.id, status_words(error))
        else:
            log.error("%s: %s", platform.error_prefix, error.message)
        if error.detail:
            log.debug("%s: %s", platform.id, error.detail)


def _require_wanted() -> None:
    """Raise CancelledError where the user cancelled while the link before was being left: its adapter, busy with
    stopping a run or deleting an upload, ends that at once and then fails as it would have failed anyway."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
