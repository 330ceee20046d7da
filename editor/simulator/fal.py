"""FAL's queue, its synchronous calls, its storage and its media host, as its clients and documents show them.

One address plays ``queue.fal.run``, ``rest.fal.ai``, ``api.fal.ai`` (prices), ``fal.ai`` (schemas) and the media host.
The synchronous ``fal.run``, whose paths are those of the queue, is played under ``/run``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

from editor.simulator import fal_errors as errors
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.fal_endpoint import Endpoint
from editor.simulator.fal_models import FAL_ENDPOINTS
from editor.simulator.fal_runs import QueuedRun, Workshop, data_address, result_document
from editor.simulator.fal_schemas import known_prices, openapi_document, pricing_document
from editor.simulator.fal_storage import Storage, lifetime
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, SimulatedServer, common_fault, json_answer

_RUN = "run/"
_SCHEMAS = "api/openapi/queue/openapi.json"
_PRICING = "v1/models/pricing"
_BILLING = "v1/account/billing"
_MOST_PRICES = 50


class FalServer(SimulatedServer):
    """``queue.fal.run``, ``fal.run``, ``rest.fal.ai`` and ``v3.fal.media``.

    While ``two_step_uploads`` is off, announcing an upload is answered with 404 and only the token's way is open. While
    ``is_admin`` is off, as for most keys, nobody is told that the account holds ``dollars``.
    """

    platform: ClassVar[str] = "fal"

    def __init__(self, *, key: str, polls: int = 2) -> None:
        super().__init__(key=key, polls=polls)
        self.two_step_uploads = True
        self.is_admin = False
        self.dollars = 25.0
        self.storage = Storage(lambda: self.origin)
        self._endpoints = {model.name: model for model in FAL_ENDPOINTS}
        self._apps = {_app(name) for name in self._endpoints}
        self.prices = known_prices()
        """US dollars and the unit's word by endpoint; a test may change them."""
        self._runs: dict[str, QueuedRun] = {}

    @property
    def runs(self) -> int:
        """How many submissions and synchronous calls were accepted."""
        return len(self._runs)

    @property
    def base_url(self) -> str:
        """What stands for ``https://queue.fal.run`` and for ``https://rest.fal.ai``."""
        return self.origin

    @property
    def run_url(self) -> str:
        """What stands for ``https://fal.run``."""
        return f"{self.origin}/{_RUN.rstrip('/')}"

    def statuses(self) -> tuple[str, ...]:
        """The status of every accepted run, oldest first."""
        with self._lock:
            return tuple(run.status for run in self._runs.values())

    def answer(self, request: Request) -> Answer:
        """Route a request; media and announced uploads need no key."""
        path = request.path.strip("/")
        served = self.storage.serve_keyless(request, path)
        if served is not None:
            return served
        if request.method == "GET" and path == _SCHEMAS:
            return self._schema(request.query.get("endpoint_id", ""))
        refused = self.refusal_of_key() or errors.key_problem(request.headers.get("authorization"), self.key)
        if refused is not None:
            return refused
        if path.startswith("storage/"):
            return self._serve_storage(request, path)
        if request.method == "GET" and path == _BILLING:
            return self._billing()
        if request.method == "GET" and path == _PRICING:
            return self._pricing(request.query.get("endpoint_id", "").split(","))
        app, marker, rest = path.partition("/requests/")
        if marker:
            return self._serve_run(request, app, rest)
        if request.method != "POST":
            return errors.plain(405, "Method Not Allowed")
        if path.startswith(_RUN):
            return self._order(request, path.removeprefix(_RUN), at_once=True)
        return self._order(request, path, at_once=False)

    def change(self, endpoint: Endpoint) -> None:
        """From now on the endpoint of that name takes other inputs."""
        with self._lock:
            self._endpoints[endpoint.name] = endpoint

    def withdraw(self, name: str) -> None:
        """The endpoint is not there any more."""
        with self._lock:
            del self._endpoints[name]

    def _schema(self, name: str) -> Answer:
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            return errors.plain(404, f"Endpoint {name} not found")
        return self.outage() or json_answer(200, openapi_document(endpoint))

    def _billing(self) -> Answer:
        """For a key with the scope ADMIN alone."""
        if not self.is_admin:
            return errors.forbidden()
        held = 0.0 if self.peek() is Script.OUT_OF_CREDIT else self.dollars
        account = {"username": "example", "credits": {"current_balance": held, "currency": "USD"}}
        return self.outage() or json_answer(200, account)

    def _pricing(self, names: list[str]) -> Answer:
        if len(names) > _MOST_PRICES:
            return json_answer(
                400, {"error": {"type": "validation_error", "message": "endpoint_id: at most 50 are allowed"}}
            )
        return self.outage() or json_answer(200, pricing_document(self.prices, names))

    def fault(self, script: Script) -> Answer | None:
        """The platform's words for a script that ends a request before any work."""
        match script:
            case Script.BAD_KEY:
                return errors.unknown_key()
            case Script.OUT_OF_CREDIT:
                return errors.locked()
            case Script.FORBIDDEN:
                return errors.forbidden()
            case Script.TOO_LARGE:
                return errors.body_too_large()
            case Script.RATE_LIMIT | Script.RATE_LIMIT_UNTOLD:
                return errors.too_many()
            case Script.SERVER_ERROR:
                return errors.internal_error()
            case Script.UNAVAILABLE:
                return errors.no_runner()
            case _:
                return common_fault(script)

    def _order(self, request: Request, endpoint: str, *, at_once: bool) -> Answer:
        if _app(endpoint) not in self._apps:
            return errors.unknown_app(endpoint)
        inputs = _json_object(request)
        if inputs is None:
            return errors.infrastructure(400, "The body must be a JSON object", "bad_request")
        if not _start_deadline_is_good(request.headers.get("x-fal-request-timeout")):
            return errors.infrastructure(400, "X-Fal-Request-Timeout must be a number above 1", "bad_request")
        request.notes["endpoint"] = endpoint
        request.note(inputs)
        script = self.take()
        fault = errors.unknown_app(endpoint) if script is Script.GONE else self.fault(script)
        return fault or self._accept(request, endpoint, inputs, script=script, at_once=at_once)

    def _accept(
        self, request: Request, endpoint: str, inputs: dict[str, Any], *, script: Script, at_once: bool
    ) -> Answer:
        run = QueuedRun(id=str(uuid4()), app=_app(endpoint), script=script, looks_left=self.looks(script))
        try:
            self._compute(run, endpoint, inputs, request)
        except errors.RunFailedError as failure:
            run.ending = failure.error
        with self._lock:
            self._runs[run.id] = run
        if script is Script.LOST_ANSWER:
            return Answer(delivery=Delivery.DROP)
        if at_once:
            return self._at_once(run)
        document = {"status": "IN_QUEUE", **self._links(run), "queue_position": self._position(run) or 0}
        return json_answer(200, document, headers={"x-fal-request-id": run.id})

    def _at_once(self, run: QueuedRun) -> Answer:
        """The result in the answer to the order itself."""
        if run.script is Script.STUCK:
            return Answer(delivery=Delivery.HANG)
        self.dawdle(run.script)
        with self._lock:
            run.looks_left = 0
            if run.look(position=None):
                self.charge()
        return self._result(run)

    def _compute(self, run: QueuedRun, name: str, inputs: dict[str, Any], request: Request) -> None:
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            raise errors.RunFailedError(errors.unknown_path(name.removeprefix(run.app) or "/"))
        unknown = endpoint.unknown(inputs)
        if unknown:
            request.notes["ignored"] = ", ".join(unknown)
        workshop = Workshop(fetch=self.storage.fetch)
        try:
            product = workshop.product(endpoint, inputs, run.script, seed=len(self._runs) + 1)
        finally:
            for field, words, size in workshop.received:
                request.notes[field] = words
                self.note_picture(*size)
        run.in_data_address = "sync_mode" in endpoint.parameters and inputs.get("sync_mode", False)
        seconds = lifetime(request.headers.get("x-fal-object-lifecycle-preference"))
        addresses = [
            data_address(picture)
            if run.in_data_address
            else self.storage.keep(
                picture.data,
                kind=picture.media_type,
                name=f"output.{picture.media_type[6:]}",
                seconds=seconds,
                script=run.script,
            )
            for picture in product.pictures
        ]
        refused = run.script is Script.REFUSAL_MARKED
        run.result = result_document(endpoint, inputs, product, addresses=addresses, refused=refused)
        run.units = product.units

    def _links(self, run: QueuedRun) -> dict[str, str]:
        """The documented short form: only the first two segments of the endpoint."""
        own = f"{self.origin}/{run.app}/requests/{run.id}"
        urls = {"response_url": own, "status_url": f"{own}/status", "cancel_url": f"{own}/cancel"}
        return {"request_id": run.id, **urls}

    def _position(self, run: QueuedRun) -> int | None:
        return self.queue_position(run.script, run.looks_left)

    def _serve_run(self, request: Request, app: str, rest: str) -> Answer:
        identifier, _, action = rest.partition("/")
        run = self._runs.get(identifier)
        if run is None or run.app != app:
            cancelling = request.method == "PUT" and action == "cancel"
            return json_answer(404, {"status": "NOT_FOUND"}) if cancelling else errors.plain(404, "Request not found")
        match request.method, action:
            case "GET", "status":
                return self._status(run, logs=request.query.get("logs", "").lower() in {"1", "true"})
            case "GET", "" | "response":
                return self._result(run)
            case "PUT", "cancel":
                with self._lock:
                    stopped = run.cancel()
                status = "CANCELLATION_REQUESTED" if stopped else "ALREADY_COMPLETED"
                return json_answer(202 if stopped else 400, {"status": status})
        return errors.plain(405, "Method Not Allowed")

    def _result(self, run: QueuedRun) -> Answer:
        answer = run.answer()
        whole = not run.in_data_address or answer.status != 200
        return answer if whole else replace(answer, delivery=DELIVERIES.get(run.script, Delivery.WHOLE))

    def _status(self, run: QueuedRun, *, logs: bool) -> Answer:
        with self._lock:
            position = self._position(run)
            if run.look(position=position):
                self.charge()
        document: dict[str, Any] = {"status": run.status, **self._links(run)}
        if run.status == "IN_QUEUE":
            document["queue_position"] = position or 0
        else:
            document["logs"] = run.logs() if logs else None
        if run.status == "COMPLETED":
            if run.ending is None:
                document["metrics"] = {"inference_time": 0.25}
            else:
                document.update(error=run.ending.text, error_type=run.ending.kind)
        code = 200 if run.status == "COMPLETED" else 202
        return json_answer(code, document, headers={"x-fal-request-id": run.id})

    def _serve_storage(self, request: Request, path: str) -> Answer:
        """Both ways of uploading; a locked account is refused here too."""
        if self.peek() is Script.OUT_OF_CREDIT:
            return self.fault(self.take()) or errors.locked()
        outage = self.outage()
        if outage is not None:
            return outage
        if path == "storage/upload/initiate" and not self.two_step_uploads:
            return errors.plain(404, f"Path /{path} not found")
        return self.storage.serve(request, path, _json_object(request))


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
