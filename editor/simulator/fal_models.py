"""FAL's endpoints that erase, after the OpenAPI document of each."""

from __future__ import annotations

from editor.simulator.models import Model, Parameter, picture

_PICTURES = {"image_url": picture(), "mask_url": picture()}
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
