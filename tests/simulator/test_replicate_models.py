"""The simulated models of Replicate against the catalogue, and against the schemas of the real ones where those are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from editor.platforms.catalogue import Catalogue
from editor.simulator.replicate_model import ReplicateModel, model_document, version_document
from editor.simulator.replicate_models import REPLICATE_MODELS

SCHEMAS = Path(__file__).parents[3] / "shared" / "platforms" / "replicate-models"
BY_NAME = {model.name: model for model in REPLICATE_MODELS}


def catalogued() -> dict[str, Any]:
    entry = Catalogue.load().platform("replicate")
    models = [model for listed in entry.models.values() for model in listed]
    finders = [model.finder for model in models if model.finder is not None]
    return {model.endpoint: model for model in (*models, *finders)}


@pytest.mark.parametrize("endpoint", catalogued())
def test_every_model_of_the_catalogue_is_played(endpoint: str) -> None:
    known, played = catalogued()[endpoint], BY_NAME[endpoint]
    assert played.official is known.official
    assert known.official or played.version == known.version
    assert {known.image_field, *known.required, *known.fields} <= played.parameters.keys()
    assert not known.mask_field or known.mask_field == played.mask
    assert (known.mask == "black_changes") is played.black_changes


def test_no_model_is_played_twice() -> None:
    assert len(BY_NAME) == len(REPLICATE_MODELS)


def test_a_model_object_names_its_schema_and_version() -> None:
    document = model_document(BY_NAME["black-forest-labs/flux-fill-dev"])
    assert document["is_official"] is True
    schemas = document["latest_version"]["openapi_schema"]["components"]["schemas"]
    assert schemas["Input"]["required"] == ["prompt", "image"]
    assert schemas["Output"]["type"] == "array"


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="Replicate's recorded schemas are not beside the project")
@pytest.mark.parametrize("model", REPLICATE_MODELS, ids=lambda model: model.name)
def test_the_schema_is_the_recorded_one(model: ReplicateModel) -> None:
    recorded = json.loads((SCHEMAS / f"{model.name.replace('/', '__')}.json").read_text(encoding="utf-8"))
    assert model.version == recorded["latest_version_id_at_snapshot"]
    ours = version_document(model)["openapi_schema"]["components"]["schemas"]
    theirs = recorded["schemas"]
    assert sorted(ours["Input"]["required"]) == sorted(theirs["Input"].get("required") or [])
    for word in ("type", "format", "items", "x-cog-array-type"):
        assert ours["Output"].get(word) == theirs["Output"].get(word)
    expected = {name: plain(schema, theirs) for name, schema in theirs["Input"]["properties"].items()}
    assert {name: plain(schema, {}) for name, schema in ours["Input"]["properties"].items()} == expected


def plain(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """A property with its references followed and without what is only shown to people."""
    for reference in schema.get("allOf", []):
        schema = {**schemas[reference["$ref"].rpartition("/")[2]], **schema}
    kept = ("type", "format", "default", "minimum", "maximum", "enum", "items", "nullable")
    found = {name: schema[name] for name in kept if schema.get(name) is not None}
    if found.get("format") == "uri":
        # The default of a picture is that of an example, which nobody wants to have edited.
        found.pop("default", None)
    if "enum" in found:
        found["enum"] = sorted(found["enum"])
    return found
