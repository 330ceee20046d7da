"""The state of one edit on one outside platform: how far it has come, as far as stopping and telling go."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from editor.domain.attempt import Cost, PlatformProgress
from editor.domain.errors import MaybeRunning, PlatformError, Unavailable
from editor.domain.kinds import CancelEnding, Phase
from editor.domain.request import EditRequest
from editor.domain.vault import Entry, Intent, Recorder, VaultUnavailable
from editor.platforms.base import NO_LIMITS, TimeLimits

log = logging.getLogger(__name__)


class Stage(Enum):
    """How far a run has come, as far as stopping it goes."""

    NOTHING_SENT = auto()
    SENT = auto()
    RUNNING = auto()
    DONE = auto()


@dataclass(slots=True, kw_only=True)
class Errand:
    """The state of one :meth:`Platform.run`, which may take several runs. ``end`` is the present run's deadline on the
    clock, ``seconds`` how long it had."""

    request: EditRequest
    key: str
    platform: str = ""
    report: Callable[[PlatformProgress], None]
    limits: TimeLimits = NO_LIMITS
    end: float = 0.0
    queue_end: float = math.inf
    """Until when, on the clock, the present run may wait in the platform's queue."""
    seconds: float = 0.0
    stage: Stage = Stage.NOTHING_SENT
    phase: Phase = Phase.PREPARING
    run: str = ""
    """The platform's own name of the run: an id, or the address that stops it."""
    find: Callable[[], Awaitable[str | None]] | None = None
    """Looks for the run whose start was not answered, where the platform has a list of runs."""
    uploads: list[str] = field(default_factory=list)
    finished: int = 0
    """Runs of this errand that have ended well and are charged."""
    piece: str = ""
    """Which of several runs this is, in words: ``2 of 3``."""
    afford: Callable[[Cost], Awaitable[None]] | None = None
    """Asked before each run whether all of them up to it may be paid for; raises OverCap."""
    recorder: Recorder | None = None
    entry: Entry | None = None
    """The vault's record of the present run; None where none is kept, and from the first write on that failed."""
    kept: int = 0
    """Pictures of the present run that the vault has."""

    def say(self, phase: Phase, fraction: float | None = None, words: str = "") -> None:
        """Report progress."""
        self.phase = phase
        parts = (self.piece, words)
        self.report(PlatformProgress(phase, fraction, " · ".join(part for part in parts if part)))

    def anew(self, *, now: float, seconds: float, least: float = 0.0) -> None:
        """Begin another run, with ``seconds`` to end in: what was started before has ended.

        The errand's limits may shorten that, but not below ``least`` seconds.
        """
        self.stage, self.run, self.find = Stage.NOTHING_SENT, "", None
        self.entry, self.kept = None, 0
        self.seconds = seconds if self.limits.total is None else min(seconds, max(self.limits.total, least))
        self.end = now + self.seconds
        self.queue_end = math.inf if self.limits.first_sign is None else now + self.limits.first_sign

    def uploading(self, share: float) -> None:
        """So much of the request has left, 0–1."""
        self.say(Phase.UPLOADING, share)

    def sent(self) -> None:
        """The request that starts the work has left."""
        self.stage = Stage.SENT
        if self.entry is not None:
            self.entry.sent()
        self.say(Phase.PROCESSING)

    # --- what the vault is told, before the errand goes on

    async def intended(self, intent: Intent) -> bool:
        """A run is about to be ordered. False where the vault could not note it; the run may begin all the same."""
        if self.recorder is None:
            return True
        self.entry = self.recorder.begin()
        await self._noted(self.entry.intended(intent))
        return self.entry is not None

    async def running(self, run: str, *, reference: str = "") -> None:
        """The platform has named the run: ``run`` stops it, ``reference`` finds it again, where they differ."""
        self.run, self.stage = run, Stage.RUNNING
        if self.entry is not None:
            await self._noted(self.entry.running(reference or run))

    async def fetched(self, picture: bytes) -> None:
        """The bytes of one more picture are here."""
        if self.entry is not None:
            await self._noted(self.entry.fetched(picture))
            self.kept += 1

    async def complete(self, pictures: Sequence[bytes]) -> None:
        """The run has ended well, with ``pictures``; those that no download brought are kept now."""
        if not self.kept:
            for picture in pictures:
                await self.fetched(picture)
        if self.entry is not None:
            await self._noted(self.entry.complete())

    async def ended(self, reason: str) -> None:
        """Nothing more will come of the present run."""
        if self.entry is not None:
            await self._noted(self.entry.ended(reason))
            self.entry = None

    async def failed(self, error: PlatformError) -> None:
        """The present run failed. It stays open in the vault where a result may still be owed: nobody knows what became
        of it, or its picture is there and could not be fetched."""
        owed = isinstance(error, MaybeRunning) or (isinstance(error, Unavailable) and error.may_be_charged)
        if not owed or not self.can_be_asked:
            await self.ended(error.message)

    async def cancelled(self, ending: CancelEnding) -> None:
        """The user cancelled, and the present run ended so; one that was not stopped may still owe a result."""
        if ending in (CancelEnding.STOPPED, CancelEnding.STOPPED_LATE) or not self.can_be_asked:
            await self.ended(f"Cancelled: {ending}.")

    @property
    def can_be_asked(self) -> bool:
        """Whether the platform can be asked later what became of the present run."""
        return bool(self.run) or self.find is not None

    @property
    def is_kept(self) -> bool:
        """Whether the vault knows the present run well enough to collect its result later."""
        return self.entry is not None and self.can_be_asked

    async def _noted(self, writing: Awaitable[None]) -> None:
        """A failing vault fails no edit: what is under way may be paid for already."""
        try:
            await writing
        except VaultUnavailable as error:
            self.entry = None
            log.warning("The vault keeps no more of this run: %s %s", error.message, error.detail)
