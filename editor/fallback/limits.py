"""How long a call may take, learned from the platform's own history instead of one number for all.

A call may take a multiple of what 95 of 100 took. A platform that has become slower for good is not cut off for ever:
every call that ran into its limit doubles the next one, up to what the catalogue allows.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from editor.domain.kinds import Operation
from editor.platforms.base import TimeLimits

USUAL_SHARE = 0.95
"""The share of calls whose time counts as usual."""
FACTOR = 4.0
"""A call may take so many times the usual time. In a simulated year three times made half as many again be paid twice:
a run that is stopped while it works is charged, and another one beside it."""
SIGN_FACTOR = 3.0
"""A run may wait so many times the usual time in a queue, which costs nothing."""
PROBE_FACTOR = 2.0
"""A probe may take so many times the usual time: it only finds out whether the platform is back."""
LEAST_TOTAL = 60.0
"""Seconds that every call may take: an unusually large picture is no fault."""
LEAST_FIRST_SIGN = 20.0
"""Seconds that every run may wait in a platform's queue."""
LEAST_PROBE = 45.0
"""Seconds that a probe may take where the usual time is known."""
PROBE_FIRST_SIGN = 60.0
"""Seconds that a probe may wait in a platform's queue, which costs nothing; no other limit but the catalogue's holds
where no usual time is known, since a run that is stopped half-way may be charged."""
MINIMUM_SAMPLES = 5
_REMEMBERED = 60

SecondsAt = Callable[[str, Operation, float], float | None]
"""The time within which a share (0–1) of a platform's served attempts ended, in seconds; None where too few did."""


@dataclass(slots=True)
class _Known:
    """What this process has seen of one platform and operation."""

    signs: deque[float]
    overruns: int = 0


class LearnedLimits:
    """The limits of the calls to come. ``seconds_at`` tells how long calls took."""

    def __init__(self, seconds_at: SecondsAt) -> None:
        self._seconds_at = seconds_at
        self._known: dict[tuple[str, Operation], _Known] = {}

    def usual(self, platform: str, operation: Operation) -> float | None:
        """Seconds that 95 of 100 calls did not exceed; None where that is not known."""
        return self._seconds_at(platform, operation, USUAL_SHARE)

    def of(self, platform: str, operation: Operation, *, probe: bool = False) -> TimeLimits:
        """The limits of the next call."""
        known, usual = self._of(platform, operation), self.usual(platform, operation)
        stretch = 2.0 ** min(known.overruns, 16)
        sign = None
        if len(known.signs) >= MINIMUM_SAMPLES:
            sign = max(LEAST_FIRST_SIGN, SIGN_FACTOR * _quantile(known.signs, USUAL_SHARE)) * stretch
        if probe:
            sign = min(PROBE_FIRST_SIGN * stretch, sign or math.inf)
        least, factor = (LEAST_PROBE, PROBE_FACTOR) if probe else (LEAST_TOTAL, FACTOR)
        total = None if usual is None else max(least, factor * usual) * stretch
        return TimeLimits(first_sign=sign, total=total)

    def note_sign(self, platform: str, operation: Operation, seconds: float) -> None:
        """A run left the platform's queue after so many seconds."""
        self._of(platform, operation).signs.append(seconds)

    def note_served(self, platform: str, operation: Operation) -> None:
        """A call ended well: the limits are those of its history again."""
        self._of(platform, operation).overruns = 0

    def note_failed(self, platform: str, operation: Operation, seconds: float, limits: TimeLimits) -> None:
        """A call failed after ``seconds``; where it had run into ``limits``, the next one gets more time."""
        given = [limit for limit in (limits.first_sign, limits.total) if limit is not None]
        if given and seconds >= min(given):
            self._of(platform, operation).overruns += 1

    def _of(self, platform: str, operation: Operation) -> _Known:
        return self._known.setdefault((platform, operation), _Known(deque(maxlen=_REMEMBERED)))


def _quantile(values: deque[float], share: float) -> float:
    """The smallest value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
