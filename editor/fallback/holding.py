"""The money of one call: set aside before it, more of it where it becomes dearer, and given back after it."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.attempt import Attempt, Cost
from editor.domain.kinds import Operation
from editor.domain.money import Budget, Hold

_LEAST_DIFFERENCE = 1e-6
"""US dollars that sums of decimal fractions may be off by."""


@dataclass(slots=True, kw_only=True)
class Holding:
    """What is set aside for a call on ``platform``; ``account`` names the edit. Nothing is where ``budget`` is None."""

    budget: Budget | None
    account: str
    platform: str
    operation: Operation
    _hold: Hold | None = None

    async def begin(self, cost: Cost) -> None:
        """Set aside what the call will probably cost. Raises OverCap where the user's caps leave no room."""
        if self.budget is not None:
            self._hold = await self.budget.hold(
                job=self.account, platform=self.platform, operation=self.operation, cost=cost
            )

    async def afford(self, cost: Cost) -> None:
        """The call comes to ``cost`` by now: set that aside instead. Raises OverCap where there is no room."""
        if self.budget is None or self._hold is None or cost.usd is None:
            return
        if cost.usd - (self._hold.cost.usd or 0.0) > _LEAST_DIFFERENCE:
            self._hold = await self.budget.extend(self._hold, cost)

    async def settle(self, attempt: Attempt) -> None:
        """Give everything back, and have ``attempt`` written down."""
        hold, self._hold = self._hold, None
        if self.budget is None or hold is None:
            return
        await self.budget.settle(hold, attempt)
