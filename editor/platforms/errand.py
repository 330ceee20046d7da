"""The state of one edit on one outside platform: how far it has come, as far as stopping and telling go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from editor.domain.attempt import PlatformProgress
from editor.domain.kinds import Phase
from editor.domain.request import EditRequest


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
    report: Callable[[PlatformProgress], None]
    end: float = 0.0
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

    def say(self, phase: Phase, fraction: float | None = None, words: str = "") -> None:
        """Report progress."""
        self.phase = phase
        parts = (self.piece, words)
        self.report(PlatformProgress(phase, fraction, " · ".join(part for part in parts if part)))

    def anew(self, *, now: float, seconds: float) -> None:
        """Begin another run, with ``seconds`` to end in: what was started before has ended."""
        self.stage, self.run, self.find = Stage.NOTHING_SENT, "", None
        self.seconds, self.end = seconds, now + seconds

    def uploading(self, share: float) -> None:
        """So much of the request has left, 0–1."""
        self.say(Phase.UPLOADING, share)

    def sent(self) -> None:
        """The request that starts the work has left."""
        self.stage = Stage.SENT
        self.say(Phase.PROCESSING)
