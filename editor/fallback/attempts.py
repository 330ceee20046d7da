"""One link's turn: may it be called, the call itself, and the attempt that stands for it afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from editor.domain.attempt import (
    NOTHING_SPENT,
    UNKNOWN_COST,
    Attempt,
    AttemptProgress,
    AttemptStarted,
    Cost,
    JobEvent,
    Link,
    PlatformProgress,
)
from editor.domain.errors import (
    Cancelled,
    EditorError,
    MaybeRunning,
    MissingKey,
    PlatformError,
    Unavailable,
    Unsupported,
)
from editor.domain.kinds import CancelEnding, Outcome, Phase
from editor.domain.money import Budget
from editor.domain.protocols import Clock, Credentials
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import Recorder
from editor.fallback.circuit import Permit
from editor.fallback.health import Health
from editor.fallback.holding import Holding
from editor.fallback.lanes import Lanes
from editor.fallback.limits import LearnedLimits
from editor.fallback.parking import Parking
from editor.platforms.base import NO_LIMITS, Call, Platform, TimeLimits

log = logging.getLogger(__name__)

_MAY_BE_CHARGED = frozenset({Outcome.MAYBE_RUNNING, Outcome.BAD_RESULT})
"""A bad picture is a run that ended well in the platform's books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all turns of a program share. ``check`` looks at a result and raises BadResult; ``budget`` sets money aside
    before each call, None where nobody counts."""

    credentials: Credentials
    health: Health
    limits: LearnedLimits
    lanes: Lanes
    parking: Parking
    clock: Clock
    check: Callable[[EditRequest, EditResult], Awaitable[None]]
    budget: Budget | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """The turn of ``link`` in ``cycle``. :meth:`take` is called once."""

    desk: Desk
    platform: Platform
    link: Link
    cycle: int
    request: EditRequest
    send: Callable[[JobEvent], None]
    job: str
    recorder: Recorder | None = None
    account: str = ""
    """Under which name the budget counts all attempts of the request together."""
    insisting: bool = False
    """Whether the platform is called though it is aside: after a reset, or as the least bad of all."""
    started: datetime | None = None
    holding: Holding = field(init=False)
    _start: float = 0.0
    _limits: TimeLimits = NO_LIMITS
    _queued: bool = False

    def __post_init__(self) -> None:
        self.holding = Holding(
            budget=self.desk.budget,
            account=self.account,
            platform=self.platform.id,
            operation=self.request.operation,
        )

    @property
    def called(self) -> bool:
        """Whether the platform was called; otherwise the link was left out."""
        return self.started is not None

    @property
    def seconds(self) -> float:
        """How long the call has taken so far; 0 where the platform was not called."""
        return self.desk.clock.monotonic() - self._start if self.called else 0.0

    @property
    def model(self) -> str:
        """The catalogue's model for the request, or "" where the platform has none."""
        return self.platform.model(self.request.operation) or ""

    async def take(self) -> EditResult:
        """Call the platform unless something speaks against it.

        Raises the PlatformError for which the link was left out or failed, or Cancelled.
        """
        self._require_support()
        key = await self._key()
        self._require_standing(key)
        # This computer queues by itself, and costs nothing.
        if not self.platform.needs_key:
            return await self._admitted(key)
        async with self.desk.lanes.lane(self.platform.id, on_wait=self._tell_waiting):
            return await self._admitted(key)

    async def _admitted(self, key: str | None) -> EditResult:
        permit = self._permit(key)
        try:
            await self.holding.begin(self.platform.quote(self.request))
            return await self._call(key, permit)
        except PlatformError as error:
            self.desk.health.note_failed(self.platform.id, self.request.operation, error)
            raise
        finally:
            permit.release()

    async def _key(self) -> str | None:
        if not self.platform.needs_key:
            return None
        key = await self.desk.credentials.get(self.platform.id)
        if key is None:
            raise MissingKey(how_to_give_a_key(self.platform))
        return key

    @property
    def _always(self) -> bool:
        """This computer costs nothing to try and is the last resort: it is never put aside."""
        return self.insisting or not self.platform.needs_key

    def _require_standing(self, key: str | None) -> None:
        """Raise the failure for which the platform is aside."""
        if self._always:
            return
        cause = self.desk.health.aside(self.platform.id, self.request.operation)
        if cause is None:
            return
        if cause.outcome is Outcome.OUT_OF_CREDIT and key is not None:
            self.desk.parking.look(self.platform, key, self.platform.quote(self.request))
        raise _as_left_out(cause)

    def _permit(self, key: str | None) -> Permit:
        """The permit for the call; others may have called the platform while this turn waited for its lane."""
        self._require_standing(key)
        return self.desk.health.enter(self.platform.id, self.request.operation)

    def _tell_waiting(self) -> None:
        self._report(PlatformProgress(Phase.QUEUED, words="waiting for another edit"))

    def _require_support(self) -> None:
        try:
            reason = self.platform.why_not(self.request)
        except Exception as error:
            log.exception("Unexpected fault while %s was asked whether it serves this", self.platform.id)
            raise Unavailable(f"{self.platform.name} stopped on an internal error.") from error
        if reason is None and self.platform.model(self.request.operation) is None:
            reason = f"{self.platform.name} does not offer {self.request.operation.caption.lower()}."
        if reason is not None:
            raise Unsupported(reason)

    async def _call(self, key: str | None, permit: Permit) -> EditResult:
        self.started, self._start = self.desk.clock.now(), self.desk.clock.monotonic()
        if self.platform.needs_key:
            # A call after a reset is a chance for the request, not a question to the platform.
            operation, probe = self.request.operation, permit.is_probe and not self.insisting
            self._limits = self.desk.limits.of(self.platform.id, operation, probe=probe)
        log.info(
            "🎯 Selected platform for %s: %s (%s)",
            self.request.operation_type,
            self.link.platform,
            self.link.label,
        )
        self.send(AttemptStarted(job=self.job, cycle=self.cycle, link=self.link, model=self.model))
        try:
            call = Call(
                key=key, report=self._reported, recorder=self.recorder, limits=self._limits, afford=self.holding.afford
            )
            result = await self.platform.run(self.request, call)
            await self._checked(result)
        except EditorError as error:
            if isinstance(error, PlatformError | Cancelled):
                raise
            raise Unavailable(error.message, detail=error.detail) from error
        except Exception as error:
            # A fault of ours in one adapter must not take the other links away from the user.
            log.exception("Unexpected fault while %s served", self.platform.id)
            raise Unavailable(f"{self.platform.name} stopped on an internal error.") from error
        return result

    async def _checked(self, result: EditResult) -> None:
        try:
            await self.desk.check(self.request, result)
        except asyncio.CancelledError:
            # The platform had finished, and charges for it.
            raise Cancelled(CancelEnding.ALREADY_DONE) from None

    def _reported(self, progress: PlatformProgress) -> None:
        """The platform's own progress; the end of its queue is its first sign of life."""
        if progress.phase is Phase.QUEUED:
            self._queued = True
        elif self._queued:
            self._queued = False
            seconds = self.desk.clock.monotonic() - self._start
            self.desk.limits.note_sign(self.platform.id, self.request.operation, seconds)
        self._report(progress)

    def _report(self, progress: PlatformProgress) -> None:
        self.send(AttemptProgress(job=self.job, platform=self.platform.id, progress=progress))

    def served(self, result: EditResult) -> Attempt:
        """The attempt that served, noted as a success."""
        attempt = self._attempt(Outcome.SERVED, "", status=None, model=result.model, cost=result.cost)
        self.desk.health.note_served(attempt, self.request.operation)
        self.desk.limits.note_served(self.platform.id, self.request.operation)
        return attempt

    def failed(self, error: PlatformError) -> Attempt:
        """The attempt that failed, or the link that was left out."""
        charged = error.may_be_charged or error.outcome in _MAY_BE_CHARGED
        cost = UNKNOWN_COST if self.platform.needs_key and charged else NOTHING_SPENT
        status = error.status if self.called else None
        self.desk.limits.note_failed(self.platform.id, self.request.operation, self.seconds, self._limits)
        return self._attempt(error.outcome, error.message, status=status, model=self.model, cost=cost)

    def cancelled(self, ending: CancelEnding) -> Attempt:
        """The attempt that was under way when the user cancelled, with what became of it."""
        free = ending is CancelEnding.STOPPED or not self.platform.needs_key
        cost = NOTHING_SPENT if free else UNKNOWN_COST
        return self._attempt(Outcome.CANCELLED, f"Cancelled: {ending}.", status=None, model=self.model, cost=cost)

    def _attempt(self, outcome: Outcome, message: str, *, status: int | None, model: str, cost: Cost) -> Attempt:
        return Attempt(
            cycle=self.cycle,
            platform=self.link.platform,
            label=self.link.label,
            model=model,
            outcome=outcome,
            message=message,
            status=status,
            started=self.started,
            seconds=self.seconds,
            cost=cost,
        )


def _as_left_out(cause: PlatformError) -> PlatformError:
    """The failure for which a link is left out. A run that may be going on belongs to an earlier request: this one may
    call the platform after a reset."""
    return Unavailable(cause.message) if isinstance(cause, MaybeRunning) else cause


def how_to_give_a_key(platform: Platform) -> str:
    """A sentence: no key is known, and the two ways to give one."""
    variable = platform.key_variables[0] if platform.key_variables else ""
    return (
        f"{platform.name} has no key. Set {variable}, "
        f"or run “image-editor keys set {platform.id}”, or add it under AI › Keys."
    )
