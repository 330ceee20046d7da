"""The database keeps what was handed to it, brings old files up to date, and survives a damaged one."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from support.fakes import FakeClock
from support.loops import in_loop

from editor.storage.database import Database, Schema, StorageUnavailable

FIRST = ("CREATE TABLE notes (words TEXT NOT NULL) STRICT",)
SECOND = ("ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 3",)
NOTES = Schema("notes", (FIRST,))


def database(path: Path, *schemas: Schema) -> Database:
    return Database(path, schemas or (NOTES,), clock=FakeClock())


async def add(store: Database, words: str) -> None:
    await store.run(lambda connection: connection.execute("INSERT INTO notes (words) VALUES (?)", (words,)))


async def words(store: Database) -> list[str]:
    return [row[0] for row in await store.run(lambda one: one.execute("SELECT words FROM notes").fetchall())]


@in_loop
async def test_what_was_written_is_there_after_closing(tmp_path):  # type: ignore[no-untyped-def]
    first = database(tmp_path / "folder" / "a.sqlite")
    await add(first, "kept")
    await first.close()
    second = database(tmp_path / "folder" / "a.sqlite")
    assert await words(second) == ["kept"]
    assert second.notice == ""
    await second.close()


@in_loop
async def test_failed_work_leaves_no_trace(tmp_path):  # type: ignore[no-untyped-def]
    store = database(tmp_path / "a.sqlite")

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes (words) VALUES ('half')")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.run(half)
    assert await words(store) == []
    await store.close()


@in_loop
async def test_work_of_a_caller_who_left_is_carried_out(tmp_path):  # type: ignore[no-untyped-def]
    store = database(tmp_path / "a.sqlite")
    task = asyncio.ensure_future(add(store, "left"))
    await asyncio.sleep(0)
    task.cancel()
    assert await words(store) == ["left"]
    await store.close()


@in_loop
async def test_an_older_file_is_brought_up_to_date_part_by_part(tmp_path):  # type: ignore[no-untyped-def]
    old = database(tmp_path / "a.sqlite")
    await add(old, "old")
    await old.close()
    other = Schema("other", (("CREATE TABLE other (x INTEGER) STRICT",),))
    new = database(tmp_path / "a.sqlite", Schema("notes", (FIRST, SECOND)), other)
    assert await new.run(lambda one: one.execute("SELECT words, stars FROM notes").fetchall()) == [("old", 3)]
    assert await new.run(lambda one: one.execute("SELECT count(*) FROM other").fetchone()) == (0,)
    await new.close()


@in_loop
async def test_a_newer_file_is_left_alone(tmp_path):  # type: ignore[no-untyped-def]
    newer = database(tmp_path / "a.sqlite", Schema("notes", (FIRST, SECOND)))
    await add(newer, "newer")
    await newer.close()
    store = database(tmp_path / "a.sqlite")
    with pytest.raises(StorageUnavailable, match="newer version"):
        await words(store)
    await store.close()
    assert [path.name for path in tmp_path.glob("*damaged*")] == []


@pytest.mark.parametrize("damage", ["not a database at all, but long enough to look like one" * 20, "pages"])
@in_loop
async def test_a_damaged_file_is_set_aside(tmp_path, damage, caplog):  # type: ignore[no-untyped-def]
    path = tmp_path / "a.sqlite"
    if damage == "pages":
        store = database(path)
        await store.run(lambda one: one.executemany("INSERT INTO notes VALUES (?)", [("x" * 500,)] * 500))
        await store.close()
        data = bytearray(path.read_bytes())
        data[8192:40000] = b"\xff" * (40000 - 8192)
        path.write_bytes(data)
    else:
        path.write_text(damage)
    store = database(path)
    await add(store, "new")
    assert await words(store) == ["new"]
    aside = next(tmp_path.glob("a.sqlite.damaged-2026-01-01-*"))
    assert aside.name in store.notice
    assert aside.name in caplog.text
    await store.close()


@in_loop
async def test_a_place_that_cannot_be_written_says_so(tmp_path):  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_text("in the way")
    store = database(tmp_path / "file" / "a.sqlite")
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        await words(store)
    await store.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        await words(store)
