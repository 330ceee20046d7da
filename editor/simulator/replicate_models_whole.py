"""The models of Replicate that cut out, extend and enlarge, after the schemas that its API serves."""

from __future__ import annotations

from editor.simulator.models import Kind, Parameter, picture
from editor.simulator.replicate_model import ReplicateModel
from editor.simulator.replicate_styles import SCHEDULERS

_ASPECTS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9")
_TILINGS = tuple(range(16, 257, 16))
_NUMBERS = Parameter("array", items=Parameter("integer"), nullable=True)
_CHECKPOINTS = (
    "epicrealism_naturalSinRC1VAE.safetensors [84d76a0328]",
    "juggernaut_reborn.safetensors [338b85bc4f]",
    "flat2DAnimerge_v45Sharp.safetensors",
)

CUT_OUT_MODELS: tuple[ReplicateModel, ...] = (
    ReplicateModel(
        name="cjwbw/rembg",
        version="fb8af171cfa1616ddcf1242c093f9c46bcada5ad4cf6f2fbe8b81b330ec5c003",
        kind=Kind.CUT_OUT,
        parameters={"image": picture(required=False)},
    ),
    ReplicateModel(
        name="851-labs/background-remover",
        version="a029dff38972b5fda4ec5d75d7d1cd25aeff621d2cf4946a41055d7db66b80bc",
        kind=Kind.CUT_OUT,
        parameters={
            "image": picture(),
            "format": Parameter("string", default="png"),
            "reverse": Parameter("boolean", default=False),
            "threshold": Parameter("number", default=0),
            "background_type": Parameter("string", default="rgba"),
        },
    ),
    ReplicateModel(
        name="lucataco/remove-bg",
        version="95fcc2a26d3899cd6c2691c900465aaeff466285a65c14638cc5f36f34befaf1",
        kind=Kind.CUT_OUT,
        parameters={"image": picture()},
    ),
    ReplicateModel(
        name="bria/remove-background",
        version="5ecc270b34e9d8e1f007d9dbd3c724f0badf638f05ffaa0c5e0634ed64d3d378",
        official=True,
        kind=Kind.CUT_OUT,
        parameters={
            "image": picture(required=False, nullable=True),
            "image_url": Parameter("string", nullable=True),
            "preserve_alpha": Parameter("boolean", default=True),
            "content_moderation": Parameter("boolean", default=False),
            "preserve_partial_alpha": Parameter("boolean", default=True),
        },
    ),
)

EXTENDING_MODELS: tuple[ReplicateModel, ...] = (
    ReplicateModel(
        name="bria/expand-image",
        version="0d8d951a482d1f94125a7adbde188d7aa280a13fe0a444b9e786fce905e2af9a",
        official=True,
        kind=Kind.CANVAS,
        parameters={
            "image": picture(required=False, nullable=True),
            "image_url": Parameter("string", nullable=True),
            "aspect_ratio": Parameter("string", default="1:1", choices=_ASPECTS),
            "canvas_size": _NUMBERS,
            "original_image_size": _NUMBERS,
            "original_image_location": _NUMBERS,
            "prompt": Parameter("string", nullable=True),
            "negative_prompt": Parameter("string", nullable=True),
            "seed": Parameter("integer", nullable=True),
            "preserve_alpha": Parameter("boolean", default=True),
            "sync": Parameter("boolean", default=True),
            "content_moderation": Parameter("boolean", default=False),
        },
    ),
)

ENLARGING_MODELS: tuple[ReplicateModel, ...] = (
    ReplicateModel(
        name="nightmareai/real-esrgan",
        version="f121d640bd286e1fdc67f9799164c1d5be36ff74576ee11c803ae5b665dd46aa",
        official=True,
        kind=Kind.UPSCALE,
        factor_field="scale",
        most_pixels=2_096_704,
        parameters={
            "image": picture(),
            "scale": Parameter("number", default=4, minimum=0, maximum=10),
            "face_enhance": Parameter("boolean", default=False),
        },
    ),
    ReplicateModel(
        name="recraft-ai/recraft-crisp-upscale",
        version="2177c1e3a177f5a76c632e467c32b413e424c23d84e43f7b036a965e305f6557",
        official=True,
        kind=Kind.UPSCALE,
        parameters={"image": picture()},
    ),
    ReplicateModel(
        name="philz1337x/clarity-upscaler",
        version="dfad41707589d68ecdccd1dfa600d55a208f9310748e44bfe35b4a6291453d5e",
        kind=Kind.UPSCALE,
        listed=True,
        factor_field="scale_factor",
        parameters={
            "image": picture(),
            "mask": picture(required=False),
            "seed": Parameter("integer", default=1337),
            "prompt": Parameter(
                "string",
                default="masterpiece, best quality, highres, <lora:more_details:0.5> <lora:SDXLrender_v2.0:1>",
            ),
            "negative_prompt": Parameter(
                "string", default="(worst quality, low quality, normal quality:2) JuggernautNegative-neg"
            ),
            "scale_factor": Parameter("number", default=2),
            "dynamic": Parameter("number", default=6, minimum=1, maximum=50),
            "creativity": Parameter("number", default=0.35, minimum=0, maximum=1),
            "resemblance": Parameter("number", default=0.6, minimum=0, maximum=3),
            "sharpen": Parameter("number", default=0, minimum=0, maximum=10),
            "handfix": Parameter("string", default="disabled", choices=("disabled", "hands_only", "image_and_hands")),
            "pattern": Parameter("boolean", default=False),
            "sd_model": Parameter("string", default=_CHECKPOINTS[1], choices=_CHECKPOINTS),
            "scheduler": Parameter("string", default="DPM++ 3M SDE Karras", choices=SCHEDULERS),
            "lora_links": Parameter("string", default=""),
            "custom_sd_model": Parameter("string", default=""),
            "downscaling": Parameter("boolean", default=False),
            "downscaling_resolution": Parameter("integer", default=768),
            "tiling_width": Parameter("integer", default=112, choices=_TILINGS),
            "tiling_height": Parameter("integer", default=144, choices=_TILINGS),
            "num_inference_steps": Parameter("integer", default=18, minimum=1, maximum=100),
            "output_format": Parameter("string", default="png", choices=("webp", "jpg", "png")),
        },
    ),
)
