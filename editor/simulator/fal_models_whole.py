"""FAL's endpoints without a mask: those that find, cut out, follow an instruction, extend and enlarge."""

from __future__ import annotations

from editor.simulator.fal_endpoint import (
    COUNT,
    FLUX_OUTPUT,
    IMAGE_SIZE,
    NO,
    PROMPT,
    SEED,
    SEED_FROM_ZERO,
    SEED_OF_31_BITS,
    STRING,
    TOLERANCES,
    YES,
    Billing,
    Endpoint,
    between,
    chosen,
    one_of,
    whole,
)
from editor.simulator.models import Kind, Parameter, picture, pictures

_IMAGE = {"image_url": picture()}
_CUTTERS = ("Light", "Light 2K", "Heavy", "Dynamic")
_WHOLE = Parameter("integer", nullable=True)
_PAIR = Parameter("array", items=Parameter("integer"), min_items=2, max_items=2)
_POINT = Parameter("object", properties=dict.fromkeys(("x", "y", "label", "object_id", "frame_index"), _WHOLE))
_BOX = Parameter(
    "object",
    properties=dict.fromkeys(("x_min", "y_min", "x_max", "y_max", "object_id", "frame_index"), _WHOLE),
)

FINDERS: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/sam-3/image",
        kind=Kind.BY_WORDS_MASK,
        place="masks",
        extras=("metadata",),
        parameters={
            **_IMAGE,
            "prompt": Parameter("string", default="wheel"),
            "text_prompt": Parameter("string", nullable=True),
            "apply_mask": YES,
            "return_multiple_masks": NO,
            "max_masks": whole(1, 32, default=3),
            "include_scores": NO,
            "include_boxes": NO,
            "point_prompts": Parameter("array", default=[], items=_POINT),
            "box_prompts": Parameter("array", default=[], items=_BOX),
            "output_format": one_of("jpeg", "png", "webp", default="png"),
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/evf-sam",
        kind=Kind.BY_WORDS_MASK,
        sized=False,
        parameters={
            **_IMAGE,
            "prompt": PROMPT,
            "negative_prompt": Parameter("string", nullable=True),
            "mask_only": YES,
            "fill_holes": NO,
            "revert_mask": NO,
            "expand_mask": whole(0, 20, default=0),
            "blur_mask": whole(0, 50, default=0),
            "semantic_type": NO,
            "use_grounding_dino": NO,
        },
    ),
)

CUTTERS: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/birefnet/v2",
        kind=Kind.CUT_OUT,
        billing=Billing.SECOND,
        parameters={
            **_IMAGE,
            "model": one_of(
                *(f"General Use ({name})" for name in _CUTTERS), "Matting", "Portrait", default="General Use (Light)"
            ),
            "operating_resolution": one_of("1024x1024", "2048x2048", "2304x2304", default="1024x1024"),
            "output_format": one_of("webp", "png", "gif", default="png"),
            "output_mask": NO,
            "mask_only": NO,
            "refine_foreground": YES,
            "sync_mode": NO,
        },
    ),
    Endpoint(name="fal-ai/bria/background/remove", kind=Kind.CUT_OUT, parameters={**_IMAGE, "sync_mode": NO}),
)

_RATIOS = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
INSTRUCTED: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/flux-pro/kontext",
        kind=Kind.INSTRUCTION,
        place="images",
        flux=True,
        extras=FLUX_OUTPUT,
        redraws=True,
        parameters={
            **_IMAGE,
            "prompt": PROMPT,
            "seed": SEED,
            "num_images": COUNT,
            "guidance_scale": between(1, 20, default=3.5),
            "aspect_ratio": chosen(*_RATIOS),
            "safety_tolerance": one_of(*TOLERANCES, default="2"),
            "enhance_prompt": NO,
            "output_format": one_of("jpeg", "png", default="jpeg"),
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/qwen-image-edit",
        kind=Kind.INSTRUCTION,
        place="images",
        flux=True,
        extras=FLUX_OUTPUT,
        billing=Billing.MEGAPIXEL,
        redraws=True,
        parameters={
            **_IMAGE,
            "prompt": PROMPT,
            "negative_prompt": Parameter("string", default=" "),
            "image_size": IMAGE_SIZE,
            "seed": SEED,
            "num_images": COUNT,
            "num_inference_steps": whole(2, 50, default=30),
            "guidance_scale": between(0, 20, default=4),
            "acceleration": one_of("none", "regular", "high", default="regular"),
            "enable_safety_checker": YES,
            "output_format": one_of("jpeg", "png", default="png"),
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/nano-banana/edit",
        kind=Kind.INSTRUCTION,
        image="image_urls",
        place="images",
        extras=("description",),
        redraws=True,
        parameters={
            "image_urls": pictures(),
            "prompt": Parameter("string", required=True, min_length=3, max_length=50_000),
            "seed": SEED,
            "num_images": COUNT,
            "aspect_ratio": chosen(
                "auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16", default="auto"
            ),
            "safety_tolerance": one_of(*TOLERANCES, default="4"),
            "limit_generations": NO,
            "output_format": one_of("jpeg", "png", "webp", default="png"),
            "sync_mode": NO,
        },
    ),
)

_FURTHER = between(0, 2_048, default=0)
EXTENDERS: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/flux-2-pro/outpaint",
        kind=Kind.OUTPAINT,
        place="images",
        billing=Billing.MEGAPIXEL,
        parameters={
            **_IMAGE,
            "expand_left": _FURTHER,
            "expand_right": _FURTHER,
            "expand_top": _FURTHER,
            "expand_bottom": _FURTHER,
            "mode": one_of("high", "fast", default="high"),
            "auto_crop": NO,
            "enable_safety_checker": YES,
            "output_format": one_of("jpeg", "png", default="jpeg"),
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/bria/expand",
        kind=Kind.CANVAS,
        extras=("seed",),
        parameters={
            **_IMAGE,
            "canvas_size": Parameter("array", required=True, items=Parameter("integer"), min_items=2, max_items=2),
            "original_image_size": Parameter("any", nullable=True, any_of=(_PAIR,)),
            "original_image_location": Parameter("any", nullable=True, any_of=(_PAIR,)),
            "aspect_ratio": chosen("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9"),
            "prompt": Parameter("string", default=""),
            "negative_prompt": Parameter("string", default=""),
            "seed": SEED_OF_31_BITS,
            "sync_mode": NO,
        },
    ),
)

_ESRGAN = ("x4plus", "x2plus", "x4plus_anime_6B", "x4_v3", "x4_wdn_v3", "x4_anime_v3")
ENLARGERS: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/esrgan",
        kind=Kind.UPSCALE,
        factor="scale",
        billing=Billing.SECOND,
        parameters={
            **_IMAGE,
            "scale": between(1, 8, default=2),
            "model": one_of(*(f"RealESRGAN_{name}" for name in _ESRGAN), default="RealESRGAN_x4plus"),
            "face": NO,
            "tile": Parameter("integer", default=0),
            "output_format": one_of("png", "jpeg", default="png"),
        },
    ),
    Endpoint(
        name="fal-ai/aura-sr",
        kind=Kind.UPSCALE,
        extras=("timings",),
        parameters={
            **_IMAGE,
            "upscale_factor": Parameter("integer", default=4, choices=(4,)),
            "overlapping_tiles": NO,
            "checkpoint": one_of("v1", "v2", default="v1"),
        },
    ),
    Endpoint(
        name="fal-ai/recraft/upscale/crisp",
        kind=Kind.UPSCALE,
        sized=False,
        takes=("PNG",),
        parameters={**_IMAGE, "enable_safety_checker": NO, "sync_mode": NO},
    ),
    Endpoint(
        name="fal-ai/clarity-upscaler",
        kind=Kind.UPSCALE,
        factor="upscale_factor",
        extras=("seed", "timings"),
        billing=Billing.MEGAPIXEL,
        parameters={
            **_IMAGE,
            "prompt": STRING,
            "negative_prompt": STRING,
            "upscale_factor": between(1, 4, default=2),
            "creativity": between(0, 1, default=0.35),
            "resemblance": between(0, 1, default=0.6),
            "guidance_scale": between(0, 20, default=4),
            "num_inference_steps": whole(4, 50, default=18),
            "seed": SEED_FROM_ZERO,
            "enable_safety_checker": YES,
        },
    ),
)
