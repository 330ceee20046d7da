"""What all outside platforms have in common: from a request to the model that serves it, and leaving in order.

A subclass says how one run is carried out and how it is stopped. Here: the key's form, going on to the next model while
one is gone, the one quick retry, downloads, and cancelling. Which models may serve is in
:mod:`editor.platforms.offering`.
"""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from editor.domain.attempt import Cost
from editor.domain.errors import (
    BadResult,
    Cancelled,
    ContentRefused,
    MaybeRunning,
    MissingKey,
    OverCap,
    PlatformError,
    RefusedKey,
    ResultGone,
    Unavailable,
    Unsupported,
)
from editor.domain.kinds import CancelEnding, Phase
from editor.domain.request import EditRequest, EditResult
from editor.domain.vault import VaultRecord
from editor.platforms.answers import ModelGone, spoken
from editor.platforms.base import Call
from editor.platforms.collecting import model_of, resumed
from editor.platforms.encoding import from_data_address
from editor.platforms.errand import Errand, Stage
from editor.platforms.leaving import in_time
from editor.platforms.model import Model
from editor.platforms.offering import OfferingPlatform
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.serving import Serving
from editor.transport.message import Response

log = logging.getLogger(__name__)

QUICK_RETRY_PAUSE = 0.3
QUICK_FAILURE_SECONDS = 15.0
"""A failure that took longer than this is not worth a second wait."""
_TIDY_SECONDS = 3.0
_DOWNLOADS = 3


class CloudPlatform(OfferingPlatform):
    """An outside platform, made of its parts."""

    key_hint: ClassVar[str] = "Paste the key again, without blanks or quotation marks."

    # --- serving

    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Serve the request with the first of its models that the platform still has."""
        reason = self.why_not(request)
        if reason is not None:
            raise Unsupported(reason)
        key = self._usable(call.key)
        errand = Errand(
            platform=self.id,
            request=request,
            key=key,
            report=call.report,
            recorder=call.recorder,
            limits=call.limits,
            afford=call.afford,
        )
        try:
            return await self._through_models(errand)
        except asyncio.CancelledError:
            ending = await in_time(self._stop(errand), self._entry.cancel_seconds, CancelEnding.COULD_NOT_STOP)
            if ending is CancelEnding.STOPPED and errand.finished:
                ending = CancelEnding.STOPPED_LATE
            if ending is CancelEnding.COULD_NOT_STOP and errand.is_kept:
                ending = CancelEnding.TO_BE_COLLECTED
            await errand.cancelled(ending)
            raise Cancelled(ending) from None
        except PlatformError as error:
            error.may_be_charged = error.may_be_charged or bool(errand.finished)
            raise
        finally:
            if errand.uploads:
                await in_time(self._tidy(errand), _TIDY_SECONDS, None)

    async def collect(
        self, record: VaultRecord, key: str | None, *, known: frozenset[str] = frozenset()
    ) -> tuple[bytes, ...] | None:
        """The pictures of a run that an earlier call began; by its reference, or by the platform's list of runs."""
        errand = resumed(record, key=self._usable(key), end=self._clock.monotonic() + self._entry.deadline)
        if not errand.run:
            errand.run = await self._run_of(errand, record, known)
        if not errand.run:
            raise ResultGone(f"{self.name} cannot say what became of the order. It may have been charged.")
        model = model_of(record, self._entry)
        if model is None:
            raise ResultGone(f"{record.intent.model} is not in the catalogue any more; its result cannot be read.")
        try:
            return await self._collected(errand, model, record)
        except (ContentRefused, BadResult) as error:
            raise ResultGone(error.message, detail=error.detail, status=error.status) from error

    async def _run_of(self, errand: Errand, record: VaultRecord, known: frozenset[str]) -> str:
        """The reference of a run that was ordered and never named, from the platform's list; "" where it has none."""
        return ""

    async def _collected(self, errand: Errand, model: Model, record: VaultRecord) -> tuple[bytes, ...] | None:
        """The pictures of ``errand.run``; as :meth:`collect`."""
        raise ResultGone(f"{self.name} cannot be asked for a result later. The edit may have been charged.")

    async def _through_models(self, errand: Errand) -> EditResult:
        """One model after the other while they are gone, or cannot take a picture of this shape."""
        passed, paid = list[str](), list[Cost]()
        last: PlatformError | None = None
        for model in self._candidates(errand.request):
            try:
                result = await self._serving(errand, model, paid).result()
            except ModelGone as error:
                log.info("%s: %s is gone; trying its next model", self.name, model.name)
                self._gone[model.name] = error.message
                last = error.final or error
                passed.append(f"{model.name} is not there any more; {self.name}'s next model served.")
            except Unsupported as error:
                if errand.stage is not Stage.NOTHING_SENT:
                    raise
                # That a cap is in the way is what the user can mend.
                last = error if isinstance(error, OverCap) else last or error
                passed.append(f"{model.name} was passed over. {error.message}")
            else:
                self._gone.pop(model.name, None)
                return replace(result, notes=(*passed, *result.notes)) if passed else result
        raise last or Unsupported(f"{self.name} does not offer {errand.request.operation.caption.lower()}.")

    def _serving(self, errand: Errand, model: Model, paid: list[Cost]) -> Serving:
        """Serves ``errand`` with ``model``; what its runs cost is added to ``paid``, whichever model serves at last."""
        seconds = model.deadline or self._entry.deadline
        return Serving(
            errand=errand,
            model=model,
            execute=self._execute,
            begin=lambda: errand.anew(now=self._clock.monotonic(), seconds=seconds, least=self._least_seconds(model)),
            polarities=self._polarities,
            most_bytes=self._picture_bytes(),
            costs=paid,
        )

    @abstractmethod
    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        """Carry out one run, from sending to the last byte of its pictures.

        Raises ModelGone or TooLarge where another try may help.
        """

    @abstractmethod
    def _authorization(self, key: str) -> Mapping[str, str]:
        """The headers that carry the key."""

    def _least_seconds(self, model: Model) -> float:
        """Seconds that a run of ``model`` may take, however quick experience says that it is."""
        return 0.0

    # --- leaving

    def _stopped(self, errand: Errand) -> CancelEnding:
        """A run that the platform has stopped costs nothing only where it had not left the queue."""
        return CancelEnding.STOPPED if errand.phase is Phase.QUEUED else CancelEnding.STOPPED_LATE

    async def _stop_run(self, errand: Errand) -> CancelEnding:
        """Stop a run that is known by ``errand.run``."""
        return CancelEnding.COULD_NOT_STOP

    async def _tidy(self, errand: Errand) -> None:
        """Delete what was uploaded, where the platform lets us."""

    async def _stop(self, errand: Errand) -> CancelEnding:
        if errand.stage is Stage.NOTHING_SENT:
            return CancelEnding.STOPPED
        if errand.stage is Stage.DONE:
            return CancelEnding.ALREADY_DONE
        if not errand.run and errand.find is not None:
            found = await errand.find()
            if found:
                await errand.running(found)
        return await self._stop_run(errand) if errand.run else CancelEnding.COULD_NOT_STOP

    async def _overdue(self, errand: Errand) -> PlatformError:
        """Stop a run that takes too long, or that cannot be watched any more; returns what to raise."""
        ending = await in_time(self._stop_run(errand), self._entry.cancel_seconds, CancelEnding.COULD_NOT_STOP)
        return self._late(errand, ending)

    def _late(self, errand: Errand, ending: CancelEnding) -> PlatformError:
        """What to raise about a run that took too long, or that could not be watched any more, and ended so."""
        words = f"{self.name} did not finish within {errand.seconds:.0f} seconds."
        if errand.phase is Phase.QUEUED and self._clock.monotonic() >= errand.queue_end:
            words = f"{self.name} did not begin within {errand.limits.first_sign or 0:.0f} seconds."
        elif self._clock.monotonic() < errand.end:
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
            raise Unavailable(f"{self.name} did not finish within {errand.seconds:.0f} seconds.")
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
            picture = from_data_address(url)
            await errand.fetched(picture)
            return picture
        errand.say(Phase.DOWNLOADING)
        for attempt in range(1, _DOWNLOADS + 1):
            try:
                picture = await self._download(errand, url)
            except Unavailable as error:
                # The run has ended well: whatever becomes of its picture, it is paid for.
                error.may_be_charged = True
                if attempt == _DOWNLOADS or (error.status is not None and error.status < 500):
                    raise
            else:
                await errand.fetched(picture)
                return picture
            await self._clock.sleep(QUICK_RETRY_PAUSE)
        raise AssertionError("the last try returns or raises")

    async def _download(self, errand: Errand, url: str) -> bytes:
        return await self._transport.download(url, peer=self.name, deadline=self._entry.transfer_deadline)
