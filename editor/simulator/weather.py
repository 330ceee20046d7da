"""A year of platforms' good and bad hours, and of the edits that fall into them.

All of it is drawn before the first edit from one seed, so that every strategy meets the same weather. The rates are
assumptions: data to compare strategies by, and no measurement of any platform.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

import numpy as np
from numpy.typing import NDArray

DAY = 86_400.0
YEAR = 365 * DAY


class Sky(StrEnum):
    """What a platform is like for a while."""

    CLEAR = "clear"
    DOWN = "down"
    """It answers with a server error."""
    SILENT = "silent"
    """It cannot be reached: only the deadline ends a call."""
    SLOW = "slow"
    LIMITED = "limited"
    NO_CREDIT = "no credit"
    """Until the user tops up."""


OUTAGES = (Sky.DOWN, Sky.SILENT)


@dataclass(frozen=True, slots=True)
class Spell:
    """From ``start`` to ``end``, seconds of the year, the platform is like ``sky``."""

    start: float
    end: float
    sky: Sky


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """What a platform is like over a year: ``spells`` are number and mean hours by kind, ``seconds`` the median of an
    edit, ``glitches`` the share of calls, 0–1, that fail on a clear day."""

    seconds: float
    usd: float
    glitches: float
    spells: Mapping[Sky, tuple[float, float]]


CLIMATES: Mapping[str, Climate] = {
    "stability": Climate(
        seconds=7.0,
        usd=0.05,
        glitches=0.006,
        spells={
            Sky.DOWN: (14, 1.5),
            Sky.SILENT: (4, 0.8),
            Sky.SLOW: (40, 2.0),
            Sky.LIMITED: (150, 0.15),
            Sky.NO_CREDIT: (5, 20.0),
        },
    ),
    "replicate": Climate(
        seconds=9.0,
        usd=0.04,
        glitches=0.01,
        spells={
            Sky.DOWN: (20, 1.0),
            Sky.SILENT: (6, 0.5),
            Sky.SLOW: (60, 1.5),
            Sky.LIMITED: (200, 0.1),
            Sky.NO_CREDIT: (3, 15.0),
        },
    ),
    "fal": Climate(
        seconds=5.0,
        usd=0.024,
        glitches=0.008,
        spells={
            Sky.DOWN: (12, 1.2),
            Sky.SILENT: (4, 0.5),
            Sky.SLOW: (30, 1.0),
            Sky.LIMITED: (120, 0.1),
            Sky.NO_CREDIT: (4, 12.0),
        },
    ),
}


class Weather:
    """``edits`` edits over ``days`` days and every platform's spells, all from ``seed``."""

    def __init__(self, *, seed: int, edits: int, days: float) -> None:
        self.arrivals = _arrivals(Random(f"{seed}/edits"), edits=edits, length=days * DAY)
        self.spells = {
            name: _spells(Random(f"{seed}/{name}"), climate, length=days * DAY) for name, climate in CLIMATES.items()
        }
        self._starts = {name: [spell.start for spell in spells] for name, spells in self.spells.items()}
        self._draws = {
            name: _draws(seed, place, climate, edits) for place, (name, climate) in enumerate(CLIMATES.items())
        }

    @property
    def outages(self) -> int:
        """How many times a platform is down or silent."""
        return sum(spell.sky in OUTAGES for spells in self.spells.values() for spell in spells)

    def at(self, platform: str, second: float) -> Sky:
        """What the platform is like at ``second`` of the year."""
        place = bisect_right(self._starts[platform], second) - 1
        if place < 0 or second >= self.spells[platform][place].end:
            return Sky.CLEAR
        return self.spells[platform][place].sky

    def draw(self, platform: str, edit: int, call: int) -> tuple[float, float]:
        """Seconds on a clear day, and luck (0–1), of call ``call`` (from 0) of edit ``edit``: the same for all who
        ask."""
        seconds, luck = self._draws[platform]
        place = (edit + call * 7919) % len(seconds)
        return float(seconds[place]), float(luck[place])


def _arrivals(chance: Random, *, edits: int, length: float) -> tuple[float, ...]:
    """Seconds at which edits are asked for: sittings of about eight edits, somewhat less than a minute apart."""
    found: list[float] = []
    while len(found) < edits:
        second = chance.uniform(0, length)
        for _ in range(min(edits - len(found), chance.randint(1, 15))):
            found.append(second)
            second += chance.expovariate(1 / 50)
    return tuple(sorted(found))


def _spells(chance: Random, climate: Climate, *, length: float) -> tuple[Spell, ...]:
    """Spells in order of time; one that would begin before another has ended is left out."""
    drawn: list[Spell] = []
    for sky, (yearly, hours) in climate.spells.items():
        for _ in range(int(yearly * length / YEAR + chance.random())):
            start = chance.uniform(0, length)
            drawn.append(Spell(start, start + chance.expovariate(1 / (hours * 3600)), sky))
    kept: list[Spell] = []
    for spell in sorted(drawn, key=lambda one: one.start):
        if not kept or spell.start >= kept[-1].end:
            kept.append(spell)
    return tuple(kept)


def _draws(seed: int, place: int, climate: Climate, edits: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    chance = np.random.default_rng((seed, place))
    return climate.seconds * np.exp(chance.normal(0, 0.35, edits)), chance.random(edits)
