"""In which order links are tried, and why: pure functions of what is known.

The user's order is the start. A strategy lets a link pass the one before it only where its figures are better by a
clear margin, so that two platforms that are much alike do not change places with every edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log
from random import Random
from types import MappingProxyType

from editor.domain.attempt import Link
from editor.domain.kinds import Operation
from editor.fallback.experience import NONE_YET, Experience
from editor.fallback.selection import LOCAL


class Strategy(StrEnum):
    """What an order goes by."""

    FIXED = "fixed"
    SUCCESS = "success"
    SPEED = "speed"
    PRICE = "price"
    BEST = "best"


MINIMUM_SAMPLES = 5.0
"""Weight of samples from which a platform's own success and time count."""
PRIOR_SUCCESS = 0.95
"""The success share of a platform that is not known yet."""
PRIOR_WEIGHT = 5.0
"""How many samples that assumption is worth beside real ones."""
PRICE_OF_A_SECOND = 0.002
"""US dollars that a second of waiting is worth where time, price and success are weighed together."""
LEAST_PRICE = 0.001
"""US dollars below which prices are taken for equal; keeps a ratio from growing without bounds."""

_MARGINS = {Strategy.SUCCESS: 0.05, Strategy.SPEED: log(1.25), Strategy.PRICE: log(1.1), Strategy.BEST: log(1.2)}
_BY = {
    Strategy.SUCCESS: "serves clearly more often",
    Strategy.SPEED: "is clearly faster",
    Strategy.PRICE: "is clearly cheaper",
    Strategy.BEST: "is clearly better in success, time and price together",
}


def _no_pins() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSettings:
    """What the user chose. ``pins`` are places from 0 by platform; ``explore`` is the share of requests, 0–1, that try
    another link first, ``explore_factor`` how much dearer than the first it may be, ``cap_usd`` what it may cost."""

    strategy: Strategy = Strategy.FIXED
    pins: Mapping[str, int] = field(default_factory=_no_pins)
    explore: float = 0.0
    explore_factor: float = 1.0
    cap_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A link and what is known of it. ``usd`` is the catalogue's price, ``standing`` the state in words, ``obstacle``
    the sentence why it cannot serve now, or ""."""

    link: Link
    experience: Experience = NONE_YET
    usd: float | None = None
    standing: str = ""
    obstacle: str = ""

    @property
    def price(self) -> float | None:
        """US dollars: what attempts cost, else what the catalogue says; None where neither is known."""
        return self.usd if self.experience.usd is None else self.experience.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """One link in a decision: figures, and the reason for its place in one sentence."""

    platform: str
    label: str
    standing: str
    obstacle: str
    samples: float
    success: float | None
    median_seconds: float | None
    price_usd: float | None
    pinned: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The order of one request and what it goes by. ``explored`` is the link tried first out of turn, or "".

    ``worst_usd`` is what the request costs where every platform that could serve is paid before one does; None where
    that was not asked for. More where ``worst_is_open``: then not every price is known.
    """

    operation: Operation
    strategy: Strategy
    before: tuple[str, ...]
    after: tuple[str, ...]
    links: tuple[LinkFacts, ...]
    explored: str = ""
    worst_usd: float | None = None
    worst_is_open: bool = False

    @property
    def serves(self) -> str | None:
        """The first link that nothing speaks against; None where every link has an obstacle."""
        return next((link.platform for link in self.links if not link.obstacle), None)


def decide(
    operation: Operation,
    table: Sequence[Candidate],
    *,
    settings: OrderSettings,
    current: Sequence[str] = (),
    chance: Random | None = None,
) -> Decision:
    """Order the links of ``table``, which is in the user's order.

    ``current`` is the order of the last decision: links change places against it by a clear margin alone. Without
    ``chance`` nothing is explored.
    """
    by_name = {candidate.link.platform: candidate for candidate in table}
    start = [name for name in current if name in by_name]
    start += [name for name in by_name if name not in start]
    if settings.strategy is Strategy.FIXED:
        start = list(by_name)
    pins = _places(tuple(by_name), settings.pins)
    passed = _sorted([name for name in start if name not in pins], by_name, settings.strategy)
    order = _placed(passed.order, pins)
    explored = _explored(order, by_name, pins, settings=settings, chance=chance)
    if explored:
        order = [explored, *(name for name in order if name != explored)]
        # A pinned link keeps its place; the others make room.
        order = _placed([name for name in order if name not in pins], pins)
    facts = tuple(
        _facts(by_name[name], _reason(name, settings, pins=pins, overtaken=passed.overtaken, explored=explored), pins)
        for name in order
    )
    return Decision(
        operation=operation,
        strategy=settings.strategy,
        before=tuple(by_name),
        after=tuple(order),
        links=facts,
        explored=explored,
    )


def score(candidate: Candidate, strategy: Strategy) -> float | None:
    """How good a link is by ``strategy``, more is better; None where that is not known."""
    own = candidate.experience
    known = own.samples >= MINIMUM_SAMPLES
    success = PRIOR_SUCCESS
    if known and own.success is not None:
        success = (own.success * own.samples + PRIOR_SUCCESS * PRIOR_WEIGHT) / (own.samples + PRIOR_WEIGHT)
    seconds = own.seconds if known else None
    price = candidate.price
    if strategy is Strategy.SUCCESS:
        return success
    if strategy is Strategy.SPEED:
        return None if seconds is None else -log(max(seconds, 0.1))
    if strategy is Strategy.PRICE:
        return None if price is None else -log(max(price, LEAST_PRICE))
    if strategy is Strategy.BEST and seconds is not None and price is not None:
        return log(success) - log(max(price + seconds * PRICE_OF_A_SECOND, LEAST_PRICE))
    return None


@dataclass(frozen=True, slots=True)
class _Sorted:
    order: list[str]
    overtaken: dict[str, str]


def _sorted(names: Sequence[str], by_name: Mapping[str, Candidate], strategy: Strategy) -> _Sorted:
    """Let links pass the one before by a clear margin; those with no figures keep their place among the others.

    Ends, since every step puts a better score before a worse one.
    """
    scores = {name: score(by_name[name], strategy) for name in names}
    known = [name for name in names if scores[name] is not None]
    margin = _MARGINS.get(strategy, 0.0)
    overtaken: dict[str, str] = {}
    for end in range(len(known) - 1, 0, -1):
        for place in range(end):
            first, second = known[place], known[place + 1]
            if (scores[second] or 0.0) - (scores[first] or 0.0) > margin:
                known[place], known[place + 1] = second, first
                overtaken[second] = first
    filling = iter(known)
    return _Sorted([name if scores[name] is None else next(filling) for name in names], overtaken)


def _places(names: Sequence[str], pins: Mapping[str, int]) -> dict[str, int]:
    """The places that are taken: those the user pinned, and this computer's where the user has put it."""
    taken: dict[str, int] = {}
    local = {LOCAL: names.index(LOCAL)} if LOCAL in names else {}
    for name, place in {**local, **pins}.items():
        place = min(max(place, 0), len(names) - 1)
        if name in names and place not in taken.values():
            taken[name] = place
    return taken


def _placed(others: Sequence[str], pins: Mapping[str, int]) -> list[str]:
    at = {place: name for name, place in pins.items()}
    rest = iter(others)
    return [at[place] if place in at else next(rest) for place in range(len(others) + len(pins))]


def _explored(
    order: Sequence[str],
    by_name: Mapping[str, Candidate],
    pins: Mapping[str, int],
    *,
    settings: OrderSettings,
    chance: Random | None,
) -> str:
    """The link to try out of turn, the least known one that costs no more than allowed, or ""."""
    if settings.strategy is Strategy.FIXED or chance is None or chance.random() >= settings.explore:
        return ""
    free = [name for name in order if name not in pins]
    if not free or order[0] in pins:
        return ""
    limit = by_name[order[0]].price
    if limit is None:
        return ""
    limit *= settings.explore_factor
    if settings.cap_usd is not None:
        limit = min(limit, settings.cap_usd)
    eligible = [by_name[name] for name in free[1:] if not by_name[name].obstacle]
    fitting = [one for one in eligible if one.price is not None and one.price <= limit]
    return min(fitting, key=lambda one: one.experience.samples).link.platform if fitting else ""


def _reason(
    name: str, settings: OrderSettings, *, pins: Mapping[str, int], overtaken: Mapping[str, str], explored: str
) -> str:
    if name in settings.pins and name in pins:
        return f"You fixed it at place {pins[name] + 1}."
    if name in pins:
        return "This computer stays where your order has it."
    if settings.strategy is Strategy.FIXED:
        return "Your order, which stays as it is."
    if name == explored:
        return "Tried first this once, to learn how it does; it costs no more than you allow."
    if name in overtaken:
        return f"It {_BY[settings.strategy]} than {overtaken[name]}."
    return "No link behind it is better by a clear margin."


def _facts(candidate: Candidate, reason: str, pins: Mapping[str, int]) -> LinkFacts:
    own = candidate.experience
    return LinkFacts(
        platform=candidate.link.platform,
        label=candidate.link.label,
        standing=candidate.standing,
        obstacle=candidate.obstacle,
        samples=round(own.samples, 1),
        success=own.success,
        median_seconds=own.seconds,
        price_usd=candidate.price,
        pinned=candidate.link.platform in pins,
        reason=reason,
    )
