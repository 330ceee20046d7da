"""Every form that the adapter sends is valid by the provider's OpenAPI document, which is kept beside the project."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, UpscaleMode
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, whole_mask
from editor.platforms.catalogue import Catalogue
from editor.simulator import stability_errors as errors
from editor.simulator.multipart import parse_form
from editor.simulator.stability_operations import OPERATIONS

KINDS = {"string": str, "integer": int, "number": float}
WORDS = {"prompt": "a green box", "negative_prompt": "blur", "seed": 0}
SEARCH = {**WORDS, "search": "red box"}
BACKGROUND = np.full((90, 60, 3), (20, 160, 40), np.uint8)

CASES = {
    "erase": (Operation.ERASE, {}, (200, 150)),
    "erase, everything given": (Operation.ERASE, WORDS, (200, 150)),
    "erase, tiny": (Operation.ERASE, {"seed": 2**40}, (20, 10)),
    "erase, huge": (Operation.ERASE, {}, (3300, 2900)),
    "inpaint": (Operation.INPAINT, {"prompt": "x"}, (200, 150)),
    "inpaint, everything given": (Operation.INPAINT, WORDS, (200, 150)),
    "inpaint, long words": (Operation.INPAINT, {"prompt": "x" * 10_000}, (200, 150)),
    "cut out": (Operation.REMOVE_BACKGROUND, WORDS | {"prompt": ""}, (200, 150)),
    "cut out, large": (Operation.REMOVE_BACKGROUND, {}, (2400, 2000)),
    "replace": (Operation.SEARCH_AND_REPLACE, SEARCH, (200, 150)),
    "replace, long": (Operation.SEARCH_AND_REPLACE, SEARCH, (900, 100)),
    "recolor": (Operation.SEARCH_AND_RECOLOR, SEARCH, (200, 150)),
    "recolor, high": (Operation.SEARCH_AND_RECOLOR, SEARCH, (70, 600)),
    "background by words": (Operation.REPLACE_BACKGROUND, WORDS, (200, 150)),
    "background by a colour": (Operation.REPLACE_BACKGROUND, {"background": (1, 2, 3)}, (200, 150)),
    "background by a picture": (Operation.REPLACE_BACKGROUND, WORDS | {"background": BACKGROUND}, (640, 200)),
    "outpaint": (Operation.OUTPAINT, {"expansion": Expansion(left=7)}, (200, 150)),
    "outpaint, everything given": (
        Operation.OUTPAINT,
        {"expansion": Expansion(left=2000, right=1, up=9, down=300), "prompt": "sky", "seed": 9},
        (200, 150),
    ),
    "fast": (Operation.UPSCALE, {"scale": 4.0}, (200, 150)),
    "fast, tiny": (Operation.UPSCALE, {"scale": 2.0}, (20, 10)),
    "fast, in pieces": (Operation.UPSCALE, {"scale": 2.0}, (1600, 700)),
    "conservative": (Operation.UPSCALE, {"mode": UpscaleMode.CONSERVATIVE, "scale": 2.0}, (200, 150)),
    "conservative, large": (Operation.UPSCALE, {"mode": UpscaleMode.CONSERVATIVE, "scale": 1.2}, (1500, 500)),
    "creative": (Operation.UPSCALE, WORDS | {"mode": UpscaleMode.CREATIVE, "scale": 2.0}, (200, 150)),
}


@pytest.fixture(scope="module")
def document():
    folder = Path(__file__).resolve().parents[3] / "shared" / "platforms"
    if not folder.is_dir():
        pytest.skip("shared/platforms is not here")
    return json.loads((folder / "stability.openapi.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def validator(document):
    """Makes what checks a value against a schema of the document."""
    jsonschema = pytest.importorskip("jsonschema")
    return lambda schema: jsonschema.Draft7Validator({"allOf": [schema], "components": document["components"]})


def form_schema(document, path):
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return content["multipart/form-data"]["schema"]


def request_of(operation, size, **options):
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width]
    image = np.stack([rows % 200, columns % 200, (rows + columns) % 200], axis=2).astype(np.uint8)
    image[height // 3 : height // 2, width // 3 : width // 2] = (215, 25, 25)
    mask = whole_mask(image)
    if operation.masked:
        mask = np.zeros((height, width), np.uint8)
        mask[height // 3 : height // 2, width // 3 : width // 2] = 255
    options = EditOptions(**options)
    return EditRequest(operation=operation, image=image, mask=mask, region=Rect(0, 0, width, height), options=options)


def typed(schema, text):
    """A text of the form as the schema's type means it."""
    kinds = [part.get("type") for part in (schema, *schema.get("allOf", ()))]
    kind = next((kind for kind in kinds if kind is not None), "number")
    return KINDS[kind](text)


def check_picture(rules, data):
    image = Image.open(io.BytesIO(data))
    width, height = image.size
    assert image.format.lower() in rules["formats"]
    assert min(width, height) >= rules["min_side"]
    assert max(width, height) <= rules.get("max_side", width + height)
    assert rules["min_pixels"] <= width * height <= rules["max_pixels"]
    assert rules.get("aspect_ratio_min", 0) <= width / height <= rules.get("aspect_ratio_max", width)
    assert image.mode == "RGB", "an alpha channel would be taken for a mask"


def check_mask(mask, image):
    mask, image = (Image.open(io.BytesIO(data)) for data in (mask, image))
    assert mask.size == image.size
    assert mask.mode == "L"
    assert set(np.unique(np.asarray(mask))) <= {0, 255}, "black and white alone"


def check_form(document, validator, body):
    schema = form_schema(document, body.path)
    parts = {part.name: part for part in parse_form(body.content_type, body.data)}
    assert len(body.data) <= 10 * 2**20
    assert parts.keys() <= schema["properties"].keys()
    required = set(schema["required"])
    if body.path.endswith("/edit/erase"):
        # The published list names a field that the operation does not have.
        required -= {"prompt"}
    assert required <= parts.keys()
    for name, part in parts.items():
        field = schema["properties"][name]
        if field.get("format") == "binary":
            assert part.media_type in ("image/png", "image/webp", "image/jpeg")
            if "x-image-rules" in field:
                check_picture(field["x-image-rules"], part.data)
        else:
            assert part.filename is None
            assert part.text, "an empty field is not an absent one"
            validator(field).validate(typed(field, part.text))
    if "mask" in parts:
        check_mask(parts["mask"].data, parts["image"].data)


@pytest.mark.parametrize("operation, options, size", CASES.values(), ids=CASES)
def test_the_form_is_valid(document, validator, bench_of, operation, options, size):
    bench = bench_of("stability")
    bench.server.keep_bodies = True
    bench.run(request_of(operation, size, **options))
    assert bench.server.bodies
    for body in bench.server.bodies:
        check_form(document, validator, body)


MODELS = [
    (operation, model)
    for operation, models in Catalogue.load().platform("stability").models.items()
    for model in models
]


@pytest.mark.parametrize("operation, model", MODELS, ids=[f"{operation}-{model.name}" for operation, model in MODELS])
def test_the_catalogue_says_what_the_document_says(document, operation, model):
    post = document["paths"][f"/{model.endpoint}"]["post"]
    fields = form_schema(document, f"/{model.endpoint}")["properties"]
    assert (model.price.credits, model.asynchronous) == (post["x-credits"], post["x-async"])
    named = [model.image_field, model.mask_field, model.background_field, *(text.field for text in model.texts)]
    assert {name for name in named if name} | model.fields.keys() | model.required.keys() <= fields.keys()
    assert (model.seed is not None) == ("seed" in fields)
    assert all(text.most == fields[text.field]["maxLength"] for text in model.texts)
    rules, limits = fields[model.image_field]["x-image-rules"], model.limits
    assert (limits.least_side, limits.most_side) == (rules["min_side"], rules.get("max_side"))
    assert limits.least_pixels == rules["min_pixels"]
    assert limits.most_aspect == rules.get("aspect_ratio_max")
    assert limits.most_pixels <= rules["max_pixels"]
    assert set(model.formats) <= set(rules["formats"])


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_simulator_knows_the_same_form(document, path):
    operation = OPERATIONS[path]
    post = document["paths"][path]["post"]
    schema = form_schema(document, path)
    fields = {one.name: one for one in operation.fields}
    assert fields.keys() == schema["properties"].keys()
    required = set(schema["required"]) - ({"prompt"} if path.endswith("/edit/erase") else set())
    assert {name for name, one in fields.items() if one.required} == required
    assert (operation.credits, operation.asynchronous) == (post["x-credits"], post["x-async"])
    for name, one in fields.items():
        written = schema["properties"][name]
        if "maximum" in written:
            assert (one.least, one.most) == (written["minimum"], written["maximum"])
            assert one.default == written["default"]
        if "enum" in written:
            assert set(one.choices) == set(written["enum"])
            assert one.default == written.get("default")
        if "x-image-rules" in written and not path.endswith("/conservative"):
            rules = written["x-image-rules"]
            assert (one.least_side, one.most_side) == (rules["min_side"], rules.get("max_side"))
            assert (one.least_pixels, one.most_pixels) == (rules["min_pixels"], rules["max_pixels"])
            assert one.most_aspect == rules.get("aspect_ratio_max")


REFUSALS = {
    "400": errors.bad_request("image: required"),
    "401": errors.unauthorized(),
    "402": errors.payment_required(),
    "403": errors.moderated(),
    "404": errors.no_result(),
    "413": errors.too_large(),
    "422": errors.public_figure(),
    "429": errors.rate_limited(retry_after=None),
    "500": errors.internal_error(),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_the_simulator_refuses_in_the_documented_form(document, validator, status):
    answer = REFUSALS[status]
    assert str(answer.status) == status
    content = document["components"]["responses"][status]["content"]["application/json"]
    body = json.loads(answer.body)
    validator(content["schema"]).validate(body)
    example = content.get("example")
    assert example is None or body["errors"] == example["errors"] or status == "429"


def test_the_simulator_names_a_run_in_the_documented_form(document, validator, bench_of):
    result = bench_of("stability").run(request_of(Operation.REPLACE_BACKGROUND, (200, 150), prompt="x"))
    validator(document["components"]["schemas"]["GenerationID"]).validate(result.request_id)
