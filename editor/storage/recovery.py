"""Documents that outlive a crash: every open one has a folder of its own, which a run of the program holds.

A folder is called after the run that holds it. The run's lock goes when it ends, however it ends; the next run takes
over what then still speaks of a document, by giving the folder its own name.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.left_open import LeftOpen
from editor.storage.disk import SYSTEM_DISK, Disk
from editor.storage.document_restorer import DAMAGED, document_of
from editor.storage.owners import Owner
from editor.storage.project_reader import read_project
from editor.storage.shelf import MANIFEST, Shelf
from editor.storage.tile_pack import TilePack

log = logging.getLogger(__name__)

LARGEST_RECORD = 1 << 28
"""Bytes of a document's record; one that is larger was not written by this program."""
OWNERS = "runs"
T = TypeVar("T")
UNREADABLE = "A picture that was open when the program ended cannot be brought back."


class Recovery:
    """The shelves of this run's documents, and what earlier runs have left behind.

    Everything happens in a thread of its own; every method that waits for it says so.
    """

    def __init__(self, folder: Path, *, disk: Disk = SYSTEM_DISK) -> None:
        self._folder = folder
        self._disk = disk
        self._owner = Owner(folder / OWNERS)
        self._work = _Worker()
        self._shelves: weakref.WeakSet[Shelf] = weakref.WeakSet()

    def shelf_of(self, document: Document) -> Shelf:
        """The shelf of ``document``, which puts its steps there from now on; deleted when nobody holds it any more."""
        keeper = document.history.keeper
        if isinstance(keeper, Shelf):
            return keeper
        return self._attached(document, Shelf(self._new_folder, self._work, disk=self._disk))

    def open_project(self, path: Path, *, grow: int = 4, feather: int = 6) -> Document:
        """Open an OpenRaster file, and keep what its history needs; waits. Raises InputError."""
        folder = self._work.submit(self._new_folder).result()
        try:
            document, pack = read_project(path, folder, grow=grow, feather=feather)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if pack is None:
            shutil.rmtree(folder, ignore_errors=True)
            return document
        self._adopted(document, folder, pack)
        return document

    def left_open(self) -> tuple[LeftOpen, ...]:
        """What earlier runs have left behind, the newest first; waits. Folders that speak of nothing are deleted."""
        return self._work.submit(self._left_open).result()

    def reopen(self, left: LeftOpen) -> Document:
        """Bring a document back, modified; waits. Raises InputError where it is damaged, or another run has it now."""
        document, folder, pack = self._work.submit(self._reopened, left).result()
        self._adopted(document, folder, pack)
        return document

    def delete(self, left: LeftOpen) -> None:
        """Delete what was left behind for good; waits."""
        self._work.submit(shutil.rmtree, left.folder, ignore_errors=True).result()

    def settle(self) -> None:
        """Wait until everything that was asked for is done."""
        self._work.submit(lambda: None).result()

    def close(self) -> None:
        """This run ends well: nothing of it is to be brought back."""
        for shelf in tuple(self._shelves):
            self._work.submit(shelf.discard)
        self._work.submit(self._owner.close)
        self._work.shutdown(wait=True)

    def _adopted(self, document: Document, folder: Path, pack: TilePack) -> None:
        shelf = Shelf(self._new_folder, self._work, disk=self._disk)
        shelf.adopt(folder, pack)
        self._attached(document, shelf)

    def _attached(self, document: Document, shelf: Shelf) -> Shelf:
        document.history.keeper = shelf
        self._shelves.add(shelf)
        # Called whenever the collector likes, in the middle of anything: it only leaves a word for the worker.
        weakref.finalize(document, self._work.later.put, shelf.discard).atexit = False
        return shelf

    # In the worker's thread

    def _new_folder(self) -> Path:
        folder = self._folder / f"{self._owner.name}-{secrets.token_hex(6)}"
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def _left_open(self) -> tuple[LeftOpen, ...]:
        if not self._folder.is_dir():
            return ()
        found = []
        for folder in self._folder.iterdir():
            if folder.name == OWNERS or self._owner.lives(folder.name.partition("-")[0]):
                continue
            if not (folder / MANIFEST).is_file():
                shutil.rmtree(folder, ignore_errors=True)
                continue
            try:
                found.append(_left(folder))
            except (EditorError, OSError) as error:
                log.warning("A picture left open by an earlier run cannot be read: %s", error)
        return tuple(sorted(found, key=lambda one: one.saved, reverse=True))

    def _reopened(self, left: LeftOpen) -> tuple[Document, Path, TilePack]:
        folder = self._folder / f"{self._owner.name}-{secrets.token_hex(6)}"
        try:
            # Of two runs that start at once, one finds the folder gone.
            left.folder.rename(folder)
            record = _record(folder)
            pack = TilePack.open(folder / _pack_name(record), disk=self._disk)
        except (OSError, InputError) as error:
            raise InputError(UNREADABLE, detail=str(error)) from error
        try:
            document = document_of(record, lambda records: pack.at(records))
        except BaseException:
            pack.close()
            raise
        document.modified = True
        return document, folder, pack


class _Worker(ThreadPoolExecutor):
    """One thread. What is put into ``later`` is done before the next thing that is submitted."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="recovery")
        self.later: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def submit(self, work: Callable[..., T], /, *given: Any, **named: Any) -> Future[T]:
        return super().submit(self._in_turn, work, given, named)

    def _in_turn(self, work: Callable[..., T], given: tuple[Any, ...], named: dict[str, Any]) -> T:
        while not self.later.empty():
            self.later.get()()
        return work(*given, **named)


def _record(folder: Path) -> Any:
    path = folder / MANIFEST
    if path.stat().st_size > LARGEST_RECORD:
        raise InputError(DAMAGED)
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(DAMAGED, detail=str(error)) from error


def _pack_name(record: Any) -> str:
    name = record.get("pack") if isinstance(record, dict) else None
    if not isinstance(name, str) or Path(name).name != name:
        raise InputError(DAMAGED, detail="no pack is named")
    return name


def _left(folder: Path) -> LeftOpen:
    record = _record(folder)
    try:
        width, height = record["size"]
        return LeftOpen(
            folder=folder,
            name=str(record["name"]),
            path=None if record["path"] is None else Path(record["path"]),
            size=(int(width), int(height)),
            steps=int(record["history"]["position"]),
            saved=datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, UTC),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(DAMAGED, detail=str(error)) from error
