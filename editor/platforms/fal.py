"""FAL: submit to the queue, look until it is completed, fetch the result; by the platform's pages and its clients."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from editor.domain.errors import (
    BadResult,
    ContentRefused,
    MaybeRunning,
    PlatformError,
    RateLimited,
    RefusedKey,
    Unavailable,
)
from editor.domain.kinds import CancelEnding, Phase
from editor.platforms.addresses import Addresses
from editor.platforms.answers import TooLarge
from editor.platforms.cloud import CloudPlatform
from editor.platforms.encoding import data_address
from editor.platforms.errand import Errand, Stage
from editor.platforms.fal_errors import BILLING_PAGE, NAME, classify, run_failure, words_of
from editor.platforms.fal_results import cost_of, figures_of, picture_addresses, seed_in, was_filtered
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.parts import PlatformParts
from editor.platforms.patience import Patience
from editor.transport.message import Response, is_safe

_STORAGE = "storage_type=fal-cdn-v3"
_FILE_SECONDS = 3600
_LEAST_START_SECONDS = 2


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """A submitted request with its own three addresses."""

    request_id: str
    status_url: str
    result_url: str
    cancel_url: str


class FalPlatform(CloudPlatform):
    """FAL's queue. A lost answer to a submit cannot be looked up."""

    id = "fal"
    name = NAME
    error_prefix = "FAL API error"
    key_variables = ("FAL_KEY", "FAL_KEY_ID + FAL_KEY_SECRET", "FAL_API_KEY")
    key_scheme = "Key"
    key_page = "https://fal.ai/dashboard/keys"
    billing_page = BILLING_PAGE
    key_hint = "A FAL key is an id and a secret with a colon between them."

    def __init__(self, parts: PlatformParts) -> None:
        addresses = Addresses.from_environment(parts.environment)
        super().__init__(parts, address=addresses.fal_run)
        self._queue = addresses.fal_queue
        self._rest = addresses.fal_rest

    @property
    def changed_address(self) -> str | None:
        """The first of the three base addresses that the user replaced."""
        return self._address.if_changed or self._queue.if_changed or self._rest.if_changed

    async def check_key(self, key: str) -> str:
        """Ask for a token of the file service, which costs nothing; a locked account is refused there too."""
        key = self._usable(key)
        answer = await self._call(key, "POST", self._rest.url(f"storage/auth/token?{_STORAGE}"), json={})
        if answer.ok:
            return "The key works."
        error = self._classified(answer, key)
        raise getattr(error, "final", None) or error

    def _usable(self, key: str | None) -> str:
        text = (key or "").strip()
        usable = super()._usable(text[4:] if text.lower().startswith("key ") else text)
        if ":" not in usable:
            raise RefusedKey(f"The key for {self.name} is not complete. {self.key_hint}")
        return usable

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Key {key}"}

    def _classified(self, answer: Response, key: str) -> PlatformError:
        return classify(answer, key=key, rate_limit_pause=self._entry.rate_limit_pause)

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        inline = order.total_bytes <= self._entry.inline_bytes
        try:
            run = await self._submitted(errand, model, order, inline=inline)
        except TooLarge:
            if not inline:
                raise
            run = await self._submitted(errand, model, order, inline=False)
        status, answer = await self._completed(errand, run)
        output = answer.json_object()
        errand.stage = Stage.DONE
        if was_filtered(output):
            message = f"{self.name} refused the picture: its content filter objected."
            raise ContentRefused(message, status=answer.status)
        addresses = picture_addresses(output, first=model.output)
        if not addresses:
            if words_of(answer):
                raise run_failure({"error": words_of(answer)}, key=errand.key)
            raise BadResult(f"{self.name} finished without a picture.", status=answer.status)
        told = seed_in(output)
        return Delivery(
            pictures=tuple([await self._fetch(errand, address) for address in addresses]),
            request_id=run.request_id,
            seed=told if told is not None else order.seed,
            cost=cost_of(answer, model),
            metrics=MappingProxyType(figures_of(answer, status)),
        )

    # --- what is sent

    async def _submitted(self, errand: Errand, model: Model, order: Order, *, inline: bool) -> QueuedRun:
        values: dict[str, Any] = dict(order.values)
        errand.say(Phase.UPLOADING)
        for picture in order.pictures:
            if inline:
                address = data_address(picture.data, picture.media_type)
            else:
                address = await self._uploaded(errand, picture.data, picture.file_name, picture.media_type)
            values[picture.field] = [address] if picture.listed else address
        answer = await self._call(
            errand.key,
            "POST",
            self._queue.url(model.endpoint),
            headers=self._wishes(errand),
            json=values,
            billable=True,
            on_sent=errand.sent,
        )
        if not answer.ok:
            raise self._classified(answer, errand.key)
        run = self._run_of(answer.json_object(), model)
        errand.run, errand.stage = run.cancel_url, Stage.RUNNING
        return run

    def _wishes(self, errand: Errand) -> dict[str, str]:
        """How long the request may wait for a runner, and how long the picture is to be kept."""
        start = max(_LEAST_START_SECONDS, int(self._remaining(errand)))
        lifetime = json.dumps({"expiration_duration_seconds": _FILE_SECONDS})
        return {"x-fal-request-timeout": str(start), "x-fal-object-lifecycle-preference": lifetime}

    async def _uploaded(self, errand: Errand, data: bytes, name: str, media_type: str) -> str:
        """The storage's address of ``data``, in two steps; a ``data:`` address where it fails and the data is small."""
        try:
            url = self._rest.url(f"storage/upload/initiate?{_STORAGE}")
            answer = await self._call(errand.key, "POST", url, json={"content_type": media_type, "file_name": name})
            if not answer.ok:
                raise self._classified(answer, errand.key)
            document = answer.json_object()
            upload_url, file_url = str(document.get("upload_url")), str(document.get("file_url"))
            if not is_safe(upload_url) or not is_safe(file_url):
                raise Unavailable(f"{self.name} did not say where to put the picture.", status=answer.status)
            # The storage's own address carries a signature and never sees the key.
            headers, seconds = {"content-type": media_type}, self._entry.transfer_deadline
            put = await self._call(None, "PUT", upload_url, headers=headers, content=data, deadline=seconds)
            if not put.ok:
                raise Unavailable(f"{self.name}'s storage did not take the picture.", status=put.status)
            return file_url
        except Unavailable:
            if len(data) > self._entry.inline_most:
                raise
            return data_address(data, media_type)

    def _run_of(self, document: Mapping[str, Any], model: Model) -> QueuedRun:
        """The addresses that the submit returned; our own only where one is missing or may not see the key."""
        request_id = str(document.get("request_id") or "")
        if not request_id:
            raise MaybeRunning(f"{self.name} took the order but did not name the run.")
        # Requests live under the first two segments of the endpoint, whatever follows.
        application = "/".join(model.endpoint.split("/")[:2])
        base = self._queue.url(f"{application}/requests/{quote(request_id, safe='')}")

        def told(name: str, otherwise: str) -> str:
            url = document.get(name)
            return url if isinstance(url, str) and self._queue.may_carry_key(url) else otherwise

        return QueuedRun(
            request_id,
            told("status_url", f"{base}/status"),
            told("response_url", base),
            told("cancel_url", f"{base}/cancel"),
        )

    # --- watching and stopping a run

    async def _completed(self, errand: Errand, run: QueuedRun) -> tuple[dict[str, Any], Response]:
        """The last status and the result."""
        patience = Patience(clock=self._clock, poll=self._entry.poll, end=errand.end)
        at_least: float | None = None
        while True:
            try:
                status = await self._status(errand, run)
                patience.seen()
                result = await self._result(errand, run, status) if status.get("status") == "COMPLETED" else None
                if result is not None:
                    return status, result
                _say(errand, status)
            except RateLimited as limited:
                at_least = limited.retry_after
            except _Unseen:
                patience.missed()
            if not await patience.wait(at_least):
                raise await self._overdue(errand)
            at_least = None

    async def _status(self, errand: Errand, run: QueuedRun) -> dict[str, Any]:
        joint = "&" if "?" in run.status_url else "?"
        answer = await self._looked(errand, f"{run.status_url}{joint}logs=1")
        if answer.ok:
            return answer.json_object()
        refusal = self._classified(answer, errand.key)
        if isinstance(refusal, RateLimited):
            raise refusal
        # The look was refused, not the run: it goes on and is charged, so nothing may be sent in its place.
        raise _Unseen(f"{self.name} gave no answer about the run.", detail=refusal.detail, status=answer.status)

    async def _result(self, errand: Errand, run: QueuedRun, status: dict[str, Any]) -> Response | None:
        """The result of a completed run; None where the platform says that it is too early."""
        answer = await self._looked(errand, run.result_url)
        if answer.status == 400 and "in progress" in words_of(answer).lower():
            return None
        if answer.status in (502, 503, 504) and "x-fal-request-id" not in answer.headers:
            # The way to the platform failed, not the run: what the platform itself answers carries an id.
            raise _Unseen(f"{self.name} gave no answer about the run.", status=answer.status)
        errand.stage = Stage.DONE
        if not answer.ok:
            raise self._classified(answer, errand.key)
        if status.get("error") or status.get("error_type"):
            raise run_failure(status, key=errand.key)
        return answer

    async def _looked(self, errand: Errand, url: str) -> Response:
        try:
            return await self._call(errand.key, "GET", url)
        except Unavailable as error:
            raise _Unseen(error.message, detail=error.detail) from error

    async def _stop_run(self, errand: Errand) -> CancelEnding:
        answer = await self._call(errand.key, "PUT", errand.run, deadline=self._entry.cancel_seconds)
        word = str(answer.json_object().get("status", "")).upper()
        if word == "ALREADY_COMPLETED" or answer.status == 400:
            return CancelEnding.ALREADY_DONE
        return self._stopped(errand) if answer.ok else CancelEnding.COULD_NOT_STOP


class _Unseen(Unavailable):
    """One look at a run brought no answer."""


def _say(errand: Errand, status: Mapping[str, Any]) -> None:
    position = status.get("queue_position")
    if status.get("status") == "IN_QUEUE":
        words = f"place {position + 1} in the queue" if isinstance(position, int) else ""
        errand.say(Phase.QUEUED, words=words)
    else:
        errand.say(Phase.PROCESSING)
