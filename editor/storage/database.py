"""One SQLite file, with one connection that one daemon thread owns and that any event loop may await."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from editor.domain.errors import EditorError
from editor.domain.protocols import Clock

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_BUSY_SECONDS = 10.0
_OPENING_PAUSE = 0.05
"""Two programs that open a new file at once: SQLite asks the second to come back, without waiting by itself."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT"


class StorageUnavailable(EditorError):
    """The program's own records cannot be read or written now."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one part of the program. Version ``n`` is reached by carrying out the first ``n`` of ``steps``.

    A step is never changed once it has been released: what is to be different becomes a further one.
    """

    name: str
    steps: tuple[tuple[str, ...], ...]


class Database:
    """Carries out work on the file at ``path``, which several windows and commands may share.

    The thread starts with the first work and never holds the program open. ``notice`` is a sentence for the user where
    the file was damaged and has been set aside; else "".
    """

    def __init__(self, path: Path, schemas: Sequence[Schema], *, clock: Clock) -> None:
        self.path = path
        self.notice = ""
        self._schemas = tuple(schemas)
        self._clock = clock
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._connection: sqlite3.Connection | None = None

    def run(self, work: Work[T]) -> asyncio.Future[T]:
        """Hand ``work`` to the thread, in the order of the calls; one transaction that is kept when ``work`` returns.

        It is carried out even where nobody waits for it any more. Raises to whoever waits what ``work`` raised, and
        StorageUnavailable where the file cannot be used.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._starting:
            if self._closed:
                answer.set_exception(StorageUnavailable(f"“{self.path.name}” is closed."))
                return answer
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"database {self.path.name}", daemon=True)
                self._thread.start()
            self._calls.put(partial(self._answer, work, answer))
        return answer

    async def close(self) -> None:
        """Finish what was handed over, and close the file for good."""
        with self._starting:
            idle = self._thread is None or self._closed
            self._closed = True
            if idle:
                return
            closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._calls.put(partial(self._shut, closed))
            self._calls.put(None)
        await closed

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            call()

    def _shut(self, closed: asyncio.Future[None]) -> None:
        self._disconnect()
        _settle(closed, partial(closed.set_result, None))

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _answer(self, work: Work[T], answer: asyncio.Future[T]) -> None:
        try:
            result = self._done(work)
        except Exception as error:  # noqa: BLE001 - handed to the awaiting task, whatever it is
            _settle(answer, partial(answer.set_exception, error))
        else:
            _settle(answer, partial(answer.set_result, result))

    def _done(self, work: Work[T]) -> T:
        try:
            return self._transaction(work)
        except sqlite3.DatabaseError as error:
            if _primary(error) not in _DAMAGED:
                raise StorageUnavailable(f"“{self.path.name}” cannot be used now.", detail=str(error)) from error
            damage = error
        except OSError as error:
            raise StorageUnavailable(f"“{self.path.name}” cannot be written.", detail=str(error)) from error
        try:
            self._set_aside(damage)
            return self._transaction(work)
        except (sqlite3.DatabaseError, OSError) as error:
            raise StorageUnavailable(f"“{self.path.name}” is damaged.", detail=str(error)) from error

    def _transaction(self, work: Work[T]) -> T:
        connection = self._connection = self._connection or self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return result

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        self._disconnect()
        aside = self.path.with_name(f"{self.path.name}.damaged-{self._clock.now():%Y-%m-%d-%H%M%S}")
        self.path.replace(aside)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.notice = f"“{self.path.name}” was damaged and is now “{aside.name}”; a new one was begun."
        log.warning("%s %s", self.notice, error)

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + _BUSY_SECONDS
        while True:
            connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare(connection)
            except sqlite3.OperationalError as error:
                connection.close()
                if _primary(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(_OPENING_PAUSE)
            except BaseException:
                connection.close()
                raise
            else:
                return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Pragmas, a look for damage, and the tables. FULL: a commit outlives a power cut."""
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            damage = sqlite3.DatabaseError("the check of the file failed")
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_VERSIONS)
        for schema in self._schemas:
            self._migrate(connection, schema)
        connection.execute("COMMIT")

    def _migrate(self, connection: sqlite3.Connection, schema: Schema) -> None:
        row = connection.execute("SELECT version FROM schema_versions WHERE name = ?", (schema.name,)).fetchone()
        version = 0 if row is None else row[0]
        if version > len(schema.steps):
            raise StorageUnavailable(f"“{self.path.name}” was written by a newer version of the program.")
        for statement in (one for step in schema.steps[version:] for one in step):
            connection.execute(statement)
        connection.execute("INSERT OR REPLACE INTO schema_versions VALUES (?, ?)", (schema.name, len(schema.steps)))


def _primary(error: sqlite3.Error) -> int:
    """SQLite's primary result code, or -1 for an error of Python's own."""
    code = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


def _settle(answer: asyncio.Future[T], settle: Callable[[], None]) -> None:
    def unless_cancelled() -> None:
        if not answer.done():
            settle()

    # The loop may have been closed while the work went on: nobody waits for the answer then.
    with contextlib.suppress(RuntimeError):
        answer.get_loop().call_soon_threadsafe(unless_cancelled)
