"""From the kind of a failure to what happens next."""

from __future__ import annotations

from http import HTTPStatus
from random import Random

from editor.domain.errors import PlatformError
from editor.domain.kinds import Outcome

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 4.0
PAUSE_JITTER = 0.2

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
