"""A desk that plays Replicate where no simulated fault fits."""

from __future__ import annotations

import json

from editor.imaging.codec import encode_png

ERASER = "bria/eraser"
LAMA = "allenhooo/lama"
FLUX = "black-forest-labs/flux-fill-pro"
CREATE = "POST /v1/predictions"
GONE = (404, {"detail": "The requested resource could not be found.", "status": 404})
WRONG_VERSION = (
    422,
    {"title": "Invalid version or not permitted", "detail": "The specified version does not exist", "status": 422},
)


def create_line(model):
    return f"POST /v1/models/{model}/predictions"


def look_line(model):
    return f"GET /v1/models/{model}"


def invalid(*fields, kind="number_lte"):
    listed = [{"type": kind, "field": f"input.{field}", "description": "not so"} for field in fields]
    return 422, {"title": "Input validation failed", "detail": "not so", "status": 422, "invalid_fields": listed}


def schema(*names, required=()):
    """An OpenAPI document as it stands in a model object."""
    inputs = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(required)}
    return {"components": {"schemas": {"Input": inputs}}}


def card(*, official=True, version="abc123", **more):
    """A model object; ``official`` None leaves the mark out, as an older API does."""
    document = {"latest_version": {"id": version, **more}}
    return 200, document if official is None else {**document, "is_official": official}


class Play:
    """Answers by ``METHOD /path``: what ``answers`` says (a function gets the body, None goes on), else a run that
    succeeds at once and its picture."""

    def __init__(self, desk, edit, answers=None):
        self.desk, self.edit, self.answers = desk, edit, answers or {}
        self.output = f"{desk.base}/out.png"
        self.run = {"id": "run1", "status": "succeeded", "metrics": {"predict_time": 1.5}}
        desk.answer = self.answer

    def answer(self, method, path, headers, body):
        line = f"{method} {path.partition('?')[0]}"
        found = self.answers.get(line)
        found = found(body) if callable(found) else found
        if found is not None:
            return found
        if path == "/out.png":
            return 200, encode_png(self.edit.image)
        if method == "POST" and path.endswith("predictions"):
            return 201, {"id": "run1", "status": "starting"}
        if path == "/v1/predictions/run1":
            return 200, {"output": self.output, **self.run}
        if method == "GET" and path.startswith("/v1/models/"):
            return card(official=not path.endswith(("lama", "remove-object")))
        return GONE


def created(desk):
    """The bodies of all orders."""
    return [json.loads(body) for method, path, _, body in desk.requests if method == "POST" and "predictions" in path]


def listing(*runs):
    return 200, {"next": None, "previous": None, "results": list(runs)}
