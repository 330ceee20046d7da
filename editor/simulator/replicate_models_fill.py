"""The models of Replicate that take a mask, after the schemas its API serves with ``GET /models/{owner}/{name}``."""

from __future__ import annotations

from editor.simulator.models import Parameter, picture
from editor.simulator.replicate_model import ReplicateModel
from editor.simulator.replicate_styles import RESOLUTIONS, STYLES

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
_TALL = ("1:3", "1:2", "9:16", "10:16", "2:3", "3:4", "4:5")
_WIDE = ("3:1", "2:1", "16:9", "16:10", "3:2", "4:3", "5:4")
_BRIA = {
    "sync": Parameter("boolean", default=True),
    "content_moderation": Parameter("boolean", default=False),
    "mask_type": Parameter("string", default="manual", choices=("manual", "automatic")),
    "preserve_alpha": Parameter("boolean", default=True),
}

FILL_MODELS: tuple[ReplicateModel, ...] = (
    ReplicateModel(
        name="zylim0702/remove-object",
        version="0e3a841c913f597c1e4c321560aa69e2bc1f15c65f8c366caafc379240efd8ba",
        parameters={"image": picture(), "mask": picture()},
    ),
    ReplicateModel(
        name="allenhooo/lama",
        version="cdac78a1bec5b23c07fd29692fb70baa513ea403a39e643c48ec5edadb15fe72",
        parameters={"image": picture(), "mask": picture()},
    ),
    ReplicateModel(
        name="codeplugtech/object_remover",
        version="499559d430d997c34aa80142bfede2ad182b78e9dda9e8e03be5689d99969282",
        image="org_image",
        mask="mask_image",
        parameters={"org_image": picture(), "mask_image": picture()},
    ),
    ReplicateModel(
        name="bria/eraser",
        version="2757d1ac2f1291af219f5f10e8ecba15e92e7c05253e2841295f3ba6bff6adc4",
        official=True,
        parameters={
            "image": picture(required=False, nullable=True),
            "mask": picture(required=False, nullable=True),
            "image_url": Parameter("string", nullable=True),
            "mask_url": Parameter("string", nullable=True),
            **_BRIA,
        },
    ),
    ReplicateModel(
        name="bria/genfill",
        version="e3811980fa5e3066d176f363a8fbc4961061ad041e635ac73542f2c0c5eb4f63",
        official=True,
        listed=True,
        parameters={
            "prompt": Parameter("string", required=True),
            "image": picture(required=False),
            "mask": picture(required=False),
            "negative_prompt": Parameter("string"),
            "seed": Parameter("integer"),
            **_BRIA,
        },
    ),
    ReplicateModel(
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
    ReplicateModel(
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
    ReplicateModel(
        name="ideogram-ai/ideogram-v3-turbo",
        version="d9b3748f95c0fe3e71f010f8cc5d80e8f5252acd0e74b1c294ee889eea52a47b",
        official=True,
        black_changes=True,
        parameters={
            "prompt": Parameter("string", required=True),
            "image": picture(required=False),
            "mask": picture(required=False),
            "seed": Parameter("integer", maximum=2_147_483_647),
            "resolution": Parameter("string", default="None", choices=RESOLUTIONS),
            "style_type": Parameter(
                "string", default="None", choices=("None", "Auto", "General", "Realistic", "Design")
            ),
            "aspect_ratio": Parameter("string", default="1:1", choices=(*_TALL, *_WIDE, "1:1")),
            "style_preset": Parameter("string", default="None", choices=STYLES),
            "magic_prompt_option": Parameter("string", default="Auto", choices=("Auto", "On", "Off")),
            "style_reference_images": Parameter("array"),
        },
    ),
)
