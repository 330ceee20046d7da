"""From the kind of a failure to what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from random import Random

from editor.domain.attempt import Attempt
from editor.domain.errors import PlatformError
from editor.domain.kinds import CancelEnding, CostSource, Outcome

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 4.0
PAUSE_JITTER = 0.2

BAD_RESULTS_PAID = 2
"""After so many bad pictures a link is not called again in this request: each of them may have been charged."""

_STAYS_OUT = frozenset(
    {
        Outcome.MISSING_KEY,
        Outcome.REFUSED_KEY,
        Outcome.UNSUPPORTED,
        Outcome.CONTENT_REFUSED,
        Outcome.MAYBE_RUNNING,
    }
)


def stays_out(outcome: Outcome) -> bool:
    """Whether a link that ended so is not called again in this request, whatever the cycle."""
    return outcome in _STAYS_OUT


def ending_of(attempts: Sequence[Attempt]) -> CancelEnding:
    """What a request comes to that is cancelled between two calls, after ``attempts`` that all failed."""
    if any(attempt.outcome is Outcome.MAYBE_RUNNING for attempt in attempts):
        return CancelEnding.COULD_NOT_STOP
    if any(attempt.cost.source is CostSource.UNKNOWN for attempt in attempts):
        return CancelEnding.STOPPED_LATE
    return CancelEnding.STOPPED


def pause_after(cycle: int, chance: Random) -> float:
    """Seconds to wait after failed cycle ``cycle`` (from 1): 0.5, 1, 2, 4, and 4 from then on, each ± 20 %."""
    doublings = min(cycle - 1, 16)  # far past the longest pause, and never past what a float holds
    pause = min(FIRST_PAUSE * 2.0**doublings, LONGEST_PAUSE)
    return pause * chance.uniform(1 - PAUSE_JITTER, 1 + PAUSE_JITTER)


def status_words(error: PlatformError) -> str:
    """The HTTP status with its standard phrase, ``402 Payment Required``, or the message where there is none."""
    if error.status is None:
        return error.message
    try:
        return f"{error.status} {HTTPStatus(error.status).phrase}"
    except ValueError:
        return str(error.status)
