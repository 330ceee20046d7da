"""What all outside platforms have in common: one errand from the fitted picture to the result.

A subclass says how a model is run and how a run is stopped. Here: the key's form, going through the models while
they are gone, fitting again where a picture was too large, the one quick retry, and leaving in order when cancelled.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, ClassVar, TypeVar

from editor.domain.attempt import UNKNOWN_COST, Cost, PlatformProgress
from editor.domain.blocking import run_blocking
from editor.domain.errors import (
    BadResult,
    Cancelled,
    MaybeRunning,
    MissingKey,
    PlatformError,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.domain.kinds import CancelEnding, CostSource, Operation, Phase
from editor.domain.protocols import Clock
from editor.domain.request import EditRequest, EditResult
from editor.platforms.addresses import Address
from editor.platforms.answers import ModelGone, TooLarge, spoken
from editor.platforms.base import Call, Platform
from editor.platforms.catalogue import Catalogue, Model, PlatformEntry
from editor.platforms.fitting import Fitted, fit, unfit
from editor.transport.http import Transport
from editor.transport.message import Response

log = logging.getLogger(__name__)
T = TypeVar("T")

QUICK_RETRY_PAUSE = 0.3
QUICK_FAILURE_SECONDS = 15.0
"""A failure that took longer than this is not worth a second wait."""
_TIDY_SECONDS = 3.0
_DOWNLOADS = 3


class Stage(Enum):
    """How far an errand has come, as far as stopping it goes."""

    NOTHING_SENT = auto()
    SENT = auto()
    RUNNING = auto()
    DONE = auto()


@dataclass(slots=True, kw_only=True)
class Errand:
    """The state of one :meth:`Platform.run`. ``end`` is the deadline on the clock."""

    request: EditRequest
    key: str
    report: Callable[[PlatformProgress], None]
    end: float
    stage: Stage = Stage.NOTHING_SENT
    phase: Phase = Phase.PREPARING
    run: str = ""
    """The platform's own name of the run: an id, or the address that stops it."""
    find: Callable[[], Awaitable[str | None]] | None = None
    """Looks for the run whose start was not answered, where the platform has a list of runs."""
    uploads: list[str] = field(default_factory=list)

    def say(self, phase: Phase, fraction: float | None = None, words: str = "") -> None:
        """Report progress."""
        self.phase = phase
        self.report(PlatformProgress(phase, fraction, words))

    def anew(self) -> None:
        """Begin again with another model or a smaller picture: what was started before has ended."""
        self.stage, self.run, self.find = Stage.NOTHING_SENT, "", None

    def sent(self) -> None:
        """The request that starts the work has left."""
        self.stage = Stage.SENT
        self.say(Phase.PROCESSING)


class CloudPlatform(Platform):
    """An outside platform; ``address`` is where its API lives."""

    key_hint: ClassVar[str] = "Paste the key again, without blanks or quotation marks."

    def __init__(self, *, transport: Transport, catalogue: Catalogue, address: Address, clock: Clock) -> None:
        self._transport = transport
        self._entry: PlatformEntry = catalogue.platform(self.id)
        self._address = address
        self._clock = clock

    def model(self, operation: Operation) -> str | None:
        """The catalogue's first model for the operation."""
        models = self._entry.models.get(operation)
        return models[0].name if models else None

    def why_not(self, request: EditRequest) -> str | None:
        """Not offered, or nothing marked: an empty mask would be charged and change nothing."""
        if not self._entry.models.get(request.operation):
            return f"{self.name} does not offer {request.operation.caption.lower()}."
        return None if request.mask.any() else "Nothing is marked."

    def expected_cost(self, operation: Operation) -> Cost:
        """The price of the catalogue's first model."""
        models = self._entry.models.get(operation)
        return price_of(models[0]) if models else UNKNOWN_COST

    @property
    def changed_address(self) -> str | None:
        """The base address where the user replaced it."""
        return self._address.if_changed

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Serve the request with the catalogue's first model that the platform still has."""
        reason = self.why_not(request)
        if reason is not None:
            raise Unsupported(reason)
        key = self._usable(call.key)
        end = self._clock.monotonic() + self._entry.deadline
        errand = Errand(request=request, key=key, report=call.report, end=end)
        try:
            return await self._through_models(errand)
        except asyncio.CancelledError:
            ending = await in_time(self._stop(errand), self._entry.cancel_seconds, CancelEnding.COULD_NOT_STOP)
            raise Cancelled(ending) from None
        finally:
            if errand.uploads:
                await in_time(self._tidy(errand), _TIDY_SECONDS, None)

    @abstractmethod
    async def _serve(self, errand: Errand, model: Model, fitted: Fitted) -> EditResult:
        """Run one model. Raises ModelGone or TooLarge where another try may help."""

    @abstractmethod
    def _authorization(self, key: str) -> Mapping[str, str]:
        """The headers that carry the key."""

    def _picture_bytes(self) -> int | None:
        """How many bytes picture and mask may have together, or None."""
        return None

    def _stopped(self, errand: Errand) -> CancelEnding:
        """A run that the platform has stopped costs nothing only where it had not left the queue."""
        return CancelEnding.STOPPED if errand.phase is Phase.QUEUED else CancelEnding.STOPPED_LATE

    async def _stop_run(self, errand: Errand) -> CancelEnding:
        """Stop a run that is known by ``errand.run``."""
        return CancelEnding.COULD_NOT_STOP

    async def _tidy(self, errand: Errand) -> None:
        """Delete what was uploaded, where the platform lets us."""

    async def _through_models(self, errand: Errand) -> EditResult:
        gone: ModelGone | None = None
        for model in self._entry.models[errand.request.operation]:
            errand.anew()
            try:
                return await self._fitting_again(errand, model)
            except ModelGone as error:
                log.info("%s: %s is gone; trying its next model", self.name, model.name)
                gone = error
        if gone is None:
            raise Unsupported(f"{self.name} does not offer {errand.request.operation.caption.lower()}.")
        raise gone.final or gone

    async def _fitting_again(self, errand: Errand, model: Model) -> EditResult:
        fitted = await self._fit(errand, model, None)
        try:
            return await self._serve(errand, model, fitted)
        except TooLarge as error:
            most_pixels = max(1, fitted.sent[0] * fitted.sent[1] // 2)
            if error.most_side is not None:
                most_pixels = min(most_pixels, error.most_side**2 * min(fitted.sent) // max(fitted.sent))
            log.info("%s found the picture too large; sending a smaller one", self.name)
        errand.anew()
        return await self._serve(errand, model, await self._fit(errand, model, most_pixels))

    async def _fit(self, errand: Errand, model: Model, most_pixels: int | None) -> Fitted:
        errand.say(Phase.PREPARING)
        most_bytes = self._picture_bytes()
        return await run_blocking(lambda: fit(errand.request, model, most_bytes=most_bytes, most_pixels=most_pixels))

    async def _stop(self, errand: Errand) -> CancelEnding:
        if errand.stage is Stage.NOTHING_SENT:
            return CancelEnding.STOPPED
        if errand.stage is Stage.DONE:
            return CancelEnding.ALREADY_DONE
        if not errand.run and errand.find is not None:
            errand.run = await errand.find() or ""
        return await self._stop_run(errand) if errand.run else CancelEnding.COULD_NOT_STOP

    async def _overdue(self, errand: Errand) -> PlatformError:
        """Stop a run that takes too long, or that cannot be watched any more; returns what to raise."""
        ending = await in_time(self._stop_run(errand), self._entry.cancel_seconds, CancelEnding.COULD_NOT_STOP)
        words = f"{self.name} did not finish within {self._entry.deadline:.0f} seconds."
        if self._clock.monotonic() < errand.end:
            words = f"{self.name} stopped answering while it worked."
        if ending in (CancelEnding.STOPPED, CancelEnding.STOPPED_LATE):
            return Unavailable(f"{words} The run was stopped.")
        return MaybeRunning(f"{words} The edit may have been charged.")

    def _usable(self, key: str | None) -> str:
        stripped = (key or "").strip()
        if not stripped:
            raise MissingKey(f"{self.name} needs a key. Get one at {spoken(self.key_page)}.")
        if not stripped.isascii() or not stripped.isprintable() or " " in stripped:
            raise RefusedKey(f"The key for {self.name} has characters that no key has. {self.key_hint}")
        return stripped

    def _remaining(self, errand: Errand) -> float:
        """Seconds until the errand's deadline; raises Unavailable where none are left."""
        left = errand.end - self._clock.monotonic()
        if left <= 0:
            raise Unavailable(f"{self.name} did not finish within {self._entry.deadline:.0f} seconds.")
        return left

    async def _call(self, key: str | None, method: str, url: str, **options: Any) -> Response:
        """One small call with the key (or without, for None), tried once more where it surely was not accepted."""
        headers = {**(self._authorization(key) if key else {}), **options.pop("headers", {})}
        options.setdefault("deadline", self._entry.call_deadline)

        async def send() -> Response:
            return await self._transport.send(method, url, peer=self.name, headers=headers, **options)

        return await self._tried_twice(send)

    async def _tried_twice(self, send: Callable[[], Awaitable[Response]]) -> Response:
        began = self._clock.monotonic()
        try:
            return await send()
        except Unavailable as error:
            slow = self._clock.monotonic() - began > QUICK_FAILURE_SECONDS
            if slow or not error.surely_not_accepted:
                raise
        await self._clock.sleep(QUICK_RETRY_PAUSE)
        return await send()

    async def _fetch(self, errand: Errand, url: str) -> bytes:
        """The bytes of a result: decoded from a ``data:`` address, or downloaded, with two more tries, keyless."""
        if url.startswith("data:"):
            return from_data_address(url)
        errand.say(Phase.DOWNLOADING)
        for attempt in range(1, _DOWNLOADS + 1):
            try:
                return await self._download(errand, url)
            except Unavailable as error:
                if attempt == _DOWNLOADS or (error.status is not None and error.status < 500):
                    raise
            await self._clock.sleep(QUICK_RETRY_PAUSE)
        raise AssertionError("the last try returns or raises")

    async def _download(self, errand: Errand, url: str) -> bytes:
        return await self._transport.download(url, peer=self.name, deadline=self._entry.transfer_deadline)

    async def _picture(self, errand: Errand, data: bytes, fitted: Fitted) -> Any:
        return await run_blocking(lambda: unfit(data, fitted, errand.request))


def price_of(model: Model, units: float = 1.0) -> Cost:
    """What ``units`` of the model's price come to, by the catalogue."""
    price = model.price
    if price.usd is None and price.credits is None:
        return Cost(None, None, CostSource.UNKNOWN)
    dollars = None if price.usd is None else price.usd * units
    return Cost(dollars, None if price.credits is None else price.credits * units, CostSource.ESTIMATED)


def data_address(data: bytes, media_type: str) -> str:
    """``data`` as a ``data:`` address."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def from_data_address(url: str) -> bytes:
    """The bytes in a base64 ``data:`` address; raises BadResult for anything else."""
    head, _, body = url.partition(",")
    if not head.lower().endswith(";base64"):
        raise BadResult("What came back is not a picture.")
    return from_base64(body)


def from_base64(text: str) -> bytes:
    """The bytes in ``text``; raises BadResult where it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadResult("The picture that came back is broken.", detail="not base64") from error


async def in_time(work: Coroutine[Any, Any, T], seconds: float, otherwise: T) -> T:
    """What ``work`` returns, or ``otherwise`` where it fails or takes longer than ``seconds``.

    Runs in a task of its own, since the calling one is being cancelled; a second cancelling ends the wait at once.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        return otherwise
    if not task.done():
        task.cancel()
        return otherwise
    try:
        return task.result()
    except PlatformError as error:
        log.debug("Leaving a platform: %s %s", error.message, error.detail)
        return otherwise
