"""The vault: what is known on disk of every run that may cost money, so that a paid result is never lost.

A record begins before anything is sent, learns the run's reference the moment there is one, and holds the bytes of its
pictures before anything else touches them. No words of the user are kept: what is kept lays a result back in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from editor.domain.errors import EditorError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way

Size = tuple[int, int]
"""Width and height in pixels."""

SEARCH = "search"
"""The piece of an edit that looks for what words name: it returns a mask and no result."""


class VaultUnavailable(EditorError):
    """The vault could not be read or written: a full disk, a folder that refuses."""


class RecordState(StrEnum):
    """How far a run has come, as far as it is known on disk."""

    INTENDED = "intended"
    """Nothing had been sent when this was written."""
    SENT = "sent"
    """The order has left; whether it was taken is not known."""
    RUNNING = "running"
    """The platform has named the run."""
    FETCHED = "fetched"
    """Every picture of the run is kept here and belongs to no document yet."""
    DELIVERED = "delivered"
    """The pictures are where the user wanted them."""
    GIVEN_UP = "given-up"
    """Nothing more will come of it; the reason is told. Pictures that came are kept all the same."""

    @property
    def is_open(self) -> bool:
        """Whether the platform may still owe a result."""
        return self in (RecordState.INTENDED, RecordState.SENT, RecordState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a result belongs: the crop ``region`` of the document, whose result has ``result_size``.

    ``inner`` is the size that the crop took in the top left corner of what was sent, ``sent`` the size of the whole,
    ``answer`` the one that the result is expected to have in proportion. ``offset`` is where the crop's top left corner
    lies in the result, across and down, where the picture grows.
    """

    region: Rect
    result_size: Size
    sent: Size
    inner: Size
    answer: Size
    offset: Size = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A run that is about to be ordered.

    ``mask`` is the crop's mask as PNG, b"" where everything may change. ``count`` results are asked for. ``piece`` says
    in words which of several runs of one edit this is: ``2 of 3``, ``search``; "" where there is one.
    """

    platform: str
    model: str
    endpoint: str
    operation: Operation
    way: Way
    place: Place
    count: int = 1
    piece: str = ""
    mask: bytes = b""

    @property
    def is_search(self) -> bool:
        """Whether the run looks for something, and its pictures are masks and no results."""
        return self.piece == SEARCH


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultRecord:
    """A run as it stands in the vault.

    ``job`` is the edit that it belongs to, ``document`` the picture's name, ``reference`` the platform's own name of
    the run or "" as long as there is none, ``pictures`` name the kept bytes by their SHA-256 in hexadecimal digits in
    the platform's order, ``reason`` says why nothing more will come. Times are UTC. In ``intent`` the mask is left out;
    ``mask`` names it as ``pictures`` are named.
    """

    id: str
    job: str
    document: str
    intent: Intent
    state: RecordState
    reference: str
    pictures: tuple[str, ...]
    mask: str
    reason: str
    begun: datetime
    changed: datetime

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all its kept bytes."""
        return (*self.pictures, self.mask) if self.mask else self.pictures


class Entry(Protocol):
    """The record of one run while it is being carried out.

    Writes take place in the order of the calls, though a caller that waits for one is cancelled. Every method but
    :meth:`sent` raises VaultUnavailable.
    """

    async def intended(self, intent: Intent) -> None:
        """The run is about to be ordered; on disk when this returns."""
        ...

    def sent(self) -> None:
        """The order is leaving, maybe anew: a run named before is done with. Never waits, never raises."""
        ...

    async def running(self, reference: str) -> None:
        """The platform has named the run; on disk when this returns. A later name takes the place of an earlier."""
        ...

    async def fetched(self, picture: bytes) -> None:
        """The bytes of one more of the run's pictures; on disk when this returns."""
        ...

    async def complete(self) -> None:
        """All pictures of the run have been fetched."""
        ...

    async def ended(self, reason: str) -> None:
        """Nothing more will come of the run, for a reason that is told in a sentence."""
        ...


class Recorder(Protocol):
    """Keeps the runs of one edit."""

    def begin(self) -> Entry:
        """The record of a run to come; nothing is written yet."""
        ...


class Vault(Protocol):
    """All records, of this and of earlier starts of the program. Every awaitable raises VaultUnavailable."""

    def recorder(self, job: str, *, document: str) -> Recorder:
        """What keeps the runs of the edit ``job`` of the picture called ``document``."""
        ...

    async def delivered(self, job: str, *, platform: str = "") -> None:
        """The result of the edit is where the user wanted it; or what ``platform`` made for it, where one is named."""
        ...

    async def given_up(self, job: str, reason: str) -> None:
        """What had been fetched for the edit was not used, for a reason that is told in a sentence."""
        ...

    async def records(self) -> tuple[VaultRecord, ...]:
        """Every record, the oldest first."""
        ...

    async def left_open(self) -> tuple[VaultRecord, ...]:
        """The open records that no running program works on any more, the oldest first."""
        ...

    async def left_fetched(self) -> tuple[VaultRecord, ...]:
        """The records whose pictures are all here and belong to no document, nor to an edit that goes on."""
        ...

    async def released(self, job: str) -> None:
        """The edit is over: whoever asks may collect what it left open."""
        ...

    async def entry(self, record: VaultRecord) -> Entry:
        """Take over a record that was left open, to collect its run. Raises VaultUnavailable where another running
        program has taken it over meanwhile."""
        ...

    async def picture(self, name: str) -> bytes:
        """The kept bytes called ``name``; VaultUnavailable where they are gone or not what they were."""
        ...

    async def sizes(self) -> Mapping[str, int]:
        """The number of bytes of everything that is kept, by name."""
        ...

    async def discard(self, records: Collection[str]) -> frozenset[str]:
        """Remove the records with these ids, and their bytes where no other record needs them; returns which went.

        Nothing else ever removes anything. What a program that runs is working on stays.
        """
        ...

    async def close(self) -> None:
        """This run of the program ends; what it leaves open is for the next one. Never fails."""
        ...
