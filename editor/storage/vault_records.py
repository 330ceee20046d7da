"""The vault's tables: reading and writing of records on an open connection. Blocking; on the storage thread alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.vault import Intent, Place, RecordState, VaultRecord
from editor.storage.database import Schema

_TABLES: tuple[str, ...] = (
    """CREATE TABLE vault_run (
        id TEXT PRIMARY KEY,
        job TEXT NOT NULL,
        owner TEXT NOT NULL,
        document TEXT NOT NULL,
        platform TEXT NOT NULL,
        model TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        operation TEXT NOT NULL,
        way TEXT NOT NULL,
        place TEXT NOT NULL,
        count INTEGER NOT NULL,
        piece TEXT NOT NULL,
        mask TEXT NOT NULL,
        state TEXT NOT NULL,
        reference TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        begun TEXT NOT NULL,
        changed TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX vault_run_job ON vault_run (job)",
    """CREATE TABLE vault_picture (
        run TEXT NOT NULL REFERENCES vault_run (id) ON DELETE CASCADE,
        number INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        UNIQUE (run, sha256)
    ) STRICT""",
)
SCHEMA = Schema("vault", (_TABLES,))
"""The vault's part of the program's database."""

OPEN = tuple(state.value for state in RecordState if state.is_open)


def insert(
    connection: sqlite3.Connection,
    intent: Intent,
    *,
    record: str,
    job: str,
    owner: str,
    document: str,
    mask: str,
    now: datetime,
) -> None:
    """Write a new record in the state *intended*."""
    moment = now.isoformat()
    values = {
        "id": record,
        "job": job,
        "owner": owner,
        "document": document,
        "platform": intent.platform,
        "model": intent.model,
        "endpoint": intent.endpoint,
        "operation": intent.operation.value,
        "way": intent.way.value,
        "place": json.dumps({**asdict(intent.place), "region": intent.place.region._asdict()}),
        "count": intent.count,
        "piece": intent.piece,
        "mask": mask,
        "state": RecordState.INTENDED.value,
        "begun": moment,
        "changed": moment,
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO vault_run ({names}) VALUES ({marks})", values)


def change(connection: sqlite3.Connection, record: str, state: RecordState, *, now: datetime, **values: str) -> None:
    """Bring a record that is open into ``state``, with new values of its columns; one that has ended stays so."""
    settings = ", ".join(f"{name} = :{name}" for name in values)
    given = {**values, "state": state.value, "changed": now.isoformat(), "id": record}
    more = f", {settings}" if settings else ""
    connection.execute(
        f"UPDATE vault_run SET state = :state, changed = :changed{more} WHERE id = :id AND {_in('state', OPEN)}", given
    )


def add_picture(connection: sqlite3.Connection, record: str, name: str) -> None:
    """Note kept bytes as the next picture of a record, unless they are noted there already."""
    connection.execute("INSERT OR IGNORE INTO vault_picture (run, sha256) VALUES (?, ?)", (record, name))


def settle(
    connection: sqlite3.Connection, job: str, state: RecordState, *, platform: str, reason: str, now: datetime
) -> None:
    """Bring what had been fetched for an edit, from one platform where that is named, into its last ``state``."""
    connection.execute(
        "UPDATE vault_run SET state = :state, reason = :reason, changed = :now"
        " WHERE job = :job AND state = :fetched AND :platform IN ('', platform)",
        {
            "state": state.value,
            "reason": reason,
            "now": now.isoformat(),
            "job": job,
            "fetched": RecordState.FETCHED.value,
            "platform": platform,
        },
    )


def release(connection: sqlite3.Connection, job: str) -> None:
    """Nobody works on the edit any more."""
    connection.execute("UPDATE vault_run SET owner = '' WHERE job = ?", (job,))


def take_over(connection: sqlite3.Connection, record: str, *, before: str, owner: str) -> bool:
    """Make ``owner`` the owner of a record that belonged to ``before``; False where another was faster."""
    done = connection.execute(
        f"UPDATE vault_run SET owner = ? WHERE id = ? AND owner = ? AND {_in('state', OPEN)}", (owner, record, before)
    )
    return done.rowcount == 1


def owner_of(connection: sqlite3.Connection, record: str) -> str | None:
    """Who works on the record, "" for nobody; None where there is no such record."""
    row = connection.execute("SELECT owner FROM vault_run WHERE id = ?", (record,)).fetchone()
    return None if row is None else str(row[0])


def all_records(connection: sqlite3.Connection) -> list[tuple[str, VaultRecord]]:
    """Every record with its owner, the oldest first."""
    pictures: dict[str, list[str]] = {}
    for run, name in connection.execute("SELECT run, sha256 FROM vault_picture ORDER BY number"):
        pictures.setdefault(run, []).append(name)
    cursor = connection.execute("SELECT * FROM vault_run ORDER BY begun, id")
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor)
    return [(str(row["owner"]), _record(row, pictures.get(row["id"], ()))) for row in rows]


def delete(connection: sqlite3.Connection, record: str) -> set[str]:
    """Delete a record; returns the names of kept bytes that no record needs any more."""
    names = {name for (name,) in connection.execute("SELECT sha256 FROM vault_picture WHERE run = ?", (record,))}
    names |= {name for (name,) in connection.execute("SELECT mask FROM vault_run WHERE id = ?", (record,)) if name}
    connection.execute("DELETE FROM vault_picture WHERE run = ?", (record,))
    connection.execute("DELETE FROM vault_run WHERE id = ?", (record,))
    return {name for name in names if not is_needed(connection, name)}


def is_needed(connection: sqlite3.Connection, name: str) -> bool:
    """Whether a record still names the kept bytes ``name``."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM vault_picture WHERE sha256 = :name)"
        " OR EXISTS (SELECT 1 FROM vault_run WHERE mask = :name)",
        {"name": name},
    )
    return bool(found.fetchone()[0])


def _record(row: dict[str, Any], pictures: Iterable[str]) -> VaultRecord:
    place = json.loads(row["place"])
    region = Rect(**place.pop("region"))
    intent = Intent(
        platform=row["platform"],
        model=row["model"],
        endpoint=row["endpoint"],
        operation=Operation(row["operation"]),
        way=Way(row["way"]),
        place=Place(region=region, **{name: (size[0], size[1]) for name, size in place.items()}),
        count=row["count"],
        piece=row["piece"],
    )
    return VaultRecord(
        id=row["id"],
        job=row["job"],
        document=row["document"],
        intent=intent,
        state=RecordState(row["state"]),
        reference=row["reference"],
        pictures=tuple(pictures),
        mask=row["mask"],
        reason=row["reason"],
        begun=datetime.fromisoformat(row["begun"]),
        changed=datetime.fromisoformat(row["changed"]),
    )


def _in(column: str, words: Iterable[str]) -> str:
    """A condition; the words are the program's own."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"
