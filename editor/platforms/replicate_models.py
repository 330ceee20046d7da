"""What Replicate says of a model itself: official or community, its newest version, the inputs it takes.

By its model object (``GET /models/{owner}/{name}``) and the schema in it. The catalogue's knowledge stands in only
where nothing can be asked, since versions of community models age and ranges change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from editor.domain.errors import BadResult, RateLimited, RefusedKey, Unavailable, Unsupported
from editor.platforms.answers import ModelGone
from editor.platforms.errand import Errand
from editor.platforms.model import Model
from editor.platforms.orders.order import Order
from editor.platforms.refreshing import Live
from editor.platforms.replicate_line import Line
from editor.transport.message import Response

_LOOK_UP_SECONDS = 15.0
_UNSAID_SECONDS = 60.0
"""How long the catalogue is believed where the platform did not answer, before it is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What is known of a model. ``stated`` where the platform has said so itself.

    ``version`` is the newest one's id or "". ``inputs`` are the names of all fields and ``required`` those without
    which it refuses an order; empty where no schema is known.
    """

    official: bool
    version: str
    stated: bool
    inputs: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()

    @property
    def routes(self) -> tuple[str | None, ...]:
        """The ways to run it, best first: a version, or None for the address of official models.

        Official models have no other; a community model that refuses every version may still run by its name.
        """
        by_version: tuple[str | None, ...] = (self.version,) if self.version else ()
        if not self.official:
            return (*by_version, None)
        return (None,) if self.stated else (None, *by_version)


def card_of(document: Mapping[str, Any], model: Model) -> ModelCard:
    """What a model object says; an older API does not say whether a model is official."""
    latest = document.get("latest_version")
    latest = latest if isinstance(latest, dict) else {}
    version = latest.get("id")
    official = document.get("is_official")
    inputs, required = _inputs(latest.get("openapi_schema"))
    return ModelCard(
        official=official if isinstance(official, bool) else model.official,
        version=version if isinstance(version, str) else "",
        stated=isinstance(official, bool),
        inputs=inputs,
        required=required,
    )


def live_of(answer: Response, model: Model, *, name: str) -> Live:
    """What the answer for the model object says, for the user's eyes. Raises BadResult where it holds none."""
    if not answer.ok:
        return Live(gone=f"{name} does not have it any more.")
    document = answer.json_object()
    if not document:
        raise BadResult(f"{name} did not describe the model.", status=answer.status)
    card = card_of(document, model)
    official = card.official if card.stated else None
    return Live(official=official, version=card.version, inputs=card.inputs, required=card.required)


class ModelCards:
    """Looks models up, and remembers what it found for as long as the catalogue says."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[str, tuple[ModelCard, float]] = {}

    async def of(self, errand: Errand, model: Model, *, not_before: float | None = None) -> ModelCard:
        """What is known of ``model``; looked up anew where that was before ``not_before`` on the clock.

        Raises ModelGone where the platform does not have it, and what strikes every other call as well.
        """
        now = self._line.clock.monotonic()
        card, since = self._known.get(model.endpoint, (None, 0.0))
        oldest = max(now - self._line.entry.version_seconds, since if not_before is None else not_before)
        if card is not None and since >= oldest:
            return card
        self._known.pop(model.endpoint, None)
        found = await self._looked_up(errand, model)
        if found is None:
            found = ModelCard(official=model.official, version=model.version, stated=False)
            now += _UNSAID_SECONDS - self._line.entry.version_seconds
        self._known[model.endpoint] = found, now
        return found

    async def _looked_up(self, errand: Errand, model: Model) -> ModelCard | None:
        """None where the platform did not say."""
        line = self._line
        seconds = min(_LOOK_UP_SECONDS, line.entry.call_deadline)
        try:
            answer = await line.call(errand.key, "GET", line.address.url(f"models/{model.endpoint}"), deadline=seconds)
        except (BadResult, Unavailable) as error:
            if isinstance(error, Unavailable) and error.surely_not_accepted:
                raise
            return None
        if not answer.ok:
            refusal = line.classified(answer, errand)
            if isinstance(refusal, (ModelGone, RateLimited, RefusedKey)):
                raise refusal
            return None
        document = answer.json_object()
        return card_of(document, model) if document else None


def fitted(card: ModelCard, order: Order, values: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    """``values`` without the optional ones that the model does not know.

    Raises ModelGone where its schema lacks a field that matters, or requires one that is not there.
    """
    if not card.inputs:
        return dict(values)
    unknown = values.keys() - card.inputs
    if not unknown <= order.optional or not card.required <= values.keys():
        raise fields_changed(name)
    return {field: value for field, value in values.items() if field not in unknown}


def fields_changed(name: str, *, detail: str = "", status: int | None = None) -> ModelGone:
    """The model takes other fields than the catalogue's."""
    final = Unsupported(f"{name} does not accept this request as it is.", detail=detail, status=status)
    return ModelGone(f"{name} has changed the fields of this model.", detail=detail, status=status, final=final)


def left_out(fields: frozenset[str], model: Model, *, name: str) -> tuple[str, ...]:
    """Sentences about optional fields that were not sent."""
    seed = model.seed.field if model.seed is not None else ""
    sentences = {
        field: f"Seed not used: {model.name} takes none."
        if field == seed
        else f"{field} left out: {name}'s model does not take it."
        for field in sorted(fields)
    }
    return tuple(sentences.values())


def _inputs(schema: Any) -> tuple[frozenset[str], frozenset[str]]:
    """All names and the required ones of ``components.schemas.Input``; empty where there is no such schema."""
    found = schema
    for name in ("components", "schemas", "Input"):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("properties"), dict):
        return frozenset(), frozenset()
    required = found.get("required")
    return frozenset(found["properties"]), frozenset(required if isinstance(required, list) else ())
