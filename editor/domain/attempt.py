"""Attempts, what they cost, and the events that a running job sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, OperationType, Outcome, Phase

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Cost:
    """What an attempt cost: US dollars, the platform's own credits, and where the figures come from."""

    usd: float | None
    credits: float | None
    source: CostSource

    @property
    def words(self) -> str:
        """``$0.05``, ``about $0.05``, ``5 credits (about $0.05)``, ``free`` or ``cost unknown``."""
        if self.source is CostSource.FREE:
            return "free"
        money = "" if self.usd is None else f"${self.usd:.2f}" if self.usd >= 0.01 else f"${self.usd:.4f}"
        if money and self.source is not CostSource.REPORTED:
            money = f"about {money}"
        if self.credits is not None:
            return f"{self.credits:g} credits ({money})" if money else f"{self.credits:g} credits"
        return money or "cost unknown"


def total_cost(*costs: Cost) -> Cost:
    """What several runs cost together; unknown as soon as one of them is. What cost nothing changes neither the credits
    nor the source of the others."""
    if len(costs) == 1:
        return costs[0]
    if any(cost.source is CostSource.UNKNOWN for cost in costs):
        return UNKNOWN_COST
    charged = [cost for cost in costs if cost.usd != 0.0 or cost.credits]
    if not charged:
        return FREE if costs and all(cost.source is CostSource.FREE for cost in costs) else NOTHING_SPENT
    sources = {cost.source for cost in charged}
    source = sources.pop() if len(sources) == 1 else CostSource.ESTIMATED
    return Cost(_sum([cost.usd for cost in charged]), _sum([cost.credits for cost in charged]), source)


def rounded(amount: float) -> float:
    """An amount without the dust that sums of decimal fractions leave: a millionth is finer than any price."""
    return round(amount, _DECIMALS)


def _sum(amounts: Sequence[float | None]) -> float | None:
    """All ``amounts`` together; None where one of them is not known."""
    known = [amount for amount in amounts if amount is not None]
    return rounded(sum(known)) if len(known) == len(amounts) else None


FREE = Cost(0.0, None, CostSource.FREE)
UNKNOWN_COST = Cost(None, None, CostSource.UNKNOWN)
NOTHING_SPENT = Cost(0.0, None, CostSource.ESTIMATED)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a priority table: the platform's id and the table's label for it."""

    platform: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try on one route, or one link left out.

    ``cycle`` counts from 1, ``started`` is UTC or None where nothing was called, ``seconds`` is wall time,
    ``status`` the HTTP status or None.
    """

    cycle: int
    platform: str
    label: str
    model: str
    outcome: Outcome
    message: str
    status: int | None = None
    started: datetime | None = None
    seconds: float = 0.0
    cost: Cost = NOTHING_SPENT


@dataclass(frozen=True, slots=True)
class PlatformProgress:
    """Sent by an adapter while it works: the phase, its share done (0–1 or None) and a few words.

    ``picture`` is what the result will be like, (height, width, 3) uint8 sRGB of the request's size; mostly None.
    ``place`` is where it lies in the document.
    """

    phase: Phase
    fraction: float | None = None
    words: str = ""
    picture: NDArray[np.uint8] | None = field(default=None, compare=False, repr=False)
    place: Rect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """Base of all that a job reports; ``job`` is its id."""

    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted(JobEvent):
    """The job begins; ``links`` is the chain in the order of trying."""

    operation_type: OperationType
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(JobEvent):
    """A link is being called now."""

    cycle: int
    link: Link
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptProgress(JobEvent):
    """The running attempt has something to show."""

    platform: str
    progress: PlatformProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded(JobEvent):
    """An attempt ended, or a link was left out."""

    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleFailed(JobEvent):
    """Every link failed; the next cycle begins after ``pause`` seconds."""

    cycle: int
    cycles: int
    pause: float
