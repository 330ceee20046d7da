"""What the adapter submits, and what the simulated models return, against the schemas of FAL's own endpoints."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator
from support.scene import scene

from editor.domain.kinds import Operation, UpscaleMode, Way
from editor.domain.options import Expansion
from editor.platforms.catalogue import Catalogue
from editor.simulator.fal_models import FAL_ENDPOINTS

MODELS = Path(__file__).resolve().parents[3] / "shared" / "platforms" / "fal-models"
CATALOGUE = Catalogue.load()

pytestmark = pytest.mark.skipif(not MODELS.is_dir(), reason="FAL's own schemas are not beside the project")

# What is valid with every field that need not be given is valid without it.
EVERYTHING = {"negative_prompt": "people", "seed": 2**40, "variations": 2}
CELLS = [
    pytest.param(operation, model, id=f"{operation}-{model.name}")
    for operation in Operation
    for model in CATALOGUE.models("fal", operation)
]


@cache
def recorded(endpoint):
    return json.loads((MODELS / f"{endpoint.replace('/', '__')}.json").read_text(encoding="utf-8"))


def problems(schema, value):
    """What a validator says, pictures cut short."""
    Draft202012Validator.check_schema(schema)
    return [f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(schema).iter_errors(value)]


def input_problems(endpoint, values):
    """The same for an input, which may name nothing that the schema lacks."""
    return problems({**recorded(endpoint)["input"], "additionalProperties": False}, values)


def orders_of(server):
    """The endpoint and the values of every submit."""
    bodies = [body for body in server.bodies if not body.path.startswith(("/storage/", "/upload/"))]
    return [(body.path.strip("/"), json.loads(body.data)) for body in bodies]


@pytest.mark.parametrize("operation, model", CELLS)
def test_every_order_is_what_the_schemas_allow(bench_of, operation, model):
    bench = bench_of("fal")
    bench.server.keep_bodies = True
    mode = {"mode": model.modes[0]} if model.modes else {}
    wanted = {
        name: value for name, value in EVERYTHING.items() if name != "variations" or operation is Operation.INPAINT
    }
    bench.run(scene(operation, models={"fal": model.name}, **mode, **wanted))
    orders = orders_of(bench.server)
    endpoints = [endpoint for endpoint, _ in orders]
    assert endpoints[-1] == model.endpoint
    assert (len(set(endpoints)) == 2) == (model.way is Way.MASK_BY_WORDS)
    for endpoint, values in orders:
        assert input_problems(endpoint, values) == []
    for endpoint, output in zip(endpoints, outputs_of(bench), strict=True):
        assert problems(recorded(endpoint)["output"], output) == [], "the simulated result has the documented form"


def outputs_of(bench):
    """What each run returned, in order."""
    looks = [request.path for request in bench.server.requests if request.path.endswith("/status")]
    headers = {"authorization": f"Key {bench.key}"}
    urls = [bench.server.origin + path.removesuffix("/status") for path in dict.fromkeys(looks)]
    return [httpx.get(url, headers=headers, trust_env=False).json() for url in urls]


HARD = {
    "tiny": (Operation.ERASE, {"size": (20, 12)}),
    "long": (Operation.INPAINT, {"size": (900, 60)}),
    "far": (Operation.OUTPAINT, {"expansion": Expansion(left=2000, right=1, up=9, down=300)}),
    "odd factor": (Operation.UPSCALE, {"scale": 2.7}),
    "huge factor": (Operation.UPSCALE, {"scale": 8.0, "size": (64, 64)}),
    "creative": (Operation.UPSCALE, {"mode": UpscaleMode.CREATIVE, "scale": 3.3, "prompt": "sharp", "seed": 5}),
    "colour": (Operation.REPLACE_BACKGROUND, {"prompt": "", "background": (9, 8, 7)}),
    "many": (Operation.INPAINT, {"variations": 6, "seed": 1}),
}


@pytest.mark.parametrize("operation, options", HARD.values(), ids=HARD)
def test_orders_at_the_edge_are_allowed_too(bench_of, operation, options):
    bench = bench_of("fal")
    bench.server.keep_bodies = True
    bench.run(scene(operation, **options))
    for endpoint, values in orders_of(bench.server):
        assert input_problems(endpoint, values) == []


@pytest.mark.parametrize("endpoint", FAL_ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_the_simulated_endpoints_take_what_the_schemas_name(endpoint):
    schema = recorded(endpoint.name)["input"]
    assert set(endpoint.parameters) == set(schema["properties"])
    required = {name for name, parameter in endpoint.parameters.items() if parameter.required}
    assert required == set(schema["required"])
    for name, parameter in endpoint.parameters.items():
        told = schema["properties"][name]
        known = [told, *told.get("anyOf", ())]
        for key, value in (("minimum", parameter.minimum), ("maximum", parameter.maximum)):
            assert value in {one.get(key) for one in known}, name
        choices = {choice for one in known for choice in one.get("enum", [one["const"]] if "const" in one else [])}
        assert parameter.kind == "any" or set(parameter.choices) == choices, name
        if parameter.default is not None and "default" in told:
            assert parameter.default == told["default"], name
