"""From the kind of a failure to what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
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

LONGEST_HINT = 60.0
"""Seconds that a request waits at most because platforms asked to be left alone."""


class AfterRefusal(StrEnum):
    """What happens after a platform's filter refused the picture or the words."""

    NEXT = "next"
    """The next link is asked."""
    STOP = "stop"
    """Nobody else gets to see the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the user allows in one request.

    ``resend`` is how often a platform may be called again whose answer was lost and which may be at work still.
    ``hedge_share`` is the share of all spending, 0–1, that second calls beside slow ones may cost; 0 for none.
    """

    after_refusal: AfterRefusal = AfterRefusal.NEXT
    resend: int = 0
    hedge_share: float = 0.0


DEFAULT_RULES = Rules()

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


def is_done_with(platform: str, attempts: Sequence[Attempt], rules: Rules) -> bool:
    """Whether ``platform`` is not called again in the request of ``attempts``, the last of which was its own."""
    mine = [attempt.outcome for attempt in attempts if attempt.platform == platform]
    if mine[-1] is Outcome.MAYBE_RUNNING:
        return mine.count(Outcome.MAYBE_RUNNING) > rules.resend
    return stays_out(mine[-1]) or mine.count(Outcome.BAD_RESULT) >= BAD_RESULTS_PAID


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


def worst_ending(endings: Sequence[CancelEnding]) -> CancelEnding:
    """What several calls that were cancelled together come to: the one that may cost most."""
    return max(endings, key=_BY_COST.index, default=CancelEnding.STOPPED)


_BY_COST = (
    CancelEnding.STOPPED,
    CancelEnding.STOPPED_LATE,
    CancelEnding.COULD_NOT_STOP,
    CancelEnding.TO_BE_COLLECTED,
    CancelEnding.ALREADY_DONE,
)


def status_words(error: PlatformError) -> str:
    """The HTTP status with its standard phrase, ``402 Payment Required``, or the message where there is none."""
    if error.status is None:
        return error.message
    try:
        return f"{error.status} {HTTPStatus(error.status).phrase}"
    except ValueError:
        return str(error.status)
