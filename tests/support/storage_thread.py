"""A database on a thread of its own, of the vault's tables alone."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from editor.storage.vault_records import SCHEMA

T = TypeVar("T")


class PlainStorageThread:
    """Takes work in the order in which it is handed over; each piece is one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._connection: sqlite3.Connection | None = None

    def run(self, work: Callable[[sqlite3.Connection], T]) -> Awaitable[T]:
        return asyncio.wrap_future(self._thread.submit(self._carry_out, work))

    def _carry_out(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection = self._connection or self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            answer = work(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return answer

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'vault_run'").fetchone():
            for statement in SCHEMA:
                connection.execute(statement)
        return connection

    def close(self) -> None:
        with contextlib.ExitStack() as ending:
            ending.callback(self._thread.shutdown)
            if self._connection is not None:
                ending.callback(self._thread.submit(self._connection.close).result)
