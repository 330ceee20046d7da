"""The ledger: every attempt that was made, what it cost, and what is set aside for those under way."""

from __future__ import annotations

import asyncio
import csv
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from editor.domain.attempt import Attempt, Cost, rounded
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.domain.money import Hold
from editor.domain.protocols import Clock
from editor.storage.database import Database, Schema
from editor.storage.owners import Owner

LEDGER = Schema(
    "ledger",
    (
        (
            """CREATE TABLE attempts (
                id INTEGER PRIMARY KEY, moment REAL NOT NULL, session TEXT NOT NULL, job TEXT NOT NULL,
                cycle INTEGER NOT NULL, platform TEXT NOT NULL, model TEXT NOT NULL, operation TEXT NOT NULL,
                outcome TEXT NOT NULL, seconds REAL NOT NULL, usd REAL, credits REAL, source TEXT NOT NULL,
                counted REAL NOT NULL) STRICT""",
            "CREATE INDEX attempts_by_moment ON attempts (moment)",
            """CREATE TABLE holds (
                id INTEGER PRIMARY KEY, moment REAL NOT NULL, owner TEXT NOT NULL, session TEXT NOT NULL,
                job TEXT NOT NULL, platform TEXT NOT NULL, operation TEXT NOT NULL, usd REAL, credits REAL,
                source TEXT NOT NULL) STRICT""",
        ),
    ),
)
"""``counted`` is what counts against the caps, in US dollars: the price; where that stayed unknown, what was set aside.
Moments are seconds since 1970 in UTC."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = "moment, job, cycle, platform, model, operation, outcome, seconds, usd, credits, source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One attempt as it stands in the ledger; its fields are the columns of the CSV file."""

    time: datetime
    job: str
    cycle: int
    platform: str
    model: str
    operation: str
    outcome: str
    seconds: float
    usd: float | None
    credits: float | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What some attempts cost: US dollars where they are known, and how many there were whose price is not."""

    usd: float = 0.0
    credits: float = 0.0
    attempts: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Books:
    """The counted money inside one transaction: what was spent and what is set aside, in US dollars."""

    connection: sqlite3.Connection
    session: str

    def since(self, moment: datetime, *, platform: str | None = None) -> float:
        """All from ``moment`` on. What a clock that has jumped back makes future counts too: it frees no money."""
        return self._both("moment >= ? AND (?2 IS NULL OR platform = ?2)", (moment.timestamp(), platform))

    def of_session(self) -> float:
        """All of this session."""
        return self._both("session = ?", (self.session,))

    def of_job(self, job: str) -> float:
        """All of one edit of this session."""
        return self._both("session = ? AND job = ?", (self.session, job))

    def _both(self, where: str, values: tuple[object, ...]) -> float:
        spent = f"SELECT total(counted) FROM attempts WHERE {where}"
        held = f"SELECT total(usd) FROM holds WHERE {where}"
        return sum(float(self.connection.execute(query, values).fetchone()[0]) for query in (spent, held))


class Ledger:
    """The ledger in ``database``, which several runs of the program share; nothing is ever removed from it.

    Methods that touch the file raise StorageUnavailable. ``runs`` is the folder by which runs know one another.
    """

    def __init__(self, database: Database, runs: Path, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._owner = Owner(runs)
        self._session = secrets.token_hex(8)

    @property
    def notice(self) -> str:
        """A sentence for the user where the file was damaged, else ""."""
        return self._database.notice

    def hold(self, hold: Hold, check: Callable[[Books], None], *, at: datetime | None = None) -> asyncio.Future[None]:
        """Write ``hold`` down unless ``check`` raises; both in one transaction that no other run comes between.

        One with the same number gives way to it; where ``check`` raises, it stays. ``at`` is the moment at which the
        money counts, now where it is not given.
        """
        moment, cost = (at or self._clock.now()).timestamp(), hold.cost

        def work(connection: sqlite3.Connection) -> None:
            self._book_abandoned(connection)
            connection.execute("DELETE FROM holds WHERE id = ?", (hold.id,))
            check(Books(connection, self._session))
            connection.execute(
                "INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    hold.id,
                    moment,
                    self._owner.name,
                    self._session,
                    hold.job,
                    hold.platform,
                    str(hold.operation),
                    cost.usd,
                    cost.credits,
                    str(cost.source),
                ),
            )

        return self._database.run(work)

    def settle(self, hold: Hold, attempt: Attempt | None) -> asyncio.Future[None]:
        """Give ``hold`` back and write ``attempt`` down, once however often it is called; None where nothing began.

        What it cost counts at the moment at which it was set aside: it had its room in that day, and has none in the
        one that may have begun meanwhile.
        """

        def work(connection: sqlite3.Connection) -> None:
            query = "SELECT moment, usd FROM holds WHERE id = ?"
            row = connection.execute(query, (hold.id,)).fetchone()
            if row is None:
                return
            connection.execute("DELETE FROM holds WHERE id = ?", (hold.id,))
            if attempt is not None and attempt.started is not None:
                self._write(connection, hold, attempt, moment=row[0], held=row[1])

        return self._database.run(work)

    def note(self, job: str, operation: Operation, attempt: Attempt) -> asyncio.Future[None]:
        """Write down an attempt for which nothing could be set aside."""
        hold = Hold(id=0, job=job, platform=attempt.platform, operation=operation, cost=attempt.cost)
        now = self._clock.now().timestamp()
        return self._database.run(lambda connection: self._write(connection, hold, attempt, moment=now, held=None))

    def books(self, look: Callable[[Books], float]) -> asyncio.Future[float]:
        """A look into the books."""
        return self._database.run(lambda connection: look(Books(connection, self._session)))

    async def entries(self, since: datetime | None = None, *, platform: str | None = None) -> tuple[Entry, ...]:
        """The attempts that began at ``since`` or later, of one platform or of all, the oldest first."""
        moment = -1e18 if since is None else since.timestamp()
        query = (
            f"SELECT {_COLUMNS} FROM attempts WHERE moment >= ?1 AND (?2 IS NULL OR platform = ?2) ORDER BY moment, id"
        )
        return await self._found(query, (moment, platform))

    async def earlier(self, most: int) -> tuple[Entry, ...]:
        """The last ``most`` attempts of each platform and operation by earlier runs, the oldest first."""
        placed = "row_number() OVER (PARTITION BY platform, operation ORDER BY moment DESC) AS place"
        query = (
            f"SELECT {_COLUMNS} FROM (SELECT *, {placed} FROM attempts WHERE session != ?) "
            "WHERE place <= ? ORDER BY moment, id"
        )
        return await self._found(query, (self._session, most))

    async def sums(self, since: datetime | None = None) -> dict[str, Sum]:
        """What was spent from ``since`` on, by platform."""
        return sums_of(await self.entries(since))

    def book_abandoned(self) -> asyncio.Future[None]:
        """Count what runs of the program had set aside that have ended without a word as spent, perhaps."""
        return self._database.run(self._book_abandoned)

    async def close(self) -> None:
        """Let go of the file; what is still set aside counts as abandoned."""
        await self._database.close()
        self._owner.close()

    async def _found(self, query: str, values: tuple[object, ...]) -> tuple[Entry, ...]:
        names = [field.name for field in fields(Entry)]
        rows = await self._database.run(lambda connection: connection.execute(query, values).fetchall())
        return tuple(Entry(**dict(zip(names, (_time(row[0]), *row[1:]), strict=True))) for row in rows)

    def _book_abandoned(self, connection: sqlite3.Connection) -> None:
        """What was set aside by runs that have ended may have been spent: nobody is left who could tell."""
        lives = {name: self._owner.lives(name) for (name,) in connection.execute("SELECT DISTINCT owner FROM holds")}
        for owner in (name for name, alive in lives.items() if not alive):
            connection.execute(
                "INSERT INTO attempts SELECT NULL, moment, session, job, 1, platform, '', operation, ?, 0.0, "
                "NULL, NULL, ?, ifnull(usd, 0.0) FROM holds WHERE owner = ?",
                (str(Outcome.MAYBE_RUNNING), str(CostSource.UNKNOWN), owner),
            )
            connection.execute("DELETE FROM holds WHERE owner = ?", (owner,))

    def _write(
        self, connection: sqlite3.Connection, hold: Hold, attempt: Attempt, *, moment: float, held: float | None
    ) -> None:
        cost = attempt.cost
        connection.execute(
            "INSERT INTO attempts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                moment,
                self._session,
                hold.job,
                attempt.cycle,
                attempt.platform,
                attempt.model,
                str(hold.operation),
                str(attempt.outcome),
                attempt.seconds,
                cost.usd,
                cost.credits,
                str(cost.source),
                counted(cost, held),
            ),
        )


def counted(cost: Cost, held: float | None) -> float:
    """What counts against the caps: the price in US dollars, else what was ``held`` for it, else nothing."""
    return next((amount for amount in (cost.usd, held) if amount is not None), 0.0)


def sums_of(entries: Iterable[Entry]) -> dict[str, Sum]:
    """What ``entries`` cost together, by platform."""
    found: dict[str, Sum] = {}
    for entry in entries:
        known, one = found.get(entry.platform, Sum()), _sum_of_one(entry)
        found[entry.platform] = sum_of((known, one))
    return found


def sum_of(sums: Iterable[Sum]) -> Sum:
    """All of ``sums`` together."""
    every = tuple(sums)
    return Sum(
        usd=rounded(sum((one.usd for one in every), 0.0)),
        credits=rounded(sum((one.credits for one in every), 0.0)),
        attempts=sum(one.attempts for one in every),
        unknown=sum(one.unknown for one in every),
    )


def _sum_of_one(entry: Entry) -> Sum:
    return Sum(usd=entry.usd or 0.0, credits=entry.credits or 0.0, attempts=1, unknown=int(entry.usd is None))


def write_csv(entries: Iterable[Entry], file: TextIO) -> None:
    """The ledger as CSV (RFC 4180) with a line of names; times are ISO 8601 in UTC, unknown amounts are empty.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    writer = csv.writer(file)
    writer.writerow([field.name for field in fields(Entry)])
    for entry in entries:
        moment = entry.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        writer.writerow([_cell(value) for value in (moment, *astuple(entry)[1:])])


def _cell(value: object) -> object:
    """``value``, harmless where it is a text: the names of platforms and models may come from anywhere."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
