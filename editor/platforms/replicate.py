"""Replicate: create a prediction, look at it until it ends, fetch its output; by the platform's OpenAPI document."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from editor.domain.errors import BadResult, MaybeRunning, PlatformError, RateLimited, Unavailable
from editor.domain.kinds import CancelEnding, Phase
from editor.platforms.addresses import Addresses
from editor.platforms.answers import ModelGone, TooLarge
from editor.platforms.cloud import CloudPlatform
from editor.platforms.encoding import data_address
from editor.platforms.errand import Errand, Stage
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order
from editor.platforms.parts import PlatformParts
from editor.platforms.patience import Patience
from editor.platforms.replicate_errors import (
    BILLING_PAGE,
    NAME,
    classify,
    invalid_fields,
    is_version_problem,
    run_failure,
)
from editor.platforms.replicate_runs import (
    ENDED,
    SUCCEEDED,
    figures_of,
    is_ours,
    picture_addresses,
    share_done,
    state_of,
)
from editor.transport.message import Part, Response, is_safe

_LEAST_CANCEL_AFTER = 5
_LIST_PAUSES = (1.0, 3.0)
_RUNS_REMEMBERED = 1000


class ReplicatePlatform(CloudPlatform):
    """Replicate. Looked-up versions of community models are remembered for a day."""

    id = "replicate"
    name = NAME
    error_prefix = "Replicate prediction failed"
    key_variables = ("REPLICATE_API_TOKEN",)
    key_page = "https://replicate.com/account/api-tokens"
    billing_page = BILLING_PAGE

    def __init__(self, parts: PlatformParts) -> None:
        super().__init__(parts, address=Addresses.from_environment(parts.environment).replicate)
        self._versions: dict[str, tuple[str, float]] = {}
        self._known_runs: deque[str] = deque(maxlen=_RUNS_REMEMBERED)
        """Runs that belong to an errand already; a lost answer was about none of them."""

    async def check_key(self, key: str) -> str:
        """Ask for the account."""
        key = self._usable(key)
        answer = await self._call(key, "GET", self._address.url("account"))
        if not answer.ok:
            raise self._classified(answer, key)
        username = answer.json_object().get("username")
        return f"The key works. Account: {username}." if isinstance(username, str) else "The key works."

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key}"}

    def _classified(self, answer: Response, key: str) -> PlatformError:
        return classify(answer, key=key, rate_limit_pause=self._entry.rate_limit_pause)

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        values = await self._values(errand, order, inline=order.total_bytes <= self._entry.inline_bytes)
        try:
            run = await self._started(errand, model, order, values)
        except TooLarge:
            if errand.uploads:
                raise
            values = await self._values(errand, order, inline=False)
            run = await self._started(errand, model, order, values)
        run = await self._ended(errand, run)
        if state_of(run) not in SUCCEEDED:
            raise run_failure(run, key=errand.key, secrets=_texts(order))
        errand.stage = Stage.DONE
        addresses = _chosen(picture_addresses(run.get("output")), model)
        if not addresses:
            raise BadResult(f"{self.name} finished without a picture.", status=200)
        return Delivery(
            pictures=tuple([await self._fetch(errand, address) for address in addresses]),
            request_id=errand.run or None,
            seed=order.seed,
            metrics=MappingProxyType(figures_of(run)),
        )

    # --- what is sent

    async def _values(self, errand: Errand, order: Order, *, inline: bool) -> dict[str, Any]:
        """The model's input."""
        values: dict[str, Any] = dict(order.values)
        errand.say(Phase.UPLOADING)
        for picture in order.pictures:
            small = inline or len(picture.data) < self._entry.inline_bytes // 4
            if small:
                address = data_address(picture.data, picture.media_type)
            else:
                address = await self._uploaded(errand, picture.data, picture.file_name, picture.media_type)
            values[picture.field] = [address] if picture.listed else address
        return values

    async def _uploaded(self, errand: Errand, data: bytes, name: str, media_type: str) -> str:
        """The file service's address of ``data``; a ``data:`` address where the service fails and it is small."""
        try:
            parts = [Part("content", data, name, media_type)]
            seconds = self._entry.transfer_deadline
            answer = await self._call(errand.key, "POST", self._address.url("files"), parts=parts, deadline=seconds)
            if not answer.ok:
                raise self._classified(answer, errand.key)
            document = answer.json_object()
            urls = document.get("urls")
            url = urls.get("get") if isinstance(urls, dict) else None
            if isinstance(url, str) and is_safe(url):
                errand.uploads.append(str(document.get("id") or ""))
                return url
            raise Unavailable(f"{self.name} took the picture but did not say where it is.", status=answer.status)
        except Unavailable:
            if len(data) > self._entry.inline_most:
                raise
            return data_address(data, media_type)

    async def _tidy(self, errand: Errand) -> None:
        for upload in filter(None, errand.uploads):
            await self._call(errand.key, "DELETE", self._address.url(f"files/{quote(upload, safe='')}"))

    # --- starting a run

    async def _started(self, errand: Errand, model: Model, order: Order, values: dict[str, Any]) -> dict[str, Any]:
        """Create the run by the model's route; by the other one where the platform says that this one is wrong."""
        final: ModelGone | None = None
        for official in (model.official, not model.official):
            version = None if official else await self._version(errand, model)
            answer = await self._created(errand, model, order, values, version)
            if isinstance(answer, dict):
                return answer
            if answer.status == 404 or is_version_problem(answer):
                self._versions.pop(model.endpoint, None)
                error = self._classified(answer, errand.key)
                final = error if isinstance(error, ModelGone) else None
                continue
            raise self._classified(answer, errand.key)
        raise final or ModelGone(f"{self.name} does not offer this model any more.", status=404)

    async def _created(
        self, errand: Errand, model: Model, order: Order, values: dict[str, Any], version: str | None
    ) -> dict[str, Any] | Response:
        """The new run, or the refusal. Optional fields that are refused are left out once."""
        answer = await self._post(errand, model, values, version)
        refused = frozenset() if isinstance(answer, dict) else invalid_fields(answer)
        if isinstance(answer, dict) or not refused:
            return answer
        optional = order.optional
        if not refused <= optional:
            final = self._classified(answer, errand.key)
            raise ModelGone("The model's fields have changed.", detail=final.detail, status=422, final=final)
        kept = {name: value for name, value in values.items() if name not in refused}
        return await self._post(errand, model, kept, version)

    async def _post(
        self, errand: Errand, model: Model, values: Mapping[str, Any], version: str | None
    ) -> dict[str, Any] | Response:
        """Send the order; where its answer is lost, look for the run before anything else is sent."""
        errand.find = partial(self._found, errand, model, values, version, self._clock.now())
        try:
            answer = await self._order(errand, model, values, version)
        except MaybeRunning as lost:
            run = await self._adopted(errand, lost)
        else:
            if answer.status < 500:
                return self._known(errand, answer) if answer.ok else answer
            run = await self._adopted(errand, self._classified(answer, errand.key))
        if run is not None:
            return run
        # The platform's own list does not have it: the order was never taken.
        answer = await self._order(errand, model, values, version)
        return self._known(errand, answer) if answer.ok else answer

    async def _order(self, errand: Errand, model: Model, values: Mapping[str, Any], version: str | None) -> Response:
        remaining = max(_LEAST_CANCEL_AFTER, int(self._remaining(errand)))
        path = f"models/{model.endpoint}/predictions" if version is None else "predictions"
        body = {"input": dict(values)} if version is None else {"version": version, "input": dict(values)}
        return await self._call(
            errand.key,
            "POST",
            self._address.url(path),
            headers={"cancel-after": f"{remaining}s"},
            json=body,
            billable=True,
            on_sent=errand.sent,
        )

    def _known(self, errand: Errand, answer: Response) -> dict[str, Any]:
        run = answer.json_object()
        errand.run = str(run.get("id") or "")
        if not errand.run:
            raise MaybeRunning(f"{self.name} took the order but did not name the run.", status=answer.status)
        errand.stage = Stage.RUNNING
        self._known_runs.append(errand.run)
        return run

    async def _adopted(self, errand: Errand, lost: PlatformError) -> dict[str, Any] | None:
        """The run whose start was not answered; None where there surely is none. Raises ``lost`` if nobody knows."""
        assert errand.find is not None
        for pause in _LIST_PAUSES:
            await self._clock.sleep(pause)
            try:
                errand.run = await errand.find() or ""
            except PlatformError:
                raise MaybeRunning(lost.message, detail=lost.detail, status=lost.status) from lost
            if errand.run:
                errand.stage = Stage.RUNNING
                self._known_runs.append(errand.run)
                return {"id": errand.run, "status": "starting"}
        return None

    async def _found(
        self, errand: Errand, model: Model, values: Mapping[str, Any], version: str | None, began: datetime
    ) -> str | None:
        since = (began - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = await self._call(errand.key, "GET", self._address.url(f"predictions?created_after={since}"))
        listed = answer.json_object().get("results")
        if not answer.ok or not isinstance(listed, list):
            raise self._classified(answer, errand.key)
        for run in listed:
            if not isinstance(run, dict) or str(run.get("id")) in self._known_runs:
                continue
            if is_ours(run, model=model.endpoint, version=version, values=values, began=began):
                return str(run.get("id") or "") or None
        return None

    async def _version(self, errand: Errand, model: Model) -> str:
        """The id of the model's newest version."""
        known = self._versions.get(model.endpoint)
        now = self._clock.monotonic()
        if known is not None and now - known[1] < self._entry.version_seconds:
            return known[0]
        answer = await self._call(errand.key, "GET", self._address.url(f"models/{model.endpoint}"))
        if not answer.ok:
            raise self._classified(answer, errand.key)
        latest = answer.json_object().get("latest_version")
        version = latest.get("id") if isinstance(latest, dict) else None
        if not isinstance(version, str) or not version:
            raise ModelGone(f"{self.name} does not offer this model any more.", status=answer.status)
        self._versions[model.endpoint] = (version, now)
        return version

    # --- watching and stopping a run

    async def _ended(self, errand: Errand, run: dict[str, Any]) -> dict[str, Any]:
        patience = Patience(clock=self._clock, poll=self._entry.poll, end=errand.end)
        at_least: float | None = None
        while state_of(run) not in ENDED:
            errand.say(Phase.QUEUED if state_of(run) == "starting" else Phase.PROCESSING, share_done(run))
            if not await patience.wait(at_least):
                raise await self._overdue(errand)
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
            raise self._classified(answer, errand.key)
        run = answer.json_object()
        if not run:
            raise Unavailable(f"{self.name} gave no answer about the run.", status=answer.status)
        return run

    def _run_url(self, errand: Errand, action: str = "") -> str:
        return self._address.url(f"predictions/{quote(errand.run, safe='')}{action}")

    async def _stop_run(self, errand: Errand) -> CancelEnding:
        answer = await self._call(
            errand.key, "POST", self._run_url(errand, "/cancel"), deadline=self._entry.cancel_seconds
        )
        state = state_of(answer.json_object()) if answer.ok else state_of(await self._looked(errand))
        if state in SUCCEEDED:
            return CancelEnding.ALREADY_DONE
        stopped = answer.ok or state in ENDED
        return self._stopped(errand) if stopped else CancelEnding.COULD_NOT_STOP

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


def _texts(order: Order) -> tuple[str, ...]:
    """The words sent to the model, which no message may repeat."""
    return tuple(value for value in order.values.values() if isinstance(value, str) and " " in value)


def _chosen(addresses: list[str], model: Model) -> list[str]:
    """The result among several pictures, or all of them."""
    pick = model.pick
    if pick is None or not addresses:
        return addresses
    named = [address for address in addresses if address.rpartition("/")[2].partition("?")[0] == pick.name]
    return named[:1] or addresses[pick.index : pick.index + 1]
