"""What the simulated models of Replicate make of their inputs, each after its kind."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from editor.simulator import painting, pictures
from editor.simulator.models import Kind
from editor.simulator.pictures import Array
from editor.simulator.replicate_model import ReplicateModel
from editor.simulator.scripts import Script

FLAGGED = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
INTERRUPTED = "Prediction interrupted; please retry (code: PA)"
_MEGAPIXEL = 2**20
_LARGEST_CANVAS = 5_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_REFUSALS = frozenset({Script.REFUSAL, Script.REFUSAL_BEFORE, Script.REFUSAL_MARKED, Script.PUBLIC_FIGURE})
_BEHIND = {"white": (255, 255, 255), "green": (0, 255, 0)}


class RunFailedError(Exception):
    """The model could not work with its input; the text becomes the prediction's ``error``."""


@dataclass(frozen=True, slots=True)
class Output:
    """One picture of a run: the last part of its address, and the picture."""

    name: str
    picture: pictures.Encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One run of ``model``. ``fetch`` gives the bytes behind an address, ``taken`` hears the size of every picture,
    and ``seed`` stands in where the inputs name none."""

    model: ReplicateModel
    inputs: Mapping[str, Any]
    script: Script
    fetch: Callable[[str], bytes]
    taken: Callable[[int, int], None]
    seed: int = 0

    def outputs(self) -> tuple[Output, ...]:
        """Every picture in order. Raises RunFailedError."""
        if self.script in _REFUSALS:
            raise RunFailedError(FLAGGED)
        if self.script is Script.FAILED_RUN:
            raise RunFailedError(INTERRUPTED)
        image = self._picture(self.model.image)
        if self.model.most_pixels is not None and image.width * image.height > self.model.most_pixels:
            raise RunFailedError(
                f"Input image of dimensions ({image.height}, {image.width}, 3) is greater than the max size that fits "
                f"in GPU memory on this hardware, {self.model.most_pixels} pixels"
            )
        if self.model.kind is Kind.BY_WORDS_MASK:
            return self._masks(pictures.colours(image))
        results = [painting.spoiled(self.script, pictures.colours(image), result) for result in self._made(image)]
        kind = self._value("output_format") or self._value("format") or self.model.format
        if kind not in pictures.MEDIA_TYPES:
            raise RunFailedError(f"unknown file extension: .{kind}")
        encoded = [pictures.encode(result, kind, script=self.script) for result in results]
        if not self.model.listed:
            return (Output(f"output.{kind}", encoded[0]),)
        return tuple(Output(f"out-{number}.{kind}", one) for number, one in enumerate(encoded))

    def _made(self, image: Image.Image) -> list[Array]:
        colours = pictures.colours(image)
        match self.model.kind:
            case Kind.CUT_OUT:
                return [self._cut_out(colours)]
            case Kind.INSTRUCTION:
                return [self._instructed(colours)]
            case Kind.CANVAS:
                return [self._on_canvas(colours)]
            case Kind.UPSCALE:
                factor = self._value(self.model.factor_field) if self.model.factor_field else self.model.factor
                sides = [max(1, round(side * factor)) for side in image.size]
                return [painting.enlarge(colours, sides[0], sides[1])]
            case _:
                return self._filled(image)

    def _filled(self, image: Image.Image) -> list[Array]:
        """A fill after the prompt, or the surroundings where the model takes none; as many as are asked for."""
        colours, mask = pictures.colours(image), painting.marked(self.script, self._mask(image))
        if "prompt" not in self.model.parameters:
            return [painting.erase(colours, mask)]
        if self._value("outpaint") not in (None, "None"):
            raise RunFailedError("This model is simulated for masks alone")
        count, seed = self._value("num_outputs") or 1, self._seed()
        made = [painting.fill(colours, mask, self._value("prompt"), seed=seed + number) for number in range(count)]
        return [self._of_dev_size(result) for result in made] if "megapixels" in self.model.parameters else made

    def _mask(self, image: Image.Image) -> Array:
        model = self.model
        if self.inputs.get(model.mask) is None:
            hole = pictures.transparency(image) if "prompt" in model.parameters else None
            if hole is None:
                raise RunFailedError(f"{model.mask} is missing")
            return hole
        mask = self._picture(model.mask)
        if mask.size != image.size:
            raise RunFailedError(f"{model.mask} must have the same size as {model.image}")
        white = pictures.coverage(mask, image.size)
        return 255 - white if model.black_changes else white

    def _masks(self, image: Array) -> tuple[Output, ...]:
        """grounded_sam's four pictures, of which the third is the mask."""
        mask = _found(image, self._value("mask_prompt"))
        others = _found(image, self._value("negative_mask_prompt"))
        adjustment = self._value("adjustment_factor")
        mask = pictures.grow(mask, adjustment) if adjustment > 0 else 255 - pictures.grow(255 - mask, -adjustment)
        mask = painting.spoiled(self.script, image, np.where(others > 0, np.uint8(0), mask))
        named = {
            "annotated_picture_mask.jpg": np.maximum(image, mask[..., None]),
            "neg_annotated_picture_mask.jpg": np.maximum(image, others[..., None]),
            "mask.jpg": mask,
            "inverted_mask.jpg": 255 - mask,
        }
        return tuple(Output(name, pictures.encode(one, "jpg", script=self.script)) for name, one in named.items())

    def _cut_out(self, image: Array) -> Array:
        result = painting.cut_out(image)
        if self._value("threshold"):
            result[..., 3] = np.where(result[..., 3] > 255 * self._value("threshold"), np.uint8(255), np.uint8(0))
        if self._value("reverse"):
            result[..., 3] = 255 - result[..., 3]
        kind = self._value("background_type")
        if kind == "map":
            return np.ascontiguousarray(result[..., 3])
        if kind not in _BEHIND:
            return result
        share = result[..., 3:].astype(np.float32) / 255
        mixed: Array = np.rint(image * share + np.array(_BEHIND[kind], np.float32) * (1 - share)).astype(np.uint8)
        return mixed

    def _instructed(self, image: Array) -> Array:
        """The whole picture anew: about a megapixel, sides in multiples of 16, in the proportions asked for."""
        result = painting.instructed(image, self._value("prompt"), seed=self._seed())
        height, width = image.shape[:2]
        across, colon, down = self._value("aspect_ratio").partition(":")
        aspect = int(across) / int(down) if colon else width / height
        sides = [max(16, round((_MEGAPIXEL * share) ** 0.5 / 16) * 16) for share in (aspect, 1 / aspect)]
        return pictures.resized(result, sides[0], sides[1])

    def _on_canvas(self, image: Array) -> Array:
        height, width = image.shape[:2]
        canvas, size, place = (
            self._value(name) for name in ("canvas_size", "original_image_size", "original_image_location")
        )
        if canvas is None:
            across, down = (int(side) for side in self._value("aspect_ratio").split(":"))
            canvas = [max(width, round(height * across / down)), max(height, round(width * down / across))]
            size, place = [width, height], [(canvas[0] - width) // 2, (canvas[1] - height) // 2]
        if not (size and place) or any(len(pair) != 2 for pair in (canvas, size, place)):
            raise RunFailedError("original_image_size and original_image_location are needed with canvas_size")
        right, below = (canvas[axis] - size[axis] - place[axis] for axis in (0, 1))
        if max(canvas) > _LARGEST_CANVAS or min(*place, right, below) < 0 or min(size) < 1:
            raise RunFailedError("The image does not lie within a canvas of at most 5000x5000 pixels")
        fitted = image if (width, height) == tuple(size) else pictures.resized(image, size[0], size[1])
        return painting.extend(fitted, place[0], right, place[1], below, seed=self._seed())

    def _of_dev_size(self, result: Array) -> Array:
        """flux-fill-dev answers in multiples of 32, within 1440 × 1440 and at about the megapixels asked for."""
        height, width = result.shape[:2]
        scale = min(1.0, 1440 / max(width, height))
        wanted = self._value("megapixels")
        if wanted != "match_input":
            scale = min(scale, (float(wanted) * _MEGAPIXEL / (width * height)) ** 0.5)
        sides = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
        return pictures.resized(result, sides[0], sides[1])

    def _value(self, name: str) -> Any:
        return self.model.value(self.inputs, name)

    def _seed(self) -> int:
        seed = self.inputs.get("seed")
        return self.seed if seed is None else int(seed)

    def _picture(self, name: str) -> Image.Image:
        given = self.inputs.get(name)
        address = (given[0] if given else None) if isinstance(given, list) else given
        if address is None:
            raise RunFailedError(f"{name} is missing")
        try:
            picture = pictures.decode(self.fetch(address), formats=_FORMATS)
        except pictures.NotAPictureError as broken:
            raise RunFailedError(f"cannot identify image file: {name}") from broken
        self.taken(picture.width, picture.height)
        return picture


def decode_data_address(address: str) -> bytes:
    """The bytes of a ``data:…;base64,…`` address; raises RunFailedError."""
    head, comma, text = address.partition(",")
    if not comma or not head.endswith(";base64"):
        raise RunFailedError("Invalid data URI")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as broken:
        raise RunFailedError("Invalid data URI") from broken


def _found(image: Array, prompt: str) -> Array:
    """What any of the things in a list with commas covers; nothing for an empty one."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for words in filter(None, (part.strip() for part in prompt.split(","))):
        mask = np.maximum(mask, painting.find(image, words))
    return mask
