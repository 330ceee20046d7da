"""Replicate's HTTP API, as its OpenAPI document (1.0.0-a1) and recorded answers show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from editor.simulator import replicate_errors as errors
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.replicate_files import FileStore
from editor.simulator.replicate_model import ReplicateModel, model_document, version_document
from editor.simulator.replicate_models import REPLICATE_MODELS
from editor.simulator.replicate_painting import RunFailedError, Work, decode_data_address
from editor.simulator.replicate_requests import cancel_after, json_body
from editor.simulator.replicate_runs import Prediction, new_deadline, parse_time
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, SimulatedServer, common_fault, json_answer, new_id

PAGE = 100

_TOP_LEVEL = frozenset({"input", "webhook", "webhook_events_filter", "stream"})


class ReplicateServer(SimulatedServer):
    """``https://api.replicate.com/v1`` and ``replicate.delivery``. ``retry_after`` is what a 429 tells, in seconds."""

    platform: ClassVar[str] = "replicate"

    def __init__(self, *, key: str, polls: int = 2) -> None:
        super().__init__(key=key, polls=polls)
        self.retry_after = 5
        self._models = {model.name: model for model in REPLICATE_MODELS}
        self._predictions: dict[str, Prediction] = {}
        self._files = FileStore(f"{self.base_url}/files")

    @property
    def runs(self) -> int:
        """How many predictions were created."""
        return len(self._predictions)

    @property
    def files(self) -> int:
        """How many uploaded files have not been deleted."""
        return len(self._files)

    @property
    def base_url(self) -> str:
        """What stands for ``https://api.replicate.com/v1``."""
        return f"{self.origin}/v1"

    def statuses(self) -> tuple[str, ...]:
        """The status of every prediction, oldest first."""
        with self._lock:
            return tuple(prediction.status for prediction in self._predictions.values())

    def answer(self, request: Request) -> Answer:
        """Route a request; output files need no key."""
        if request.method == "GET" and request.path.startswith("/delivery/"):
            return self._download(*request.path.split("/")[2:])
        refused = self.refusal_of_key() or errors.key_problem(request.headers.get("authorization"), self.key)
        if refused is not None:
            return refused
        if not request.path.startswith("/v1/"):
            return errors.not_found()
        match request.method, request.path.split("/")[2:]:
            case "GET", ["account"]:
                return self.outage() or _limited(json_answer(200, _ACCOUNT))
            case "GET", ["models", owner, name]:
                return self._show_model(f"{owner}/{name}")
            case "GET", ["models", owner, name, "versions", *rest]:
                return self._show_versions(f"{owner}/{name}", rest)
            case "POST", ["models", owner, name, "predictions"]:
                return self._create_by_name(request, f"{owner}/{name}")
            case "POST", ["predictions"]:
                return self._create_by_version(request)
            case "GET", ["predictions"]:
                return self._list(request)
            case "GET", ["predictions", identifier]:
                return self._show(identifier)
            case "POST", ["predictions", identifier, "cancel"]:
                return self._cancel(identifier)
            case method, ["files", *rest]:
                return _limited(self._files.serve(request, method, rest))
        return errors.not_found()

    def change(self, model: ReplicateModel) -> None:
        """From now on the model of that name is another version or takes other inputs."""
        with self._lock:
            self._models[model.name] = model

    def withdraw(self, name: str) -> None:
        """The model is not there any more."""
        with self._lock:
            del self._models[name]

    def fault(self, script: Script) -> Answer | None:
        """The platform's words for a script that ends a request before any work."""
        match script:
            case Script.BAD_KEY:
                return errors.invalid_token()
            case Script.OUT_OF_CREDIT:
                return errors.insufficient_credit()
            case Script.RATE_LIMIT:
                return errors.throttled(self.retry_after)
            case Script.RATE_LIMIT_UNTOLD:
                return errors.throttled_untold()
            case Script.FORBIDDEN:
                return errors.forbidden()
            case Script.GONE:
                return errors.not_found()
            case Script.TOO_LARGE:
                return errors.file_too_large()
            case Script.SERVER_ERROR:
                return errors.internal_error()
            case Script.UNAVAILABLE:
                return errors.unavailable()
            case _:
                return common_fault(script)

    def _show_model(self, name: str) -> Answer:
        model = self._models.get(name)
        return errors.not_found() if model is None else _limited(json_answer(200, model_document(model)))

    def _show_versions(self, name: str, rest: list[str]) -> Answer:
        """Those of a community model; official ones keep theirs to themselves."""
        model = self._models.get(name)
        if model is None or model.official or rest not in ([], [model.version]):
            return errors.not_found()
        version = version_document(model)
        return _limited(json_answer(200, version if rest else {"next": None, "previous": None, "results": [version]}))

    def _create_by_name(self, request: Request, name: str) -> Answer:
        body, problem = json_body(request)
        if problem is not None:
            return problem
        model = self._models.get(name)
        if model is None or not model.official:
            return errors.not_found()
        return errors.top_level(body, _TOP_LEVEL, ("input",)) or self._create(request, model, body)

    def _create_by_version(self, request: Request) -> Answer:
        body, problem = json_body(request)
        problem = problem or errors.top_level(body, _TOP_LEVEL | {"version"}, ("version", "input"))
        if problem is not None:
            return problem
        model = self._model_of_version(body["version"])
        return errors.invalid_version() if model is None else self._create(request, model, body)

    def _model_of_version(self, version: Any) -> ReplicateModel | None:
        """``version`` is a 64-digit id, ``owner/name:id``, or ``owner/name`` of an official model."""
        name, colon, identifier = str(version).partition(":")
        if "/" not in name:
            return next((model for model in self._models.values() if model.version == version), None)
        model = self._models.get(name)
        if model is None or (model.version != identifier if colon else not model.official):
            return None
        return model

    def _create(self, request: Request, model: ReplicateModel, body: Mapping[str, Any]) -> Answer:
        inputs = body["input"]
        if not isinstance(inputs, dict):
            return errors.wrong_type("input", "object")
        request.notes["model"] = model.name
        request.note(inputs)
        violations = model.violations(inputs)
        if violations:
            return errors.invalid_input(violations)
        seconds, problem = cancel_after(request.headers.get("cancel-after"))
        if problem is not None:
            return problem
        script = self.take()
        fault = self.fault(script)
        if script in {Script.INVALID, Script.WRONG_LANGUAGE}:
            fault = errors.unwanted_input(model.optional(inputs))
        return fault if fault is not None else self._begin(request, model, inputs, script, seconds)

    def _begin(
        self, request: Request, model: ReplicateModel, inputs: Mapping[str, Any], script: Script, seconds: int | None
    ) -> Answer:
        now = datetime.now(UTC)
        prediction = Prediction(
            id=new_id(26),
            model=model,
            input=inputs,
            script=script,
            polls_left=self.looks(script),
            created=now,
            deadline=new_deadline(now, seconds),
        )
        work = Work(
            model=model,
            inputs=inputs,
            script=script,
            fetch=self._fetch,
            taken=self.note_picture,
            seed=len(self._predictions),
        )
        try:
            prediction.outputs = {output.name: output for output in work.outputs()}
            addresses = [f"{self.origin}/delivery/{prediction.id}/{name}" for name in prediction.outputs]
            prediction.output = addresses if model.listed else addresses[0]
        except RunFailedError as failure:
            prediction.error = str(failure)
        with self._lock:
            self._predictions[prediction.id] = prediction
        if script is Script.LOST_ANSWER:
            return Answer(delivery=Delivery.DROP)
        return self._created(request, prediction)

    def _created(self, request: Request, prediction: Prediction) -> Answer:
        """With ``Prefer: wait`` the reply may hold the output while the status still says ``processing``."""
        headers = {"location": f"{self.base_url}/predictions/{prediction.id}"}
        waiting = re.fullmatch(r"wait(?:=(\d+))?", request.headers.get("prefer", ""))
        status = 201
        if waiting is not None:
            headers["preference-applied"] = f"wait={min(int(waiting[1] or 60), 60)}"
            self.dawdle(prediction.script)
            prediction.status, prediction.started = "processing", prediction.created
            if prediction.error is not None:
                prediction.finish(datetime.now(UTC))
            elif prediction.script is Script.STUCK:
                status = 202
            else:
                prediction.polls_left = 0
        early = waiting is not None and bool(prediction.outputs) and status == 201
        document = prediction.document(self.base_url, with_output=early)
        return _limited(json_answer(status, document, headers=headers), remaining=599)

    def _fetch(self, address: str) -> bytes:
        """What the platform can reach: data in the address and files uploaded to it."""
        if address.startswith("data:"):
            return decode_data_address(address)
        data = self._files.fetch(address)
        if data is None:
            raise RunFailedError("Could not download an input file")
        return data

    def _look(self, prediction: Prediction) -> None:
        with self._lock:
            if prediction.look(datetime.now(UTC)):
                self.charge()

    def _show(self, identifier: str) -> Answer:
        prediction = self._predictions.get(identifier)
        if prediction is None:
            return errors.not_found()
        self._look(prediction)
        return _limited(json_answer(200, prediction.document(self.base_url)))

    def _cancel(self, identifier: str) -> Answer:
        prediction = self._predictions.get(identifier)
        if prediction is None:
            return errors.not_found()
        with self._lock:
            prediction.cancel(datetime.now(UTC))
        return _limited(json_answer(200, prediction.document(self.base_url)))

    def _list(self, request: Request) -> Answer:
        try:
            after = parse_time(request.query.get("created_after", "1970-01-01T00:00:00Z"))
            before = parse_time(request.query.get("created_before", "9999-12-31T00:00:00Z"))
        except ValueError:
            return errors.bad_request("created_after and created_before must be date-times in ISO 8601 format")
        if request.query.get("source", "web") != "web":
            return errors.bad_request("source must be web")
        with self._lock:
            found = [one for one in self._predictions.values() if after <= one.created < before]
        if "source" in request.query:
            found = []
        newest = sorted(found, key=lambda one: one.created, reverse=True)[:PAGE]
        results = [prediction.document(self.base_url) for prediction in newest]
        return _limited(json_answer(200, {"next": None, "previous": None, "results": results}))

    def _download(self, identifier: str, name: str) -> Answer:
        prediction = self._predictions.get(identifier)
        output = prediction.outputs.get(name) if prediction is not None else None
        if prediction is None or output is None or prediction.script is Script.EXPIRED:
            return Answer(status=404)
        return Answer(
            body=output.picture.data,
            headers={"content-type": output.picture.media_type},
            delivery=DELIVERIES.get(prediction.script, Delivery.WHOLE),
        )


_ACCOUNT = {"type": "user", "username": "simulated", "name": "Simulated account"}


def _limited(answer: Answer, *, remaining: int = 2999) -> Answer:
    """Add the headers that recorded answers carry."""
    limits = {"ratelimit-remaining": str(remaining), "ratelimit-reset": "1"}
    return replace(answer, headers={**answer.headers, **limits})
