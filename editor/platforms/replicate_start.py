"""Starts a run on Replicate exactly once: by the right route, with fields it takes, and found again when it was lost.

The platform has no idempotency key. So orders go one at a time, and an order whose answer was lost is looked for in
the platform's own list of runs before anything is sent again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from editor.domain.errors import MaybeRunning, PlatformError, Unavailable
from editor.platforms.answers import ModelGone
from editor.platforms.errand import Errand, Stage
from editor.platforms.model import Model
from editor.platforms.orders.order import Order
from editor.platforms.replicate_errors import invalid_fields
from editor.platforms.replicate_line import Line
from editor.platforms.replicate_models import ModelCards, fields_changed, fitted
from editor.platforms.replicate_runs import Sought
from editor.transport.message import Response

_LEAST_CANCEL_AFTER = 5
_PAUSES: tuple[float, ...] = (0.0, 1.0, 3.0)
"""Before each look into the list for a run whose answer was lost on the way."""
_PAUSES_AFTER_A_FAULT: tuple[float, ...] = (0.0, 1.0)
"""The same after a fault that the platform itself reported: what it has taken is in the list already."""
_RUNS_REMEMBERED = 1000
_MOST_PAGES = 5
"""Of a hundred runs each, newest first: more are not made in the minutes in question."""
_SKEW = timedelta(minutes=5)
_ORDERING = timedelta(minutes=10)
"""An order is on its way no longer than this after it was intended, uploads included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run, and the optional fields of the order that it was begun without."""

    run: dict[str, Any]
    left_out: frozenset[str]


class Starter:
    """Creates runs, one at a time."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._cards = ModelCards(line)
        self._one_at_a_time = asyncio.Lock()
        self._known_runs: deque[str] = deque(maxlen=_RUNS_REMEMBERED)
        """Runs that belong to an errand already; a lost answer was about none of them."""

    async def start(self, errand: Errand, model: Model, order: Order, values: Mapping[str, Any]) -> Started:
        """Create the run by the model's route; by another one where the platform says that this one is wrong.

        Raises ModelGone where no route is left.
        """
        began = self._line.clock.monotonic()
        card = await self._cards.of(errand, model)
        gone: ModelGone | None = None
        tried: set[str | None] = set()
        while left := [route for route in card.routes if route not in tried]:
            tried.add(left[0])
            fields = fitted(card, order, values, name=self._line.name)
            answer = await self._created(errand, model, order, fields, left[0])
            if isinstance(answer, Started):
                return Started(run=answer.run, left_out=answer.left_out | (values.keys() - fields.keys()))
            error = self._line.classified(answer, errand)
            if not isinstance(error, ModelGone):
                raise error
            gone = error
            card = await self._cards.of(errand, model, not_before=began)
        raise gone or ModelGone(f"{self._line.name} does not offer this model any more.")

    async def _created(
        self, errand: Errand, model: Model, order: Order, values: dict[str, Any], version: str | None
    ) -> Started | Response:
        """The new run, or the refusal. Optional fields that are refused are left out once."""
        answer = await self._posted(errand, model, values, version)
        left_out = frozenset[str]()
        refused = _refused(answer)
        if refused and refused <= order.optional & values.keys():
            left_out = refused
            kept = {name: value for name, value in values.items() if name not in refused}
            answer = await self._posted(errand, model, kept, version)
        if isinstance(answer, Response):
            if _refused(answer) and not _is_about_values(answer):
                detail = self._line.classified(answer, errand).detail
                raise fields_changed(self._line.name, detail=detail, status=answer.status)
            return answer
        return Started(run=answer, left_out=left_out)

    async def _posted(
        self, errand: Errand, model: Model, values: Mapping[str, Any], version: str | None
    ) -> dict[str, Any] | Response:
        """The run, or the platform's refusal. Where the answer is lost and the platform's list has no such run, the
        order was never taken: it is sent once more."""
        async with self._one_at_a_time:
            answer = await self._sent(errand, model, values, version)
            if isinstance(answer, PlatformError):
                answer = await self._sent(errand, model, values, version)
        if isinstance(answer, PlatformError):
            raise answer
        return answer

    async def _sent(
        self, errand: Errand, model: Model, values: Mapping[str, Any], version: str | None
    ) -> dict[str, Any] | Response | PlatformError:
        """The run, the refusal, or the fault after which the platform has no such run."""
        sought = Sought(model=model.endpoint, version=version, values=values, began=self._line.clock.now())
        errand.find = partial(self._found, errand, sought)
        lost: PlatformError
        pauses = _PAUSES
        try:
            answer = await self._order(errand, model, values, version)
        except MaybeRunning as error:
            lost = error
        else:
            if answer.ok and answer.json_object().get("id"):
                return await self._begun(errand, answer.json_object())
            if not answer.ok and answer.status < 500:
                # Nothing was begun, so there is nothing to stop or to look for.
                errand.stage, errand.find = Stage.NOTHING_SENT, None
                return answer
            lost = self._fault(errand, answer)
            pauses = _PAUSES_AFTER_A_FAULT if answer.status == 500 else _PAUSES
        return await self._adopted(errand, lost, pauses) or lost

    def _fault(self, errand: Errand, answer: Response) -> PlatformError:
        if answer.ok:
            words = f"{self._line.name} took the order but did not name the run. The edit may have been charged."
            return MaybeRunning(words, status=answer.status)
        return self._line.classified(answer, errand)

    async def _order(self, errand: Errand, model: Model, values: Mapping[str, Any], version: str | None) -> Response:
        line = self._line
        left = errand.end - line.clock.monotonic()
        if left <= 0:
            raise Unavailable(f"{line.name} did not finish within {errand.seconds:.0f} seconds.")
        path = f"models/{model.endpoint}/predictions" if version is None else "predictions"
        body = {"input": dict(values)} if version is None else {"version": version, "input": dict(values)}
        return await line.call(
            errand.key,
            "POST",
            line.address.url(path),
            # The platform ends the run itself should this program not be there to do it.
            headers={"cancel-after": f"{max(_LEAST_CANCEL_AFTER, int(left))}s"},
            json=body,
            billable=True,
            on_sent=errand.sent,
            on_upload=errand.uploading,
        )

    async def _begun(self, errand: Errand, run: dict[str, Any]) -> dict[str, Any]:
        self._known_runs.append(str(run["id"]))
        await errand.running(str(run["id"]))
        return run

    async def _adopted(self, errand: Errand, lost: PlatformError, pauses: tuple[float, ...]) -> dict[str, Any] | None:
        """The run whose start was not answered; None where there surely is none. Raises ``lost`` if nobody knows."""
        assert errand.find is not None
        for pause in pauses:
            if pause:
                await self._line.clock.sleep(pause)
            try:
                found = await errand.find()
            except PlatformError:
                raise MaybeRunning(lost.message, detail=lost.detail, status=lost.status) from lost
            if found:
                return await self._begun(errand, {"id": found, "status": "starting"})
        return None

    async def _found(self, errand: Errand, sought: Sought) -> str | None:
        """The id of the sought run in the platform's list; it belongs to this errand from then on."""
        run = sought.best_of(await self._listed(errand, sought))
        if run is None:
            return None
        self._known_runs.append(str(run["id"]))
        return str(run["id"])

    async def ordered_at(self, errand: Errand, model: str, began: datetime, known: frozenset[str]) -> str | None:
        """The id of the one run of ``model`` that was ordered at ``began`` by an earlier start of the program and is
        none of the ``known`` ones; None where there is none, or more than one."""
        sought = Sought(model=model, version=None, values={}, began=began)
        ours = [
            run
            for run in await self._listed(errand, sought)
            if str(run.get("id")) not in known and sought.likeness(run) > 0 and sought.made_within(run, _ORDERING)
        ]
        return str(ours[0]["id"]) if len(ours) == 1 else None

    async def _listed(self, errand: Errand, sought: Sought) -> list[dict[str, Any]]:
        """The platform's runs since shortly before the sought one was ordered that belong to no errand yet."""
        line = self._line
        since = (sought.began - _SKEW).strftime("%Y-%m-%dT%H:%M:%SZ")
        url: str | None = line.address.url(f"predictions?created_after={since}")
        runs: list[dict[str, Any]] = []
        for _ in range(_MOST_PAGES):
            if url is None:
                break
            answer = await line.call(errand.key, "GET", url)
            page = answer.json_object()
            listed, url = page.get("results"), _next_page(page, line)
            if not answer.ok or not isinstance(listed, list):
                raise line.classified(answer, errand)
            runs += [run for run in listed if isinstance(run, dict) and run.get("id") not in self._known_runs]
        return runs


def _next_page(page: Mapping[str, Any], line: Line) -> str | None:
    """Where the list goes on; the key goes nowhere else than to the platform."""
    url = page.get("next")
    return url if isinstance(url, str) and line.address.may_carry_key(url) else None


def _is_about_values(answer: Response) -> bool:
    """Whether a refusal is about values out of their range alone: the fields are those that are known."""
    listed = answer.json_object().get("invalid_fields")
    kinds = [str(entry.get("type")) for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return bool(kinds) and all(kind.startswith(("number_", "string_")) for kind in kinds)


def _refused(answer: Any) -> frozenset[str]:
    return invalid_fields(answer) - {"version"} if isinstance(answer, Response) else frozenset()
