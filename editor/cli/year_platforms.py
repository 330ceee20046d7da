"""The platforms of the simulated year, seen as their adapters show them to the manager.

What an adapter does about a lost answer is what the real one does: Replicate is asked for its list of runs, FAL and
Replicate for a run that they have named, and Stability AI, which answers on the connection that carried the order, can
be asked nothing. How long each of them waits stands in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

import numpy as np

from editor.cli.year_books import Charge, Year
from editor.cli.year_clock import SimulatedClock
from editor.domain.attempt import FREE, Cost, PlatformProgress
from editor.domain.errors import (
    ContentRefused,
    InsufficientCredit,
    MaybeRunning,
    PlatformError,
    RateLimited,
    ResultGone,
    Unavailable,
)
from editor.domain.geometry import Rect
from editor.domain.kinds import CostSource, Operation, Phase, Way
from editor.domain.money import Balance
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import Entry, Intent, Place, VaultRecord
from editor.fallback.selection import LOCAL
from editor.platforms.base import Call, Platform
from editor.platforms.stability import LEAST_SECONDS
from editor.simulator.weather import OUTAGE_ENDINGS, Ending, Fate, Weather, WeatherEdit
from editor.simulator.weather_rates import CLIMATES, LOCAL_OPERATIONS, QUEUED_SHARE

SIDE = 8
BAD_MODEL = "bad"
"""The model that stands in a result whose picture is bad: the checks of real pictures are proved elsewhere."""
OFFLINE_SECONDS = 0.5
"""Until it is known that there is no network."""
CONNECT_SECONDS = 10.0
"""Until a connection that does not come about is given up."""
ERROR_SECONDS = 2.0
"""Until a server error is here."""
REFUSAL_SECONDS = 0.4
"""Until a refusal is here that needs no work: a limit, an empty account."""
ORDER_SECONDS = 0.5
"""Until an order is taken."""
QUICK_RETRY_PAUSE = 0.3
"""Before an order is sent once more that surely was not taken."""
LOOK_SECONDS = 2.0
"""From one look at a run to the next."""
PATIENCE = 30.0
"""Seconds of looks that bring no answer after which a run is left to be collected later."""
KEPT_SECONDS = 3600.0
"""How long Replicate keeps a result, and FAL is asked to."""
_PICTURE = b"picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a platform takes orders: ``deadline`` of a run and ``order_deadline`` of the call that orders it, in seconds;
    whether it names runs (``named``) and lists them (``listed``), and whether it tells its balance."""

    deadline: float
    order_deadline: float
    named: bool = True
    listed: bool = False
    tells_balance: bool = False


MANNERS: Mapping[str, Manners] = MappingProxyType(
    {
        "stability": Manners(deadline=180.0, order_deadline=180.0, named=False, tells_balance=True),
        "replicate": Manners(deadline=300.0, order_deadline=60.0, listed=True),
        "fal": Manners(deadline=240.0, order_deadline=60.0),
    }
)


class WeatherPlatform(Platform):
    """What the simulated platforms have in common: the edit under way, and how often they were called for it."""

    def __init__(self, weather: Weather, clock: SimulatedClock, year: Year) -> None:
        self._weather, self._clock, self._year = weather, clock, year
        self._edit: WeatherEdit = weather.edits[0]
        self._calls = 0

    def begin(self, edit: WeatherEdit) -> None:
        """Edit ``edit`` begins."""
        self._edit, self._calls = edit, 0

    def model(self, operation: Operation) -> str | None:
        """One model for everything."""
        return "simulated"

    def why_not(self, request: EditRequest) -> str | None:
        """Nothing speaks against any request."""
        return None

    def _next_call(self) -> int:
        self._calls += 1
        return self._calls - 1


class LocalWeather(WeatherPlatform):
    """This computer: it erases, and fills without words."""

    id, name, error_prefix, needs_key = LOCAL, "This computer", "Local engine error", False

    def model(self, operation: Operation) -> str | None:
        """The engine's one model."""
        return "simulated" if operation in LOCAL_OPERATIONS else None

    def why_not(self, request: EditRequest) -> str | None:
        """Words can only be heeded by a platform."""
        return "This computer fills without words." if request.options.prompt else None

    def expected_cost(self, operation: Operation) -> Cost:
        """Nothing."""
        return FREE

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Serve, but for a rare want of memory."""
        fate = self._weather.local_fate(self._edit, self._next_call())
        self._clock.seconds += fate.seconds
        if fate.ending is Ending.FAULT:
            raise Unavailable("The engine stopped for want of memory.")
        return _result("simulated", FREE)


class CloudWeather(WeatherPlatform):
    """A platform that is reached over the network."""

    def __init__(self, weather: Weather, clock: SimulatedClock, year: Year) -> None:
        super().__init__(weather, clock, year)
        self._manners = MANNERS[self.id]
        self._runs: dict[str, Charge] = {}
        """The platform's own list of runs whose answers were lost, by name."""

    def expected_cost(self, operation: Operation) -> Cost:
        """The catalogue's price."""
        return Cost(CLIMATES[self.id].usd[operation], None, CostSource.REPORTED)

    async def balance(self, key: str) -> Balance | None:
        """Empty or not, where the platform tells it."""
        if not self._manners.tells_balance:
            return None
        if self._hidden():
            raise Unavailable(f"{self.name} cannot be asked.")
        return Balance(credits=100.0 if self._weather.has_credit(self.id, self._clock.seconds) else 0.0)

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Serve, or fail as the weather has it."""
        assert call.recorder is not None
        entry = call.recorder.begin()
        await entry.intended(_intent(self.id, request.operation))
        entry.sent()
        fate = self._fate()
        cost = self.expected_cost(request.operation)
        began, charge = self._clock.seconds, None
        if fate.charged:
            charge = self._year.charge(self.id, self._edit, fate, usd=cost.usd or 0.0, now=began)
        try:
            await self._refused(fate, call)
            assert charge is not None
            await self._worked(fate, charge, entry, call)
        except MaybeRunning as error:
            if not (self._manners.listed or (charge is not None and self._name_of(charge) in self._runs)):
                await entry.ended(error.message)
            raise
        except PlatformError as error:
            await entry.ended(error.message)
            raise
        await entry.fetched(_PICTURE)
        await entry.complete()
        charge.received = charge.has_picture
        return _result(BAD_MODEL if fate.ending is Ending.BAD else "simulated", cost)

    async def collect(
        self, record: VaultRecord, key: str | None, *, known: frozenset[str] = frozenset()
    ) -> tuple[bytes, ...] | None:
        """The picture of a run that was left open, by its name or from the platform's list."""
        if self._hidden():
            raise Unavailable(f"{self.name} cannot be asked.")
        names = [record.reference] if record.reference else self._listed(record.job, known)
        charge = self._runs.get(names[0]) if len(names) == 1 else None
        if charge is None or self._clock.seconds > charge.done + KEPT_SECONDS:
            raise ResultGone(f"{self.name} has no such result.")
        if self._clock.seconds < charge.done:
            return None
        charge.received = charge.collected = True
        return (_PICTURE,)

    def _listed(self, job: str, known: frozenset[str]) -> list[str]:
        return [name for name, charge in self._runs.items() if str(charge.edit) == job and name not in known]

    def _hidden(self) -> bool:
        return self._weather.gap(self.id, self._clock.seconds) is not None

    def _fate(self) -> Fate:
        return self._weather.fate(self.id, self._edit, call=self._next_call(), second=self._clock.seconds)

    def _name_of(self, charge: Charge) -> str:
        return f"{charge.edit}-{charge.done:.3f}"

    # --- orders that are not taken

    async def _refused(self, fate: Fate, call: Call) -> None:
        """Let the time pass and raise where the order is not taken, or its run ends without a picture."""
        failure = self._failure(fate, call)
        if failure is not None:
            error, seconds = failure
            error.may_be_charged = fate.charged
            self._clock.seconds += seconds
            if fate.ending in OUTAGE_ENDINGS:
                self._year.wasting += seconds
            raise error

    def _failure(self, fate: Fate, call: Call) -> tuple[PlatformError, float] | None:
        """What is raised, and after how many seconds. Where Replicate's answer to an order is missing its list is
        asked, which then is as far out of reach."""
        looks = 2 if self._manners.listed else 1
        match fate.ending:
            case Ending.OFFLINE | Ending.SILENT:
                once = OFFLINE_SECONDS if fate.ending is Ending.OFFLINE else CONNECT_SECONDS
                error = Unavailable("It cannot be reached.", surely_not_accepted=True, unreached=True)
                return error, once + QUICK_RETRY_PAUSE + once
            case Ending.DOWN:
                kind = MaybeRunning if self._manners.listed else Unavailable
                return kind("It is down.", status=503), ERROR_SECONDS * looks
            case Ending.HANGING:
                once = self._manners.order_deadline if self._manners.named else self._limit(call)
                return MaybeRunning("It did not answer. The edit may have been charged."), once * looks
            case Ending.LIMITED:
                return RateLimited("Too many requests.", status=429, retry_after=fate.retry_after), REFUSAL_SECONDS
            case Ending.NO_CREDIT:
                return InsufficientCredit("It is out of credits.", status=402), REFUSAL_SECONDS
            case Ending.REFUSED:
                return ContentRefused("Its content filter objected."), fate.seconds
            case Ending.FAULT:
                return Unavailable("The run failed.", status=500), fate.seconds
            case _:
                return None

    # --- orders that are

    async def _worked(self, fate: Fate, charge: Charge, entry: Entry, call: Call) -> None:
        """Wait for the run as the real adapter does; returns when its picture is here."""
        limit = self._limit(call)
        if not self._manners.named:
            self._clock.seconds += min(fate.seconds, limit)
            if fate.seconds > limit or fate.ending in (Ending.LOST_ORDER, Ending.LOST_RESULT):
                raise MaybeRunning("Its answer was lost. The edit may have been charged.")
            return
        if fate.ending is Ending.LOST_ORDER and not self._manners.listed:
            self._clock.seconds += ORDER_SECONDS
            raise MaybeRunning("It did not name the run. The edit may have been charged.")
        await entry.running(self._name_of(charge))
        queued = fate.seconds * QUEUED_SHARE
        call.report(PlatformProgress(Phase.QUEUED))
        if call.limits.first_sign is not None and queued > call.limits.first_sign:
            self._clock.seconds += call.limits.first_sign
            self._year.void(charge)
            raise Unavailable("It did not begin in time. The run was stopped.")
        self._clock.seconds += queued
        call.report(PlatformProgress(Phase.PROCESSING))
        self._clock.seconds += min(fate.seconds, limit) - queued
        if fate.seconds > limit:
            # What a stopped run costs nobody says for certain: taken as if it had ended.
            charge.stopped = True
            raise Unavailable("It did not finish in time. The run was stopped.")
        if fate.ending is Ending.LOST_RESULT:
            self._looked_again(fate, charge)

    def _limit(self, call: Call) -> float:
        """Seconds that the run may take."""
        learned = inf if call.limits.total is None else call.limits.total
        return min(self._manners.deadline, learned if self._manners.named else max(learned, LEAST_SECONDS))

    def _looked_again(self, fate: Fate, charge: Charge) -> None:
        """Look until the run can be seen again; leave it to be collected where that takes too long."""
        hidden = fate.visible - fate.seconds
        if hidden > PATIENCE:
            self._clock.seconds += PATIENCE
            self._runs[self._name_of(charge)] = charge
            raise MaybeRunning("It stopped answering while it worked.")
        self._clock.seconds += hidden + LOOK_SECONDS


def adapters(weather: Weather, clock: SimulatedClock, year: Year) -> dict[str, WeatherPlatform]:
    """Every platform of the year by its id, in the order of the chain."""
    clouds = {name: _kind(name)(weather, clock, year) for name in CLIMATES}
    return {**clouds, LOCAL: LocalWeather(weather, clock, year)}


def _kind(name: str) -> type[CloudWeather]:
    """The adapter of the platform ``name``: its id belongs to the class, as every adapter's does."""
    return type(name, (CloudWeather,), {"id": name, "name": name, "error_prefix": name})


def _result(model: str, cost: Cost) -> EditResult:
    return EditResult(image=_PIXELS, model=model, cost=cost)


def _intent(platform: str, operation: Operation) -> Intent:
    return Intent(
        platform=platform, model="simulated", endpoint="simulated", operation=operation, way=Way.MASK, place=_PLACE
    )


_PIXELS = np.zeros((SIDE, SIDE, 3), np.uint8)
_PLACE = Place(
    region=Rect(0, 0, SIDE, SIDE),
    result_size=(SIDE, SIDE),
    sent=(SIDE, SIDE),
    inner=(SIDE, SIDE),
    answer=(SIDE, SIDE),
)
