"""The models of Replicate that erase, after the schemas its API serves with ``GET /models/{owner}/{name}``."""

from __future__ import annotations

from typing import Any

from editor.simulator.models import Model, Parameter, picture

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
        parameters={"image": picture(), "mask": picture()},
    ),
    Model(
        name="allenhooo/lama",
        version="cdac78a1bec5b23c07fd29692fb70baa513ea403a39e643c48ec5edadb15fe72",
        parameters={"image": picture(), "mask": picture()},
    ),
    Model(
        name="codeplugtech/object_remover",
        version="499559d430d997c34aa80142bfede2ad182b78e9dda9e8e03be5689d99969282",
        image="org_image",
        mask="mask_image",
        parameters={"org_image": picture(), "mask_image": picture()},
    ),
    Model(
        name="bria/eraser",
        version="2757d1ac2f1291af219f5f10e8ecba15e92e7c05253e2841295f3ba6bff6adc4",
        official=True,
        parameters={
            "image": picture(required=False, nullable=True),
            "mask": picture(required=False, nullable=True),
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
            "image": picture(),
            "mask": picture(required=False),
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
            "image": picture(),
            "mask": picture(required=False),
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


def model_document(model: Model) -> dict[str, Any]:
    """What ``GET /models/{owner}/{name}`` answers."""
    owner, _, name = model.name.partition("/")
    properties = {key: parameter.schema() for key, parameter in model.parameters.items()}
    required = [key for key, parameter in model.parameters.items() if parameter.required]
    address = {"type": "string", "format": "uri"}
    output = {"title": "Output", "type": "array", "items": address} if model.listed else {"title": "Output", **address}
    schemas = {
        "Input": {"type": "object", "title": "Input", "required": required, "properties": properties},
        "Output": output,
    }
    return {
        "url": f"https://replicate.com/{model.name}",
        "owner": owner,
        "name": name,
        "description": None,
        "visibility": "public",
        "is_official": model.official,
        "github_url": None,
        "paper_url": None,
        "license_url": None,
        "run_count": 1000,
        "cover_image_url": None,
        "default_example": None,
        "latest_version": {
            "id": model.version,
            "created_at": "2025-01-15T00:00:00.000000Z",
            "cog_version": "0.9.4",
            "openapi_schema": {"components": {"schemas": schemas}},
        },
    }
