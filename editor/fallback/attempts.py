"""One link's turn: may it be called, the call itself, and the attempt that stands for it afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
from editor.domain.kinds import CancelEnding, Outcome
from editor.domain.money import Budget, Hold
from editor.domain.protocols import Clock, Credentials
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import Recorder
from editor.fallback.health import Health
from editor.platforms.base import Call, Platform

log = logging.getLogger(__name__)

_MAY_BE_CHARGED = frozenset({Outcome.MAYBE_RUNNING, Outcome.BAD_RESULT})
"""A bad picture is a run that ended well in the platform's books."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """The turn of ``link`` in ``cycle``. :meth:`take` is called once."""

    platform: Platform
    link: Link
    cycle: int
    request: EditRequest
    credentials: Credentials
    health: Health
    clock: Clock
    check: Callable[[EditRequest, EditResult], Awaitable[None]]
    send: Callable[[JobEvent], None]
    job: str
    recorder: Recorder | None = None
    budget: Budget | None = None
    account: str = ""
    """Under which name the budget counts all attempts of the request together."""
    hold: Hold | None = None
    """What was set aside for the call."""
    started: datetime | None = None
    _start: float = 0.0

    @property
    def called(self) -> bool:
        """Whether the platform was called; otherwise the link was left out."""
        return self.started is not None

    @property
    def model(self) -> str:
        """The catalogue's model for the request, or "" where the platform has none."""
        return self.platform.model(self.request.operation) or ""

    async def take(self) -> EditResult:
        """Call the platform unless something speaks against it.

        Raises the PlatformError for which the link was left out or failed, or Cancelled.
        """
        key = await self._admission()
        try:
            await self._set_aside()
            return await self._call(key)
        except PlatformError as error:
            self.health.note_failed(self.platform.id, error)
            raise
        finally:
            self.health.leave(self.platform.id)

    async def settle(self, attempt: Attempt) -> None:
        """Give back what was set aside, and have ``attempt`` written down."""
        if self.budget is not None and self.hold is not None:
            hold, self.hold = self.hold, None
            await self.budget.settle(hold, attempt)

    async def _set_aside(self) -> None:
        """Raises OverCap where the user's caps leave no room for what the call will cost."""
        if self.budget is not None:
            self.hold = await self.budget.hold(
                job=self.account,
                platform=self.platform.id,
                operation=self.request.operation,
                cost=self.platform.quote(self.request),
            )

    async def _admission(self) -> str | None:
        """The key, once nothing speaks against the call; the permit of the health is held from then on."""
        self._require_support()
        key = await self.credentials.get(self.platform.id) if self.platform.needs_key else None
        if self.platform.needs_key and key is None:
            raise MissingKey(how_to_give_a_key(self.platform))
        # The local link costs nothing to try and is the last resort: it is never put aside. From the second cycle
        # on every link is eligible again inside this request: the reset of the health cache.
        if self.cycle > 1 or not self.platform.needs_key:
            self.health.enter(self.platform.id)
        else:
            cause = self.health.admit(self.platform.id)
            if isinstance(cause, MaybeRunning):
                # That run belongs to an earlier request; this one may call the platform after a reset.
                raise Unavailable(cause.message)
            if cause is not None:
                raise cause
        return key

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

    async def _call(self, key: str | None) -> EditResult:
        self.started, self._start = self.clock.now(), self.clock.monotonic()
        log.info(
            "🎯 Selected platform for %s: %s (%s)",
            self.request.operation_type,
            self.link.platform,
            self.link.label,
        )
        self.send(AttemptStarted(job=self.job, cycle=self.cycle, link=self.link, model=self.model))
        try:
            result = await self.platform.run(self.request, Call(key=key, report=self._report, recorder=self.recorder))
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
            await self.check(self.request, result)
        except asyncio.CancelledError:
            # The platform had finished, and charges for it.
            raise Cancelled(CancelEnding.ALREADY_DONE) from None

    def _report(self, progress: PlatformProgress) -> None:
        self.send(AttemptProgress(job=self.job, platform=self.platform.id, progress=progress))

    def served(self, result: EditResult) -> Attempt:
        """The attempt that served, noted as a success."""
        attempt = self._attempt(Outcome.SERVED, "", status=None, model=result.model, cost=result.cost)
        self.health.note_served(attempt)
        return attempt

    def failed(self, error: PlatformError) -> Attempt:
        """The attempt that failed, or the link that was left out."""
        charged = error.may_be_charged or error.outcome in _MAY_BE_CHARGED
        cost = UNKNOWN_COST if self.platform.needs_key and charged else NOTHING_SPENT
        status = error.status if self.called else None
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
            seconds=self.clock.monotonic() - self._start if self.called else 0.0,
            cost=cost,
        )


def how_to_give_a_key(platform: Platform) -> str:
    """A sentence: no key is known, and the two ways to give one."""
    variable = platform.key_variables[0] if platform.key_variables else ""
    return (
        f"{platform.name} has no key. Set {variable}, "
        f"or run “image-editor keys set {platform.id}”, or add it under AI › Keys."
    )
