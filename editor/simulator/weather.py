"""A year of platforms' good and bad hours, of the edits that fall into them, and of what becomes of every call.

All of it is drawn from one seed before the first edit, and is the same for whoever asks: every strategy meets the same
weather. What goes wrong how often stands in :mod:`editor.simulator.weather_rates`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import exp
from random import Random

import numpy as np

from editor.domain.kinds import Operation
from editor.simulator import weather_rates as rates
from editor.simulator.weather_rates import CLIMATES
from editor.simulator.weather_spells import OUTAGES, Sky, Spell, Spells, spells_of

DAY = 86_400.0
YEAR = 365 * DAY
_PER_CALL = 7919
"""How far apart the draws of an edit's calls lie: a prime, so that they do not meet."""


class Ending(StrEnum):
    """What becomes of one call, as the platform knows it."""

    SERVED = "served"
    OFFLINE = "offline"
    """This computer's own network is down."""
    DOWN = "down"
    """A server error, for every call."""
    SILENT = "silent"
    """No connection comes about."""
    HANGING = "hanging"
    """The connection stays open; the order is never taken."""
    LIMITED = "limited"
    NO_CREDIT = "no credit"
    FAULT = "fault"
    """The run fails, and costs nothing."""
    REFUSED = "refused"
    BAD = "bad picture"
    STUCK = "stuck"
    """The order is taken, and its result comes when nobody waits for it any more."""
    LOST_ORDER = "lost order"
    """The answer to the order is lost on its way; the work is done and charged."""
    LOST_RESULT = "lost result"
    """The order was taken; the answer that tells of its end is lost on its way."""


_BY_SKY = {
    Sky.OFFLINE: Ending.OFFLINE,
    Sky.DOWN: Ending.DOWN,
    Sky.SILENT: Ending.SILENT,
    Sky.HANGING: Ending.HANGING,
    Sky.NO_CREDIT: Ending.NO_CREDIT,
}
OUTAGE_ENDINGS = frozenset({Ending.OFFLINE, Ending.DOWN, Ending.SILENT, Ending.HANGING})
_DONE = frozenset({Ending.SERVED, Ending.BAD, Ending.STUCK, Ending.LOST_ORDER, Ending.LOST_RESULT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a call. ``seconds`` is when the platform has ended the work, ``visible`` when that can be seen
    again after the answer was lost, both counted from the order; ``retry_after`` is what a 429 asks for."""

    ending: Ending
    charged: bool
    seconds: float = 0.0
    visible: float = 0.0
    retry_after: float = 0.0

    @property
    def has_picture(self) -> bool:
        """Whether the platform makes a good picture."""
        return self.ending in _DONE and self.ending is not Ending.BAD


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherEdit:
    """An edit that is asked for at ``second`` of the year."""

    number: int
    second: float
    operation: Operation
    words: bool
    """Whether it comes with a prompt that has to be heeded."""

    @property
    def local(self) -> bool:
        """Whether this computer can do it."""
        return self.operation in rates.LOCAL_OPERATIONS and not (self.operation is Operation.INPAINT and self.words)


class Weather:
    """``edits`` edits over ``days`` days, every platform's spells and the luck of every call, all from ``seed``."""

    def __init__(self, *, seed: int, edits: int, days: float) -> None:
        self.edits = tuple(_edits(Random(f"{seed}/edits"), count=edits, length=days * DAY))
        self.spells: tuple[Spell, ...] = spells_of(seed, length=days * DAY, year=YEAR)
        self._skies = {name: Spells(self.spells, name) for name in CLIMATES}
        chance = np.random.default_rng((seed, 7))
        # A row a platform: the deviation of its time, which kind of luck a call has, and the details of that.
        self._deviation = chance.normal(0, 1, (len(CLIMATES) + 1, edits))
        self._luck, self._detail = chance.random((2, len(CLIMATES) + 1, edits))
        delicate = chance.random(edits) < rates.DELICATE_SHARE
        self._refused = (chance.random((len(CLIMATES), edits)) < rates.DELICATE_REFUSED) & delicate
        self._rows = {name: row for row, name in enumerate(CLIMATES)}

    @property
    def outages(self) -> int:
        """How many times something is down, whatever that hits."""
        return sum(spell.sky in OUTAGES for spell in self.spells)

    def sky(self, platform: str, operation: Operation, second: float) -> Sky:
        """What the platform is like for ``operation``."""
        return self._skies[platform].at(second, operation)

    def in_outage(self, edit: WeatherEdit, second: float) -> bool:
        """Whether any platform is down for the edit at ``second``."""
        return any(self.sky(name, edit.operation, second) in OUTAGES for name in CLIMATES)

    def within_reach(self, edit: WeatherEdit, second: float) -> bool:
        """Whether anybody could serve the edit at ``second``: this computer, or a platform that is up, has credit and
        does not refuse it."""
        if edit.local:
            return True
        return any(
            self.sky(name, edit.operation, second) in (Sky.CLEAR, Sky.SLOW) and not self._refuses(name, edit)
            for name in CLIMATES
        )

    def has_credit(self, platform: str, second: float) -> bool:
        """Whether the account holds anything."""
        return not self._skies[platform].without_credit(second)

    def gap(self, platform: str, second: float) -> float | None:
        """The end of the outage that hides ``platform`` at ``second``, or None."""
        return self._skies[platform].outage_end(second)

    def local_fate(self, edit: WeatherEdit, call: int) -> Fate:
        """What becomes of call ``call`` (from 0) of this computer."""
        place = (edit.number + call * _PER_CALL) % len(self.edits)
        seconds = rates.LOCAL_SECONDS * exp(rates.SPREAD * float(self._deviation[-1, place]))
        ending = Ending.FAULT if self._luck[-1, place] < rates.LOCAL_FAULT else Ending.SERVED
        return Fate(ending=ending, charged=False, seconds=seconds)

    def fate(self, platform: str, edit: WeatherEdit, *, call: int, second: float) -> Fate:
        """What becomes of call ``call`` (from 0) of the edit on ``platform``, made at ``second``."""
        sky = self.sky(platform, edit.operation, second)
        if sky in _BY_SKY:
            return Fate(ending=_BY_SKY[sky], charged=False)
        row, place = self._rows[platform], (edit.number + call * _PER_CALL) % len(self.edits)
        deviation, luck, detail = (float(table[row, place]) for table in (self._deviation, self._luck, self._detail))
        if sky is Sky.LIMITED and detail < rates.STORM_SHARE:
            told = rates.RETRY_AFTER[int(detail / rates.STORM_SHARE * len(rates.RETRY_AFTER))]
            return Fate(ending=Ending.LIMITED, charged=False, retry_after=told)
        seconds = _seconds(CLIMATES[platform].seconds, deviation, detail, slow=sky is Sky.SLOW)
        if self._refuses(platform, edit):
            return Fate(ending=Ending.REFUSED, charged=CLIMATES[platform].charges_refusals, seconds=seconds)
        return self._worked(platform, _ending(platform, luck, detail, sky), seconds, second=second, detail=detail)

    def _worked(self, platform: str, ending: Ending, seconds: float, *, second: float, detail: float) -> Fate:
        """The fate of a call that the platform works on; an outage at its end loses the answer of any of them."""
        if ending is Ending.STUCK:
            least, most = rates.STUCK_SECONDS
            seconds = least + (most - least) * detail
        charged = ending is not Ending.FAULT
        gap = self.gap(platform, second + seconds)
        if ending is Ending.SERVED and gap is not None:
            return Fate(ending=Ending.LOST_RESULT, charged=True, seconds=seconds, visible=gap - second)
        return Fate(ending=ending, charged=charged, seconds=seconds, visible=seconds)

    def _refuses(self, platform: str, edit: WeatherEdit) -> bool:
        return bool(self._refused[self._rows[platform], edit.number])


def _ending(platform: str, luck: float, detail: float, sky: Sky) -> Ending:
    climate = CLIMATES[platform]
    stuck = rates.STUCK_SLOW if sky is Sky.SLOW else climate.stuck
    for share, ending in (
        (climate.fault, Ending.FAULT),
        (climate.lost, Ending.LOST_ORDER if detail < rates.LOST_WITH_ORDER else Ending.LOST_RESULT),
        (stuck, Ending.STUCK),
        (climate.bad, Ending.BAD),
    ):
        if luck < share:
            return ending
        luck -= share
    return Ending.SERVED


def _seconds(median: float, deviation: float, detail: float, *, slow: bool) -> float:
    if slow:
        return median * rates.SLOW_FACTOR * exp(rates.SLOW_SPREAD * deviation)
    cold = rates.COLD_FACTOR if detail > 1 - rates.COLD_SHARE else 1.0
    return median * cold * exp(rates.SPREAD * deviation)


def _edits(chance: Random, *, count: int, length: float) -> Iterator[WeatherEdit]:
    kinds, shares = tuple(rates.OPERATION_SHARES), tuple(rates.OPERATION_SHARES.values())
    for number, second in enumerate(_arrivals(chance, count=count, length=length)):
        operation = chance.choices(kinds, shares)[0]
        yield WeatherEdit(
            number=number, second=second, operation=operation, words=chance.random() >= rates.WORDLESS_SHARE
        )


def _arrivals(chance: Random, *, count: int, length: float) -> list[float]:
    """Seconds at which edits are asked for: sittings of about eight edits, somewhat less than a minute apart."""
    found: list[float] = []
    while len(found) < count:
        second = chance.uniform(0, length)
        for _ in range(min(count - len(found), chance.randint(1, 15))):
            found.append(second)
            second += chance.expovariate(1 / 50)
    return sorted(found)
