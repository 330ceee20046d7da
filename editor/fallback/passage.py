"""One request on its way through the chain: rounds, pauses, and what speaks against calling a link once more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from editor.domain.attempt import Attempt, AttemptEnded, CycleFailed, JobEvent, Link
from editor.domain.errors import AllPlatformsFailed, Cancelled, PlatformError
from editor.domain.kinds import CancelEnding, Outcome
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import Recorder
from editor.fallback.attempts import Desk, Turn
from editor.fallback.hedging import Purse, Race, with_late
from editor.fallback.policy import LONGEST_HINT, AfterRefusal, Rules, is_done_with, pause_after, status_words
from editor.platforms.base import Platform

log = logging.getLogger(__name__)

_WORTH_A_TRY = frozenset({Outcome.UNAVAILABLE, Outcome.BAD_RESULT})
"""Why a link may be aside that is tried all the same where every other is aside, too."""


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was served: the result, the link that served it, and all attempts, the one that served last."""

    result: EditResult
    link: Link
    attempts: tuple[Attempt, ...]


@dataclass(slots=True, kw_only=True)
class Passage:
    """The state of one request: its attempts, and the links that may still be called."""

    desk: Desk
    platforms: Mapping[str, Platform]
    chance: Random
    purse: Purse
    rules: Rules
    request: EditRequest
    job: str
    send: Callable[[JobEvent], None]
    recorder: Recorder | None
    account: str
    attempts: list[Attempt] = field(default_factory=list)
    _remaining: list[Link] = field(default_factory=list)
    _tried: set[Link] = field(default_factory=set)
    """The links that have had their turn in this round."""
    _winner: tuple[Link, Attempt] | None = None

    async def through(self, chain: Sequence[Link], cycles: int) -> Served:
        """As :meth:`editor.fallback.manager.FallbackManager.run`."""
        operation_type = self.request.operation_type
        self._remaining = list(chain)
        for cycle in range(1, cycles + 1):
            result = await self._round(cycle)
            if result is not None:
                served = self._served(result)
                log.info("✅ %s completed using %s", operation_type.caption, served.link.platform)
                return served
            if not self._remaining:
                break
            if cycle < cycles:
                log.warning("⚠️ Retry cycle %d failed, resetting health cache...", cycle)
                await self._pause(cycle, cycles)
        failure = AllPlatformsFailed(operation_type, tuple(self.attempts))
        log.error("%s", failure)
        raise failure

    def _served(self, result: EditResult) -> Served:
        assert self._winner is not None
        link, attempt = self._winner
        self.attempts.remove(attempt)
        self.attempts.append(attempt)
        return Served(result, link, tuple(self.attempts))

    # --- rounds

    async def _round(self, cycle: int) -> EditResult | None:
        """Give each remaining link its turn; None where all of them failed."""
        self._tried.clear()
        left_alone = self._left_alone() if cycle > 1 else frozenset()
        for link in tuple(self._remaining):
            if link in self._tried or link not in self._remaining:
                continue
            _require_wanted()
            # The reset of the health cache: from the second cycle on every link is eligible again in this request.
            result = await self._try(self._turn(link, cycle, insisting=cycle > 1 and link not in left_alone))
            if result is not None:
                return result
        if any(attempt.started is not None for attempt in self.attempts):
            return None
        best = self._least_bad()
        return None if best is None else await self._try(self._turn(best, cycle, insisting=True))

    def _left_alone(self) -> frozenset[Link]:
        """The links that asked to be left alone for longer; never all of them: one that is free soonest is called."""
        waits = {link: self._limited_for(link) for link in self._remaining}
        limited = {link for link, wait in waits.items() if wait > 0}
        if limited == set(self._remaining):
            limited.discard(min(limited, key=waits.__getitem__))
        return frozenset(limited)

    def _limited_for(self, link: Link) -> float:
        return self.desk.health.limited_for(link.platform, self.request.operation)

    def _least_bad(self) -> Link | None:
        """Where nothing was called since every link is aside: the one with the fewest failures, then soonest back."""
        last = {attempt.platform: attempt.outcome for attempt in self.attempts}
        fitting = [link for link in self._remaining if last.get(link.platform) in _WORTH_A_TRY]
        conditions = {link: self.desk.health.condition(link.platform, self.request.operation) for link in fitting}
        return min(
            fitting, key=lambda link: (conditions[link].failures, conditions[link].retry_in or 0.0), default=None
        )

    async def _pause(self, cycle: int, cycles: int) -> None:
        """Wait before the next round, for as long as told where every remaining platform asked for that."""
        seconds = pause_after(cycle, self.chance)
        soonest = min(self._limited_for(link) for link in self._remaining)
        seconds = max(seconds, min(soonest, LONGEST_HINT))
        self.send(CycleFailed(job=self.job, cycle=cycle, cycles=cycles, pause=seconds))
        await self.desk.clock.sleep(seconds)

    # --- one link

    def _turn(self, link: Link, cycle: int, *, insisting: bool = False) -> Turn:
        return Turn(
            desk=self.desk,
            platform=self.platforms[link.platform],
            link=link,
            cycle=cycle,
            request=self.request,
            send=self.send,
            job=self.job,
            recorder=self.recorder,
            account=self.account,
            insisting=insisting,
        )

    async def _try(self, turn: Turn) -> EditResult | None:
        """The result of a link, or of the one that was called beside it; None where it failed."""
        self._tried.add(turn.link)
        usual = self._usual(turn) if self.rules.hedge_share > 0 else None
        if usual is None:
            return await self._called(turn)
        race = Race(
            first=self._called(turn), spare=partial(self._spare, turn.cycle), after=usual, clock=self.desk.clock
        )
        result, late = await race.result()
        return None if result is None else with_late(result, late)

    def _usual(self, turn: Turn) -> float | None:
        """Seconds after which a call is slow; None for this computer, and where that is not known."""
        if not turn.platform.needs_key:
            return None
        return self.desk.limits.usual(turn.link.platform, self.request.operation)

    def _spare(self, cycle: int) -> Coroutine[Any, Any, EditResult | None] | None:
        """A call of the next link that can be called and paid for, to be made beside a slow one."""
        for link in self._remaining:
            platform = self.platforms[link.platform]
            if link in self._tried or not platform.needs_key or platform.why_not(self.request) is not None:
                continue
            if self.desk.health.aside(link.platform, self.request.operation) is not None:
                continue
            if self.purse.allows(platform.quote(self.request), self.rules.hedge_share):
                self._tried.add(link)
                return self._called(self._turn(link, cycle), hedge=True)
        return None

    async def _called(self, turn: Turn, *, hedge: bool = False) -> EditResult | None:
        """Let ``turn`` be taken, and keep the attempt that comes of it."""
        try:
            result = await turn.take()
        except PlatformError as error:
            _log_failure(turn, error)
            await self._keep(turn, turn.failed(error), hedge=hedge)
            self._sort_out(turn.link, error)
            return None
        except Cancelled as cancelled:
            await self._keep(turn, turn.cancelled(cancelled.ending), hedge=hedge)
            raise
        except asyncio.CancelledError:
            if turn.called:
                await self._keep(turn, turn.cancelled(CancelEnding.STOPPED), hedge=hedge)
            raise
        attempt = turn.served(result)
        if self._winner is None:
            self._winner = turn.link, attempt
        try:
            await self._keep(turn, attempt, hedge=hedge)
        except asyncio.CancelledError:
            raise Cancelled(CancelEnding.ALREADY_DONE) from None
        return result

    async def _keep(self, turn: Turn, attempt: Attempt, *, hedge: bool) -> None:
        self.attempts.append(attempt)
        self.purse.note(attempt, hedge=hedge)
        self.send(AttemptEnded(job=self.job, attempt=attempt))
        await turn.holding.settle(attempt)

    def _sort_out(self, link: Link, error: PlatformError) -> None:
        """Take ``link`` out of the request where it has nothing more to say in it; all of them where the user wants no
        other platform to see what one has refused."""
        if error.outcome is Outcome.CONTENT_REFUSED and self.rules.after_refusal is AfterRefusal.STOP:
            self._remaining.clear()
        elif link in self._remaining and is_done_with(link.platform, self.attempts, self.rules):
            self._remaining.remove(link)


def _log_failure(turn: Turn, error: PlatformError) -> None:
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
