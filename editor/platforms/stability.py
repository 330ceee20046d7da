"""Stability AI: one synchronous multipart call, by the provider's REST document (v2beta, stable-image)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from editor.domain.errors import BadResult, ContentRefused, PlatformError
from editor.domain.kinds import Phase
from editor.platforms.addresses import Addresses
from editor.platforms.cloud import CloudPlatform
from editor.platforms.encoding import from_base64
from editor.platforms.errand import Errand, Stage
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.parts import PlatformParts
from editor.platforms.stability_errors import BILLING_PAGE, NAME, asks_for, classify
from editor.transport.message import Part, Response

_ENVELOPE_BYTES = 16_384
"""Room for the text fields and the boundaries of the multipart body."""


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
        """Ask for the balance. A 404 means that the service no longer tells it, not that the key is wrong."""
        key = self._usable(key)
        answer = await self._call(key, "GET", self._address.url("v1/user/balance"))
        if answer.status == 404:
            return "The key works. The balance is unknown."
        if not answer.ok:
            raise classify(answer, key=key, rate_limit_pause=self._entry.rate_limit_pause)
        credits = answer.json_object().get("credits")
        return f"The key works. {credits:.1f} credits left." if isinstance(credits, (int, float)) else "The key works."

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key}"}

    def _picture_bytes(self) -> int | None:
        whole = self._entry.request_bytes
        return None if whole is None else whole - _ENVELOPE_BYTES

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        fields = {name: _text(value) for name, value in order.values.items()}
        answer = await self._post(errand, model, order, fields)
        demand = model.prompt_on_demand
        if demand is not None and asks_for(answer, demand.field):
            answer = await self._post(errand, model, order, {**fields, demand.field: demand.text})
        if not answer.ok:
            raise self._classified(answer, errand)
        errand.stage = Stage.DONE
        data, reason, told_seed = self._outcome(answer, errand)
        if reason not in ("SUCCESS", ""):
            # The picture that comes with it is blurred.
            message = f"{self.name} refused the picture: its content filter objected."
            raise ContentRefused(message, detail=f"finish reason {reason[:40]}", status=answer.status)
        return Delivery(
            pictures=(data,),
            request_id=answer.headers.get("x-request-id"),
            seed=told_seed if told_seed is not None else order.seed,
            metrics=MappingProxyType({"finish_reason": reason or "unknown"}),
        )

    def _classified(self, answer: Response, errand: Errand) -> PlatformError:
        secrets = errand.request.options.texts
        return classify(answer, key=errand.key, rate_limit_pause=self._entry.rate_limit_pause, secrets=secrets)

    async def _post(self, errand: Errand, model: Model, order: Order, fields: Mapping[str, str]) -> Response:
        errand.say(Phase.UPLOADING)
        parts = [
            *(Part(sent.field, sent.data, sent.file_name, sent.media_type) for sent in order.pictures),
            *(Part(name, value) for name, value in fields.items()),
        ]
        headers = {
            "accept": "image/*",
            "stability-client-id": "image-editor",
            "stability-client-version": self._transport.version,
        }
        return await self._call(
            errand.key,
            "POST",
            self._address.url(model.endpoint),
            headers=headers,
            parts=parts,
            deadline=self._remaining(errand),
            billable=True,
            on_sent=errand.sent,
        )

    def _outcome(self, answer: Response, errand: Errand) -> tuple[bytes, str, int | None]:
        """Picture, finish reason in capitals ("" where none was told), and seed, from bytes or from JSON."""
        if answer.media_type != "application/json":
            reason = answer.headers.get("finish-reason", "").strip().upper()
            return answer.body, reason, _whole(answer.headers.get("seed"))
        document = answer.json_object()
        if document.get("errors") or document.get("name"):
            raise self._classified(answer, errand)
        reason = str(document.get("finish_reason") or "").strip().upper()
        text = document.get("image") or document.get("result")
        if not isinstance(text, str):
            if reason in ("SUCCESS", ""):
                raise BadResult(f"{self.name} sent an answer without a picture.", status=answer.status)
            text = ""
        return from_base64(text), reason, _whole(document.get("seed"))


def _text(value: Any) -> str:
    """A value as the form spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
