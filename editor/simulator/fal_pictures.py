"""What FAL's endpoints make of an order: pictures computed from the ones that were sent."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from editor.simulator import fal_errors as errors
from editor.simulator import painting, pictures
from editor.simulator.fal_endpoint import Endpoint
from editor.simulator.models import Kind
from editor.simulator.pictures import Array
from editor.simulator.scripts import Script

MASK_SIDE = 1_024
"""The longer side of SAM's masks, whatever was sent."""
REDRAWN_PIXELS = 1_024 * 1_024
_STEP = 16
_PRESETS: Mapping[str, tuple[int, int]] = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
_RED = (255, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A valid order: the endpoint, its inputs, its pictures and the script that it is carried out under.

    ``image`` is (height, width, 3) RGB, ``mask`` (height, width) with 255 = change or None, ``seed`` the first one.
    """

    endpoint: Endpoint
    inputs: Mapping[str, Any]
    image: Array
    mask: Array | None
    seed: int
    script: Script

    def value(self, name: str) -> Any:
        """What the order says, else the schema's default."""
        return self.endpoint.value(self.inputs, name)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of ``image``."""
        return self.image.shape[1], self.image.shape[0]


def made(order: Order) -> list[Array]:
    """The pictures: as many as ``num_images`` asks for, or the masks that were found. Raises RunFailedError."""
    if order.endpoint.kind is Kind.BY_WORDS_MASK:
        found = _found(order)
    else:
        make = _MAKERS[order.endpoint.kind]
        count = order.value("num_images") or 1
        found = [make(order, order.seed + number) for number in range(count)]
    if order.script is Script.REFUSAL_MARKED:
        return [np.zeros_like(picture) for picture in found]
    return [painting.spoiled(order.script, order.image, picture) for picture in found]


def _masked(order: Order, seed: int) -> Array:
    if order.mask is None:
        raise errors.RunFailedError(errors.at_field(order.endpoint.mask, "missing", "Field required"))
    mask = order.mask
    if order.endpoint.grow:
        mask = pictures.grow(mask, round(order.value(order.endpoint.grow)))
    mask = painting.marked(order.script, mask)
    prompt = order.value("prompt")
    result = (
        painting.erase(order.image, mask) if prompt is None else painting.fill(order.image, mask, prompt, seed=seed)
    )
    return _at_chosen_size(order, result)


def _found(order: Order) -> list[Array]:
    mask = painting.find(order.image, order.value("text_prompt") or order.value("prompt"))
    if order.endpoint.place == "masks":
        return _segments(order, mask)
    if order.value("expand_mask"):
        mask = pictures.grow(mask, order.value("expand_mask"))
    if order.value("revert_mask"):
        mask = 255 - mask
    if order.value("mask_only"):
        return [mask]
    return [np.where(mask[..., None] > 127, order.image, np.uint8(0))]


def _segments(order: Order, mask: Array) -> list[Array]:
    """One mask for each thing, the largest first: of all only the first unless several are asked for."""
    most = order.value("max_masks") if order.value("return_multiple_masks") else 1
    parts = sorted(_runs(mask), key=lambda part: -int((part > 0).sum()))[:most]
    width, height = order.size
    scale = MASK_SIDE / max(width, height)
    target = max(1, round(width * scale)), max(1, round(height * scale))
    if order.value("apply_mask"):
        tinted = np.array(_RED, np.uint8)
        parts = [np.where(part[..., None] > 127, tinted, order.image) for part in parts]
    return [pictures.resized(part, *target) for part in parts]


def _runs(mask: Array) -> list[Array]:
    """The parts of ``mask`` that empty columns keep apart."""
    columns = np.flatnonzero(mask.any(axis=0))
    found = []
    for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if columns.size else ():
        part = np.zeros_like(mask)
        part[:, run[0] : run[-1] + 1] = mask[:, run[0] : run[-1] + 1]
        found.append(part)
    return found


def _cut_out(order: Order, seed: int) -> Array:
    cut = painting.cut_out(order.image)
    return np.ascontiguousarray(cut[..., 3]) if order.value("mask_only") else cut


def _instructed(order: Order, seed: int) -> Array:
    return _at_chosen_size(order, painting.instructed(order.image, order.inputs["prompt"], seed=seed))


def _at_chosen_size(order: Order, picture: Array) -> Array:
    """``picture`` at the size that the order names, else at the endpoint's own."""
    wanted = order.value("image_size")
    if isinstance(wanted, str):
        return pictures.resized(picture, *_PRESETS[wanted])
    if wanted is not None:
        return pictures.resized(picture, wanted.get("width", 512), wanted.get("height", 512))
    if not order.endpoint.redraws:
        return picture
    ratio = _ratio(order)
    across, down = math.sqrt(REDRAWN_PIXELS * ratio), math.sqrt(REDRAWN_PIXELS / ratio)
    return pictures.resized(picture, *(max(_STEP, round(side / _STEP) * _STEP) for side in (across, down)))


def _ratio(order: Order) -> float:
    """Width over height of a picture made anew: the one that is asked for, else that of what was sent, brought into the
    range of the ratios that the endpoint knows."""
    own = order.size[0] / order.size[1]
    parameter = order.endpoint.parameters.get("aspect_ratio")
    if parameter is None:
        return own
    known = {str(choice): _quotient(str(choice)) for choice in parameter.choices if choice != "auto"}
    return known.get(str(order.value("aspect_ratio")), min(max(own, min(known.values())), max(known.values())))


def _quotient(ratio: str) -> float:
    across, down = ratio.split(":")
    return int(across) / int(down)


def _extended(order: Order, seed: int) -> Array:
    sides = (round(order.value(f"expand_{side}")) for side in ("left", "right", "top", "bottom"))
    left, right, up, down = sides
    return painting.extend(order.image, left, right, up, down, seed=seed)


def _on_canvas(order: Order, seed: int) -> Array:
    """The picture at its place on the canvas; in the middle, as large as fits, where no place is told."""
    width, height = order.value("canvas_size")
    if width * height >= 5_000 * 5_000:
        text = "The canvas must be smaller than 5000 × 5000 pixels."
        raise errors.RunFailedError(errors.at_field("canvas_size", "value_error", text))
    scale = min(width / order.size[0], height / order.size[1])
    whole = [round(side * scale) for side in order.size]
    size = order.value("original_image_size") or whole
    left, up = order.value("original_image_location") or [(width - size[0]) // 2, (height - size[1]) // 2]
    right, down = width - left - size[0], height - up - size[1]
    if min(left, up, right, down) < 0:
        text = "The original image must lie within the canvas."
        raise errors.RunFailedError(errors.at_field("original_image_location", "value_error", text))
    return painting.extend(pictures.resized(order.image, *size), left, right, up, down, seed=seed)


def _enlarged(order: Order, seed: int) -> Array:
    endpoint = order.endpoint
    factor = order.value(endpoint.factor) if endpoint.factor else endpoint.enlarges
    width, height = order.size
    return painting.enlarge(order.image, max(1, round(width * factor)), max(1, round(height * factor)))


_MAKERS: Mapping[Kind, Callable[[Order, int], Array]] = {
    Kind.MASKED: _masked,
    Kind.CUT_OUT: _cut_out,
    Kind.INSTRUCTION: _instructed,
    Kind.OUTPAINT: _extended,
    Kind.CANVAS: _on_canvas,
    Kind.UPSCALE: _enlarged,
}
