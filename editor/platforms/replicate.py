"""Replicate: create a prediction, look at it until it ends, fetch its output; by the platform's OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from editor.domain.errors import PlatformError, RateLimited, ResultGone, Unavailable
from editor.domain.kinds import CancelEnding, Phase
from editor.domain.status import Refreshed
from editor.domain.vault import VaultRecord
from editor.platforms.addresses import Addresses
from editor.platforms.answers import TooLarge
from editor.platforms.cloud import CloudPlatform
from editor.platforms.errand import Errand, Stage
from editor.platforms.leaving import in_time
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.parts import PlatformParts
from editor.platforms.patience import Patience
from editor.platforms.refreshing import Live, asked, endpoints_of, refreshed
from editor.platforms.replicate_errors import BILLING_PAGE, NAME, classify, nothing_made, run_failure
from editor.platforms.replicate_files import FileService
from editor.platforms.replicate_line import Line
from editor.platforms.replicate_models import left_out, live_of
from editor.platforms.replicate_runs import (
    ENDED,
    SUCCEEDED,
    chosen,
    figures_of,
    is_hiccup,
    picture_addresses,
    share_done,
    state_of,
)
from editor.platforms.replicate_start import Started, Starter
from editor.transport.message import Response


class ReplicatePlatform(CloudPlatform):
    """Replicate. What it says of a model is remembered for a day."""

    id = "replicate"
    name = NAME
    error_prefix = "Replicate prediction failed"
    key_variables = ("REPLICATE_API_TOKEN",)
    key_page = "https://replicate.com/account/api-tokens"
    billing_page = BILLING_PAGE

    def __init__(self, parts: PlatformParts) -> None:
        super().__init__(parts, address=Addresses.from_environment(parts.environment).replicate)
        line = Line(
            call=self._call,
            classified=self._classified,
            address=self._address,
            entry=self._entry,
            clock=self._clock,
            name=self.name,
        )
        self._files = FileService(line)
        self._starter = Starter(line)

    async def check_key(self, key: str) -> str:
        """Ask for the account."""
        key = self._usable(key)
        answer = await self._call(key, "GET", self._address.url("account"))
        if not answer.ok:
            raise classify(answer, key=key, rate_limit_pause=self._entry.rate_limit_pause)
        username = answer.json_object().get("username")
        return f"The key works. Account: {username}." if isinstance(username, str) else "The key works."

    async def refresh(self, key: str | None) -> Refreshed:
        """Ask for the model object of every model; prices are not in it."""
        usable = self._usable(key)

        async def ask(model: Model) -> Live:
            answer = await self._call(usable, "GET", self._address.url(f"models/{model.endpoint}"))
            if not answer.ok and not (answer.status in (404, 410) and answer.json_object()):
                raise classify(answer, key=usable, rate_limit_pause=self._entry.rate_limit_pause)
            return live_of(answer, model, name=self.name)

        answers = await asked(endpoints_of(self._entry), ask, name=self.name)
        return refreshed(self._entry, answers.found, notes=answers.notes)

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key}"}

    def _classified(self, answer: Response, errand: Errand) -> PlatformError:
        pause = self._entry.rate_limit_pause
        return classify(answer, key=errand.key, rate_limit_pause=pause, secrets=errand.request.options.texts)

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        started = await self._started(errand, model, order)
        run = await self._ended(errand, started.run)
        if is_hiccup(run):
            # A failed run is free, and a fault of the platform's own machines seldom strikes twice.
            errand.stage, errand.run, errand.find = Stage.NOTHING_SENT, "", None
            started = await self._started(errand, model, order)
            run = await self._ended(errand, started.run)
        if state_of(run) not in SUCCEEDED:
            raise _failure(run, errand, order)
        errand.stage = Stage.DONE
        addresses = chosen(picture_addresses(run.get("output")), model.pick, count=order.count)
        if not addresses:
            raise self._nothing_in(run, errand)
        seedless = model.seed is not None and model.seed.field in started.left_out
        return Delivery(
            pictures=tuple([await self._fetch(errand, address) for address in addresses]),
            request_id=errand.run or None,
            seed=None if seedless else order.seed,
            metrics=MappingProxyType(figures_of(run)),
            notes=left_out(started.left_out, model, name=self.name),
        )

    async def _started(self, errand: Errand, model: Model, order: Order) -> Started:
        """Send the pictures and create the run; through the file service where they are too large for the order."""
        inline = order.total_bytes <= self._entry.inline_bytes
        values = await self._files.values(errand, order, inline=inline)
        try:
            return await self._starter.start(errand, model, order, values)
        except TooLarge:
            if not inline:
                raise
        values = await self._files.values(errand, order, inline=False)
        return await self._starter.start(errand, model, order, values)

    def _nothing_in(self, run: Mapping[str, Any], errand: Errand) -> PlatformError:
        if not run.get("data_removed"):
            return nothing_made(run, key=errand.key, secrets=errand.request.options.texts)
        # An hour after its end a run loses its output.
        expired = Unavailable(f"{self.name} no longer has the picture.", status=200)
        expired.may_be_charged = True
        return expired

    async def _tidy(self, errand: Errand) -> None:
        await self._files.delete(errand)

    # --- watching and stopping a run

    async def _ended(self, errand: Errand, run: dict[str, Any]) -> dict[str, Any]:
        """The run once it has ended, however. One that is overdue is stopped, unless it has just ended well."""
        patience = Patience(clock=self._clock, poll=self._entry.poll, end=errand.end, queue_end=errand.queue_end)
        at_least: float | None = None
        while state_of(run) not in ENDED:
            errand.say(Phase.QUEUED if state_of(run) == "starting" else Phase.PROCESSING, share_done(run))
            if not await patience.wait(at_least, queued=errand.phase is Phase.QUEUED):
                last = await in_time(self._halted(errand), self._entry.cancel_seconds, {})
                if state_of(last) in SUCCEEDED:
                    return last
                raise self._late(errand, self._ending_of(errand, last))
            at_least = None
            try:
                run = await self._looked(errand)
                patience.seen()
            except RateLimited as limited:
                at_least = limited.retry_after
            except PlatformError:
                # The look was refused, not the run: it goes on and is charged, so nothing may be sent in its place.
                patience.missed()
        return run

    async def _looked(self, errand: Errand) -> dict[str, Any]:
        answer = await self._call(errand.key, "GET", self._run_url(errand))
        if not answer.ok:
            raise self._classified(answer, errand)
        run = answer.json_object()
        if not run:
            raise Unavailable(f"{self.name} gave no answer about the run.", status=answer.status)
        return run

    def _run_url(self, errand: Errand, action: str = "") -> str:
        return self._address.url(f"predictions/{quote(errand.run, safe='')}{action}")

    async def _halted(self, errand: Errand) -> dict[str, Any]:
        """The run after it was told to stop. What is said to a run that has ended is not documented: then look."""
        url = self._run_url(errand, "/cancel")
        answer = await self._call(errand.key, "POST", url, deadline=self._entry.cancel_seconds)
        run = answer.json_object() if answer.ok else {}
        if answer.ok and state_of(run) not in ENDED:
            return {**run, "status": "canceled"}
        return run if answer.ok and state_of(run) not in SUCCEEDED else await self._looked(errand)

    def _ending_of(self, errand: Errand, run: Mapping[str, Any]) -> CancelEnding:
        if state_of(run) in SUCCEEDED:
            return CancelEnding.ALREADY_DONE
        return self._stopped(errand) if state_of(run) in ENDED else CancelEnding.COULD_NOT_STOP

    async def _stop_run(self, errand: Errand) -> CancelEnding:
        return self._ending_of(errand, await self._halted(errand))

    # --- a run of an earlier time

    async def _run_of(self, errand: Errand, record: VaultRecord, known: frozenset[str]) -> str:
        return await self._starter.ordered_at(errand, record.intent.endpoint, record.begun, known) or ""

    async def _collected(self, errand: Errand, model: Model, record: VaultRecord) -> tuple[bytes, ...] | None:
        try:
            run = await self._looked(errand)
        except PlatformError as error:
            if error.status not in (404, 410):
                raise
            raise ResultGone(f"{self.name} no longer knows the run.", status=error.status) from error
        if state_of(run) not in ENDED:
            return None
        if state_of(run) not in SUCCEEDED:
            raise ResultGone(run_failure(run, key=errand.key, secrets=()).message)
        addresses = chosen(picture_addresses(run.get("output")), model.pick, count=record.intent.count)
        if not addresses:
            raise ResultGone(self._nothing_in(run, errand).message)
        return tuple([await self._fetch(errand, address) for address in addresses])

    async def _download(self, errand: Errand, url: str) -> bytes:
        """Without the key; with it where the file's host asks for it and is the platform's own."""
        try:
            return await super()._download(errand, url)
        except Unavailable as error:
            if error.status not in (401, 403) or not self._address.may_carry_key(url):
                raise
        headers = self._authorization(errand.key)
        seconds = self._entry.transfer_deadline
        return await self._transport.download(url, peer=self.name, deadline=seconds, headers=headers)


def _failure(run: dict[str, Any], errand: Errand, order: Order) -> PlatformError:
    """The error of a run that did not end well. One that was stopped while it worked is billed for its time."""
    texts = tuple(value for value in order.values.values() if isinstance(value, str) and " " in value)
    error = run_failure(run, key=errand.key, secrets=(*errand.request.options.texts, *texts))
    error.may_be_charged = state_of(run) == "canceled"
    return error
