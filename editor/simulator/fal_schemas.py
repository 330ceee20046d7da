"""What FAL tells of its endpoints to those who ask: the OpenAPI document of each, and prices."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from editor.simulator.fal_endpoint import Endpoint

_UNITS = {"image": "images", "megapixel": "megapixels", "second": "compute seconds"}


def openapi_document(endpoint: Endpoint) -> dict[str, Any]:
    """What ``GET /api/openapi/queue/openapi.json?endpoint_id=…`` answers: the order's body, by reference."""
    properties = {name: parameter.schema() for name, parameter in endpoint.parameters.items()}
    required = [name for name, parameter in endpoint.parameters.items() if parameter.required]
    body = {"type": "object", "title": "Input", "properties": properties, "required": required}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Input"}}}
    return {
        "openapi": "3.0.4",
        "info": {"title": f"Queue OpenAPI for {endpoint.name}", "version": "1.0.0"},
        "components": {"schemas": {"QueueStatus": {"type": "object"}, "Input": body}},
        "paths": {
            f"/{endpoint.name}/requests/{{request_id}}/status": {"get": {"responses": {}}},
            f"/{endpoint.name}": {"post": {"requestBody": {"required": True, "content": content}, "responses": {}}},
        },
    }


def known_prices() -> dict[str, tuple[float, str]]:
    """US dollars and the unit's word by endpoint, as the program's catalogue has them."""
    text = files("editor.platforms").joinpath("catalogue.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[float, str]] = {}
    for table in _tables(tomllib.loads(text)["fal"]):
        price = table.get("price", {})
        if "usd" in price:
            found[table["endpoint"]] = (price["usd"], _UNITS.get(price.get("unit", "image"), "runs"))
    return found


def pricing_document(prices: Mapping[str, tuple[float, str]], endpoints: list[str]) -> dict[str, Any]:
    """What ``GET /v1/models/pricing?endpoint_id=a,b`` answers; endpoints without a price are left out."""
    rows = [
        {"endpoint_id": name, "unit_price": prices[name][0], "unit": prices[name][1], "currency": "USD"}
        for name in endpoints
        if name in prices
    ]
    return {"prices": rows, "next_cursor": None, "has_more": False}


def _tables(value: Any) -> Iterator[dict[str, Any]]:
    """Every table that names an endpoint, however deep."""
    if isinstance(value, dict):
        if "endpoint" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _tables(one)
