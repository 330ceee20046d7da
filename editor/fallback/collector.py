"""Collects what platforms still owe for runs that an earlier start of the program, or a cancelled edit, left open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from editor.domain.errors import PlatformError, ResultGone
from editor.domain.protocols import Clock, Credentials
from editor.domain.vault import Entry, Vault, VaultRecord, VaultUnavailable
from editor.platforms.base import Platform

log = logging.getLogger(__name__)

PAUSE = 10.0
"""Seconds between two looks at the runs that go on: Stability AI's document allows no more in less."""
LOOKS = 60
"""How often runs that go on are looked at before they are left for the next start."""


@dataclass(frozen=True, slots=True)
class Found:
    """A result that was collected, and a sentence that says so."""

    record: VaultRecord
    sentence: str


class Collector:
    """Asks the platforms about the open records of ``vault``; orders nothing."""

    def __init__(
        self, *, vault: Vault, platforms: Mapping[str, Platform], credentials: Credentials, clock: Clock
    ) -> None:
        self._vault = vault
        self._platforms = platforms
        self._credentials = credentials
        self._clock = clock

    async def collect(
        self, on_found: Callable[[Found], None], *, looks: int = LOOKS, may_ask: Callable[[], bool] = lambda: True
    ) -> int:
        """Look up to ``looks`` times at every open run that nobody works on; returns how many results were collected.

        A run that goes on, or that could not be asked about, stays open for the next time. ``on_found`` is called on
        this loop. Before every question ``may_ask`` tells whether the user still wants it. Raises VaultUnavailable.
        """
        mine = [(record, await self._taken(record)) for record in await self._vault.left_open()]
        pending = [(record, entry) for record, entry in mine if entry is not None]
        found = 0
        try:
            for look in range(looks):
                if look and pending:
                    await self._clock.sleep(PAUSE)
                for record, entry in tuple(pending):
                    if not may_ask():
                        return found
                    settled = await self._settled(record, entry)
                    if settled is None:
                        continue
                    pending.remove((record, entry))
                    if not any(other.job == record.job for other, _ in pending):
                        # Offered at once: the others may take minutes.
                        await self._vault.released(record.job)
                    if settled:
                        found += 1
                        on_found(Found(await self._fresh(record), self._sentence(record)))
        finally:
            for job in {record.job for record, _ in pending}:
                await self._vault.released(job)
        return found

    async def _taken(self, record: VaultRecord) -> Entry | None:
        """The record's entry, or None where another running program was faster."""
        try:
            return await self._vault.entry(record)
        except VaultUnavailable as error:
            log.info("A record is left to another window: %s", error.message)
            return None

    async def _settled(self, record: VaultRecord, entry: Entry) -> bool | None:
        """True where the pictures are in the vault now, False where none will come, None where it is too early."""
        if len(record.pictures) >= max(1, record.intent.count):
            await entry.complete()
            return True
        try:
            pictures = await self._asked(record)
        except ResultGone as error:
            if record.pictures:
                await entry.complete()
                return True
            await entry.ended(error.message)
            return False
        except PlatformError as error:
            log.info("%s could not be asked about a run: %s", record.intent.platform, error.message)
            return None
        if pictures is None:
            return None
        for picture in pictures:
            await entry.fetched(picture)
        await entry.complete()
        return True

    async def _asked(self, record: VaultRecord) -> tuple[bytes, ...] | None:
        platform = self._platforms.get(record.intent.platform)
        if platform is None:
            raise ResultGone(f"There is no platform “{record.intent.platform}” any more.")
        key = await self._credentials.get(platform.id) if platform.needs_key else None
        known = frozenset(one.reference for one in await self._vault.records() if one.reference and one.id != record.id)
        return await platform.collect(record, key, known=known)

    async def _fresh(self, record: VaultRecord) -> VaultRecord:
        return next(one for one in await self._vault.records() if one.id == record.id)

    def _sentence(self, record: VaultRecord) -> str:
        platform = self._platforms.get(record.intent.platform)
        name = record.intent.platform if platform is None else platform.name
        if record.intent.is_search:
            return f"{name} finished the search of an edit while you were away; the edit itself was never ordered."
        return f"{name} finished an edit while you were away."
