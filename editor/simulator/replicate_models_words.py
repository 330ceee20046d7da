"""The models of Replicate that follow words, after the schemas its API serves with ``GET /models/{owner}/{name}``."""

from __future__ import annotations

from editor.simulator.models import Kind, Parameter, picture
from editor.simulator.replicate_model import ReplicateModel

_MATCH = "match_input_image"
_KONTEXT_ASPECTS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9", "9:21", "2:1", "1:2")
_BANANA_ASPECTS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
_QWEN_ASPECTS = ("1:1", "16:9", "9:16", "4:3", "3:4", _MATCH)

WORDS_MODELS: tuple[ReplicateModel, ...] = (
    ReplicateModel(
        name="black-forest-labs/flux-kontext-pro",
        version="897a70f5a7dbd8a0611413b3b98cf417b45f266bd595c571a22947619d9ae462",
        official=True,
        kind=Kind.INSTRUCTION,
        image="input_image",
        parameters={
            "prompt": Parameter("string", required=True),
            "input_image": picture(required=False, nullable=True),
            "aspect_ratio": Parameter("string", default=_MATCH, choices=(_MATCH, *_KONTEXT_ASPECTS)),
            "seed": Parameter("integer", nullable=True),
            "output_format": Parameter("string", default="png", choices=("jpg", "png")),
            "safety_tolerance": Parameter("integer", default=2, minimum=0, maximum=6),
            "prompt_upsampling": Parameter("boolean", default=False),
        },
    ),
    ReplicateModel(
        name="google/nano-banana",
        version="5bdc2c7cd642ae33611d8c33f79615f98ff02509ab8db9d8ec1cc6c36d378fba",
        official=True,
        kind=Kind.INSTRUCTION,
        image="image_input",
        parameters={
            "prompt": Parameter("string", required=True),
            "image_input": Parameter("array", default=[], items=picture()),
            "aspect_ratio": Parameter("string", default=_MATCH, choices=(_MATCH, *_BANANA_ASPECTS)),
            "output_format": Parameter("string", default="jpg", choices=("jpg", "png")),
        },
    ),
    ReplicateModel(
        name="qwen/qwen-image-edit-plus",
        version="7677b9cc9967f7725fcf5e814a5a3446bf1d4b6ab0f9c15534dbbc54c7a088f2",
        official=True,
        kind=Kind.INSTRUCTION,
        listed=True,
        parameters={
            "prompt": Parameter("string", required=True),
            "image": Parameter("array", required=True, items=picture()),
            "go_fast": Parameter("boolean", default=True),
            "aspect_ratio": Parameter("string", default=_MATCH, choices=_QWEN_ASPECTS),
            "seed": Parameter("integer", nullable=True),
            "output_format": Parameter("string", default="webp", choices=("webp", "jpg", "png")),
            "output_quality": Parameter("integer", default=95, minimum=0, maximum=100),
            "disable_safety_checker": Parameter("boolean", default=False),
        },
    ),
    ReplicateModel(
        name="schananas/grounded_sam",
        version="ee871c19efb1941f55f66a3d7d960428c8a5afcb77449547fe8e5a3ab9ebc21c",
        kind=Kind.BY_WORDS_MASK,
        listed=True,
        iterated=True,
        format="jpg",
        # The platform's defaults are those of its example: a picture of clothes and shoes.
        parameters={
            "image": picture(required=False),
            "mask_prompt": Parameter("string", default="clothes,shoes"),
            "negative_mask_prompt": Parameter("string", default="pants"),
            "adjustment_factor": Parameter("integer", default=0),
        },
    ),
)
