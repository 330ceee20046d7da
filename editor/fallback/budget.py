"""Keeps spending below the user's caps: money is set aside before anything is sent, and accounted for afterwards."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from types import MappingProxyType
from typing import Any

from editor.domain.attempt import Attempt, Cost, rounded
from editor.domain.errors import InputError, OverCap
from editor.domain.kinds import Operation
from editor.domain.money import Hold
from editor.domain.protocols import Clock
from editor.storage.database import StorageUnavailable
from editor.storage.ledger import Books, Ledger

log = logging.getLogger(__name__)

_EPSILON = 1e-6
"""US dollars that sums of decimal fractions may be off by."""
_ID_BITS = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be spent, in US dollars; None for no cap. ``platforms`` are for a month each, by id."""

    edit: float | None = None
    session: float | None = None
    day: float | None = None
    month: float | None = None
    platforms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Caps:
        """The caps in the settings: ``{"day": 5.0, "platforms": {"fal": 10}}``.

        Raises InputError for what is not an amount or not a cap: a cap that cannot be read is not left out.
        """
        known = ("edit", "session", "day", "month")
        if strange := [name for name in table if name not in (*known, "platforms")]:
            raise InputError(f"The settings have a cap that is not known: {strange[0]}. Known are {', '.join(known)}.")
        platforms = table.get("platforms", {})
        if not isinstance(platforms, Mapping):
            raise InputError("The caps of the platforms in the settings cannot be read.")
        amounts = {name: _amount(name, table[name]) for name in known if table.get(name) is not None}
        each = {name: _amount(name, value) for name, value in platforms.items() if value is not None}
        return cls(**amounts, platforms=MappingProxyType(each))

    @property
    def any(self) -> bool:
        """Whether there is a cap at all."""
        return any(cap is not None for cap in (self.edit, self.session, self.day, self.month)) or bool(self.platforms)


def _amount(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise InputError(f"The cap “{name}” in the settings is not an amount in dollars. Write one like 5 or 0.5.")
    return float(value)


@dataclass(frozen=True, slots=True)
class _Check:
    """One cap, what counts towards it, and when that begins anew."""

    cap: float
    span: str
    counted: Callable[[Books], float]
    resets: str


class CappedBudget:
    """Implements :class:`editor.domain.money.Budget` over the ledger that all runs of the program share.

    ``caps`` is asked for each hold and may raise InputError; ``zone`` is where midnight is, None for the system's.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        caps: Callable[[], Caps],
        clock: Clock,
        names: Mapping[str, str] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._ledger = ledger
        self._caps = caps
        self._clock = clock
        self._names = dict(names or {})
        self._zone = zone

    async def hold(self, *, job: str, platform: str, operation: Operation, cost: Cost) -> Hold:
        """Set ``cost`` aside; one without a price is held as nothing, since there is no figure to hold.

        Raises OverCap; also where a cap is set and it cannot be found out what is spent.
        """
        hold = Hold(id=secrets.randbits(_ID_BITS), job=job, platform=platform, operation=operation, cost=cost)
        try:
            await self._set_aside(hold)
        except asyncio.CancelledError:
            # Nobody will settle it. Behind the hold in the same queue: it finds it, or there is none.
            _left_alone(self._ledger.settle(hold, None))
            raise
        return hold

    async def extend(self, hold: Hold, cost: Cost) -> Hold:
        """Set ``cost`` aside in place of ``hold``. Raises OverCap as :meth:`hold`; ``hold`` stands then."""
        dearer = replace(hold, cost=cost)
        await self._set_aside(dearer)
        return dearer

    async def _set_aside(self, hold: Hold) -> None:
        try:
            caps = self._caps()
        except InputError as error:
            raise OverCap(error.message) from error
        # One look at the clock: what it is checked for is the day in which it counts.
        now = self._clock.now()
        checks = tuple(self._checks(caps, hold, now)) if hold.cost.usd != 0.0 else ()
        written = self._ledger.hold(hold, partial(_require_room, cost=hold.cost, checks=checks), at=now)
        try:
            await asyncio.shield(written)
        except asyncio.CancelledError:
            _left_alone(written)
            raise
        except StorageUnavailable as error:
            if checks:
                raise OverCap(f"A cap is set, and what is spent cannot be read: {error.message}") from error
            log.warning("Nothing could be set aside for %s: %s %s", hold.platform, error.message, error.detail)

    async def settle(self, hold: Hold, attempt: Attempt | None) -> None:
        """Give the hold back and write the attempt down; once, however often it is called. Never fails.

        Carried out even where the caller is cancelled meanwhile.
        """
        written = self._ledger.settle(hold, attempt)
        try:
            await asyncio.shield(written)
        except asyncio.CancelledError:
            _left_alone(written)
            raise
        except StorageUnavailable as error:
            log.warning("An attempt on %s is not in the ledger: %s %s", hold.platform, error.message, error.detail)

    async def spending(self) -> str:
        """What was spent today, for the panel: ``about $0.37 of $5.00 today``, ``about $0.37 today``; "" for nothing.

        Raises StorageUnavailable, and InputError where the caps cannot be read.
        """
        day, cap = self._day(self._clock.now())[0], self._caps().day
        amount = await self._ledger.books(lambda books: books.since(day))
        if cap is not None:
            return f"about {_money(amount)} of {_money(cap)} today"
        return f"about {_money(amount)} today" if amount > 0 else ""

    @property
    def edit_cap(self) -> float | None:
        """What the user lets an edit cost, in US dollars; None without such a cap, or where it cannot be read."""
        try:
            return self._caps().edit
        except InputError:
            return None  # told at the edit, which is not begun

    def _checks(self, caps: Caps, hold: Hold, now: datetime) -> Iterator[_Check]:
        job, platform = hold.job, hold.platform
        day, midnight = self._day(now)
        month, next_month = self._month(now)
        first = f"It begins anew on {next_month.day} {next_month:%B}."
        if caps.edit is not None:
            yield _Check(caps.edit, "an edit", lambda books: books.of_job(job), "It begins anew with the next edit.")
        if caps.session is not None:
            words = "It begins anew when the program is started again."
            yield _Check(caps.session, "a session", Books.of_session, words)
        if caps.day is not None:
            words = f"It begins anew at midnight, on {midnight.day} {midnight:%B}."
            yield _Check(caps.day, "a day", lambda books: books.since(day), words)
        if caps.month is not None:
            yield _Check(caps.month, "a month", lambda books: books.since(month), first)
        if (cap := caps.platforms.get(platform)) is not None:
            span = f"a month for {self._names.get(platform, platform)}"
            yield _Check(cap, span, lambda books: books.since(month, platform=platform), first)

    def _day(self, now: datetime) -> tuple[datetime, datetime]:
        """The beginning of the day of ``now`` and of the next one."""
        today = now.astimezone(self._zone)
        # Noon of a day is never skipped or doubled by summer time, and 24 hours later is always in the next one.
        return self._midnight(today), self._midnight(today.replace(hour=12) + timedelta(days=1))

    def _month(self, now: datetime) -> tuple[datetime, datetime]:
        first = now.astimezone(self._zone).replace(day=1, hour=12)
        return self._midnight(first), self._midnight((first + timedelta(days=31)).replace(day=1))

    def _midnight(self, moment: datetime) -> datetime:
        naive = datetime(moment.year, moment.month, moment.day)
        return naive.astimezone() if self._zone is None else naive.replace(tzinfo=self._zone)


def _require_room(books: Books, *, cost: Cost, checks: tuple[_Check, ...]) -> None:
    asked = cost.usd or 0.0
    for check in checks:
        spent = check.counted(books)
        full = spent >= check.cap - _EPSILON
        if spent + asked > check.cap + _EPSILON or (cost.usd is None and full):
            price = "its price is not known" if cost.usd is None else f"this edit would cost about {_money(asked)}"
            raise OverCap(
                f"Your cap of {_money(check.cap)} {check.span} leaves no room: about {_money(spent)} is spent or set "
                f"aside, and {price}. {check.resets}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """The most that an edit may cost, in US dollars, as far as prices are known; ``is_open`` where some are not."""

    usd: float
    is_open: bool = False

    def exceeds(self, usd: float) -> bool:
        """Whether it is more than ``usd``, or may be."""
        return self.is_open or self.usd > usd + _EPSILON


def worst_case(quotes: Iterable[Iterable[Cost]], *, cap: float | None = None) -> Worst:
    """What an edit costs where every link of its chain is paid before the last one serves.

    ``quotes`` has the prices of each link's models, any of which may stand in for another; ``cap`` is the user's cap of
    an edit: what has a price is not begun beyond it.
    """
    chain = [tuple(link) for link in quotes]
    dearest = [max((cost.usd for cost in link if cost.usd is not None), default=0.0) for link in chain]
    total = rounded(sum(dearest))
    is_open = any(cost.usd is None for link in chain for cost in link)
    return Worst(usd=total if cap is None else min(total, cap), is_open=is_open)


def _money(amount: float) -> str:
    """Whole cents, and what is finer with as many digits as it has."""
    return f"${amount:.2f}" if abs(round(amount, 2) - amount) < _EPSILON else f"${amount:.4f}"


def _left_alone(work: asyncio.Future[Any]) -> None:
    """Nobody waits for ``work`` any more; the log tells where it fails."""

    def tell(done: asyncio.Future[Any]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            log.info("What was set aside for a cancelled edit: %s", error)

    work.add_done_callback(tell)
