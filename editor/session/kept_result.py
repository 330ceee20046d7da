"""What the vault holds, as the user sees it: one result for what one platform made of one edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from editor.domain.kinds import Operation
from editor.domain.vault import RecordState, VaultRecord

_TILE = re.compile(r"piece \d+ of (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResult:
    """The records of one edit on one platform, the oldest first: a result takes several runs where it has variations,
    pieces, or a search before the fill.

    ``platform`` is the platform's name for the user, ``sizes`` are the bytes on disk by the names of what is kept.
    """

    records: tuple[VaultRecord, ...]
    platform: str
    sizes: Mapping[str, int]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: the edit and the platform's id."""
        return self.records[0].job, self.records[0].intent.platform

    @property
    def document(self) -> str:
        """The name of the picture that was edited."""
        return self.records[0].document

    @property
    def operation(self) -> Operation:
        """What was to be done."""
        return self.records[0].intent.operation

    @property
    def begun(self) -> datetime:
        """When the first run was ordered, UTC."""
        return self.records[0].begun

    @property
    def changed(self) -> datetime:
        """When the newest record became what it is, UTC."""
        return max(record.changed for record in self.records)

    @property
    def state(self) -> RecordState:
        """What matters most to the user: a picture that waits, then one that is owed, then what is settled."""
        states = [record.state for record in self.records if not record.intent.is_search] or [
            record.state for record in self.records
        ]
        first = (RecordState.FETCHED, RecordState.RUNNING, RecordState.SENT, RecordState.INTENDED)
        return next((one for one in (*first, RecordState.DELIVERED) if one in states), RecordState.GIVEN_UP)

    @property
    def is_open(self) -> bool:
        """Whether the platform may still owe something."""
        return any(record.state.is_open for record in self.records)

    @property
    def results(self) -> tuple[VaultRecord, ...]:
        """The records with pictures that can be opened; what a search found is no result."""
        return tuple(record for record in self.records if record.pictures and not record.intent.is_search)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The names of the pictures that can be opened."""
        return tuple(dict.fromkeys(name for record in self.results for name in record.pictures))

    @property
    def tiles(self) -> tuple[VaultRecord, ...]:
        """All pieces of one enlarged picture, one record a piece; empty where it was not cut up, or not all came."""
        found: dict[str, VaultRecord] = {}
        wanted = set()
        for record in self.results:
            if (match := _TILE.fullmatch(record.intent.piece)) is not None:
                found[record.intent.piece] = record
                wanted.add(int(match[1]))
        return tuple(found.values()) if wanted == {len(found)} else ()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(self.sizes.values())

    @property
    def reason(self) -> str:
        """Why nothing more comes, "" where nothing was said."""
        return next((record.reason for record in reversed(self.records) if record.reason), "")

    @property
    def is_dispensable(self) -> bool:
        """Whether nothing is lost with it: it is where the user wanted it, or there is nothing to be seen of it."""
        return not self.is_open and (self.state is RecordState.DELIVERED or not self.pictures)


def grouped(
    records: Iterable[VaultRecord], sizes: Mapping[str, int], name_of: Callable[[str], str]
) -> tuple[KeptResult, ...]:
    """One result for every edit and platform, the oldest first; ``name_of`` names a platform by its id."""
    groups: dict[tuple[str, str], list[VaultRecord]] = {}
    for record in records:
        groups.setdefault((record.job, record.intent.platform), []).append(record)
    return tuple(
        KeptResult(
            records=tuple(group),
            platform=name_of(platform),
            sizes=MappingProxyType({name: sizes.get(name, 0) for record in group for name in record.names}),
        )
        for (_, platform), group in groups.items()
    )
