"""Stability AI's REST API, as its OpenAPI document (v2beta, and v1 for the balance) describes it.

Eight kinds of edits in ten operations. Most answer with the picture; two answer with the id of a run, whose result is
looked for.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from editor.simulator import pictures
from editor.simulator import stability_errors as errors
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.pictures import Encoded
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, SimulatedServer, common_fault, json_answer, new_id
from editor.simulator.stability_forms import LARGEST_SEED, Form, InvalidRequestError, check_headers, read_form
from editor.simulator.stability_operations import OPERATIONS, Operation

LARGEST_REQUEST = 10 * 2**20
RETRY_AFTER = 37
"""Seconds that are left of the pause under ``rate-limit``."""
_OLD_RESULTS = "/v2beta/stable-image/upscale/creative/result/"
_RESULTS = "/v2beta/results/"
_REFUSED = frozenset({Script.REFUSAL, Script.REFUSAL_MARKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A picture as it is delivered; ``seed`` is None for an operation that takes none."""

    encoded: Encoded
    reason: str
    seed: int | None


@dataclass(slots=True, kw_only=True)
class Generation:
    """A run whose result is looked for; ``looks_left`` more looks find it unfinished, None for all of them."""

    authorization: str
    looks_left: int | None
    script: Script
    finished: Finished | None


class StabilityServer(SimulatedServer):
    """``https://api.stability.ai``. ``credits`` is the balance; ``further_keys`` are accepted as well as ``key``."""

    platform: ClassVar[str] = "stability"

    def __init__(self, *, key: str, polls: int = 2) -> None:
        super().__init__(key=key, polls=polls)
        self.credits = 1000.0
        self.further_keys: frozenset[str] = frozenset()
        self._runs = 0
        self._generations: dict[str, Generation] = {}
        self._chance = random.Random(1)

    @property
    def runs(self) -> int:
        """How many edits were begun."""
        return self._runs

    @property
    def base_url(self) -> str:
        """What stands for ``https://api.stability.ai``."""
        return self.origin

    def answer(self, request: Request) -> Answer:
        """Route a request; a missing or wrong key answers 401 on every path."""
        first_version = request.path.startswith("/v1/")
        refused = self.refusal_of_key()
        known = {f"Bearer {key}" for key in (self.key, *self.further_keys)}
        if request.headers.get("authorization") not in known or refused is not None:
            return errors.unauthorized_v1(request) if first_version else refused or errors.unauthorized()
        routes: dict[str, Callable[[], Answer]] = {"/v1/user/balance": self._balance, "/v1/user/account": self._account}
        if request.method == "GET" and request.path in routes:
            return routes[request.path]()
        operation = OPERATIONS.get(request.path)
        if request.method == "POST" and operation is not None:
            return self._edit(request, operation)
        for prefix in (_RESULTS, _OLD_RESULTS):
            if request.method == "GET" and request.path.startswith(prefix):
                return self._result(request, request.path.removeprefix(prefix))
        return errors.no_operation()

    def fault(self, script: Script) -> Answer | None:
        """The platform's words for a script that ends a request before any work."""
        answers: dict[Script, Callable[[], Answer]] = {
            Script.BAD_KEY: errors.unauthorized,
            Script.OUT_OF_CREDIT: errors.payment_required,
            Script.REFUSAL_BEFORE: errors.moderated,
            Script.FORBIDDEN: errors.forbidden,
            Script.GONE: errors.no_operation,
            Script.TOO_LARGE: errors.too_large,
            Script.WRONG_LANGUAGE: errors.wrong_language,
            Script.PUBLIC_FIGURE: errors.public_figure,
            Script.RATE_LIMIT: lambda: errors.rate_limited(retry_after=RETRY_AFTER),
            Script.RATE_LIMIT_UNTOLD: lambda: errors.rate_limited(retry_after=None),
            Script.SERVER_ERROR: errors.internal_error,
            Script.UNAVAILABLE: errors.unavailable,
        }
        return answers[script]() if script in answers else common_fault(script)

    # --- edits

    def _edit(self, request: Request, operation: Operation) -> Answer:
        if len(request.body) > LARGEST_REQUEST:
            return errors.too_large()
        try:
            check_headers(request, accepts=() if operation.asynchronous else ("image/*", "application/json"))
            form = read_form(request, operation.fields)
            operation.check(form)
        except InvalidRequestError as invalid:
            return errors.bad_request(*invalid.errors)
        request.notes.update(form.notes)
        for picture in form.pictures:
            self.note_picture(*picture.size)
        script = self.take()
        fault = self.fault(script) or _scripted_fault(operation, form, script)
        if fault is not None:
            return fault
        if self.credits < operation.credits:
            return errors.payment_required()
        return self._begun(request, operation, form, script)

    def _begun(self, request: Request, operation: Operation, form: Form, script: Script) -> Answer:
        with self._lock:
            self._runs += 1
            if script is not Script.FAILED_RUN:
                self.charges += 1
                self.credits -= operation.credits
        if operation.asynchronous:
            return self._started(request, operation, form, script)
        self.dawdle(script)
        finished = self._finished(operation, form, script)
        if script is Script.LOST_ANSWER:
            return Answer(delivery=Delivery.DROP)
        return _delivered(finished, script, as_json=request.headers.get("accept") == "application/json")

    def _finished(self, operation: Operation, form: Form, script: Script) -> Finished:
        seed = None
        if operation.seeded:
            with self._lock:
                seed = int(form.number("seed")) or self._chance.randint(1, LARGEST_SEED)
            form = replace(form, values={**form.values, "seed": seed})
        refused = script in _REFUSED
        picture = operation.blurred(form) if refused else operation.compute(form, script)
        encoded = pictures.encode(picture, form.words("output_format"), script=script)
        return Finished(encoded=encoded, reason="CONTENT_FILTERED" if refused else "SUCCESS", seed=seed)

    def _started(self, request: Request, operation: Operation, form: Form, script: Script) -> Answer:
        identifier = new_id(64)
        generation = Generation(
            authorization=request.headers["authorization"],
            looks_left=self.looks(script),
            script=script,
            finished=None if script is Script.FAILED_RUN else self._finished(operation, form, script),
        )
        with self._lock:
            self._generations[identifier] = generation
        if script is Script.LOST_ANSWER:
            return Answer(delivery=Delivery.DROP)
        return json_answer(200, {"id": identifier})

    # --- results

    def _result(self, request: Request, identifier: str) -> Answer:
        outage = self.outage()
        if outage is not None:
            return outage
        if re.fullmatch(r".{64}", identifier) is None:
            return errors.bad_request("id: must be exactly 64 characters")
        try:
            # The document lists the first two; its samples send the last.
            check_headers(request, accepts=("*/*", "application/json", "image/*"))
        except InvalidRequestError as invalid:
            return errors.bad_request(*invalid.errors)
        with self._lock:
            generation = self._generations.get(identifier)
            if generation is None or generation.authorization != request.headers["authorization"]:
                return errors.no_result()
            if generation.looks_left is None or generation.looks_left > 0:
                if generation.looks_left is not None:
                    generation.looks_left -= 1
                return json_answer(202, {"id": identifier, "status": "in-progress"})
        if generation.script is Script.EXPIRED:
            return errors.no_result()
        if generation.finished is None:
            return replace(errors.internal_error(), status=200)
        as_json = request.headers.get("accept") == "application/json"
        return _delivered(generation.finished, generation.script, as_json=as_json)

    # --- the account

    def _balance(self) -> Answer:
        outage = self.outage()
        if outage is not None:
            return outage
        empty = self.peek() is Script.OUT_OF_CREDIT
        return json_answer(200, {"credits": 0.0 if empty else self.credits})

    def _account(self) -> Answer:
        organization = {"id": "org-1234", "name": "My Organization", "role": "MEMBER", "is_default": True}
        account = {"id": "user-1234", "email": "example@stability.ai", "organizations": [organization]}
        return self.outage() or json_answer(200, account)


def _scripted_fault(operation: Operation, form: Form, script: Script) -> Answer | None:
    """The faults that depend on the operation at hand or name a field of the form."""
    if script is Script.INVALID:
        optional = [one.name for one in operation.fields if one.name in form.given and not one.required]
        spoken = next((name for name in optional if form.picture(name) is None), operation.picture)
        return errors.bad_request(f"{spoken}: is not accepted")
    if not operation.asynchronous and script is Script.FAILED_RUN:
        return errors.internal_error()
    if not operation.asynchronous and script is Script.STUCK:
        return Answer(delivery=Delivery.HANG)
    return None


def _delivered(finished: Finished, script: Script, *, as_json: bool) -> Answer:
    encoded, delivery = finished.encoded, DELIVERIES.get(script, Delivery.WHOLE)
    if as_json:
        document: dict[str, str | int] = {
            "image": base64.b64encode(encoded.data).decode(),
            "finish_reason": finished.reason,
        }
        if finished.seed is not None:
            document["seed"] = finished.seed
        whole = json_answer(200, document, content_type=f"application/json; type={encoded.media_type}")
        return replace(whole, delivery=delivery)
    headers = {
        "content-type": encoded.media_type,
        "finish-reason": finished.reason,
        "seed": str(finished.seed or 0),
        "x-request-id": new_id(),
    }
    return Answer(status=200, body=encoded.data, headers=headers, delivery=delivery)
