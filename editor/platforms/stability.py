"""Stability AI, by the provider's REST document (v2beta, stable-image): one multipart call, whose answer is the picture
or names a run that is then looked for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from editor.domain.errors import BadResult, ContentRefused, PlatformError, RateLimited, ResultGone, Unavailable
from editor.domain.kinds import Phase
from editor.domain.money import Balance
from editor.domain.status import Refreshed
from editor.domain.vault import VaultRecord
from editor.platforms.addresses import Addresses
from editor.platforms.answers import ModelGone
from editor.platforms.cloud import CloudPlatform
from editor.platforms.errand import Errand, Stage
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.parts import PlatformParts
from editor.platforms.patience import Patience
from editor.platforms.stability_errors import BILLING_PAGE, NAME, asks_for, classify
from editor.platforms.stability_results import Finished, carries_failure, finished, refused_fields, run_named
from editor.transport.http import PICTURE_BYTES
from editor.transport.message import Part, Response

log = logging.getLogger(__name__)

_ENVELOPE_BYTES = 131_072
"""Room for three texts of the greatest length and the boundaries of the multipart body."""
LEAST_SECONDS = 90.0
"""Seconds that a run has at least whose answer comes on the connection that carried the order: it can neither be
stopped nor found again, so whoever leaves it early pays for a picture that nobody gets."""
_RUNNING = 202
_NO_RUN = "0" * 64
_SHORTEST_LOOK = 0.05
"""Seconds that a look at a run has where the deadline is upon it."""


class StabilityPlatform(CloudPlatform):
    """Stability AI's image editing service. A request that has been sent cannot be stopped."""

    id = "stability"
    name = NAME
    error_prefix = "Stability API error"
    key_variables = ("STABILITY_API_KEY",)
    key_page = "https://platform.stability.ai/account/keys"
    billing_page = BILLING_PAGE

    def __init__(self, parts: PlatformParts) -> None:
        super().__init__(parts, address=Addresses.from_environment(parts.environment).stability)

    async def check_key(self, key: str) -> str:
        """Ask for the balance. A 404 means that the service no longer tells it, not that the key is wrong: then a
        result that cannot exist is asked for, and a wrong key is told from a missing result."""
        key = self._usable(key)
        answer = await self._balance(key)
        if answer.status == 404:
            answer = await self._call(key, "GET", self._address.url(f"v2beta/results/{_NO_RUN}"))
            if answer.status == 404:
                return "The key works. The balance is unknown."
        if not answer.ok:
            raise classify(answer, key=key, rate_limit_pause=self._entry.rate_limit_pause)
        credits = _credits_in(answer)
        return "The key works." if credits is None else f"The key works. {credits:.1f} credits left."

    async def balance(self, key: str) -> Balance | None:
        """The credits left; None where the address is not there any more: it belongs to an older interface."""
        usable = self._usable(key)
        answer = await self._balance(usable)
        if not answer.ok and answer.status != 404:
            raise classify(answer, key=usable, rate_limit_pause=self._entry.rate_limit_pause)
        credits = _credits_in(answer) if answer.ok else None
        return None if credits is None else Balance(credits=credits)

    async def refresh(self, key: str | None) -> Refreshed:
        """The balance; the service has no address that tells of its operations or prices."""
        balance = await self.balance(key or "")
        left = "The balance is unknown." if balance is None else f"{balance.credits:.1f} credits left."
        return Refreshed(notes=(f"{self.name}: {left}", f"{self.name} does not tell what its operations take or cost."))

    async def _balance(self, key: str) -> Response:
        return await self._call(key, "GET", self._address.url("v1/user/balance"))

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key}"}

    def _picture_bytes(self) -> int | None:
        whole = self._entry.request_bytes
        return None if whole is None else whole - _ENVELOPE_BYTES

    def _least_seconds(self, model: Model) -> float:
        return 0.0 if model.asynchronous else LEAST_SECONDS

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        answer, left_out = await self._ordered(errand, model, order)
        if model.asynchronous:
            answer = await self._ended(errand, answer)
        errand.stage = Stage.DONE
        end = self._end(errand, answer)
        notes = []
        if left_out:
            notes.append(f"Left out, since {self.name} did not accept it: {', '.join(sorted(left_out))}.")
        if not end.reason:
            notes.append(f"{self.name} did not say whether its content filter has passed the picture.")
        seed = None
        if model.seed is not None:
            seed = end.seed or (None if model.seed.field in left_out else order.seed)
        return Delivery(
            pictures=(end.picture,),
            request_id=errand.run or answer.headers.get("x-request-id"),
            seed=seed,
            metrics=MappingProxyType({"finish_reason": end.reason or "unknown"}),
            notes=tuple(notes),
        )

    # --- sending

    async def _ordered(self, errand: Errand, model: Model, order: Order) -> tuple[Response, frozenset[str]]:
        """The answer to the order, which is a success, and the fields that had to be left out of it."""
        fields = {name: _text(value) for name, value in order.values.items()}
        answer = await self._post(errand, model, order, fields)
        demand = model.prompt_on_demand
        if demand is not None and asks_for(answer, demand.field):
            fields[demand.field] = demand.text
            answer = await self._post(errand, model, order, fields)
        refused = refused_fields(answer)
        if refused and refused <= order.optional & fields.keys():
            fields = {name: value for name, value in fields.items() if name not in refused}
            answer = await self._post(errand, model, order, fields)
        if not answer.ok:
            raise self._classified(answer, errand)
        return answer, refused

    async def _post(self, errand: Errand, model: Model, order: Order, fields: Mapping[str, str]) -> Response:
        errand.say(Phase.UPLOADING)
        parts = [
            *(Part(sent.field, sent.data, sent.file_name, sent.media_type) for sent in order.pictures),
            *(Part(name, value) for name, value in fields.items()),
        ]
        remaining = self._remaining(errand)
        return await self._call(
            errand.key,
            "POST",
            self._address.url(model.endpoint),
            # The start of a run answers in JSON whatever is asked for.
            headers={**self._introduction(), **({} if model.asynchronous else {"accept": "image/*"})},
            parts=parts,
            deadline=min(remaining, self._entry.transfer_deadline) if model.asynchronous else remaining,
            max_bytes=PICTURE_BYTES,
            billable=True,
            on_upload=errand.uploading,
            on_sent=errand.sent,
        )

    def _introduction(self) -> dict[str, str]:
        return {"stability-client-id": "image-editor", "stability-client-version": self._transport.version}

    # --- a run that is looked for

    async def _ended(self, errand: Errand, answer: Response) -> Response:
        """The answer that holds the result of the run that ``answer`` names.

        Looks no more often than the catalogue says, and goes on looking where a look fails: the run is paid for.
        """
        run = None if carries_failure(answer) else run_named(answer)
        if run is None:
            # The end itself, or a failure.
            return answer
        await errand.running(run)
        patience = Patience(clock=self._clock, poll=self._entry.poll, end=errand.end)
        wait: float | None = None
        while await patience.wait(wait):
            wait = None
            try:
                found = await self._looked(errand)
            except RateLimited as error:
                wait = error.retry_after
            except Unavailable as error:
                if error.may_be_charged:
                    raise
                log.info("%s: a look at the run failed: %s", self.name, error.message)
            else:
                if found.status != _RUNNING:
                    return found
            errand.say(Phase.PROCESSING)
        raise await self._overdue(errand)

    async def _looked(self, errand: Errand) -> Response:
        """The state of the run. Raises Unavailable with ``may_be_charged`` where its result is gone for good."""
        # Not through the quick retry: that would look again at once.
        answer = await self._transport.send(
            "GET",
            self._address.url(f"v2beta/results/{errand.run}"),
            peer=self.name,
            headers={**self._authorization(errand.key), **self._introduction(), "accept": "*/*"},
            deadline=max(_SHORTEST_LOOK, min(errand.end - self._clock.monotonic(), self._entry.transfer_deadline)),
            max_bytes=PICTURE_BYTES,
        )
        if answer.ok:
            return answer
        error = self._classified(answer, errand)
        if isinstance(error, ModelGone) and answer.json_object():
            error = Unavailable(f"{self.name} no longer has the result.", detail=error.detail, status=answer.status)
            error.may_be_charged = True
        elif not isinstance(error, (Unavailable, RateLimited, ContentRefused)):
            error.may_be_charged = True
        raise error

    async def _collected(self, errand: Errand, model: Model, record: VaultRecord) -> tuple[bytes, ...] | None:
        try:
            answer = await self._looked(errand)
        except Unavailable as error:
            if not error.may_be_charged:
                raise
            raise ResultGone(error.message, detail=error.detail, status=error.status) from error
        return None if answer.status == _RUNNING else (self._end(errand, answer).picture,)

    # --- the end

    def _end(self, errand: Errand, answer: Response) -> Finished:
        """The end of a run that has a picture. Raises what a status of success may hide."""
        if carries_failure(answer):
            raise self._classified(answer, errand)
        end = finished(answer)
        error: PlatformError | None = None
        if end.refused:
            message = f"{self.name} refused the picture: its content filter objected."
            error = ContentRefused(message, detail=f"finish reason {end.reason[:40]}", status=answer.status)
        elif not end.picture:
            error = BadResult(f"{self.name} sent an answer without a picture.", status=answer.status)
        if error is not None:
            # The document counts a filtered picture among the generations that are charged.
            error.may_be_charged = True
            raise error
        return end

    def _classified(self, answer: Response, errand: Errand) -> PlatformError:
        secrets = errand.request.options.texts
        return classify(answer, key=errand.key, rate_limit_pause=self._entry.rate_limit_pause, secrets=secrets)


def _credits_in(answer: Response) -> float | None:
    """The balance, where the answer tells a number."""
    credits = answer.json_object().get("credits")
    return float(credits) if isinstance(credits, (int, float)) and not isinstance(credits, bool) else None


def _text(value: Any) -> str:
    """A value as the form spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
