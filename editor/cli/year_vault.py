"""A vault in memory, for a year in which nothing may wait for a disk. It keeps records while somebody owes something.

What it promises is what the vault on disk promises; a picture is any bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from editor.domain.protocols import Clock
from editor.domain.vault import Intent, RecordState, VaultRecord, VaultUnavailable


class MemoryVault:
    """Implements :class:`editor.domain.vault.Vault` for one running program."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[str, VaultRecord] = {}
        self._pictures: dict[str, bytes] = {}
        self._at_work: set[str] = set()
        self._begun = 0

    def recorder(self, job: str, *, document: str) -> MemoryRecorder:
        """What keeps the runs of the edit ``job``."""
        self._at_work.add(job)
        return MemoryRecorder(self, job=job, document=document)

    async def delivered(self, job: str, *, platform: str = "") -> None:
        """The result is with the user; the edit's records are done with, or those of ``platform``."""
        for record in [one for one in self._records.values() if one.job == job and not one.state.is_open]:
            if platform in ("", record.intent.platform):
                del self._records[record.id]

    async def given_up(self, job: str, reason: str) -> None:
        """What was fetched could not be used."""
        await self.delivered(job)

    async def records(self) -> tuple[VaultRecord, ...]:
        """Every record that is kept, the oldest first."""
        return tuple(self._records.values())

    async def left_open(self) -> tuple[VaultRecord, ...]:
        """The open records of edits that have ended."""
        return tuple(one for one in self._records.values() if one.state.is_open and one.job not in self._at_work)

    async def left_fetched(self) -> tuple[VaultRecord, ...]:
        """The records of such edits whose pictures are all here."""
        fetched = (one for one in self._records.values() if one.state is RecordState.FETCHED)
        return tuple(one for one in fetched if one.job not in self._at_work)

    async def released(self, job: str) -> None:
        """The edit is over."""
        self._at_work.discard(job)

    async def entry(self, record: VaultRecord) -> MemoryEntry:
        """Take over a record that was left open."""
        return MemoryEntry(self, record.job, record.document, record.id)

    async def picture(self, name: str) -> bytes:
        """The kept bytes called ``name``."""
        if name not in self._pictures:
            raise VaultUnavailable("The result is not kept any more.")
        return self._pictures[name]

    async def sizes(self) -> Mapping[str, int]:
        """The number of bytes of everything that is kept."""
        return {name: len(picture) for name, picture in self._pictures.items()}

    async def discard(self, records: Collection[str]) -> frozenset[str]:
        """Remove the records with these ids."""
        gone = frozenset(name for name in records if name in self._records)
        for name in gone:
            del self._records[name]
        return gone

    async def close(self) -> None:
        """The program ends: nobody is at work any more."""
        self._at_work.clear()

    # --- for its entries

    def add(self, intent: Intent, *, job: str, document: str) -> str:
        """A new record; returns its id."""
        self._begun += 1
        now, name = self._clock.now(), str(self._begun)
        self._records[name] = VaultRecord(
            id=name,
            job=job,
            document=document,
            intent=intent,
            state=RecordState.INTENDED,
            reference="",
            pictures=(),
            mask="",
            reason="",
            begun=now,
            changed=now,
        )
        return name

    def change(self, name: str, *, state: RecordState, reference: str | None = None) -> None:
        """The run has come further."""
        record = self._records[name]
        known = record.reference if reference is None else reference
        self._records[name] = replace(record, state=state, reference=known, changed=self.now)

    def keep(self, name: str, picture: bytes) -> None:
        """One more picture of the run."""
        digest = sha256(picture).hexdigest()
        self._pictures[digest] = picture
        record = self._records[name]
        self._records[name] = replace(record, pictures=(*record.pictures, digest), changed=self.now)

    def end(self, name: str) -> None:
        """Nothing more will come of the run."""
        del self._records[name]

    @property
    def now(self) -> datetime:
        """The moment."""
        return self._clock.now()


class MemoryRecorder:
    """Implements :class:`editor.domain.vault.Recorder`."""

    def __init__(self, vault: MemoryVault, *, job: str, document: str) -> None:
        self._vault, self._job, self._document = vault, job, document

    def begin(self) -> MemoryEntry:
        """The record of a run to come."""
        return MemoryEntry(self._vault, self._job, self._document, "")


class MemoryEntry:
    """Implements :class:`editor.domain.vault.Entry`. ``record`` is "" until the run is intended."""

    def __init__(self, vault: MemoryVault, job: str, document: str, record: str) -> None:
        self._vault, self._job, self._document, self._record = vault, job, document, record

    async def intended(self, intent: Intent) -> None:
        """The run is about to be ordered."""
        self._record = self._vault.add(intent, job=self._job, document=self._document)

    def sent(self) -> None:
        """The order is leaving."""
        self._vault.change(self._record, state=RecordState.SENT)

    async def running(self, reference: str) -> None:
        """The platform has named the run."""
        self._vault.change(self._record, state=RecordState.RUNNING, reference=reference)

    async def fetched(self, picture: bytes) -> None:
        """One more of its pictures is here."""
        self._vault.keep(self._record, picture)

    async def complete(self) -> None:
        """All of them are here."""
        self._vault.change(self._record, state=RecordState.FETCHED)

    async def ended(self, reason: str) -> None:
        """Nothing more will come of the run."""
        self._vault.end(self._record)
