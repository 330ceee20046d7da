"""Money that is set aside before an attempt and accounted for after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from editor.domain.attempt import Attempt, Cost
from editor.domain.kinds import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What was set aside for one attempt. ``id`` is the budget's own number of it."""

    id: int
    job: str
    platform: str
    operation: Operation
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account holds, in the platform's own credits and in US dollars; None where that is not told."""

    credits: float | None = None
    usd: float | None = None

    def covers(self, cost: Cost) -> bool:
        """Whether ``cost`` can be paid from it, as far as both are known; an account at zero pays for nothing."""
        pairs = ((self.credits, cost.credits), (self.usd, cost.usd))
        return all(held is None or (held > 0 and held >= (needed or 0.0)) for held, needed in pairs)


class Budget(Protocol):
    """Keeps spending below the user's caps, over parallel edits, restarts, and several windows."""

    async def hold(self, *, job: str, platform: str, operation: Operation, cost: Cost) -> Hold:
        """Set ``cost`` aside before anything is sent.

        Raises :class:`editor.domain.errors.OverCap`, which names the cap, what is spent, and when it resets.
        """
        ...

    async def extend(self, hold: Hold, cost: Cost) -> Hold:
        """Set ``cost`` aside in place of ``hold``, whose call has become dearer; returns the hold that stands for both.

        Raises OverCap as :meth:`hold`; ``hold`` stands as it was then.
        """
        ...

    async def settle(self, hold: Hold, attempt: Attempt | None) -> None:
        """Give back what was set aside, and write down what the attempt cost and how it ended, if there was one."""
        ...
