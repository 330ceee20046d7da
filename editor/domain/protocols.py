"""What the rooms below ask for and the rooms above bring: clock, chance and credentials."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one source of time. Tests pass a clock that is moved by hand."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        ...

    def now(self) -> datetime:
        """The wall time in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; returns at once for a tame clock."""
        ...


class Credentials(Protocol):
    """Gives keys to the fallback manager."""

    async def get(self, platform: str) -> str | None:
        """The key of ``platform``, or None where there is none.

        Raises :class:`editor.domain.errors.MissingKey` where a keyring did not answer in time.
        """
        ...
