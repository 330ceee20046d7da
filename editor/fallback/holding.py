"""The money of one call: set aside before it, more of it where it becomes dearer, and given back after it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from editor.domain.attempt import Attempt, Cost
from editor.domain.kinds import CostSource, Operation
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
    _further: list[Hold] = field(default_factory=list)

    async def begin(self, cost: Cost) -> None:
        """Set aside what the call will probably cost. Raises OverCap where the user's caps leave no room."""
        if self.budget is not None:
            self._hold = await self._held(self.budget, cost)

    async def afford(self, cost: Cost) -> None:
        """The call comes to ``cost`` by now: set aside what that is more. Raises OverCap where there is no room."""
        if self.budget is None or self._hold is None or cost.usd is None:
            return
        more = cost.usd - (self._hold.cost.usd or 0.0)
        if more <= _LEAST_DIFFERENCE:
            return
        self._further.append(await self._held(self.budget, Cost(more, None, CostSource.ESTIMATED)))
        # Where the price stays unknown, all that was set aside counts.
        self._hold = replace(self._hold, cost=cost)

    async def settle(self, attempt: Attempt) -> None:
        """Give everything back, and have ``attempt`` written down."""
        hold, self._hold = self._hold, None
        if self.budget is None or hold is None:
            return
        further, self._further = self._further, []
        await self.budget.settle(hold, attempt)
        for one in further:
            await self.budget.settle(one, None)

    async def _held(self, budget: Budget, cost: Cost) -> Hold:
        return await budget.hold(job=self.account, platform=self.platform, operation=self.operation, cost=cost)
