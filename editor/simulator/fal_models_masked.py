"""FAL's endpoints that take a mask: those that erase and those that fill, after the OpenAPI document of each."""

from __future__ import annotations

from editor.simulator.fal_endpoint import (
    COUNT,
    FLUX_OUTPUT,
    IMAGE_SIZE,
    NO,
    PROMPT,
    SEED,
    SEED_OF_31_BITS,
    TOLERANCES,
    YES,
    Billing,
    Endpoint,
    between,
    one_of,
    whole,
)
from editor.simulator.models import Parameter, picture

_PICTURES = {"image_url": picture(), "mask_url": picture()}
_QUALITIES = ("low_quality", "medium_quality", "high_quality", "best_quality")
_ACCELERATIONS = ("none", "regular", "high")

ERASERS: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/object-removal/mask",
        place="images",
        grow="mask_expansion",
        parameters={
            **_PICTURES,
            "model": one_of(*_QUALITIES, default="best_quality"),
            "mask_expansion": whole(0, 50, default=15),
        },
    ),
    Endpoint(
        name="fal-ai/bria/eraser",
        parameters={
            **_PICTURES,
            "mask_type": one_of("manual", "automatic", default="manual"),
            "preserve_alpha": NO,
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/flux-pro/v1/erase",
        place="images",
        flux=True,
        extras=FLUX_OUTPUT,
        billing=Billing.MEGAPIXEL,
        grow="dilate_pixels",
        parameters={
            **_PICTURES,
            "dilate_pixels": between(0, 100, default=10),
            "output_format": one_of("jpeg", "png", default="jpeg"),
            "sync_mode": NO,
        },
    ),
    Endpoint(name="fal-ai/ideogram/object-removal", sized=False, parameters={**_PICTURES, "sync_mode": NO}),
    Endpoint(
        name="fal-ai/finegrain-eraser/mask",
        sized=False,
        extras=("used_seed",),
        parameters={
            **_PICTURES,
            "mode": one_of("express", "standard", "premium", default="standard"),
            "seed": Parameter("number", minimum=0, maximum=999),
        },
    ),
)

FILLERS: tuple[Endpoint, ...] = (
    Endpoint(
        name="fal-ai/flux-pro/v1/fill",
        place="images",
        flux=True,
        extras=FLUX_OUTPUT,
        billing=Billing.MEGAPIXEL,
        parameters={
            **_PICTURES,
            "prompt": PROMPT,
            "seed": SEED,
            "num_images": COUNT,
            "output_format": one_of("jpeg", "png", default="jpeg"),
            "safety_tolerance": one_of(*TOLERANCES, default="2"),
            "enhance_prompt": NO,
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/qwen-image-edit/inpaint",
        place="images",
        flux=True,
        extras=FLUX_OUTPUT,
        billing=Billing.MEGAPIXEL,
        parameters={
            **_PICTURES,
            "prompt": PROMPT,
            "negative_prompt": Parameter("string", default=" "),
            "image_size": IMAGE_SIZE,
            "seed": SEED,
            "num_images": COUNT,
            "strength": between(0.01, 1, default=0.93),
            "num_inference_steps": whole(2, 50, default=30),
            "guidance_scale": between(0, 20, default=4),
            "acceleration": one_of(*_ACCELERATIONS, default="regular"),
            "enable_safety_checker": YES,
            "output_format": one_of("jpeg", "png", default="png"),
            "sync_mode": NO,
        },
    ),
    Endpoint(
        name="fal-ai/bria/genfill",
        place="images",
        extras=("seed",),
        parameters={
            **_PICTURES,
            "prompt": PROMPT,
            "negative_prompt": Parameter("string", default=""),
            "seed": SEED_OF_31_BITS,
            "num_images": COUNT,
            "sync_mode": NO,
        },
    ),
)
