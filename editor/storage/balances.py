"""What accounts held when they were last asked, to be compared with what the ledger knows to be spent since then."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from editor.domain.attempt import rounded
from editor.domain.money import Balance
from editor.domain.protocols import Clock
from editor.storage.database import Database, Schema

BALANCES = Schema(
    "balances",
    (
        (
            """CREATE TABLE balances (
                platform TEXT PRIMARY KEY, moment REAL NOT NULL, attempt INTEGER NOT NULL, usd REAL, credits REAL)
                STRICT""",
        ),
    ),
)
"""``attempt`` is the ledger's last entry at that moment: unlike the clock, its number never goes back."""

TOLERATED_SHARE = 0.05
"""The share of what is known to be spent by which a balance may differ without a word."""
TOLERATED_CREDITS = 1.0
TOLERATED_USD = 0.01
_DUST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the ledger stands: its last entry of a platform, and whether money is set aside for one under way."""

    attempt: int
    busy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a balance has changed since ``since``, in credits, or in US dollars where the platform has no credits.

    ``fell`` is below zero where it rose; ``known`` is what the ledger knows to be spent, beside ``unknown`` attempts
    whose price it does not know.
    """

    since: datetime
    in_credits: bool
    fell: float
    known: float
    unknown: int

    @property
    def is_top_up(self) -> bool:
        """Whether more has come in than was spent."""
        return self.fell < -_DUST

    @property
    def is_drift(self) -> bool:
        """Whether balance and ledger differ by more than 5 % of what is known, and by more than a credit or a cent."""
        least = TOLERATED_CREDITS if self.in_credits else TOLERATED_USD
        difference = abs(self.fell - self.known)
        return not self.is_top_up and difference > max(least, TOLERATED_SHARE * self.known) + _DUST

    @property
    def agrees(self) -> bool:
        """Whether the two are the same."""
        return abs(self.fell - self.known) <= _DUST


class Balances:
    """The last balance of each platform, in the file of the ledger. Methods raise StorageUnavailable."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def mark(self, platform: str) -> asyncio.Future[Mark]:
        """Where the ledger stands; to be taken before the platform is asked."""
        return self._database.run(lambda connection: _mark(connection, platform))

    def seen(self, platform: str, balance: Balance, mark: Mark) -> asyncio.Future[Change | None]:
        """Compare ``balance``, asked for after ``mark`` was taken, with the last one, and keep it for the next time.

        None where there is nothing to compare with, or an edit was under way: then nobody knows on which side it
        counts. A small difference is not forgotten: the older balance stays until it has grown or gone.
        """
        moment = self._clock.now().timestamp()

        def work(connection: sqlite3.Connection) -> Change | None:
            if mark.busy or _mark(connection, platform) != mark:
                return None
            change = _change(connection, platform, balance)
            if change is None or change.is_top_up or change.is_drift or change.agrees:
                row = (platform, moment, mark.attempt, balance.usd, balance.credits)
                connection.execute("INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?)", row)
            return change

        return self._database.run(work)


def _mark(connection: sqlite3.Connection, platform: str) -> Mark:
    last = connection.execute("SELECT ifnull(max(id), 0) FROM attempts WHERE platform = ?", (platform,)).fetchone()
    held = connection.execute("SELECT count(*) FROM holds WHERE platform = ?", (platform,)).fetchone()
    return Mark(attempt=last[0], busy=held[0] > 0)


def _change(connection: sqlite3.Connection, platform: str, balance: Balance) -> Change | None:
    query = "SELECT moment, attempt, usd, credits FROM balances WHERE platform = ?"
    row = connection.execute(query, (platform,)).fetchone()
    if row is None:
        return None
    moment, attempt, usd, credits = row
    in_credits = credits is not None and balance.credits is not None
    before, now = (credits, balance.credits) if in_credits else (usd, balance.usd)
    if before is None or now is None:
        return None
    column = "credits" if in_credits else "usd"
    # What cost no dollars cost no credits either, though nobody wrote a zero there.
    query = (
        f"SELECT total({column}), count(*) FILTER (WHERE {column} IS NULL AND ifnull(usd, 1.0) != 0.0) "
        "FROM attempts WHERE platform = ? AND id > ?"
    )
    known, unknown = connection.execute(query, (platform, attempt)).fetchone()
    return Change(
        since=datetime.fromtimestamp(moment, UTC),
        in_credits=in_credits,
        fell=rounded(before - now),
        known=rounded(known),
        unknown=unknown,
    )
