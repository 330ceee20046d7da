"""The models that erase, as their platforms' own input schemas describe them, and one strict check of an input.

Replicate's come from the schemas its API serves with ``GET /models/{owner}/{name}``, FAL's from its per-endpoint
OpenAPI documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Breach(StrEnum):
    """How an input breaks its schema."""

    REQUIRED = "required"
    UNKNOWN = "unknown"
    TYPE = "type"
    FORMAT = "format"
    CHOICE = "choice"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule; ``bound`` is the limit, the type or the choices in question."""

    field: str
    breach: Breach
    bound: Any = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input. ``kind`` is a JSON type, or ``uri`` for a string that names a file."""

    kind: str
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    nullable: bool = False

    def schema(self) -> dict[str, Any]:
        """As JSON schema."""
        schema: dict[str, Any] = {"type": "string", "format": "uri"} if self.kind == "uri" else {"type": self.kind}
        optional = {"default": self.default, "minimum": self.minimum, "maximum": self.maximum}
        schema.update({name: value for name, value in optional.items() if value is not None})
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.nullable:
            schema["nullable"] = True
        return schema

    def violation(self, name: str, value: Any) -> Violation | None:
        """The first rule that ``value`` breaks."""
        if value is None and self.nullable:
            return None
        if not _is_a(value, self.kind):
            return Violation(name, Breach.TYPE, "string" if self.kind == "uri" else self.kind)
        if self.kind == "uri" and not value.startswith(("https:", "http:", "data:")):
            return Violation(name, Breach.FORMAT, "uri")
        if self.choices and value not in self.choices:
            return Violation(name, Breach.CHOICE, self.choices)
        if self.minimum is not None and value < self.minimum:
            return Violation(name, Breach.TOO_SMALL, self.minimum)
        if self.maximum is not None and value > self.maximum:
            return Violation(name, Breach.TOO_LARGE, self.maximum)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that erases by a mask.

    ``listed`` tells whether the output is a list. ``official`` and ``version`` matter to Replicate, ``sized`` (the
    output object has width and height) and ``flux`` (its output has seed and the mark of a filter) to FAL.
    """

    name: str
    parameters: Mapping[str, Parameter]
    image: str = "image"
    mask: str = "mask"
    listed: bool = False
    official: bool = False
    version: str = ""
    format: str = "png"
    sized: bool = True
    flux: bool = False
    grow: str = ""

    def violations(self, inputs: Mapping[str, Any]) -> list[Violation]:
        """Every rule that ``inputs`` breaks; a name the schema lacks counts."""
        found = [Violation(name, Breach.UNKNOWN) for name in inputs if name not in self.parameters]
        for name, parameter in self.parameters.items():
            if name not in inputs:
                if parameter.required:
                    found.append(Violation(name, Breach.REQUIRED))
                continue
            violation = parameter.violation(name, inputs[name])
            if violation is not None:
                found.append(violation)
        return found

    def value(self, inputs: Mapping[str, Any], name: str) -> Any:
        """What ``inputs`` say, else the schema's default."""
        return inputs.get(name, self.parameters[name].default)


def _is_a(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _picture(*, required: bool = True, nullable: bool = False) -> Parameter:
    return Parameter("uri", required=required, nullable=nullable)


_OUTPAINTS = (
    "None",
    "Zoom out 1.5x",
    "Zoom out 2x",
    "Make square",
    "Left outpaint",
    "Right outpaint",
    "Top outpaint",
    "Bottom outpaint",
)

REPLICATE_MODELS: tuple[Model, ...] = (
    Model(
        name="zylim0702/remove-object",
        version="0e3a841c913f597c1e4c321560aa69e2bc1f15c65f8c366caafc379240efd8ba",
        parameters={"image": _picture(), "mask": _picture()},
    ),
    Model(
        name="allenhooo/lama",
        version="cdac78a1bec5b23c07fd29692fb70baa513ea403a39e643c48ec5edadb15fe72",
        parameters={"image": _picture(), "mask": _picture()},
    ),
    Model(
        name="codeplugtech/object_remover",
        version="499559d430d997c34aa80142bfede2ad182b78e9dda9e8e03be5689d99969282",
        image="org_image",
        mask="mask_image",
        parameters={"org_image": _picture(), "mask_image": _picture()},
    ),
    Model(
        name="bria/eraser",
        version="2757d1ac2f1291af219f5f10e8ecba15e92e7c05253e2841295f3ba6bff6adc4",
        official=True,
        parameters={
            "image": _picture(required=False, nullable=True),
            "mask": _picture(required=False, nullable=True),
            "image_url": Parameter("string", nullable=True),
            "mask_url": Parameter("string", nullable=True),
            "sync": Parameter("boolean", default=True),
            "content_moderation": Parameter("boolean", default=False),
            "mask_type": Parameter("string", default="manual", choices=("manual", "automatic")),
            "preserve_alpha": Parameter("boolean", default=True),
        },
    ),
    Model(
        name="black-forest-labs/flux-fill-pro",
        version="2d4197724d8ed13cc78191e794ebbe6aeedcfe4c5b36f464794732d5ccb9735f",
        official=True,
        parameters={
            "prompt": Parameter("string", required=True),
            "image": _picture(),
            "mask": _picture(required=False),
            "seed": Parameter("integer"),
            "steps": Parameter("integer", default=50, minimum=15, maximum=50),
            "guidance": Parameter("number", default=60, minimum=1.5, maximum=100),
            "outpaint": Parameter("string", default="None", choices=_OUTPAINTS),
            "output_format": Parameter("string", default="jpg", choices=("jpg", "png")),
            "safety_tolerance": Parameter("integer", default=2, minimum=1, maximum=6),
            "prompt_upsampling": Parameter("boolean", default=False),
        },
    ),
    Model(
        name="black-forest-labs/flux-fill-dev",
        version="a053f84125613d83e65328a289e14eb6639e10725c243e8fb0c24128e5573f4c",
        official=True,
        listed=True,
        parameters={
            "prompt": Parameter("string", required=True),
            "image": _picture(),
            "mask": _picture(required=False),
            "seed": Parameter("integer"),
            "guidance": Parameter("number", default=30, minimum=0, maximum=100),
            "megapixels": Parameter("string", default="1", choices=("1", "0.25", "match_input")),
            "num_outputs": Parameter("integer", default=1, minimum=1, maximum=4),
            "output_format": Parameter("string", default="webp", choices=("webp", "jpg", "png")),
            "output_quality": Parameter("integer", default=80, minimum=0, maximum=100),
            "num_inference_steps": Parameter("integer", default=28, minimum=1, maximum=50),
            "disable_safety_checker": Parameter("boolean", default=False),
            "lora_weights": Parameter("string"),
            "lora_scale": Parameter("number", default=1, minimum=-1, maximum=3),
        },
    ),
)

_PICTURES = {"image_url": _picture(), "mask_url": _picture()}
_SYNC_MODE = Parameter("boolean", default=False)
_QUALITIES = ("low_quality", "medium_quality", "high_quality", "best_quality")

FAL_ENDPOINTS: tuple[Model, ...] = (
    Model(
        name="fal-ai/object-removal/mask",
        listed=True,
        grow="mask_expansion",
        parameters={
            **_PICTURES,
            "model": Parameter("string", default="best_quality", choices=_QUALITIES),
            "mask_expansion": Parameter("integer", default=15, minimum=0, maximum=50),
        },
    ),
    Model(
        name="fal-ai/bria/eraser",
        parameters={
            **_PICTURES,
            "mask_type": Parameter("string", default="manual", choices=("manual", "automatic")),
            "preserve_alpha": Parameter("boolean", default=False),
            "sync_mode": _SYNC_MODE,
        },
    ),
    Model(
        name="fal-ai/flux-pro/v1/erase",
        listed=True,
        flux=True,
        grow="dilate_pixels",
        parameters={
            **_PICTURES,
            "dilate_pixels": Parameter("number", default=10, minimum=0, maximum=100),
            "output_format": Parameter("string", default="jpeg", choices=("jpeg", "png")),
            "sync_mode": _SYNC_MODE,
        },
    ),
    Model(name="fal-ai/ideogram/object-removal", sized=False, parameters={**_PICTURES, "sync_mode": _SYNC_MODE}),
    Model(
        name="fal-ai/finegrain-eraser/mask",
        sized=False,
        parameters={
            **_PICTURES,
            "mode": Parameter("string", default="standard", choices=("express", "standard", "premium")),
            "seed": Parameter("number", minimum=0, maximum=999),
        },
    ),
    Model(
        name="fal-ai/flux-pro/v1/fill",
        listed=True,
        flux=True,
        parameters={
            **_PICTURES,
            "prompt": Parameter("string", required=True),
            "seed": Parameter("integer", nullable=True),
            "num_images": Parameter("integer", default=1, minimum=1, maximum=4),
            "output_format": Parameter("string", default="jpeg", choices=("jpeg", "png")),
            "safety_tolerance": Parameter("string", default="2", choices=("1", "2", "3", "4", "5", "6")),
            "enhance_prompt": Parameter("boolean", default=False),
            "sync_mode": _SYNC_MODE,
        },
    ),
)
