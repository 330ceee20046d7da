"""FAL's queued requests: how one goes from the queue to its end, and the answer it ends with."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from editor.simulator import fal_errors as errors
from editor.simulator import painting, pictures
from editor.simulator.connection import Answer
from editor.simulator.models import Model
from editor.simulator.scripts import Script
from editor.simulator.server import json_answer

IMAGE, MASK = "image_url", "mask_url"
LARGEST_DATA_ADDRESS = 10 * 2**20
LONGEST_ADDRESS = 2_048


@dataclass(slots=True, kw_only=True)
class QueuedRun:
    """One submission. ``app`` is the first two segments of the endpoint; ``polls_left`` None means for ever."""

    id: str
    app: str
    script: Script
    polls_left: int | None
    ending: errors.RunError | None = None
    result: dict[str, Any] | None = None
    picture: pictures.Encoded | None = None
    units: str = "0"
    status: str = "IN_QUEUE"
    in_data_address: bool = False

    def look(self) -> bool:
        """Go one step on; True when this step completed the run with a picture."""
        if self.status == "COMPLETED":
            return False
        if self.polls_left is None or self.polls_left > 0:
            self.status = "IN_PROGRESS" if self.polls_left in {None, 1} else "IN_QUEUE"
            self.polls_left = None if self.polls_left is None else self.polls_left - 1
            return False
        self.status = "COMPLETED"
        return self.ending is None

    def cancel(self) -> bool:
        """Stop the run; False where it had completed."""
        if self.status == "COMPLETED":
            return False
        self.status, self.ending, self.result, self.picture = "COMPLETED", errors.CANCELLED, None, None
        return True

    def answer(self) -> Answer:
        """What ``response_url`` says."""
        if self.status != "COMPLETED":
            return errors.plain(400, "Request is still in progress")
        headers = {"x-fal-request-id": self.id, "x-fal-billable-units": self.units}
        if self.ending is not None:
            return self.ending.answer(headers)
        return json_answer(200, self.result, headers=headers)


def carry_out(
    model: Model, inputs: Mapping[str, Any], script: Script, *, fetch: Callable[[str], bytes | None]
) -> pictures.Encoded:
    """Compute the endpoint's picture; ``fetch`` gives None for an address out of reach. Raises RunFailedError."""
    violations = model.violations(inputs)
    if violations:
        raise errors.RunFailedError(errors.validation(violations))
    if script is Script.FAILED_RUN:
        raise errors.RunFailedError(errors.RUNNER_FAILED)
    if script in {Script.REFUSAL, Script.REFUSAL_BEFORE} or (script is Script.REFUSAL_MARKED and not model.flux):
        raise errors.RunFailedError(errors.content_refused(IMAGE))
    image = _load(inputs, IMAGE, fetch)
    mask = _load(inputs, MASK, fetch)
    if mask.size != image.size:
        raise errors.RunFailedError(errors.at_field(MASK, "value_error", "Mask must match the size of the image"))
    colours, marked = pictures.colours(image), pictures.coverage(mask, image.size)
    if model.grow:
        marked = pictures.grow(marked, round(model.value(inputs, model.grow)))
    result = colours * 0 if script is Script.REFUSAL_MARKED else painting.staged(script, colours, marked)
    kind = model.value(inputs, "output_format") if "output_format" in model.parameters else model.format
    return pictures.encode(result, kind, script=script)


def result_document(
    model: Model, inputs: Mapping[str, Any], picture: pictures.Encoded, *, address: str, refused: bool
) -> dict[str, Any]:
    """The endpoint's output object around the picture."""
    shown: dict[str, Any] = {"url": address, "content_type": picture.media_type}
    if not model.flux:
        name = address.rpartition("/")[2]
        shown.update(file_name=name, file_size=len(picture.data))
        if address.startswith("data:"):
            shown["file_name"] = None
    if model.sized:
        shown.update(width=picture.width, height=picture.height)
    document: dict[str, Any] = {"images": [shown]} if model.listed else {"image": shown}
    if model.flux:
        prompt, seed = inputs.get("prompt", ""), inputs.get("seed") or 1
        document.update(seed=seed, prompt=prompt, timings={}, has_nsfw_concepts=[refused])
    elif "seed" in model.parameters:
        document["used_seed"] = inputs.get("seed", 1)
    return document


def data_address(picture: pictures.Encoded) -> str:
    """The picture as a ``data:`` address, as ``sync_mode`` returns it."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def billable_units(model: Model, picture: pictures.Encoded) -> str:
    """Megapixels, rounded up, for the FLUX family; one for the others."""
    return str(math.ceil(picture.width * picture.height / 10**6)) if model.flux else "1"


def _load(inputs: Mapping[str, Any], name: str, fetch: Callable[[str], bytes | None]) -> Image.Image:
    address: str = inputs[name]
    data = _decoded(address, name) if address.startswith("data:") else _reached(address, name, fetch)
    try:
        image = pictures.decode(data, formats=("PNG", "JPEG", "WEBP", "GIF"))
    except pictures.NotAPictureError as broken:
        text = "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format."
        raise errors.RunFailedError(errors.at_field(name, "image_load_error", text)) from broken
    # The platform's default picture helper turns the picture upright and drops alpha.
    return ImageOps.exif_transpose(image)


def _decoded(address: str, name: str) -> bytes:
    if len(address) > LARGEST_DATA_ADDRESS:
        found = errors.at_field(name, "file_too_large", "File too large", max_size=LARGEST_DATA_ADDRESS)
        raise errors.RunFailedError(found)
    head, _, text = address.partition(",")
    try:
        if not head.endswith(";base64"):
            raise binascii.Error("not base64")
        return base64.b64decode(text, validate=True)
    except binascii.Error as broken:
        raise errors.RunFailedError(errors.at_field(name, "file_download_error", "Invalid data URI")) from broken


def _reached(address: str, name: str, fetch: Callable[[str], bytes | None]) -> bytes:
    data = fetch(address) if len(address) <= LONGEST_ADDRESS else None
    if data is None:
        text = "Failed to download the file. Please check if the URL is accessible and try again."
        raise errors.RunFailedError(errors.at_field(name, "file_download_error", text))
    return data
