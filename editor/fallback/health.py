"""How each platform has been lately, by operation, and which are put aside.

A definite failure puts aside at once, so that the next edit does not pay for it. What concerns the account (key,
credit, rate limit, no connection) puts the whole platform aside, anything else the operation alone. When the time is
over, one call may probe; until it has ended everybody else goes on to the next link. A failed probe doubles the pause.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from editor.domain.attempt import Attempt
from editor.domain.errors import PlatformError, Unavailable
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.protocols import Clock
from editor.domain.status import Standing
from editor.fallback.circuit import Circuit, Permit

HEALTH_AGE = 300.0
"""Seconds that what is known of a platform is relied on."""
SLOW_FACTOR = 2.0
"""An answer that took so many times the usual time makes the platform slow."""
SLOW_SAMPLES = 5
"""Earlier answers from which there is a usual time."""
_REMEMBERED = 30

_STANDINGS = {
    Outcome.RATE_LIMITED: Standing.LIMITED,
    Outcome.OUT_OF_CREDIT: Standing.OUT_OF_CREDIT,
    Outcome.REFUSED_KEY: Standing.KEY_REFUSED,
}
_NO_MARK = frozenset({Outcome.MISSING_KEY, Outcome.UNSUPPORTED, Outcome.CONTENT_REFUSED, Outcome.CANCELLED})
_OF_ACCOUNT = frozenset({Outcome.RATE_LIMITED, Outcome.OUT_OF_CREDIT, Outcome.REFUSED_KEY})


@dataclass(slots=True)
class _Platform:
    """What is remembered of one platform: the circuit of its account, one an operation, and this process's figures."""

    account: Circuit = field(default_factory=Circuit)
    operations: dict[Operation, Circuit] = field(default_factory=dict)
    seconds: dict[Operation, deque[float]] = field(default_factory=dict)
    served_seconds: list[float] = field(default_factory=list)
    failed: int = 0
    spent: float | None = 0.0

    def circuits(self, operation: Operation | None) -> tuple[Circuit, ...]:
        """The account's circuit and the operation's, or every operation's for None."""
        if operation is None:
            return (self.account, *tuple(self.operations.values()))
        return (self.account, self.operations.setdefault(operation, Circuit()))


@dataclass(frozen=True, slots=True)
class Tally:
    """This process's attempts on one platform; ``spent_usd`` is None once a cost was unknown."""

    served: int
    failed: int
    median_seconds: float | None
    spent_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a platform is, for one operation or over all of them.

    ``retry_in`` is the seconds until it is tried again, None where it is not aside; ``message`` the failure that
    counts, or ""; ``failures`` how many calls failed in a row; ``age`` the seconds since the last answer, None before
    the first.
    """

    standing: Standing
    retry_in: float | None = None
    message: str = ""
    failures: int = 0
    age: float | None = None


class Health:
    """The health of all platforms in this process. Starts with no memory.

    The loop alone changes it; every thread may ask.
    """

    def __init__(self, *, clock: Clock, age: float = HEALTH_AGE) -> None:
        self._clock = clock
        self.age = age
        """Seconds that an answer is relied on, and that a first failure puts aside for."""
        self._platforms: dict[str, _Platform] = {}

    # --- calls

    def aside(self, platform: str, operation: Operation) -> PlatformError | None:
        """The failure for which the next call would not be made, or None."""
        now = self._clock.monotonic()
        denials = (circuit.denied(now) for circuit in self._of(platform).circuits(operation))
        return next((denial for denial in denials if denial is not None), None)

    def admit(self, platform: str, operation: Operation) -> Permit:
        """The permit for one call, to be released whatever happens.

        Raises the PlatformError for which the platform is aside.
        """
        denial = self.aside(platform, operation)
        if denial is not None:
            raise denial
        return self.enter(platform, operation)

    def enter(self, platform: str, operation: Operation) -> Permit:
        """The permit for a call that is made though the platform may be aside: what a new cycle does."""
        permit = Permit(self._of(platform).circuits(operation))
        for circuit in permit.circuits:
            circuit.entered(permit)
        return permit

    # --- what came of them

    def note_served(self, attempt: Attempt, operation: Operation) -> None:
        """A good picture came back."""
        record, now = self._of(attempt.platform), self._clock.monotonic()
        for circuit in record.circuits(operation):
            circuit.served(now)
        record.served_seconds.append(attempt.seconds)
        record.seconds.setdefault(operation, deque(maxlen=_REMEMBERED)).append(attempt.seconds)
        if attempt.cost.source is not CostSource.FREE:
            spent, usd = record.spent, attempt.cost.usd
            record.spent = None if spent is None or usd is None else spent + usd

    def note_failed(self, platform: str, operation: Operation, error: PlatformError) -> None:
        """A call failed; what the kind of failure means is decided here."""
        record, now = self._of(platform), self._clock.monotonic()
        if error.outcome is Outcome.CONTENT_REFUSED:
            for circuit in record.circuits(operation):
                circuit.seen = now  # it answers; what it thinks of a picture says nothing else about it
        if error.outcome in _NO_MARK:
            return
        record.failed += 1
        account, own = record.circuits(operation)
        if error.outcome in _OF_ACCOUNT or (isinstance(error, Unavailable) and error.unreached):
            account.failed(error, now, age=self.age)
            return
        own.failed(error, now, age=self.age)
        if isinstance(account.cause, Unavailable) and error.status is not None:
            account.closed()  # it answers again

    def forget(self, platform: str) -> None:
        """The user changed something (a key, a top-up): the next edit tries the platform again."""
        for circuit in self._of(platform).circuits(None):
            circuit.forgotten()

    def topped_up(self, platform: str) -> None:
        """There is credit again; any other failure still counts."""
        account = self._of(platform).account
        if account.cause is not None and account.cause.outcome is Outcome.OUT_OF_CREDIT:
            account.forgotten()

    # --- how they are

    def limited_for(self, platform: str, operation: Operation) -> float:
        """Seconds for which the platform itself asked not to be called; 0 where it did not, or they are over."""
        asked = max(circuit.asked_until for circuit in self._of(platform).circuits(operation))
        return max(0.0, asked - self._clock.monotonic())

    def condition(self, platform: str, operation: Operation | None = None) -> Condition:
        """How the platform is for ``operation``, or over all of them: the worst counts."""
        record, now = self._of(platform), self._clock.monotonic()
        circuits = record.circuits(operation)
        seen = [circuit.seen for circuit in circuits if circuit.seen is not None]
        age = now - max(seen) if seen else None
        aside = next((circuit for circuit in circuits if circuit.cause is not None), None)
        if aside is not None and aside.cause is not None:
            standing, left = _STANDINGS.get(aside.cause.outcome, Standing.FAILING), aside.until - now
            if left <= 0:
                standing = Standing.UNKNOWN
            return Condition(
                standing=Standing.SERVING if record.account.running else standing,
                retry_in=left if left > 0 else None,
                message=aside.cause.message,
                failures=aside.failures,
                age=age,
            )
        standing = Standing.READY if age is not None and age <= self.age else Standing.UNKNOWN
        if standing is Standing.READY and self._is_slow(record, operation):
            standing = Standing.SLOW
        if record.account.running:
            standing = Standing.SERVING
        return Condition(standing=standing, failures=max(circuit.failures for circuit in circuits), age=age)

    def tally(self, platform: str) -> Tally:
        """Counts and money of this process."""
        record = self._of(platform)
        seconds = record.served_seconds
        return Tally(len(seconds), record.failed, median(seconds) if seconds else None, record.spent)

    def _is_slow(self, record: _Platform, operation: Operation | None) -> bool:
        histories = record.seconds.values() if operation is None else (record.seconds.get(operation, deque()),)
        return any(_slow(tuple(history)) for history in tuple(histories))

    def _of(self, platform: str) -> _Platform:
        return self._platforms.setdefault(platform, _Platform())


def _slow(seconds: tuple[float, ...]) -> bool:
    *earlier, last = seconds or (0.0,)
    return len(earlier) >= SLOW_SAMPLES and last > SLOW_FACTOR * median(earlier)
