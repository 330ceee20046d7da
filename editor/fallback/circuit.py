"""One circuit breaker: closed while all is well, open after a failure, and let through by one probe at a time.

Knows no clock: every method is told the moment, in seconds on the monotonic clock.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field

from editor.domain.errors import PlatformError, RateLimited
from editor.domain.kinds import Outcome

UNTOLD_LIMIT = 60.0
"""Seconds a rate limit is respected where the platform does not say how long it lasts."""
LONGEST_ASIDE = 3600.0
"""Seconds that no failure puts aside for longer, however often its probes fail."""
BAD_RESULTS_TOLERATED = 1
"""Bad pictures in a row that may still be bad luck."""

_STEADY = frozenset({Outcome.OUT_OF_CREDIT, Outcome.REFUSED_KEY})
"""The user mends these, at a moment that nobody foresees: asking again costs nothing, so the pause does not grow."""


@dataclass(slots=True, eq=False)
class Permit:
    """The right to make one call, taken from ``circuits``; a probe of those it alone is let through.

    Must be released whatever happened; releasing again does nothing.
    """

    circuits: tuple[Circuit, ...]
    released: bool = False

    @property
    def is_probe(self) -> bool:
        """Whether this call finds out if a circuit may close again."""
        return any(circuit.probe is self for circuit in self.circuits)

    def release(self) -> None:
        """Give the permit back."""
        if self.released:
            return
        self.released = True
        for circuit in self.circuits:
            circuit.running -= 1
            if circuit.probe is self:
                circuit.probe = None


@dataclass(slots=True, eq=False)
class Circuit:
    """What is remembered of one thing that can fail.

    ``cause`` is the failure for which it is open, ``until`` the end of the pause, ``asked_until`` until when the
    platform itself asked to be left alone, ``setbacks`` how many pauses followed one another, ``failures`` how many
    calls failed in a row, ``seen`` the moment of the last telling answer.
    """

    cause: PlatformError | None = None
    until: float = 0.0
    asked_until: float = 0.0
    setbacks: int = 0
    failures: int = 0
    bad_results: int = 0
    running: int = 0
    seen: float | None = None
    probe: Permit | None = field(default=None, repr=False)

    def denied(self, now: float) -> PlatformError | None:
        """The failure that keeps a call from being made, or None where it may be made."""
        # Read once: another thread may forget it meanwhile.
        cause = self.cause
        if cause is None or (now >= self.until and self.probe is None):
            return None
        return copy(cause)

    def entered(self, permit: Permit) -> None:
        """``permit`` is for one call more; on an open circuit that nobody probes it is the probe."""
        self.running += 1
        if self.cause is not None and self.probe is None:
            self.probe = permit

    def served(self, now: float) -> None:
        """A call ended well."""
        self.closed()
        self.seen = now

    def failed(self, error: PlatformError, now: float, *, age: float) -> None:
        """A call failed in a way that counts; ``age`` is how many seconds a first failure is remembered."""
        self.seen = now
        self.failures += 1
        if error.outcome is Outcome.BAD_RESULT:
            self.bad_results += 1
            if self.bad_results <= BAD_RESULTS_TOLERATED and self.cause is None:
                return
        else:
            self.bad_results = 0
        # Calls that were under way together, or the cycles of one request, are one setback and not several.
        if self.cause is None or now >= self.until:
            self.setbacks += 1
        # A copy carries no traceback: the frames of the failed call would keep its pictures in memory.
        self.cause = copy(error)
        self.until = now + self._pause(error, age)
        self.asked_until = now + (error.retry_after or 0.0)

    def closed(self) -> None:
        """All is well, or the user says so."""
        self.cause, self.setbacks, self.failures, self.bad_results = None, 0, 0, 0
        self.until = self.asked_until = 0.0

    def forgotten(self) -> None:
        """Nothing is known any more; a call under way tells nothing of what the user changed meanwhile."""
        self.closed()
        self.seen, self.probe = None, None

    def _pause(self, error: PlatformError, age: float) -> float:
        told = error.retry_after
        if isinstance(error, RateLimited):
            return told if told is not None else self._grown(min(UNTOLD_LIMIT, age))
        if error.outcome in _STEADY:
            return age
        return max(self._grown(age), told or 0.0)

    def _grown(self, first: float) -> float:
        doublings = min(max(self.setbacks, 1) - 1, 16)
        return max(first, min(first * 2.0**doublings, LONGEST_ASIDE))
