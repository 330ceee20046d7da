"""A program that has one edit made with a vault and kills itself at one boundary between two of the vault's records.

Arguments: the platform, the boundary, the vault's folder, the base addresses and keys as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from support.platform_bench import QuickClock, make_request

from editor.domain.vault import Intent
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.parts import PlatformParts
from editor.storage.blobs import Blobs
from editor.storage.database import Database
from editor.storage.vault import StoredEntry, StoredVault
from editor.storage.vault_records import SCHEMA
from editor.transport.http import Transport

BOUNDARIES = (
    "before intended",
    "intended",
    "sent",
    "before running",
    "running",
    "before fetched",
    "bytes written, not noted",
    "fetched",
    "complete",
    "before delivered",
    "delivered",
)


@dataclass(frozen=True)
class Executioner:
    """Ends the program at once when it reaches ``boundary``."""

    boundary: str

    def passes(self, boundary: str) -> None:
        assert boundary in BOUNDARIES
        if boundary == self.boundary:
            os.kill(os.getpid(), signal.SIGKILL)


class WatchedBlobs(Blobs):
    def __init__(self, folder: Path, executioner: Executioner) -> None:
        super().__init__(folder)
        self._executioner = executioner
        self.armed = False

    def put(self, data: bytes) -> str:
        name = super().put(data)
        if self.armed:
            self._executioner.passes("bytes written, not noted")
        return name


class WatchedEntry:
    """An entry with a boundary before and behind each of its records."""

    def __init__(self, entry: StoredEntry, executioner: Executioner, blobs: WatchedBlobs) -> None:
        self._entry = entry
        self._passes = executioner.passes
        self._blobs = blobs

    async def intended(self, intent: Intent) -> None:
        self._passes("before intended")
        await self._entry.intended(intent)
        self._passes("intended")

    def sent(self) -> None:
        self._entry.sent()
        self._passes("sent")

    async def running(self, reference: str) -> None:
        self._passes("before running")
        await self._entry.running(reference)
        self._passes("running")

    async def fetched(self, picture: bytes) -> None:
        self._passes("before fetched")
        self._blobs.armed = True
        await self._entry.fetched(picture)
        self._passes("fetched")

    async def complete(self) -> None:
        await self._entry.complete()
        self._passes("complete")

    async def ended(self, reason: str) -> None:
        await self._entry.ended(reason)


class WatchedRecorder:
    def __init__(self, vault: StoredVault, executioner: Executioner, blobs: WatchedBlobs) -> None:
        self._recorder = vault.recorder("the-edit", document="harbour.png")
        self._executioner = executioner
        self._blobs = blobs

    def begin(self) -> WatchedEntry:
        return WatchedEntry(self._recorder.begin(), self._executioner, self._blobs)


async def edit(platform: str, boundary: str, home: Path, environment: dict[str, str], key: str) -> None:
    from editor.platforms.fal import FalPlatform
    from editor.platforms.replicate import ReplicatePlatform
    from editor.platforms.stability import StabilityPlatform

    kinds = {kind.id: kind for kind in (FalPlatform, ReplicatePlatform, StabilityPlatform)}
    clock, executioner = QuickClock(), Executioner(boundary)
    blobs = WatchedBlobs(home / "results", executioner)
    vault = StoredVault(Database(home / "records.sqlite", [SCHEMA], clock=clock), home, clock=clock, blobs=blobs)
    transport = Transport(clock=clock, version="1.0")
    parts = PlatformParts(transport=transport, catalogue=Catalogue.load(), environment=environment, clock=clock)
    call = Call(key=key, report=lambda progress: None, recorder=WatchedRecorder(vault, executioner, blobs))
    await kinds[platform](parts).run(make_request(), call)
    executioner.passes("before delivered")
    await vault.delivered("the-edit")
    executioner.passes("delivered")


if __name__ == "__main__":
    chosen, where, folder, given, secret = sys.argv[1:]
    asyncio.run(edit(chosen, where, Path(folder), json.loads(given), secret))
