"""Fakes that stand where the real parts would cost time, money or luck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from editor.domain.attempt import FREE, Cost
from editor.domain.errors import Cancelled
from editor.domain.geometry import Rect
from editor.domain.kinds import CancelEnding, CostSource, Operation, OperationType
from editor.domain.options import EditOptions
from editor.domain.receipt import Receipt
from editor.domain.request import EditRequest, EditResult
from editor.platforms.base import Call, Platform

RECEIPT = Receipt(
    operation=Operation.ERASE,
    operation_type=OperationType.IMAGE_EDITING,
    served_by=None,
    attempts=(),
    seed=None,
    cost=FREE,
    app_version="0",
)
"""A receipt where a test needs one and does not care."""


class FakeClock:
    """Time that moves only when it is told to, or by what sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


class FakeCredentials:
    """Keys from a dictionary."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys = dict(keys)
        self.asked: list[str] = []

    async def get(self, platform: str) -> str | None:
        self.asked.append(platform)
        return self.keys.get(platform)


Step = Exception | None | str
"""What a scripted call does: raise, serve (None), or wait for ever ("hang")."""


class FakePlatform(Platform):
    """A platform that does what its script says; the last step repeats."""

    def __init__(self, platform: str, clock: FakeClock, *script: Step, needs_key: bool = True, seconds: float = 1.0):
        self.id = platform  # type: ignore[misc]
        self.name = platform.capitalize()  # type: ignore[misc]
        self.error_prefix = f"{self.name} API error"  # type: ignore[misc]
        self.needs_key = needs_key  # type: ignore[misc]
        self.key_variables = (f"{platform.upper()}_KEY",)  # type: ignore[misc]
        self.script: list[Step] = list(script) or [None]
        self.calls: list[str | None] = []
        self.refusal: str | None = None
        self.offered: str | None = f"{platform}-model"
        self.waiting = asyncio.Event()
        self._clock = clock
        self._seconds = seconds

    def model(self, operation: Operation) -> str | None:
        return self.offered

    def why_not(self, request: EditRequest) -> str | None:
        return self.refusal

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        self.calls.append(call.key)
        self._clock.seconds += self._seconds
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if step == "hang":
            self.waiting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise Cancelled(CancelEnding.COULD_NOT_STOP) from None
        if isinstance(step, Exception):
            raise step
        cost = Cost(0.05, None, CostSource.ESTIMATED) if self.needs_key else FREE
        return EditResult(image=request.image.copy(), model=f"{self.id}-model", request_id="r-1", cost=cost)


def small_request(*, seed: int | None = None) -> EditRequest:
    """A 16 × 12 picture with a hole in its middle."""
    image = np.arange(12 * 16 * 3, dtype=np.uint8).reshape(12, 16, 3)
    mask = np.zeros((12, 16), np.uint8)
    mask[4:8, 6:10] = 255
    return EditRequest(
        operation=Operation.ERASE, image=image, mask=mask, region=Rect(0, 0, 16, 12), options=EditOptions(seed=seed)
    )


async def accept(request: EditRequest, result: EditResult) -> None:
    """A check that finds every result good."""


Check = Callable[[EditRequest, EditResult], object]
