"""What people write first: a chain of platforms that are tried in order, each with the same time limit.

It looks at its pictures as closely as the program does, and erases on this computer at the end of the chain, too. But
it remembers nothing from one edit to the next, takes every failure for the same, and looks for no answer that was lost.
"""

from __future__ import annotations

from editor.cli.year_books import Year
from editor.cli.year_clock import SimulatedClock
from editor.cli.year_platforms import ERROR_SECONDS, OFFLINE_SECONDS, ORDER_SECONDS, REFUSAL_SECONDS
from editor.fallback.manager import DEFAULT_CYCLES
from editor.fallback.policy import FIRST_PAUSE, LONGEST_PAUSE
from editor.simulator.weather import OUTAGE_ENDINGS, Ending, Fate, Weather, WeatherEdit
from editor.simulator.weather_rates import CLIMATES

NAIVE = "naive chain"
NAIVE_RETRYING = "naive, retrying"
TIME_LIMIT = 60.0
"""Seconds after which the chain gives a platform up."""

_AFTER = {
    Ending.OFFLINE: OFFLINE_SECONDS,
    Ending.DOWN: ERROR_SECONDS,
    Ending.SILENT: TIME_LIMIT,
    Ending.HANGING: TIME_LIMIT,
    Ending.LIMITED: REFUSAL_SECONDS,
    Ending.NO_CREDIT: REFUSAL_SECONDS,
    Ending.LOST_ORDER: ORDER_SECONDS,
}
"""Seconds until the chain knows of a failure that no run brings about."""


class NaiveChain:
    """The chain over Stability AI, Replicate, FAL and this computer, gone through up to ``rounds`` times an edit."""

    def __init__(self, weather: Weather, clock: SimulatedClock, year: Year, *, rounds: int = 1) -> None:
        self._weather, self._clock, self._year, self._rounds = weather, clock, year, rounds

    async def serve(self, edit: WeatherEdit) -> bool:
        """Whether anybody served the edit."""
        for turn in range(self._rounds):
            if turn:
                await self._clock.sleep(min(FIRST_PAUSE * 2.0 ** (turn - 1), LONGEST_PAUSE))
            if any(self._served_by(platform, edit, turn) for platform in CLIMATES) or self._served_here(edit, turn):
                return True
        return False

    def _served_by(self, platform: str, edit: WeatherEdit, call: int) -> bool:
        fate = self._weather.fate(platform, edit, call=call, second=self._clock.seconds)
        charge = None
        if fate.charged:
            usd = CLIMATES[platform].usd[edit.operation]
            charge = self._year.charge(platform, edit, fate, usd=usd, now=self._clock.seconds)
        seconds = min(TIME_LIMIT, self._known_after(platform, fate))
        self._clock.seconds += seconds
        if fate.ending in OUTAGE_ENDINGS:
            self._year.wasting += seconds
        if charge is None or fate.ending is not Ending.SERVED or fate.seconds > TIME_LIMIT:
            return False
        charge.received = True
        return True

    def _known_after(self, platform: str, fate: Fate) -> float:
        if fate.ending is Ending.LOST_ORDER and platform == "stability":
            return fate.seconds  # the order and its result have one answer
        return _AFTER.get(fate.ending, fate.seconds)

    def _served_here(self, edit: WeatherEdit, call: int) -> bool:
        if not edit.local:
            return False
        fate = self._weather.local_fate(edit, call)
        self._clock.seconds += fate.seconds
        return fate.ending is Ending.SERVED


ROUNDS = DEFAULT_CYCLES
"""How often the chain that retries goes through all of its links, with the program's own pauses between."""
