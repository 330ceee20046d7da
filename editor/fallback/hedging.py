"""A second call beside a slow one: how much of the user's money that may take, and which of the two is taken.

Only where the user allows it. The first good picture wins, the other call is cancelled; a picture that it had made by
then is paid for and becomes a variation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from editor.domain.attempt import Attempt, Cost
from editor.domain.errors import Cancelled
from editor.domain.protocols import Clock
from editor.domain.request import EditResult
from editor.fallback.policy import worst_ending


@dataclass(slots=True)
class Purse:
    """What this process has spent, and how much of it on second calls, in US dollars."""

    spent: float = 0.0
    hedged: float = 0.0

    def allows(self, cost: Cost, share: float) -> bool:
        """Whether second calls stay within ``share`` of all spending with one for ``cost`` more; not if unknown."""
        return cost.usd is not None and self.hedged + cost.usd <= share * self.spent

    def note(self, attempt: Attempt, *, hedge: bool) -> None:
        """Take in what an attempt cost."""
        usd = attempt.cost.usd or 0.0
        self.spent += usd
        self.hedged += usd if hedge else 0.0


@dataclass(slots=True)
class Race:
    """The calls of one link and of the one started beside it; each returns its result, or None after a failure.

    ``spare`` makes the second call, or None where there is none to be made; it is asked ``after`` so many seconds.
    """

    first: Coroutine[Any, Any, EditResult | None]
    spare: Callable[[], Coroutine[Any, Any, EditResult | None] | None]
    after: float
    clock: Clock
    _calls: list[asyncio.Task[EditResult | None]] = field(default_factory=list)

    async def result(self) -> tuple[EditResult | None, tuple[EditResult, ...]]:
        """The first good result, or None where every call failed, and those that came too late.

        Raises Cancelled, with the ending that may cost most, when the running task is cancelled.
        """
        try:
            await self._started()
            return await self._won()
        except asyncio.CancelledError:
            raise Cancelled(worst_ending(await self._stopped())) from None
        except BaseException:
            await self._stopped()
            raise

    async def _started(self) -> None:
        self._calls.append(asyncio.ensure_future(self.first))
        timer = asyncio.ensure_future(self.clock.sleep(self.after))
        try:
            await asyncio.wait([*self._calls, timer], return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        spare = None if self._calls[0].done() else self.spare()
        if spare is not None:
            self._calls.append(asyncio.ensure_future(spare))

    async def _won(self) -> tuple[EditResult | None, tuple[EditResult, ...]]:
        pending = set(self._calls)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            good = [result for call in self._calls if call in done and (result := call.result()) is not None]
            if good:
                await self._stopped()
                late = [result for call in self._calls if (result := _result_of(call)) not in (None, good[0])]
                return good[0], tuple(result for result in late if result is not None)
        return None, ()

    async def _stopped(self) -> list[Any]:
        """Cancel what still runs; the endings of what was cancelled."""
        running = [call for call in self._calls if not call.done()]
        for call in running:
            call.cancel()
        outcomes: Sequence[object] = await asyncio.gather(*running, return_exceptions=True)
        return [outcome.ending for outcome in outcomes if isinstance(outcome, Cancelled)]


def _result_of(call: asyncio.Task[EditResult | None]) -> EditResult | None:
    return None if call.cancelled() or call.exception() is not None else call.result()


def with_late(result: EditResult, late: Sequence[EditResult]) -> EditResult:
    """``result`` with pictures that came too late as its variations: they are paid for."""
    if not late:
        return result
    pictures = tuple(picture for one in late for picture in (one.image, *one.others))
    notes = tuple(f"{one.model} finished as well; its picture is kept as a variation." for one in late)
    return replace(result, others=(*result.others, *pictures), notes=(*result.notes, *notes))
