"""FAL's queued requests: how one goes from the queue to its end, and the answer it ends with."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from editor.simulator import fal_errors as errors
from editor.simulator import pictures
from editor.simulator.connection import Answer
from editor.simulator.fal_endpoint import Billing, Endpoint
from editor.simulator.fal_inputs import Fetch, load
from editor.simulator.fal_pictures import Order, made
from editor.simulator.pictures import Encoded
from editor.simulator.scripts import Script
from editor.simulator.server import json_answer

INFERENCE_SECONDS = 0.25
_STEPS = 20
_BEFORE_WORK = {Script.REFUSAL, Script.REFUSAL_BEFORE, Script.PUBLIC_FIGURE}


@dataclass(slots=True, kw_only=True)
class QueuedRun:
    """One submission. ``app`` is the first two segments of the endpoint; ``looks_left`` None means for ever."""

    id: str
    app: str
    script: Script
    looks_left: int | None
    ending: errors.RunError | None = None
    result: dict[str, Any] | None = None
    units: str = "0"
    status: str = "IN_QUEUE"
    in_data_address: bool = False
    looks: int = 0

    def look(self, *, position: int | None) -> bool:
        """Go one step on; True when this step completed the run with a picture.

        ``position`` is the place in the queue where the script says so; else the first of several looks finds it there.
        """
        if self.status == "COMPLETED":
            return False
        if self.looks_left is None or self.looks_left > 0:
            waits = position is not None or (self.script is not Script.QUEUED and self.looks == 0 and self._is_long)
            self.status = "IN_QUEUE" if waits else "IN_PROGRESS"
            self.looks += 1
            self.looks_left = None if self.looks_left is None else self.looks_left - 1
            return False
        self.status = "COMPLETED"
        return self.ending is None

    def cancel(self) -> bool:
        """Stop the run; False where it had completed."""
        if self.status == "COMPLETED":
            return False
        self.status, self.ending, self.result, self.units = "COMPLETED", errors.CANCELLED, None, "0"
        return True

    def answer(self) -> Answer:
        """What ``response_url`` says."""
        if self.status != "COMPLETED":
            return errors.plain(400, "Request is still in progress")
        headers = {"x-fal-request-id": self.id, "x-fal-billable-units": self.units}
        if self.ending is not None:
            return self.ending.answer(headers)
        if self.script is Script.EXPIRED:
            return errors.plain(404, "Request not found")
        return json_answer(200, self.result, headers=headers)

    def logs(self) -> list[dict[str, str]]:
        """What the run wrote, with the line of a progress bar."""
        looks_left = 1 if self.looks_left is None else self.looks_left
        done = _STEPS if self.status == "COMPLETED" else round(_STEPS * self.looks / (self.looks + looks_left + 1))
        bar = f"{round(100 * done / _STEPS):3d}%|{'█' * (done // 2):<10}| {done}/{_STEPS} [00:01<00:01, 9.50it/s]"
        return [_log_line("Loading the pictures"), _log_line(bar)]

    @property
    def _is_long(self) -> bool:
        return self.looks_left is not None and self.looks_left > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a run made: encoded pictures, the first of the seeds that were used, the billed units."""

    pictures: tuple[Encoded, ...]
    seed: int
    units: str


@dataclass(slots=True, kw_only=True)
class Workshop:
    """Carries out orders. ``received`` notes each picture that was read: its input, its words and its size."""

    fetch: Fetch
    received: list[tuple[str, str, tuple[int, int]]] = field(default_factory=list)

    def product(self, endpoint: Endpoint, inputs: Mapping[str, Any], script: Script, *, seed: int) -> Product:
        """What the endpoint returns; ``seed`` where the inputs name none. Raises RunFailedError."""
        violations = endpoint.violations(inputs)
        if violations:
            raise errors.RunFailedError(errors.validation(violations))
        _fail_by(script, endpoint, inputs)
        order = self._order(endpoint, inputs, script, seed=seed)
        kind = endpoint.value(inputs, "output_format") or endpoint.format
        encoded = tuple(pictures.encode(picture, kind, script=script) for picture in made(order))
        return Product(pictures=encoded, seed=order.seed, units=_units(endpoint, encoded))

    def _order(self, endpoint: Endpoint, inputs: Mapping[str, Any], script: Script, *, seed: int) -> Order:
        addresses = endpoint.addresses(inputs)
        image = self._picture(endpoint, endpoint.image, addresses[endpoint.image][0])
        mask = None
        if endpoint.mask in addresses:
            grey = self._picture(endpoint, endpoint.mask, addresses[endpoint.mask][0])
            if grey.size != image.size:
                text = "Mask must match the size of the image"
                raise errors.RunFailedError(errors.at_field(endpoint.mask, "value_error", text))
            mask = pictures.coverage(grey, image.size)
        told = inputs.get("seed")
        return Order(
            endpoint=endpoint,
            inputs=inputs,
            image=pictures.colours(image),
            mask=mask,
            seed=seed if told is None else int(told),
            script=script,
        )

    def _picture(self, endpoint: Endpoint, name: str, address: str) -> Image.Image:
        image, words = load(address, name, fetch=self.fetch, takes=endpoint.takes)
        self.received.append((name, words, image.size))
        return image


def result_document(
    endpoint: Endpoint, inputs: Mapping[str, Any], product: Product, *, addresses: list[str], refused: bool
) -> dict[str, Any]:
    """The endpoint's output object around the pictures."""
    shown = [_shown(endpoint, one, url) for one, url in zip(product.pictures, addresses, strict=True)]
    document: dict[str, Any] = {endpoint.place: shown[0] if endpoint.place == "image" else shown}
    beside: dict[str, Any] = {
        "seed": product.seed,
        "used_seed": product.seed,
        "prompt": inputs.get("prompt", ""),
        "timings": {"inference": INFERENCE_SECONDS},
        "has_nsfw_concepts": [refused] * len(shown),
        "description": "",
        "metadata": [{"index": number, "score": None, "box": None} for number in range(len(shown))],
    }
    document.update({name: beside[name] for name in endpoint.extras})
    if inputs.get("output_mask"):
        document["mask_image"] = shown[0]
    return document


def data_address(picture: Encoded) -> str:
    """The picture as a ``data:`` address, as ``sync_mode`` returns it."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def _fail_by(script: Script, endpoint: Endpoint, inputs: Mapping[str, Any]) -> None:
    """Raise what ``script`` wants of a run before any work."""
    if script is Script.FAILED_RUN:
        raise errors.RunFailedError(errors.RUNNER_FAILED)
    if script in _BEFORE_WORK or (script is Script.REFUSAL_MARKED and not endpoint.flux):
        raise errors.RunFailedError(errors.content_refused(endpoint.image))
    if script in {Script.INVALID, Script.WRONG_LANGUAGE}:
        name = endpoint.optional(inputs)
        if name is not None:
            raise errors.RunFailedError(errors.at_field(name, "value_error", "This value is not supported"))


def _shown(endpoint: Endpoint, picture: Encoded, address: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"url": address, "content_type": picture.media_type}
    if not endpoint.flux:
        inline = address.startswith("data:")
        shown.update(file_name=None if inline else address.rpartition("/")[2], file_size=len(picture.data))
    if endpoint.sized:
        shown.update(width=picture.width, height=picture.height)
    return shown


def _units(endpoint: Endpoint, made: tuple[Encoded, ...]) -> str:
    if endpoint.billing is Billing.SECOND:
        return str(INFERENCE_SECONDS)
    if endpoint.billing is Billing.IMAGE:
        return str(1 if endpoint.place == "masks" else len(made))
    return str(sum(math.ceil(one.width * one.height / 10**6) for one in made))


def _log_line(message: str) -> dict[str, str]:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"message": message, "level": "INFO", "source": "USER", "timestamp": moment}
