"""The vault on disk: records in the program's database, bytes in a folder beside it; both on the storage thread."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from editor.domain.errors import EditorError
from editor.domain.protocols import Clock
from editor.domain.vault import Intent, RecordState, VaultRecord, VaultUnavailable
from editor.storage import vault_records
from editor.storage.blobs import Blobs, name_of
from editor.storage.owners import Owner
from editor.storage.vault_faults import unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")


class StorageThread(Protocol):
    """The one connection, owned by one thread."""

    def run(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Hand ``work`` to the thread at once, as one transaction on disk when it returns; then wait for it."""
        ...


class StoredVault:
    """Implements :class:`editor.domain.vault.Vault` in ``folder`` and in the database of ``thread``.

    Nothing is ever removed but by :meth:`discard`, which is for the user to ask for. A delivered result stays too: the
    picture that it was laid into may not be saved when the program ends.
    """

    def __init__(self, thread: StorageThread, folder: Path, *, clock: Clock, blobs: Blobs | None = None) -> None:
        self._thread = thread
        self._clock = clock
        self._blobs = blobs or Blobs(folder / "results")
        self._owner = Owner(folder / "running")

    def recorder(self, job: str, *, document: str) -> StoredRecorder:
        """What keeps the runs of the edit ``job`` of the picture called ``document``."""
        return StoredRecorder(self, job=job, document=document)

    # --- records

    async def records(self) -> tuple[VaultRecord, ...]:
        """Every record, the oldest first."""
        return tuple(record for _, record in await self.work(self._all))

    async def left_open(self) -> tuple[VaultRecord, ...]:
        """The open records that no running program works on any more, the oldest first."""
        return await self._left(lambda record: record.state.is_open)

    async def left_fetched(self) -> tuple[VaultRecord, ...]:
        """The records whose pictures are all here and belong to no document, nor to an edit that goes on."""
        return await self._left(lambda record: record.state is RecordState.FETCHED)

    async def _left(self, wanted: Callable[[VaultRecord], bool]) -> tuple[VaultRecord, ...]:
        def left(connection: sqlite3.Connection) -> tuple[VaultRecord, ...]:
            found = [(owner, one) for owner, one in self._all(connection) if wanted(one)]
            living = {owner for owner in {owner for owner, _ in found} if self._owner.lives(owner)}
            return tuple(record for owner, record in found if owner not in living)

        return await self.work(left)

    def _all(self, connection: sqlite3.Connection) -> list[tuple[str, VaultRecord]]:
        """Every record with its owner; of their pictures those whose bytes have come to the disk."""
        return [
            (owner, replace(record, pictures=tuple(name for name in record.pictures if self._blobs.size(name))))
            for owner, record in vault_records.all_records(connection)
        ]

    async def entry(self, record: VaultRecord) -> StoredEntry:
        """Take over a record that was left open, to collect its run."""

        def take(connection: sqlite3.Connection) -> bool:
            before = vault_records.owner_of(connection, record.id)
            if before is None or self._owner.lives(before):
                return False
            return vault_records.take_over(connection, record.id, before=before, owner=self._owner.name)

        if not await self.work(take):
            raise VaultUnavailable("Another window is collecting this result.")
        return StoredEntry(self, record=record.id, job=record.job, document=record.document)

    async def delivered(self, job: str, *, platform: str = "") -> None:
        """The result of the edit, or what one platform made for it, is where the user wanted it."""
        await self._settle(job, RecordState.DELIVERED, platform=platform)

    async def given_up(self, job: str, reason: str) -> None:
        """What had been fetched for the edit was not used; its pictures are kept all the same."""
        await self._settle(job, RecordState.GIVEN_UP, reason=reason)

    async def _settle(self, job: str, state: RecordState, *, platform: str = "", reason: str = "") -> None:
        now = self._clock.now()
        await self.work(
            lambda connection: vault_records.settle(connection, job, state, platform=platform, reason=reason, now=now)
        )

    async def released(self, job: str) -> None:
        """The edit is over: whoever asks may collect what it left open."""
        await self.work(lambda connection: vault_records.release(connection, job))

    # --- bytes

    async def picture(self, name: str) -> bytes:
        """The kept bytes called ``name``; VaultUnavailable where they are gone or not what they were."""

        def got(connection: sqlite3.Connection) -> bytes:
            try:
                return self._blobs.get(name)
            except OSError as error:
                detail = f"{type(error).__name__}: {name[:8]}"
                raise VaultUnavailable("The kept picture is gone or damaged.", detail=detail) from error

        return await self.work(got)

    async def sizes(self) -> Mapping[str, int]:
        """The number of bytes of everything that is kept, by name."""

        def counted(connection: sqlite3.Connection) -> dict[str, int]:
            names = {name for _, record in self._all(connection) for name in record.names}
            return {name: self._blobs.size(name) for name in names}

        return await self.work(counted)

    async def discard(self, records: Collection[str]) -> frozenset[str]:
        """Remove records, and their bytes where no other record needs them; what is worked on stays."""

        def removed(connection: sqlite3.Connection) -> tuple[frozenset[str], set[str]]:
            idle = {record: self._is_idle(connection, record) for record in records}
            gone = frozenset(record for record in records if idle[record])
            return gone, {name for record in gone for name in vault_records.delete(connection, record)}

        gone, names = await self.work(removed)
        # Bytes go once nothing names them any more: a program that ends in between leaves too much, never too little.
        await self.work(lambda connection: self._swept(connection, names))
        return gone

    def _is_idle(self, connection: sqlite3.Connection, record: str) -> bool:
        owner = vault_records.owner_of(connection, record)
        return owner is not None and not self._owner.lives(owner)

    def _swept(self, connection: sqlite3.Connection, names: Collection[str]) -> None:
        for name in names:
            # The same picture may have been fetched again meanwhile.
            if not vault_records.is_needed(connection, name):
                self._blobs.remove(name)

    async def close(self) -> None:
        """This run of the program ends; what it leaves open is for the next one. Never fails."""
        try:
            await self.work(lambda connection: self._owner.close())
        except VaultUnavailable as error:
            log.info("The vault had nothing to close: %s %s", error.message, error.detail)

    # --- for entries

    async def work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have ``work`` done on the storage thread. Raises VaultUnavailable for whatever the disk refuses."""
        try:
            return await self._thread.run(work)
        except VaultUnavailable:
            raise
        except (EditorError, OSError, sqlite3.Error) as error:
            raise unavailable(error) from error

    def soon(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Hand ``work`` to the storage thread without waiting for it; the log tells where it fails."""
        self._thread.run(work).add_done_callback(_log_failure)

    def insert(self, intent: Intent, entry: StoredEntry) -> Callable[[sqlite3.Connection], None]:
        """The work that writes a new record."""
        now = self._clock.now()

        def work(connection: sqlite3.Connection) -> None:
            vault_records.insert(
                connection,
                intent,
                record=entry.record,
                job=entry.job,
                owner=self._owner.name,
                document=entry.document,
                mask=self._blobs.put(intent.mask) if intent.mask else "",
                now=now,
            )

        return work

    def change(self, entry: StoredEntry, state: RecordState, **values: str) -> Callable[[sqlite3.Connection], None]:
        """The work that brings a record into ``state``."""
        now = self._clock.now()
        return lambda connection: vault_records.change(connection, entry.record, state, now=now, **values)

    async def keep(self, picture: bytes, entry: StoredEntry) -> None:
        """Keep one picture. The note of it comes first: bytes without a note would belong to no record."""
        name = name_of(picture)
        noted = self.work(lambda connection: vault_records.add_picture(connection, entry.record, name))
        # Both are handed over before either is waited for: a caller that is cancelled loses neither.
        await asyncio.gather(noted, self.work(lambda connection: self._blobs.put(picture)))


class StoredRecorder:
    """Implements :class:`editor.domain.vault.Recorder`."""

    def __init__(self, vault: StoredVault, *, job: str, document: str) -> None:
        self._vault = vault
        self._job = job
        self._document = document

    def begin(self) -> StoredEntry:
        """The record of a run to come."""
        return StoredEntry(self._vault, record=secrets.token_hex(12), job=self._job, document=self._document)


class StoredEntry:
    """Implements :class:`editor.domain.vault.Entry`. The thread takes its work in the order of the calls."""

    def __init__(self, vault: StoredVault, *, record: str, job: str, document: str) -> None:
        self._vault = vault
        self.record = record
        self.job = job
        self.document = document

    async def intended(self, intent: Intent) -> None:
        """Write the record."""
        await self._vault.work(self._vault.insert(intent, self))

    def sent(self) -> None:
        """Note that the order is leaving, beside its way."""
        self._vault.soon(self._vault.change(self, RecordState.SENT, reference=""))

    async def running(self, reference: str) -> None:
        """Note the run's name."""
        await self._vault.work(self._vault.change(self, RecordState.RUNNING, reference=reference))

    async def fetched(self, picture: bytes) -> None:
        """Keep a picture."""
        await self._vault.keep(picture, self)

    async def complete(self) -> None:
        """Note that all pictures are here."""
        await self._vault.work(self._vault.change(self, RecordState.FETCHED))

    async def ended(self, reason: str) -> None:
        """Note that nothing more will come."""
        await self._vault.work(self._vault.change(self, RecordState.GIVEN_UP, reason=reason))


def _log_failure(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.warning("The vault could not note that an order left: %s", error)
