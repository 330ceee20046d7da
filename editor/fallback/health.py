"""How each platform has been lately, and which are put aside.

A definite failure puts a platform aside at once, so that the next edit does not pay for it. When its time is over,
one request may probe it; until that probe has ended the platform stays aside for every other request.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from statistics import median

from editor.domain.attempt import Attempt
from editor.domain.errors import PlatformError, RateLimited
from editor.domain.kinds import CostSource, Outcome
from editor.domain.protocols import Clock
from editor.domain.status import Standing

HEALTH_AGE = 300.0
"""Seconds a definite failure is remembered."""
UNTOLD_LIMIT = 60.0
"""Seconds a rate limit is respected where the platform does not say how long it lasts."""
BAD_RESULTS_TOLERATED = 1
"""Bad pictures in a row that may still be bad luck."""

_STANDINGS = {
    Outcome.RATE_LIMITED: Standing.LIMITED,
    Outcome.OUT_OF_CREDIT: Standing.OUT_OF_CREDIT,
    Outcome.REFUSED_KEY: Standing.KEY_REFUSED,
}
_NO_MARK = frozenset({Outcome.MISSING_KEY, Outcome.UNSUPPORTED, Outcome.CONTENT_REFUSED, Outcome.CANCELLED})


@dataclass(slots=True)
class _Record:
    """What is remembered of one platform."""

    cause: PlatformError | None = None
    aside_until: float = 0.0
    bad_results: int = 0
    running: int = 0
    served_seconds: list[float] = field(default_factory=list)
    failed: int = 0
    spent: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """This process's attempts on one platform; ``spent_usd`` is None once a cost was unknown."""

    served: int
    failed: int
    median_seconds: float | None
    spent_usd: float | None


class Health:
    """The health of all platforms in this process. Starts with no memory."""

    def __init__(self, *, clock: Clock, age: float = HEALTH_AGE) -> None:
        self._clock = clock
        self._age = age
        self._records: dict[str, _Record] = {}

    def admit(self, platform: str) -> PlatformError | None:
        """Ask to call ``platform``: None and it may be called, or the failure for which it is aside.

        Whoever is admitted must call :meth:`leave` afterwards, whatever happened.
        """
        record = self._of(platform)
        # Read once: another thread may forget it meanwhile. What is still running after a failure is the probe.
        cause = record.cause
        if cause is not None and (record.running or self._clock.monotonic() < record.aside_until):
            return copy(cause)
        self.enter(platform)
        return None

    def enter(self, platform: str) -> None:
        """Call ``platform`` though it may be aside: what a new cycle does after its reset."""
        self._of(platform).running += 1

    def leave(self, platform: str) -> None:
        """Return the permit of :meth:`admit` or :meth:`enter`."""
        self._of(platform).running -= 1

    def note_served(self, attempt: Attempt) -> None:
        """A good picture came back: the platform is healthy."""
        record = self._of(attempt.platform)
        record.cause, record.bad_results = None, 0
        record.served_seconds.append(attempt.seconds)
        if attempt.cost.source is not CostSource.FREE:
            spent, usd = record.spent, attempt.cost.usd
            record.spent = None if spent is None or usd is None else spent + usd

    def note_failed(self, platform: str, error: PlatformError) -> None:
        """An attempt failed; what the kind of failure means for the platform is decided here."""
        record = self._of(platform)
        if error.outcome in _NO_MARK:
            return
        record.failed += 1
        if error.outcome is Outcome.BAD_RESULT:
            record.bad_results += 1
            if record.bad_results <= BAD_RESULTS_TOLERATED:
                return
        else:
            record.bad_results = 0
        seconds = self._age
        if isinstance(error, RateLimited):
            seconds = UNTOLD_LIMIT if error.retry_after is None else error.retry_after
        # A copy carries no traceback: the frames of the failed call would keep its pictures in memory.
        record.cause = copy(error)
        record.aside_until = self._clock.monotonic() + seconds

    def forget(self, platform: str) -> None:
        """The user changed something (a key, a top-up): the next edit tries the platform again."""
        record = self._of(platform)
        record.cause, record.bad_results = None, 0

    def standing(self, platform: str) -> Standing:
        """The platform's state as far as calls tell it."""
        record = self._of(platform)
        if record.running:
            return Standing.SERVING
        cause = record.cause
        if cause is None or self.retry_in(platform) is None:
            return Standing.READY
        return _STANDINGS.get(cause.outcome, Standing.FAILING)

    def retry_in(self, platform: str) -> float | None:
        """Seconds until the platform is tried again, or None where it is not aside."""
        record = self._of(platform)
        left = record.aside_until - self._clock.monotonic()
        return left if record.cause is not None and left > 0 else None

    def last_failure(self, platform: str) -> str:
        """The sentence of the failure that still counts, or ""."""
        cause = self._of(platform).cause
        return "" if cause is None else cause.message

    def tally(self, platform: str) -> Tally:
        """Counts and money of this process."""
        record = self._of(platform)
        seconds = record.served_seconds
        return Tally(len(seconds), record.failed, median(seconds) if seconds else None, record.spent)

    def _of(self, platform: str) -> _Record:
        return self._records.setdefault(platform, _Record())
