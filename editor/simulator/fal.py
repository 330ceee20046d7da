"""FAL's queue, storage and media host for the endpoints that erase, as its clients and documents show them.

One address plays ``queue.fal.run``, ``rest.fal.ai`` and the media host. A POST to an endpoint is a submission to the
queue; the synchronous ``fal.run``, whose paths are the same, is not played.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from editor.simulator import fal_errors as errors
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.fal_models import FAL_ENDPOINTS
from editor.simulator.fal_runs import QueuedRun, billable_units, carry_out, data_address, result_document
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, SimulatedServer, common_fault, json_answer, new_id


class FalServer(SimulatedServer):
    """``queue.fal.run``, ``rest.fal.ai`` and ``v3.fal.media``."""

    platform: ClassVar[str] = "fal"

    def __init__(self, *, key: str, polls: int = 2) -> None:
        super().__init__(key=key, polls=polls)
        self._endpoints = {model.name: model for model in FAL_ENDPOINTS}
        self._apps = {_app(name) for name in self._endpoints}
        self._runs: dict[str, QueuedRun] = {}
        self._media: dict[str, tuple[bytes, str, Script]] = {}
        self._announced: dict[str, str] = {}
        self._token = new_id()

    @property
    def runs(self) -> int:
        """How many submissions the queue accepted."""
        return len(self._runs)

    @property
    def base_url(self) -> str:
        """What stands for ``https://queue.fal.run`` and for ``https://rest.fal.ai``."""
        return self.origin

    def statuses(self) -> tuple[str, ...]:
        """The status of every accepted run, oldest first."""
        with self._lock:
            return tuple(run.status for run in self._runs.values())

    def answer(self, request: Request) -> Answer:
        """Route a request; media and announced uploads need no key."""
        path = request.path.strip("/")
        if request.method == "GET" and path.startswith("files/"):
            return self._download(path)
        if request.method == "PUT" and path.startswith("upload/"):
            return self._store_announced(request, path.removeprefix("upload/"))
        if request.method == "POST" and path == "files/upload":
            return self._store_by_token(request)
        refused = self.refusal_of_key() or errors.key_problem(request.headers.get("authorization"), self.key)
        if refused is not None:
            return refused
        if path.startswith("storage/"):
            return self._storage(request, path)
        app, marker, rest = path.partition("/requests/")
        if marker:
            return self._serve_run(request, app, rest)
        return self._submit(request, path) if request.method == "POST" else errors.plain(405, "Method Not Allowed")

    def fault(self, script: Script) -> Answer | None:
        """The platform's words for a script that ends a request before any work."""
        match script:
            case Script.BAD_KEY:
                return errors.unknown_key()
            case Script.OUT_OF_CREDIT:
                return errors.locked()
            case Script.RATE_LIMIT:
                return errors.too_many()
            case Script.SERVER_ERROR:
                return errors.internal_error()
            case _:
                return common_fault(script)

    def _submit(self, request: Request, endpoint: str) -> Answer:
        app = _app(endpoint)
        if app not in self._apps:
            return errors.unknown_app(endpoint)
        inputs = _json_object(request)
        if inputs is None:
            return errors.infrastructure(400, "The body must be a JSON object", "bad_request")
        if not _start_deadline_is_good(request.headers.get("x-fal-request-timeout")):
            return errors.infrastructure(400, "X-Fal-Request-Timeout must be a number above 1", "bad_request")
        request.notes["endpoint"] = endpoint
        request.note(inputs)
        script = self.take()
        return self.fault(script) or self._enqueue(endpoint, app, inputs, script)

    def _enqueue(self, endpoint: str, app: str, inputs: dict[str, Any], script: Script) -> Answer:
        polls = None if script is Script.STUCK else self.polls
        run = QueuedRun(id=str(uuid4()), app=app, script=script, polls_left=polls)
        try:
            self._compute(run, endpoint, inputs)
        except errors.RunFailedError as failure:
            run.ending = failure.error
        with self._lock:
            self._runs[run.id] = run
        if script is Script.LOST_ANSWER:
            return Answer(delivery=Delivery.DROP)
        document = {"status": "IN_QUEUE", **self._links(run), "queue_position": 0}
        return json_answer(200, document, headers={"x-fal-request-id": run.id})

    def _compute(self, run: QueuedRun, endpoint: str, inputs: dict[str, Any]) -> None:
        model = self._endpoints.get(endpoint)
        if model is None:
            raise errors.RunFailedError(errors.unknown_path(endpoint.removeprefix(run.app) or "/"))
        picture = carry_out(model, inputs, run.script, fetch=self._fetch)
        run.in_data_address = "sync_mode" in model.parameters and inputs.get("sync_mode", False)
        if run.in_data_address:
            address = data_address(picture)
        else:
            address = self._keep(picture.data, picture.media_type, f"output.{picture.media_type[6:]}", run.script)
        refused = run.script is Script.REFUSAL_MARKED
        run.result = result_document(model, inputs, picture, address=address, refused=refused)
        run.picture, run.units = picture, billable_units(model, picture)

    def _links(self, run: QueuedRun) -> dict[str, str]:
        """The documented short form: only the first two segments of the endpoint."""
        own = f"{self.origin}/{run.app}/requests/{run.id}"
        urls = {"response_url": own, "status_url": f"{own}/status", "cancel_url": f"{own}/cancel"}
        return {"request_id": run.id, **urls}

    def _serve_run(self, request: Request, app: str, rest: str) -> Answer:
        identifier, _, action = rest.partition("/")
        run = self._runs.get(identifier)
        if run is None or run.app != app:
            cancelling = request.method == "PUT" and action == "cancel"
            return json_answer(404, {"status": "NOT_FOUND"}) if cancelling else errors.plain(404, "Request not found")
        match request.method, action:
            case "GET", "status":
                return self._status(run, logs=request.query.get("logs") == "1")
            case "GET", "" | "response":
                answer = run.answer()
                whole = not run.in_data_address or answer.status != 200
                return answer if whole else replace(answer, delivery=DELIVERIES.get(run.script, Delivery.WHOLE))
            case "PUT", "cancel":
                with self._lock:
                    stopped = run.cancel()
                status = "CANCELLATION_REQUESTED" if stopped else "ALREADY_COMPLETED"
                return json_answer(202 if stopped else 400, {"status": status})
        return errors.plain(405, "Method Not Allowed")

    def _status(self, run: QueuedRun, *, logs: bool) -> Answer:
        with self._lock:
            if run.look():
                self.charge()
        document: dict[str, Any] = {"status": run.status, **self._links(run)}
        if run.status == "IN_QUEUE":
            document["queue_position"] = run.polls_left or 0
        else:
            document["logs"] = [_log_line("Erasing the masked area")] if logs else None
        if run.status == "COMPLETED":
            if run.ending is None:
                document["metrics"] = {"inference_time": 0.25}
            else:
                document.update(error=run.ending.text, error_type=run.ending.kind)
        code = 200 if run.status == "COMPLETED" else 202
        return json_answer(code, document, headers={"x-fal-request-id": run.id})

    def _storage(self, request: Request, path: str) -> Answer:
        """Both ways of uploading; a locked account is refused here too."""
        if self.peek() is Script.OUT_OF_CREDIT:
            return self.fault(self.take()) or errors.locked()
        outage = self.outage()
        if outage is not None:
            return outage
        body = _json_object(request)
        if request.method != "POST" or body is None:
            return errors.plain(405 if request.method != "POST" else 400, "A POST with a JSON object is expected")
        if request.query.get("storage_type") not in {"fal-cdn-v3", "gcs"}:
            return errors.plain(422, "storage_type must be fal-cdn-v3 or gcs")
        if path == "storage/auth/token":
            expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            token = {"token": self._token, "token_type": "Bearer", "base_url": self.origin, "expires_at": expires}
            return json_answer(200, token)
        if path == "storage/upload/initiate":
            return self._announce(body)
        return errors.plain(404, f"Path /{path} not found")

    def _announce(self, body: dict[str, Any]) -> Answer:
        name, kind = body.get("file_name"), body.get("content_type")
        if not isinstance(name, str) or not isinstance(kind, str):
            return errors.plain(422, "content_type and file_name are required")
        place = f"{new_id()}/{name}"
        with self._lock:
            self._announced[place] = kind
        upload, file = f"{self.origin}/upload/{place}", f"{self.origin}/files/{place}"
        return json_answer(200, {"upload_url": upload, "file_url": file})

    def _store_announced(self, request: Request, place: str) -> Answer:
        with self._lock:
            kind = self._announced.pop(place, None)
            if kind is None or request.headers.get("content-type") != kind:
                return Answer(status=403)
            self._media[f"files/{place}"] = request.body, kind, Script.OK
        request.notes["content"] = f"{kind}, {len(request.body)} bytes"
        return Answer(status=200)

    def _store_by_token(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return errors.plain(401, "Invalid token")
        name = request.headers.get("x-fal-file-name", "file")
        kind = request.headers.get("content-type", "application/octet-stream")
        request.notes["content"] = f"{kind}, {len(request.body)} bytes"
        return json_answer(200, {"access_url": self._keep(request.body, kind, name, Script.OK)})

    def _keep(self, data: bytes, kind: str, name: str, script: Script) -> str:
        place = f"files/{new_id()}/{name}"
        with self._lock:
            self._media[place] = data, kind, script
        return f"{self.origin}/{place}"

    def _fetch(self, address: str) -> bytes | None:
        start = f"{self.origin}/"
        with self._lock:
            stored = self._media.get(address.removeprefix(start)) if address.startswith(start) else None
        return None if stored is None else stored[0]

    def _download(self, path: str) -> Answer:
        with self._lock:
            stored = self._media.get(path)
        if stored is None:
            return Answer(status=404)
        data, kind, script = stored
        return Answer(body=data, headers={"content-type": kind}, delivery=DELIVERIES.get(script, Delivery.WHOLE))


def _app(endpoint: str) -> str:
    return "/".join(endpoint.split("/")[:2])


def _json_object(request: Request) -> dict[str, Any] | None:
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _start_deadline_is_good(text: str | None) -> bool:
    try:
        return text is None or float(text) > 1
    except ValueError:
        return False


def _log_line(message: str) -> dict[str, str]:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"message": message, "level": "INFO", "source": "USER", "timestamp": moment}
