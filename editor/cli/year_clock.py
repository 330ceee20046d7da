"""The clock of the simulated year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class SimulatedClock:
    """Implements :class:`editor.domain.protocols.Clock`; waiting takes no time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Seconds of the year."""
        return self.seconds

    def now(self) -> datetime:
        """The simulated wall time."""
        return _BEGIN + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.seconds += seconds
