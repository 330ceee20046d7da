"""Experience over restarts: what the ledger knows of earlier runs of the program, then what this one sees."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Protocol

from editor.domain.kinds import Operation, Outcome
from editor.domain.protocols import Clock
from editor.fallback.experience import REMEMBERED, RecentExperience, Sample, tells
from editor.storage.database import StorageUnavailable
from editor.storage.ledger import Entry

log = logging.getLogger(__name__)

EVERYTHING = "everything"
"""The name under which it is kept that all experience was forgotten; otherwise the operation's."""


class Notebook(Protocol):
    """Keeps words by name, over restarts."""

    def get(self, name: str) -> str:
        """The word, or ""."""
        ...

    def set(self, name: str, word: str) -> None:
        """Keep a word."""
        ...


class RememberedExperience(RecentExperience):
    """Begins with what earlier runs of the program have seen, once :meth:`recall` was awaited.

    ``earlier`` reads their last attempts, at most so many of each platform and operation, the oldest first. What the
    user has reset stays forgotten: ``resets`` keeps the moments.
    """

    def __init__(self, *, clock: Clock, earlier: Callable[[int], Awaitable[Iterable[Entry]]], resets: Notebook) -> None:
        super().__init__(clock=clock)
        self._earlier = earlier
        self._resets = resets
        self._recalled = asyncio.Lock()
        self._is_recalled = False

    async def recall(self) -> None:
        """Read what earlier runs have seen; once, however often it is called. Never fails: the log tells."""
        async with self._recalled:
            if self._is_recalled:
                return
            try:
                entries = tuple(await self._earlier(REMEMBERED))
            except StorageUnavailable as error:
                log.warning("What earlier edits have taught cannot be read: %s", error.message)
                return
            self._is_recalled = True
        for entry in entries:
            self._take(entry)

    def reset(self, operation: Operation | None = None) -> None:
        """Forget everything, or everything of one operation, for good."""
        super().reset(operation)
        self._resets.set(str(operation or EVERYTHING), self._clock.now().isoformat())

    def _take(self, entry: Entry) -> None:
        if entry.operation not in tuple(Operation) or entry.outcome not in tuple(Outcome):
            return  # written by another version of the program
        operation, outcome = Operation(entry.operation), Outcome(entry.outcome)
        if tells(outcome) and entry.time > self._forgotten_until(operation):
            sample = Sample(entry.time.timestamp(), outcome is Outcome.SERVED, entry.seconds, entry.usd)
            self.recalled(entry.platform, operation, sample)

    def _forgotten_until(self, operation: Operation) -> datetime:
        words = [self._resets.get(name) for name in (EVERYTHING, str(operation))]
        return max((datetime.fromisoformat(word) for word in words if word), default=_NEVER)


_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
