"""When platforms are down, slow, limited or out of credit: alone, some of their models only, or several at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from editor.domain.kinds import Operation
from editor.simulator import weather_rates as rates
from editor.simulator.weather_rates import CLIMATES, HOUR, Climate

_SHORTEST = 60.0
"""Seconds that every spell lasts at least."""


class Sky(StrEnum):
    """What a platform is like for a while."""

    CLEAR = "clear"
    OFFLINE = "offline"
    """This computer's own network is down."""
    DOWN = "down"
    """It answers with a server error."""
    SILENT = "silent"
    """No connection comes about."""
    HANGING = "hanging"
    """Connections stay open and nothing is ever answered."""
    NO_CREDIT = "no credit"
    """Until the user tops up."""
    LIMITED = "limited"
    """Most calls are turned away."""
    SLOW = "slow"
    """Edits take long, some of them for ever."""


OUTAGES = (Sky.OFFLINE, Sky.DOWN, Sky.SILENT, Sky.HANGING)
_ORDER = (*OUTAGES, Sky.NO_CREDIT, Sky.LIMITED, Sky.SLOW)
"""Where several things are wrong at once, the first of these is what a call meets."""


@dataclass(frozen=True, slots=True)
class Spell:
    """From ``start`` to ``end``, seconds of the year, ``platforms`` are like ``sky``; for ``operations`` alone, or for
    all of them where that is None."""

    start: float
    end: float
    sky: Sky
    platforms: frozenset[str]
    operations: frozenset[Operation] | None = None


class Spells:
    """The spells that hit one platform."""

    def __init__(self, spells: Collection[Spell], platform: str) -> None:
        mine = [spell for spell in spells if platform in spell.platforms]
        edges = sorted({edge for spell in mine for edge in (spell.start, spell.end)})
        self._edges = edges
        # What is going on from each edge to the next: spells of different kinds lie over one another.
        self._between: list[tuple[Spell, ...]] = [() for _ in edges]
        for spell in sorted(mine, key=lambda one: (_ORDER.index(one.sky), -one.end)):
            for place in range(bisect_right(edges, spell.start) - 1, bisect_right(edges, spell.end) - 1):
                self._between[place] += (spell,)

    def at(self, second: float, operation: Operation) -> Sky:
        """What the platform is like for ``operation``."""
        for spell in self._going_on(second):
            if spell.operations is None or operation in spell.operations:
                return spell.sky
        return Sky.CLEAR

    def without_credit(self, second: float) -> bool:
        """Whether the account is empty."""
        return any(spell.sky is Sky.NO_CREDIT for spell in self._going_on(second))

    def outage_end(self, second: float) -> float | None:
        """When the outage ends that hides the whole platform at ``second``; None where it can be asked."""
        hiding = [spell for spell in self._going_on(second) if spell.sky in OUTAGES and spell.operations is None]
        return max((spell.end for spell in hiding), default=None)

    def _going_on(self, second: float) -> Sequence[Spell]:
        place = bisect_right(self._edges, second) - 1
        return self._between[place] if place >= 0 else ()


def spells_of(seed: int, *, length: float, year: float) -> tuple[Spell, ...]:
    """All spells of ``length`` seconds in order of time, as many as befit that part of a ``year``."""
    part = length / year
    drawn = [
        *_of_network(Random(f"{seed}/network"), length, part),
        *_of_upstream(Random(f"{seed}/upstream"), length, part),
    ]
    for name, climate in CLIMATES.items():
        drawn += _of_platform(Random(f"{seed}/{name}"), frozenset({name}), climate, length, part)
    return tuple(sorted(drawn, key=lambda spell: spell.start))


def _times(chance: Random, length: float, part: float, yearly: float, hours: float) -> Iterator[tuple[float, float]]:
    """Starts and ends: at any moment the next start is as likely as at any other."""
    start = chance.expovariate(yearly * part / length)
    while start < length:
        yield start, start + max(_SHORTEST, chance.expovariate(1 / (hours * HOUR)))
        start += chance.expovariate(yearly * part / length)


def _of_network(chance: Random, length: float, part: float) -> Iterator[Spell]:
    for start, end in _times(chance, length, part, rates.OFFLINE_A_YEAR, rates.OFFLINE_HOURS):
        yield Spell(start, end, Sky.OFFLINE, frozenset(CLIMATES))


def _of_upstream(chance: Random, length: float, part: float) -> Iterator[Spell]:
    names, (down, silent) = sorted(CLIMATES), rates.UPSTREAM_SHARES
    skies, shares = (Sky.DOWN, Sky.SILENT, Sky.HANGING), (down, silent, 1 - down - silent)
    for start, end in _times(chance, length, part, rates.UPSTREAM_A_YEAR, rates.UPSTREAM_HOURS):
        hit = names if chance.random() < rates.UPSTREAM_HITS_ALL else chance.sample(names, 2)
        end = min(end, start + rates.UPSTREAM_LONGEST_HOURS * HOUR)
        yield Spell(start, end, chance.choices(skies, shares)[0], frozenset(hit))


def _of_platform(
    chance: Random, platform: frozenset[str], climate: Climate, length: float, part: float
) -> Iterator[Spell]:
    whole = (
        (Sky.DOWN, climate.down),
        (Sky.SILENT, climate.silent),
        (Sky.HANGING, climate.hanging),
        (Sky.SLOW, climate.slow),
        (Sky.LIMITED, climate.limited),
        (Sky.NO_CREDIT, climate.no_credit),
    )
    for sky, (yearly, hours) in whole:
        for start, end in _times(chance, length, part, yearly, hours):
            yield Spell(start, end, sky, platform)
    operations = sorted(rates.OPERATION_SHARES)
    for start, end in _times(chance, length, part, *climate.partial):
        hit = frozenset(chance.sample(operations, chance.randint(1, 3)))
        yield Spell(start, end, Sky.DOWN, platform, hit)
