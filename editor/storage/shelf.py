"""Where one open document's steps lie on the disk, and from which it is brought back after a crash.

A folder of two files: a pack of arrays (:mod:`editor.storage.tile_pack`), which grows, and ``document.json``, which
names what of it belongs to the document and is replaced whole. What is written after it counts for nothing until the
next one takes its place.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from editor.domain.geometry import Rect
from editor.domain.kept import Kept, folded
from editor.domain.moment import Moment
from editor.domain.raster import TILE, Place, Snapshot
from editor.storage.disk import SYSTEM_DISK, Disk, replace_file
from editor.storage.document_record import DocumentRecorder
from editor.storage.tile_pack import PackedArray, TilePack

log = logging.getLogger(__name__)

MANIFEST = "document.json"
SLACK = 256 << 20
"""Bytes of a pack that nothing needs any more, beyond those that are needed, before it is written anew."""


class Shelf:
    """A keeper for one document. Its methods return at once; ``work`` carries them out one after the other.

    ``make_folder`` is called with the first thing to be kept.
    """

    def __init__(self, make_folder: Callable[[], Path], work: Executor, *, disk: Disk = SYSTEM_DISK) -> None:
        self._make_folder = make_folder
        self._work = work
        self._disk = disk
        self._refused = False
        self._folder: Path | None = None
        self._pack: TilePack | None = None
        self._left: list[TilePack] = []
        """The pack that the manifest still names while another takes its place."""
        self._size: tuple[int, int] | None = None
        self._pixels: dict[Place, Kept] = {}
        self._mask: dict[Place, Kept] = {}
        self._live = 0
        self._numbers = 0
        self._closed = threading.Event()
        self.slack = SLACK

    @property
    def relieves(self) -> bool:
        """Whether the disk takes what it is given; asked of it again with the next autosave."""
        return not self._refused

    @property
    def folder(self) -> Path | None:
        """The folder, once something was kept."""
        return self._folder

    def keep(self, kept: Iterable[Kept]) -> None:
        """Put arrays out of the way when there is time."""
        wanted = [one for one in kept if one.in_memory]
        if wanted and not self._closed.is_set():
            self._work.submit(self._put_aside, wanted)

    def save(self, moment: Moment, *, pixels: Collection[Place], mask: Collection[Place]) -> Future[None]:
        """Make sure that ``moment`` can be brought back; closes it.

        ``pixels`` and ``mask`` are the tiles that may have changed since the last call that succeeded. The future holds
        OSError where the disk refuses; what was kept before is still good then.
        """
        return self._work.submit(self._save, moment, pixels, mask)

    def forget(self) -> Future[None]:
        """The document is not to be brought back; its steps can still be taken."""
        return self._work.submit(self._forget)

    def discard(self) -> None:
        """Delete everything: nobody holds the document any more. Blocks; for the worker."""
        if not self._closed.is_set():
            self._closed.set()
            self._discard()

    def adopt(self, folder: Path, pack: TilePack) -> None:
        """Go on in ``folder``, in which another run of the program has left ``pack``."""
        self._folder, self._pack = folder, pack
        self._numbers = int(pack.path.stem.partition("-")[2] or 0)

    # In the worker's thread

    def _put_aside(self, wanted: list[Kept]) -> None:
        if self._refused or self._closed.is_set():
            return
        try:
            for kept in wanted:
                self._put(kept)
        except OSError as error:
            self._refuse(error)

    def _save(self, moment: Moment, pixels: Collection[Place], mask: Collection[Place]) -> None:
        try:
            with moment:
                self._write(moment, pixels, mask)
        except OSError as error:
            self._refuse(error)
            raise
        self._refused = False

    def _write(self, moment: Moment, pixels: Collection[Place], mask: Collection[Place]) -> None:
        size = moment.pixels.rect.width, moment.pixels.rect.height
        if size != self._size:
            self._size, self._pixels, self._mask = size, {}, {}
        if self._pack is not None and not self._left and self._pack.size > 2 * self._live + self.slack:
            # Should the disk refuse now, the next time goes on in the new pack; the old one is named until then.
            self._left.append(self._pack)
            self._pack = self._new_pack()
        record = self._recorded(moment, pixels, mask)
        self._opened_pack().sync()
        data = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        replace_file(self._disk, self._opened_folder() / MANIFEST, data)
        while self._left:
            # An open file may go on to be read where the system allows to unlink it; elsewhere it stays till the end.
            with suppress(OSError):
                self._left.pop().path.unlink()

    def _recorded(self, moment: Moment, pixels: Collection[Place], mask: Collection[Place]) -> dict[str, object]:
        self._live = 0
        self._take(moment.pixels, pixels, self._pixels)
        self._take(moment.mask, mask, self._mask)
        record = DocumentRecorder(self._put_live).record(moment, pixels=self._pixels, mask=self._mask)
        return record | {"pack": self._opened_pack().path.name}

    def _take(self, snapshot: Snapshot[Any], places: Collection[Place], tiles: dict[Place, Kept]) -> None:
        for column, row in places:
            rect = Rect(column * TILE, row * TILE, TILE, TILE).intersected(snapshot.rect)
            kept = Kept(folded(snapshot.read(rect)))
            self._put(kept)
            tiles[column, row] = kept

    def _put_live(self, kept: Kept) -> list[int]:
        packed = self._put(kept)
        self._live += packed.stored
        return list(packed.records)

    def _put(self, kept: Kept) -> PackedArray:
        packed, pack = kept.packed, self._opened_pack()
        if isinstance(packed, PackedArray) and packed.pack is pack:
            return packed
        placed = pack.put(kept)
        kept.pack(placed)
        return placed

    def _refuse(self, error: OSError) -> None:
        if not self._refused:
            log.warning("What is kept for undo and recovery cannot be written: %s", error.strerror or error)
        self._refused = True

    def _forget(self) -> None:
        if self._folder is not None:
            with suppress(FileNotFoundError):
                (self._folder / MANIFEST).unlink()

    def _discard(self) -> None:
        if self._pack is not None:
            self._pack.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _opened_folder(self) -> Path:
        if self._folder is None:
            self._folder = self._make_folder()
        return self._folder

    def _opened_pack(self) -> TilePack:
        if self._pack is None:
            self._pack = self._new_pack()
        return self._pack

    def _new_pack(self) -> TilePack:
        self._numbers += 1
        return TilePack.create(self._opened_folder() / f"pack-{self._numbers}.tiles", disk=self._disk)
