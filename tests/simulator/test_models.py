from __future__ import annotations

from typing import Any

import pytest

from editor.simulator.models import Breach, Model, Parameter, Violation, picture, pictures

SIZE = Parameter(
    "object",
    properties={
        "width": Parameter("integer", required=True, above=0, maximum=4096, multiple_of=32),
        "height": Parameter("integer", required=True, above=0, maximum=4096),
    },
)
MODEL = Model(
    name="owner/name",
    one_of=(("image", "image_urls"),),
    parameters={
        "prompt": Parameter("string", required=True, min_length=3, max_length=10),
        "image": picture(required=False, nullable=True),
        "image_urls": pictures(required=False, most=2),
        "size": Parameter("any", any_of=(SIZE, Parameter("string", choices=("square", "wide"))), default="square"),
        "factor": Parameter("integer", choices=(2, 4)),
        "strength": Parameter("number", minimum=0, maximum=1, multiple_of=0.1),
        "points": Parameter("array", items=Parameter("integer", minimum=0), min_items=2),
        "fast": Parameter("boolean", nullable=True),
    },
)
GOOD: dict[str, Any] = {"prompt": "boat", "image": "data:image/png;base64,"}


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"image": None, "image_urls": ["https://host/a.png", "data:,"]},
        {"size": {"width": 64, "height": 7, "depth": 1}},
        {"size": "wide", "factor": 4, "strength": 0.3, "points": [0, 5], "fast": None},
        {"strength": 1, "prompt": "0123456789"},
    ],
)
def test_what_the_schema_allows(inputs: dict[str, Any]) -> None:
    assert MODEL.violations({**GOOD, **inputs}) == []


@pytest.mark.parametrize(
    ("inputs", "violation"),
    [
        ({"prompt": "ab"}, Violation("prompt", Breach.TOO_SHORT, 3)),
        ({"prompt": "01234567890"}, Violation("prompt", Breach.TOO_LONG, 10)),
        ({"prompt": None}, Violation("prompt", Breach.TYPE, "string")),
        ({"image": "/tmp/a.png"}, Violation("image", Breach.FORMAT, "uri")),
        ({"image": None}, Violation("image", Breach.ONE_OF_REQUIRED, ("image", "image_urls"))),
        ({"image_urls": []}, Violation("image_urls", Breach.TOO_FEW, 1)),
        ({"image_urls": ["data:,"] * 3}, Violation("image_urls", Breach.TOO_MANY, 2)),
        ({"image_urls": ["data:,", "ftp:"]}, Violation("image_urls.1", Breach.FORMAT, "uri")),
        ({"size": "tall"}, Violation("size", Breach.CHOICE, ("square", "wide"))),
        ({"size": 3}, Violation("size", Breach.TYPE, "object or string")),
        ({"size": {"width": 64}}, Violation("size.height", Breach.REQUIRED)),
        ({"size": {"width": 65, "height": 1}}, Violation("size.width", Breach.NOT_MULTIPLE, 32)),
        ({"size": {"width": 64, "height": 0}}, Violation("size.height", Breach.NOT_ABOVE, 0)),
        ({"factor": 3}, Violation("factor", Breach.CHOICE, (2, 4))),
        ({"factor": 2.0}, Violation("factor", Breach.TYPE, "integer")),
        ({"factor": True}, Violation("factor", Breach.TYPE, "integer")),
        ({"strength": 0.35}, Violation("strength", Breach.NOT_MULTIPLE, 0.1)),
        ({"strength": 1.2}, Violation("strength", Breach.TOO_LARGE, 1)),
        ({"strength": -1}, Violation("strength", Breach.TOO_SMALL, 0)),
        ({"points": [1, "2"]}, Violation("points.1", Breach.TYPE, "integer")),
        ({"fast": 1}, Violation("fast", Breach.TYPE, "boolean")),
        ({"speed": 1}, Violation("speed", Breach.UNKNOWN)),
    ],
)
def test_each_broken_rule_is_told(inputs: dict[str, Any], violation: Violation) -> None:
    assert MODEL.violations({**GOOD, **inputs}) == [violation]


def test_all_broken_rules_are_told() -> None:
    found = MODEL.violations({"speed": 1, "factor": 3, "points": [-1]})
    assert [(one.field, one.breach) for one in found] == [
        ("speed", Breach.UNKNOWN),
        ("prompt", Breach.REQUIRED),
        ("factor", Breach.CHOICE),
        ("points", Breach.TOO_FEW),
        ("points.0", Breach.TOO_SMALL),
        ("image", Breach.ONE_OF_REQUIRED),
    ]


def test_a_lenient_model_ignores_what_it_does_not_know() -> None:
    lenient = Model(name="a/b", strict=False, parameters={"image_url": picture()})
    assert lenient.violations({"image_url": "data:,", "speed": 1}) == []


def test_values_addresses_and_what_is_optional() -> None:
    inputs = {**GOOD, "image_urls": ["data:,", "https://host/a"], "factor": 2}
    assert MODEL.addresses(inputs) == {"image": (GOOD["image"],), "image_urls": ("data:,", "https://host/a")}
    assert MODEL.optional(inputs) == "factor"
    assert MODEL.optional(GOOD) is None
    assert MODEL.value(inputs, "factor") == 2
    assert MODEL.value(inputs, "size") == "square"
    assert MODEL.value(inputs, "speed") is None


def test_the_schema_can_be_served() -> None:
    assert MODEL.parameters["size"].schema() == {
        "anyOf": [
            {
                "type": "object",
                "properties": {
                    "width": {"type": "integer", "exclusiveMinimum": 0, "maximum": 4096, "multipleOf": 32},
                    "height": {"type": "integer", "exclusiveMinimum": 0, "maximum": 4096},
                },
                "required": ["width", "height"],
            },
            {"type": "string", "enum": ["square", "wide"]},
        ],
        "default": "square",
    }
    assert MODEL.parameters["image_urls"].schema() == {
        "type": "array",
        "minItems": 1,
        "maxItems": 2,
        "items": {"type": "string", "format": "uri"},
    }
