"""What attempts have taught about a platform: how often it served, how fast, for how much."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from editor.domain.attempt import Attempt
from editor.domain.kinds import Operation, Outcome
from editor.domain.protocols import Clock

HALF_LIFE = 7 * 24 * 3600.0
"""Seconds after which an attempt counts half."""
REMEMBERED = 60
"""How many attempts of one platform and operation are looked back upon."""

MINIMUM_SERVED = 5
"""Served attempts from which it is known how long they take."""

_FAULTS = frozenset({Outcome.UNAVAILABLE, Outcome.RATE_LIMITED, Outcome.BAD_RESULT, Outcome.MAYBE_RUNNING})
"""The platform's own failures. Refusals, unsupported edits, keys and credit say nothing of how good it is."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One attempt that says something: ``when`` in seconds since 1970 (UTC), its wall time, its price or None."""

    when: float
    served: bool
    seconds: float
    usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """A summary of samples. ``samples`` is their weight after decay; the shares are None where nothing is known.

    ``success`` is 0–1, ``seconds`` the median of served attempts, ``usd`` the mean price of those whose price is known.
    """

    samples: float = 0.0
    success: float | None = None
    seconds: float | None = None
    usd: float | None = None


NONE_YET = Experience()


class Experiences(Protocol):
    """Where experience is kept: in memory, or on disk over restarts."""

    async def recall(self) -> None:
        """Read what is kept on the disk, once; nothing is known of it before. Never fails."""
        ...

    def of(self, platform: str, operation: Operation) -> Experience:
        """What is known now. Cheap; called before every edit."""
        ...

    def seconds_at(self, platform: str, operation: Operation, share: float) -> float | None:
        """The time within which ``share`` (0–1) of served attempts ended; None where too few are known. Cheap."""
        ...

    def note(self, operation: Operation, attempt: Attempt) -> None:
        """Learn from an attempt that has ended."""
        ...

    def reset(self, operation: Operation | None = None) -> None:
        """Forget everything, or everything of one operation."""
        ...


def tells(outcome: Outcome) -> bool:
    """Whether an attempt that ended so tells anything of how good the platform is."""
    return outcome is Outcome.SERVED or outcome in _FAULTS


def sample_of(attempt: Attempt) -> Sample | None:
    """The attempt as a sample; None where it was not called or ended in a way that tells nothing of its quality."""
    if attempt.started is None or not tells(attempt.outcome):
        return None
    return Sample(attempt.started.timestamp(), attempt.outcome is Outcome.SERVED, attempt.seconds, attempt.cost.usd)


def experience_of(samples: Iterable[Sample], *, now: float, half_life: float = HALF_LIFE) -> Experience:
    """Sum up ``samples`` as of ``now`` (seconds since 1970), each with half its weight every ``half_life`` seconds."""
    weighed = [(0.5 ** (max(0.0, now - sample.when) / half_life), sample) for sample in samples]
    total = sum(weight for weight, _ in weighed)
    if total <= 0:
        return NONE_YET
    served = [(weight, sample) for weight, sample in weighed if sample.served]
    priced = [(weight, sample.usd) for weight, sample in served if sample.usd is not None]
    paid = sum(weight for weight, _ in priced)
    return Experience(
        samples=total,
        success=sum(weight for weight, _ in served) / total,
        seconds=_quantile([(sample.seconds, weight) for weight, sample in served], 0.5),
        usd=sum(weight * usd for weight, usd in priced) / paid if paid > 0 else None,
    )


def seconds_within(
    samples: Iterable[Sample], share: float, *, now: float, half_life: float = HALF_LIFE
) -> float | None:
    """The time within which ``share`` (0–1) of the served among ``samples`` ended, weighed by their age as of ``now``;
    None where fewer than MINIMUM_SERVED did."""
    served = [sample for sample in samples if sample.served]
    if len(served) < MINIMUM_SERVED:
        return None
    return _quantile([(one.seconds, 0.5 ** (max(0.0, now - one.when) / half_life)) for one in served], share)


def _quantile(weighed: list[tuple[float, float]], share: float) -> float | None:
    """The smallest value that ``share`` of the weight in (value, weight) does not exceed."""
    wanted = share * sum(weight for _, weight in weighed)
    reached = 0.0
    for value, weight in sorted(weighed):
        reached += weight
        if reached >= wanted:
            return value
    return None


class RecentExperience:
    """The experience of this run of the program; implements :class:`Experiences`."""

    def __init__(self, *, clock: Clock, half_life: float = HALF_LIFE) -> None:
        self._clock = clock
        self._half_life = half_life
        self._samples: dict[tuple[str, Operation], deque[Sample]] = {}

    async def recall(self) -> None:
        """There is nothing to read."""

    def of(self, platform: str, operation: Operation) -> Experience:
        """What is known now."""
        samples = self._samples.get((platform, operation))
        if not samples:
            return NONE_YET
        return experience_of(tuple(samples), now=self._clock.now().timestamp(), half_life=self._half_life)

    def seconds_at(self, platform: str, operation: Operation, share: float) -> float | None:
        """The time within which ``share`` of served attempts ended."""
        samples = self._samples.get((platform, operation))
        if not samples:
            return None
        now = self._clock.now().timestamp()
        return seconds_within(tuple(samples), share, now=now, half_life=self._half_life)

    def note(self, operation: Operation, attempt: Attempt) -> None:
        """Learn from an attempt."""
        sample = sample_of(attempt)
        if sample is not None:
            self._of(attempt.platform, operation).append(sample)

    def recalled(self, platform: str, operation: Operation, sample: Sample) -> None:
        """Take in a sample from before those of this run: it goes first when there are too many."""
        samples = self._of(platform, operation)
        kept = sorted((*samples, sample), key=lambda one: one.when)
        samples.clear()
        samples.extend(kept)

    def _of(self, platform: str, operation: Operation) -> deque[Sample]:
        return self._samples.setdefault((platform, operation), deque(maxlen=REMEMBERED))

    def reset(self, operation: Operation | None = None) -> None:
        """Forget everything, or everything of one operation."""
        for key in tuple(self._samples):
            if operation in (None, key[1]):
                del self._samples[key]
