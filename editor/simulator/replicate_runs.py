"""Replicate's predictions: how one begins, goes on from poll to poll, and what its object says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from editor.simulator import painting, pictures
from editor.simulator.models import Model
from editor.simulator.scripts import Script

FLAGGED = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
INTERRUPTED = "Prediction interrupted; please retry (code: PA)"
OPEN = frozenset({"starting", "processing"})


class RunFailedError(Exception):
    """The model could not work with its input; the text becomes the prediction's ``error``."""


@dataclass(slots=True, kw_only=True)
class Prediction:
    """One run. ``polls_left`` counts the looks that still find it unfinished; None means for ever."""

    id: str
    model: Model
    input: Mapping[str, Any]
    script: Script
    polls_left: int | None
    created: datetime
    deadline: datetime | None = None
    status: str = "starting"
    error: str | None = None
    picture: pictures.Encoded | None = None
    output: Any = None
    started: datetime | None = None
    completed: datetime | None = None

    def look(self, now: datetime) -> bool:
        """Go one step on; True when this step finished the run with a picture."""
        if self.status not in OPEN:
            return False
        if self.deadline is not None and now > self.deadline:
            # Passed before the start it is not billed, afterwards it is.
            self.status, self.completed = "aborted" if self.started is None else "canceled", now
            return False
        if self.polls_left is None or self.polls_left > 0:
            if self.polls_left in {None, 1} or self.status == "processing":
                self.status, self.started = "processing", self.started or now
            self.polls_left = None if self.polls_left is None else self.polls_left - 1
            return False
        return self.finish(now)

    def finish(self, now: datetime) -> bool:
        """End the run; True when it has a picture."""
        self.started = self.started or now
        self.completed = now
        self.status = "failed" if self.error is not None else "succeeded"
        return self.error is None

    def cancel(self, now: datetime) -> None:
        """Stop an unfinished run; a finished one stays as it is."""
        if self.status in OPEN:
            self.status, self.completed, self.picture = "canceled", now, None

    def document(self, base_url: str, *, with_output: bool = False) -> dict[str, Any]:
        """The prediction object; ``with_output`` shows the output although the run has not ended."""
        own = f"{base_url}/predictions/{self.id}"
        document: dict[str, Any] = {
            "id": self.id,
            "model": self.model.name,
            "version": "hidden" if self.model.official else self.model.version,
            "input": dict(self.input),
            "logs": "" if self.started is None else "Running on the masked area\n100%|██████████| 1/1",
            "output": self.output if self.status == "succeeded" or with_output else None,
            "data_removed": False,
            "error": self.error if self.status == "failed" else None,
            "source": "api",
            "status": self.status,
            "created_at": _time(self.created),
            "urls": {"get": own, "cancel": f"{own}/cancel", "web": f"https://replicate.com/p/{self.id}"},
        }
        times = {"started_at": self.started, "completed_at": self.completed, "deadline": self.deadline}
        document.update({name: _time(moment) for name, moment in times.items() if moment is not None})
        if self.completed is not None and self.started is not None:
            document["metrics"] = self._metrics(self.started, self.completed)
        return document

    def _metrics(self, started: datetime, completed: datetime) -> dict[str, Any]:
        metrics: dict[str, Any] = {
            "predict_time": (completed - started).total_seconds(),
            "total_time": (completed - self.created).total_seconds(),
        }
        if self.model.official and self.status == "succeeded":
            metrics["image_count"] = 1
        return metrics


def carry_out(
    model: Model, inputs: Mapping[str, Any], script: Script, *, fetch: Callable[[str], bytes]
) -> pictures.Encoded:
    """Compute the model's picture; ``fetch`` gives the bytes behind an address. Raises RunFailedError."""
    if script in {Script.REFUSAL, Script.REFUSAL_BEFORE, Script.REFUSAL_MARKED}:
        raise RunFailedError(FLAGGED)
    if script is Script.FAILED_RUN:
        raise RunFailedError(INTERRUPTED)
    image = _load(inputs, model.image, fetch)
    if model.mask in inputs and inputs[model.mask] is not None:
        mask = _load(inputs, model.mask, fetch)
        if mask.size != image.size:
            raise RunFailedError(f"{model.mask} must have the same size as {model.image}")
        marked: pictures.Array | None = pictures.coverage(mask, image.size)
    else:
        marked = pictures.transparency(image) if "prompt" in model.parameters else None
    if marked is None:
        raise RunFailedError(f"{model.mask} is missing")
    result = _model_size(model, inputs, painting.staged(script, pictures.colours(image), marked))
    kind = model.value(inputs, "output_format") if "output_format" in model.parameters else model.format
    return pictures.encode(result, kind, script=script)


def decode_data_address(address: str) -> bytes:
    """The bytes of a ``data:…;base64,…`` address; raises RunFailedError."""
    head, comma, text = address.partition(",")
    if not comma or not head.endswith(";base64"):
        raise RunFailedError("Invalid data URI")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as broken:
        raise RunFailedError("Invalid data URI") from broken


def new_deadline(created: datetime, seconds: int | None) -> datetime | None:
    """When the platform would stop the run."""
    return None if seconds is None else created + timedelta(seconds=seconds)


def parse_time(text: str) -> datetime:
    """An ISO 8601 time; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _load(inputs: Mapping[str, Any], name: str, fetch: Callable[[str], bytes]) -> Image.Image:
    address = inputs.get(name)
    if address is None:
        raise RunFailedError(f"{name} is missing")
    try:
        return pictures.decode(fetch(address), formats=("PNG", "JPEG", "WEBP", "GIF"))
    except pictures.NotAPictureError as broken:
        raise RunFailedError(f"cannot identify image file: {name}") from broken


def _model_size(model: Model, inputs: Mapping[str, Any], result: pictures.Array) -> pictures.Array:
    """flux-fill-dev answers in multiples of 32, within 1440 × 1440 and at about the megapixels asked for."""
    if "megapixels" not in model.parameters:
        return result
    height, width = result.shape[:2]
    scale = min(1.0, 1440 / max(width, height))
    wanted = model.value(inputs, "megapixels")
    if wanted != "match_input":
        scale = min(scale, (float(wanted) * 2**20 / (width * height)) ** 0.5)
    sides = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
    return pictures.resized(result, sides[0], sides[1])


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
