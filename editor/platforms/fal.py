"""FAL: submit to the queue, look until it is completed, fetch the result; by the platform's pages and its clients."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from editor.domain.attempt import total_cost
from editor.domain.errors import MaybeRunning, PlatformError, RateLimited, RefusedKey, ResultGone, Unavailable
from editor.domain.kinds import CancelEnding, Phase
from editor.domain.money import Balance
from editor.domain.status import Refreshed
from editor.domain.vault import VaultRecord
from editor.platforms.addresses import Address, Addresses
from editor.platforms.cloud import QUICK_RETRY_PAUSE, CloudPlatform
from editor.platforms.encoding import data_address
from editor.platforms.errand import Errand, Stage
from editor.platforms.fal_draft import Draft, blamed, first_draft, mended
from editor.platforms.fal_errors import BILLING_PAGE, NAME, classify, run_failure, words_of
from editor.platforms.fal_files import LIFETIME, STORAGE, Storage
from editor.platforms.fal_live import LiveCatalogue
from editor.platforms.fal_queue import Ended, QueuedRun, queued_run, run_of, say
from editor.platforms.fal_results import cost_of, figures_of, found_in
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order, SentPicture
from editor.platforms.parts import PlatformParts
from editor.platforms.patience import Patience
from editor.transport.message import Response

log = logging.getLogger(__name__)

_LEAST_START_SECONDS = 2
_TRIED_AGAIN = frozenset({408, 409})


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

    def __init__(self, parts: PlatformParts, *, addresses: Addresses | None = None) -> None:
        addresses = addresses or Addresses.from_environment(parts.environment)
        super().__init__(parts, address=addresses.fal_run)
        self._queue = addresses.fal_queue
        self._rest = addresses.fal_rest
        self._live = LiveCatalogue(
            call=self._call,
            refused=self._refused,
            usable=self._usable,
            api=addresses.fal_api,
            site=addresses.fal_site,
            entry=self._entry,
            name=self.name,
        )

    @property
    def changed_address(self) -> str | None:
        """The first of the three base addresses of edits that the user replaced."""
        return self._address.if_changed or self._queue.if_changed or self._rest.if_changed

    @property
    def _order_address(self) -> Address:
        """Orders go to the queue, not to the service that answers at once."""
        return self._queue

    async def check_key(self, key: str) -> str:
        """Ask for a token of the file service, which costs nothing; a locked account is refused there too."""
        key = self._usable(key)
        answer = await self._call(key, "POST", self._rest.url(f"storage/auth/token?{STORAGE}"), json={})
        if answer.ok:
            return "The key works."
        error = classify(answer, key=key, rate_limit_pause=self._entry.rate_limit_pause)
        raise getattr(error, "final", None) or error

    async def refresh(self, key: str | None) -> Refreshed:
        """Ask for the schema of every endpoint, without the key, and for the prices where there is one."""
        return await self._live.refreshed(key)

    async def balance(self, key: str) -> Balance | None:
        """What the account holds; None for a key that has not the scope ADMIN, which no edit needs."""
        return await self._live.balance(self._usable(key))

    def _refused(self, answer: Response, key: str | None) -> PlatformError:
        return classify(answer, key=key or "", rate_limit_pause=self._entry.rate_limit_pause)

    def _usable(self, key: str | None) -> str:
        text = (key or "").strip()
        usable = super()._usable(text[4:] if text.lower().startswith("key ") else text)
        if ":" not in usable:
            raise RefusedKey(f"The key for {self.name} is not complete. {self.key_hint}")
        return usable

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Key {key}"}

    def _classified(self, answer: Response, errand: Errand) -> PlatformError:
        secrets = errand.request.options.texts
        return classify(answer, key=errand.key, rate_limit_pause=self._entry.rate_limit_pause, secrets=secrets)

    async def _call(self, key: str | None, method: str, url: str, **options: Any) -> Response:
        """One call; where nobody could be reached, the same at the backup, as the platform's own clients do."""
        try:
            return await self._settled(key, method, url, **options)
        except Unavailable as error:
            other = self._queue.on_backup(url)
            if other is None or not error.surely_not_accepted:
                raise
        log.info("%s: the queue cannot be reached; trying its backup", self.name)
        return await self._settled(key, method, other, **options)

    async def _settled(self, key: str | None, method: str, url: str, **options: Any) -> Response:
        """One call, and once more after what the platform's own clients take for a passing refusal."""
        answer = await super()._call(key, method, url, **options)
        if answer.status not in _TRIED_AGAIN and not _came_from_entrance(answer):
            return answer
        await self._clock.sleep(QUICK_RETRY_PAUSE)
        return await super()._call(key, method, url, **options)

    # --- one order

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        draft = first_draft(order, inline_bytes=self._entry.inline_bytes)
        while True:
            ended = await self._ended(errand, model, order, draft)
            error = self._error_of(ended, errand)
            if error is None:
                return await self._delivery(errand, model, ended, draft)
            better = mended(draft, ended.answer, error, model=model, order=order)
            if better is None:
                raise blamed(ended.answer, error, model=model, draft=draft)
            log.info("%s refused an order to %s; sending it once more, changed", self.name, model.name)
            draft, errand.stage, errand.run = better, Stage.NOTHING_SENT, ""

    async def _ended(self, errand: Errand, model: Model, order: Order, draft: Draft) -> Ended:
        """Submit, and watch the run until it has completed."""
        answer = await self._submitted(errand, model, order, draft)
        if not answer.ok:
            return Ended(answer=answer)
        run = queued_run(answer.json_object(), endpoint=model.endpoint, queue=self._queue)
        if run is None:
            raise MaybeRunning(f"{self.name} took the order but did not name the run.")
        await errand.running(run.cancel_url, reference=run.reference)
        status, result = await self._completed(errand, run)
        errand.stage = Stage.DONE
        return Ended(answer=result, run=run, status=status)

    def _error_of(self, ended: Ended, errand: Errand) -> PlatformError | None:
        """Why there is no result, or None where there is one: COMPLETED may be a failure."""
        if ended.answer.ok and not ended.failed:
            return None
        if ended.answer.ok:
            return run_failure(dict(ended.status), key=errand.key, secrets=errand.request.options.texts)
        error = self._classified(ended.answer, errand)
        if ended.has_expired:
            error = Unavailable(f"{self.name} does not keep the result any more.", status=ended.answer.status)
        # A run that was refused is told as failed; here it went well, and only its result is out of reach.
        error.may_be_charged = error.may_be_charged or ended.has_expired or ended.is_locked_away
        return error

    async def _delivery(self, errand: Errand, model: Model, ended: Ended, draft: Draft) -> Delivery:
        found = found_in(ended.answer, model=model, key=errand.key, secrets=errand.request.options.texts)
        assert ended.run is not None
        cost = cost_of(ended.answer, model)
        return Delivery(
            pictures=tuple([await self._fetch(errand, address) for address in found.addresses]),
            request_id=ended.run.request_id,
            seed=found.seed if found.seed is not None else draft.seed,
            cost=None if cost is None else total_cost(*draft.spent, cost),
            metrics=figures_of(ended.answer, ended.status),
            notes=(*draft.notes, *found.notes),
        )

    # --- what is sent

    async def _submitted(self, errand: Errand, model: Model, order: Order, draft: Draft) -> Response:
        values: dict[str, Any] = dict(draft.values)
        errand.say(Phase.UPLOADING)
        for number, picture in enumerate(order.pictures):
            address = data_address(picture.data, picture.media_type) if draft.inline else ""
            address = address or await self._uploaded(errand, picture, number=number, count=len(order.pictures))
            values[picture.field] = [address] if picture.listed else address
        return await self._call(
            errand.key,
            "POST",
            self._queue.url(model.endpoint),
            headers=self._wishes(errand),
            json=values,
            billable=True,
            on_upload=errand.uploading if draft.inline else None,
            on_sent=errand.sent,
        )

    def _wishes(self, errand: Errand) -> dict[str, str]:
        """How long the request may wait for a runner, how long pictures are kept, and that nothing else is."""
        start = max(_LEAST_START_SECONDS, int(self._remaining(errand)))
        return {
            "x-fal-request-timeout": str(start),
            "x-fal-object-lifecycle-preference": LIFETIME,
            "x-fal-store-io": "0",
        }

    async def _uploaded(self, errand: Errand, picture: SentPicture, *, number: int, count: int) -> str:
        """The storage's address of a picture; a ``data:`` address where the storage fails and the data is small."""
        storage = Storage(
            self._call,
            rest=self._rest,
            refusal=lambda answer: self._classified(answer, errand),
            deadline=self._entry.transfer_deadline,
        )
        try:
            return await storage.uploaded(
                errand.key,
                picture.data,
                name=picture.file_name,
                media_type=picture.media_type,
                on_upload=lambda share: errand.uploading((number + share) / count),
            )
        except Unavailable:
            if len(picture.data) > self._entry.inline_most:
                raise
            return data_address(picture.data, picture.media_type)

    # --- watching and stopping a run

    async def _completed(self, errand: Errand, run: QueuedRun) -> tuple[dict[str, Any], Response]:
        """The last status and the result."""
        patience = Patience(clock=self._clock, poll=self._entry.poll, end=errand.end, queue_end=errand.queue_end)
        at_least: float | None = None
        while True:
            try:
                status = await self._status(errand, run)
                patience.seen()
                result = await self._result(errand, run, status) if status.get("status") == "COMPLETED" else None
                if result is not None:
                    return status, result
                say(errand, status)
            except RateLimited as limited:
                at_least = limited.retry_after
            except _Unseen:
                patience.missed()
            if not await patience.wait(at_least, queued=errand.phase is Phase.QUEUED):
                raise await self._overdue(errand)
            at_least = None

    async def _status(self, errand: Errand, run: QueuedRun) -> dict[str, Any]:
        joint = "&" if "?" in run.status_url else "?"
        answer = await self._looked(errand, f"{run.status_url}{joint}logs=1")
        if answer.ok:
            return answer.json_object()
        refusal = self._classified(answer, errand)
        if isinstance(refusal, RateLimited):
            raise refusal
        # The look was refused, not the run: it goes on and is charged, so nothing may be sent in its place.
        raise _Unseen(f"{self.name} gave no answer about the run.", detail=refusal.detail, status=answer.status)

    async def _result(self, errand: Errand, run: QueuedRun, status: Mapping[str, Any]) -> Response | None:
        """The answer of a completed run, a refusal too; None where the platform says that it is too early."""
        answer = await self._looked(errand, run.result_url)
        if answer.status == 400 and "in progress" in words_of(answer).lower():
            return None
        if answer.status == 429 and not status.get("error_type"):
            raise self._classified(answer, errand)
        own = any(name.startswith("x-fal-") for name in answer.headers)
        if answer.status in (502, 503, 504) and not own:
            # The way to the platform failed, not the run: what the platform itself answers carries its headers.
            raise _Unseen(f"{self.name} gave no answer about the run.", status=answer.status)
        return answer

    async def _looked(self, errand: Errand, url: str) -> Response:
        try:
            return await self._call(errand.key, "GET", url)
        except Unavailable as error:
            raise _Unseen(error.message, detail=error.detail) from error

    async def _collected(self, errand: Errand, model: Model, record: VaultRecord) -> tuple[bytes, ...] | None:
        run = run_of(record.reference, queue=self._queue)
        if run is None:
            raise ResultGone(f"{self.name} has moved; the run is not found by its old address.")
        answer = await self._looked(errand, run.status_url)
        if answer.status in (404, 410):
            raise ResultGone(f"{self.name} no longer knows the run.", status=answer.status)
        if not answer.ok:
            raise self._classified(answer, errand)
        status = answer.json_object()
        if status.get("status") != "COMPLETED":
            return None
        result = await self._result(errand, run, status)
        if result is None:
            return None
        error = self._error_of(Ended(answer=result, run=run, status=status), errand)
        if isinstance(error, RateLimited | RefusedKey):
            raise error
        if error is not None:
            raise ResultGone(error.message, detail=error.detail, status=error.status)
        found = found_in(result, model=model, key=errand.key, secrets=())
        return tuple([await self._fetch(errand, address) for address in found.addresses])

    async def _stop_run(self, errand: Errand) -> CancelEnding:
        answer = await self._call(errand.key, "PUT", errand.run, deadline=self._entry.cancel_seconds)
        word = str(answer.json_object().get("status", "")).upper()
        if word == "ALREADY_COMPLETED" or answer.status == 400:
            return CancelEnding.ALREADY_DONE
        if word == "OK":
            # The newer answer: it was taken out of the queue before it began.
            return CancelEnding.STOPPED
        return self._stopped(errand) if answer.ok else CancelEnding.COULD_NOT_STOP


class _Unseen(Unavailable):
    """One look at a run brought no answer."""


def _came_from_entrance(answer: Response) -> bool:
    """Whether the entrance failed before the platform saw the request, by the mark that its clients go by."""
    fleeting = answer.status in (502, 503, 504) and "x-fal-request-id" not in answer.headers
    return fleeting and b"nginx" in answer.body.lower()
