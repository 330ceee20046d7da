"""What FAL says of its endpoints now: the schema of each (its OpenAPI document, no key needed) and their prices.

Addresses and forms are those of the platform's pages on model schemas and on pricing. A flat price hides tables
by mode: a difference is told, never charged by.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from editor.domain.errors import BadResult, PlatformError
from editor.domain.money import Balance
from editor.domain.status import Refreshed
from editor.platforms.addresses import Address
from editor.platforms.catalogue import PlatformEntry
from editor.platforms.model import Model, Price, PriceUnit
from editor.platforms.refreshing import Live, asked, endpoints_of, refreshed
from editor.transport.message import Response

PRICES_AT_ONCE = 50
"""The most endpoints that one question for prices may name."""

_UNIT_WORDS = {
    "image": PriceUnit.IMAGE,
    "megapixel": PriceUnit.MEGAPIXEL,
    "second": PriceUnit.SECOND,
    "compute second": PriceUnit.SECOND,
}


@dataclass(frozen=True, kw_only=True)
class LiveCatalogue:
    """Asks FAL about the catalogue's models.

    ``call`` makes one call with the key or without, ``usable`` gives the key its form or raises, ``refused`` classifies
    a refusal.
    """

    call: Callable[[str | None, str, str], Awaitable[Response]]
    usable: Callable[[str | None], str]
    refused: Callable[[Response, str | None], PlatformError]
    api: Address
    site: Address
    entry: PlatformEntry
    name: str

    async def refreshed(self, key: str | None) -> Refreshed:
        """What differs from the catalogue; a failure is a note."""
        models = endpoints_of(self.entry)
        answers = await asked(models, self._schema, name=self.name)
        prices, notes = dict[str, str](), answers.notes
        try:
            prices = price_changes(await self._prices(self.usable(key), models), models)
        except PlatformError as error:
            notes = (*notes, f"{self.name} could not be asked for prices: {error.message}")
        return refreshed(self.entry, answers.found, notes=notes, prices=prices)

    async def balance(self, key: str) -> Balance | None:
        """What the account holds in US dollars; None where the key may not ask."""
        answer = await self.call(key, "GET", self.api.url("v1/account/billing?expand=credits"))
        if answer.status in (401, 403, 404):
            return None
        if not answer.ok:
            raise self.refused(answer, key)
        credits = answer.json_object().get("credits")
        if not isinstance(credits, Mapping) or str(credits.get("currency", "USD")).upper() != "USD":
            return None
        held = credits.get("current_balance")
        return Balance(usd=float(held)) if isinstance(held, int | float) and not isinstance(held, bool) else None

    async def _schema(self, model: Model) -> Live:
        answer = await self.call(None, "GET", schema_url(self.site, model.endpoint))
        if not answer.ok and not (answer.status in (404, 410) and answer.json_object()):
            raise self.refused(answer, None)
        return live_of(answer, name=self.name)

    async def _prices(self, key: str, models: Mapping[str, Model]) -> list[Response]:
        answers = [await self.call(key, "GET", url) for url in price_urls(self.api, models)]
        for answer in answers:
            if not answer.ok:
                raise self.refused(answer, key)
        return answers


def schema_url(site: Address, endpoint: str) -> str:
    """Where the OpenAPI document of an endpoint is."""
    return site.url(f"api/openapi/queue/openapi.json?endpoint_id={quote(endpoint, safe='')}")


def price_urls(api: Address, endpoints: Iterable[str]) -> Iterator[str]:
    """The questions for the prices of all ``endpoints``."""
    names = list(endpoints)
    for start in range(0, len(names), PRICES_AT_ONCE):
        asked = ",".join(quote(name, safe="") for name in names[start : start + PRICES_AT_ONCE])
        yield api.url(f"v1/models/pricing?endpoint_id={asked}")


def live_of(answer: Response, *, name: str) -> Live:
    """What the answer for the schema says; one without inputs says nothing. Raises BadResult where it is no schema."""
    if not answer.ok:
        return Live(gone=f"{name} does not have it any more.")
    document = answer.json_object()
    if not document:
        raise BadResult(f"{name} did not describe the model.", status=answer.status)
    schema = _input_schema(document)
    properties, required = schema.get("properties"), schema.get("required")
    return Live(
        inputs=frozenset(properties if isinstance(properties, dict) else ()),
        required=frozenset(field for field in required if isinstance(field, str))
        if isinstance(required, list)
        else frozenset(),
    )


def price_changes(answers: Iterable[Response], models: Mapping[str, Model]) -> dict[str, str]:
    """A sentence for every endpoint that was told a price, "" where it is the catalogue's."""
    told: dict[str, str] = {}
    for answer in answers:
        prices = answer.json_object().get("prices")
        for entry in prices if isinstance(prices, list) else ():
            endpoint = entry.get("endpoint_id") if isinstance(entry, dict) else None
            if isinstance(endpoint, str) and endpoint in models:
                told[endpoint] = _price_change(entry, models[endpoint].price)
    return told


def _price_change(entry: Mapping[str, Any], known: Price) -> str:
    amount, unit, currency = entry.get("unit_price"), entry.get("unit"), entry.get("currency") or "USD"
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not isinstance(unit, str):
        return ""
    same_unit = _UNIT_WORDS.get(unit.strip().lower().removesuffix("s")) is known.unit
    amounts = [one for one in (known.usd, known.first_usd) if one is not None]
    if currency == "USD" and same_unit and any(math.isclose(amount, one, rel_tol=1e-4) for one in amounts):
        return ""
    return (
        f"Its price is {amount:g} {currency} for each unit of “{unit.strip()[:40]}”; the catalogue has {known.words}."
    )


def _input_schema(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the body that an order carries, looked up where it is referred to; empty where there is none."""
    paths = document.get("paths")
    for path in paths.values() if isinstance(paths, dict) else ():
        found: Any = path
        for step in ("post", "requestBody", "content", "application/json", "schema"):
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, dict):
            return _resolved(found, document)
    return {}


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
