"""What the adapter sends, against Replicate's own OpenAPI document and the recorded schemas of its models."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator
from support.replicate_play import ERASER, Play, create_line
from support.scene import scene

from editor.domain.kinds import Operation, Way
from editor.platforms.catalogue import Catalogue
from editor.simulator.multipart import parse_form

PLATFORMS = Path(__file__).parents[3] / "shared" / "platforms"
DOCUMENT, MODELS = PLATFORMS / "replicate.openapi.json", PLATFORMS / "replicate-models"
CATALOGUE = Catalogue.load()

pytestmark = pytest.mark.skipif(
    not (DOCUMENT.is_file() and MODELS.is_dir()), reason="Replicate's own schemas are not beside the project"
)

CELLS = [
    pytest.param(operation, model, id=f"{operation}-{model.name}")
    for operation in Operation
    for model in CATALOGUE.models("replicate", operation)
]


@pytest.fixture(scope="module")
def document():
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def problems(instance, schemas, name):
    """What a validator of the schema ``name`` says, pictures cut short."""
    whole = {"components": {"schemas": schemas}, "$ref": f"#/components/schemas/{name}"}
    return [f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(whole).iter_errors(instance)]


def input_problems(endpoint, values):
    """The same for the input of a model, which is said to refuse what its schema does not name."""
    recorded = json.loads((MODELS / f"{endpoint.replace('/', '__')}.json").read_text(encoding="utf-8"))
    schemas = {**recorded["schemas"]}
    schemas["Input"] = {**schemas["Input"], "required": schemas["Input"].get("required") or []}
    schemas["Input"]["additionalProperties"] = False
    return problems(values, schemas, "Input")


@pytest.mark.parametrize("operation, model", CELLS)
def test_every_order_is_what_the_documents_allow(bench_of, document, operation, model):
    bench = bench_of("replicate")
    bench.server.keep_bodies = True
    mode = {"mode": model.modes[0]} if model.modes else {}
    variations = {"variations": 2} if operation is Operation.INPAINT else {}
    bench.run(scene(operation, models={"replicate": model.name}, seed=2**40, **mode, **variations))
    orders = [body for body in bench.server.bodies if body.path.endswith("predictions")]
    assert orders
    schemas = document["components"]["schemas"]
    by_version = {one.version: one.endpoint for one in filter(None, (model, model.finder)) if one.version}
    for order in orders:
        body = json.loads(order.data)
        versioned = order.path == "/v1/predictions"
        name = "schemas_version_prediction_request" if versioned else "schemas_prediction_request"
        assert problems(body, schemas, name) == []
        endpoint = by_version[body["version"]] if versioned else order.path.removeprefix("/v1/models/")
        assert input_problems(endpoint.removesuffix("/predictions"), body["input"]) == []
        assert order.content_type == "application/json"
    if model.way is Way.MASK_BY_WORDS:
        assert len(orders) == 2


def test_an_upload_has_the_parts_that_are_documented(bench_of, document):
    bench = bench_of("replicate")
    bench.server.keep_bodies = True
    bench.limits(inline_bytes=100)
    bench.run(scene(Operation.ERASE))
    upload = document["paths"]["/files"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    forms = [parse_form(body.content_type, body.data) for body in bench.server.bodies if body.path == "/v1/files"]
    assert forms
    for parts in forms:
        assert {part.name for part in parts} <= upload["properties"].keys()
        assert set(upload["required"]) <= {part.name for part in parts}
        assert (parts[0].media_type, parts[0].filename) in [("image/png", "image.png"), ("image/png", "mask.png")]


def test_every_address_and_query_is_documented(desk, desk_bench, document, edit):
    lost = iter([(502, {"detail": "bad gateway"})])
    listing = {"next": None, "previous": None, "results": []}
    stored = {"id": "f1", "urls": {"get": f"{desk.base}/v1/files/f1"}}
    Play(
        desk,
        edit,
        {
            create_line(ERASER): lambda body: next(lost, None),
            "GET /v1/predictions": (200, listing),
            "POST /v1/files": (201, stored),
            "DELETE /v1/files/f1": (204, {}),
        },
    )
    bench = desk_bench("replicate", prefix="/v1")
    bench.limits(inline_bytes=100)
    bench.run(edit)
    for method, path, _, _ in desk.requests:
        if path.startswith("/v1/"):
            operation = documented(document, method.lower(), urlsplit(path).path.removeprefix("/v1"))
            known = {
                parameter["name"] for parameter in operation.get("parameters", []) if parameter.get("in") == "query"
            }
            assert parse_qs(urlsplit(path).query).keys() <= known


def documented(document, method, path):
    """The document's operation for a call."""
    wanted = path.split("/")
    for template, operations in document["paths"].items():
        parts = template.split("/")
        fits = len(parts) == len(wanted) and all(
            part == given or part.startswith("{") for part, given in zip(parts, wanted, strict=True)
        )
        if fits and method in operations:
            return operations[method]
    raise AssertionError(f"{method} {path} is not documented")
