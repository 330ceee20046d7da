"""How fast this computer is beside the one that the engine's estimates were measured on, learned from its own edits."""

from __future__ import annotations

from collections.abc import Callable

from editor.domain.kinds import Operation

NEWEST_SHARE = 0.5
"""What the newest edit counts beside all before it."""
LEAST, MOST = 0.1, 20.0
"""A share beyond these tells of a computer that slept, not of a fast or a slow one."""


class Pace:
    """For each operation: its seconds as a share of those foreseen. ``known`` and ``store`` keep it as words over
    restarts; without them it lasts as long as the program."""

    def __init__(
        self,
        *,
        known: Callable[[str], str] = lambda name: "",
        store: Callable[[str, str], None] = lambda name, word: None,
    ) -> None:
        self._known = known
        self._store = store
        self._shares: dict[Operation, float] = {}

    def seconds(self, operation: Operation, foreseen: float) -> float:
        """What ``foreseen`` seconds will be on this computer."""
        return foreseen * self._share(operation)

    def learn(self, operation: Operation, *, foreseen: float, taken: float) -> None:
        """An edit that was to take ``foreseen`` seconds took ``taken``."""
        share = min(MOST, max(LEAST, taken / foreseen))
        known = self._shares.get(operation) or self._remembered(operation)
        newest = share if known is None else known ** (1 - NEWEST_SHARE) * share**NEWEST_SHARE
        self._shares[operation] = newest
        self._store(operation, f"{newest:.3f}")

    def _share(self, operation: Operation) -> float:
        return self._shares.get(operation) or self._remembered(operation) or 1.0

    def _remembered(self, operation: Operation) -> float | None:
        try:
            share = float(self._known(operation))
        except ValueError:
            return None
        return share if LEAST <= share <= MOST else None
