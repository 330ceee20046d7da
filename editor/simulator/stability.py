"""Stability AI's REST API for *erase*, as its OpenAPI document (v2beta, and v1 for the balance) describes it.

What the document leaves open is answered strictly: an unknown field, or a picture with neither mask nor alpha, is a
400, so that a client which relies on leniency is found out.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from typing import ClassVar

from PIL import Image

from editor.simulator import painting, pictures
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.multipart import MalformedFormError, Part, parse_form
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, SimulatedServer, common_fault, json_answer, new_id

LARGEST_REQUEST = 10 * 2**20
MOST_PIXELS = 9_437_184
LEAST_PIXELS = 4_096
SHORTEST_SIDE = 64
MOST_PIXELS_ANSWERED = 4_194_304
"""The document's "4 megapixels" of an answer, read as a limit."""
CREDITS_PER_ERASE = 5

_LARGEST_SEED = 4_294_967_294
_TOP_UP = "https://platform.stability.ai/account/credits"
_FILES = ("image", "mask")
_SCALARS = ("grow_mask", "seed", "output_format")
_CLIENT_HEADERS = ("stability-client-id", "stability-client-user-id", "stability-client-version")


class InvalidRequestError(Exception):
    """The request breaks the contract; ``errors`` are the platform's sentences."""

    def __init__(self, *errors: str) -> None:
        super().__init__(*errors)
        self.errors = list(errors)


class EraseForm:
    """The fields of ``edit/erase``, checked; raises InvalidRequestError."""

    def __init__(self, request: Request) -> None:
        parts = _named_parts(request)
        self.output_format = _choice(parts, "output_format", ("png", "jpeg", "webp"))
        self.grow = _number(parts, "grow_mask", default=5, largest=20)
        self.seed = int(_number(parts, "seed", default=0, largest=_LARGEST_SEED))
        picture = _picture(parts, "image", request)
        if picture is None:
            raise InvalidRequestError("image: required")
        _check_size(picture.size)
        self.image = pictures.colours(picture)
        mask = _picture(parts, "mask", request)
        marked = pictures.transparency(picture) if mask is None else pictures.coverage(mask, picture.size)
        if marked is None:
            raise InvalidRequestError("mask: required when the image has no alpha channel")
        self.mask = pictures.grow(marked, round(self.grow))
        request.notes.update({name: parts[name].text for name in _SCALARS if name in parts})


class StabilityServer(SimulatedServer):
    """``https://api.stability.ai``. ``credits`` is the balance; every erase costs five."""

    platform: ClassVar[str] = "stability"

    def __init__(self, *, key: str, polls: int = 2) -> None:
        super().__init__(key=key, polls=polls)
        self.credits = 1000.0
        self._runs = 0
        self._chance = random.Random(1)

    @property
    def runs(self) -> int:
        """How many erasures were computed."""
        return self._runs

    @property
    def base_url(self) -> str:
        """What stands for ``https://api.stability.ai``."""
        return self.origin

    def answer(self, request: Request) -> Answer:
        """Route a request; a missing or wrong key answers 401 on every path."""
        first_version = request.path.startswith("/v1/")
        refused = self.refusal_of_key()
        if request.headers.get("authorization") != f"Bearer {self.key}" or refused is not None:
            return _unauthorized_v1(request) if first_version else refused or _unauthorized()
        routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("POST", "/v2beta/stable-image/edit/erase"): self._erase,
            ("GET", "/v1/user/balance"): self._balance,
            ("GET", "/v1/user/account"): self._account,
        }
        handler = routes.get((request.method, request.path))
        if handler is not None:
            return handler(request)
        if request.method == "GET" and request.path.startswith("/v2beta/results/"):
            return _result(request.path.rpartition("/")[2])
        return _error(404, "not_found", "path: there is no such operation")

    def fault(self, script: Script) -> Answer | None:
        """The platform's words for a script that ends a request before any work."""
        match script:
            case Script.BAD_KEY:
                return _unauthorized()
            case Script.OUT_OF_CREDIT:
                return _payment_required()
            case Script.RATE_LIMIT:
                return _rate_limited()
            case Script.REFUSAL_BEFORE:
                return _moderated()
            case Script.SERVER_ERROR | Script.FAILED_RUN:
                text = "An unexpected server error has occurred, please try again later."
                return _error(500, "internal_error", text)
            case Script.STUCK:
                return Answer(delivery=Delivery.HANG)
            case _:
                return common_fault(script)

    def _erase(self, request: Request) -> Answer:
        if len(request.body) > LARGEST_REQUEST:
            return _error(413, "payload_too_large", "body: payloads cannot be larger than 10MiB in size")
        try:
            wants_json = _wants_json(request)
            form = EraseForm(request)
        except InvalidRequestError as invalid:
            return _error(400, "bad_request", *invalid.errors)
        script = self.take()
        fault = self.fault(script)
        if fault is not None:
            return fault
        if self.credits < CREDITS_PER_ERASE:
            return _payment_required()
        return self._finished(form, script, wants_json)

    def _finished(self, form: EraseForm, script: Script, wants_json: bool) -> Answer:
        with self._lock:
            self._runs += 1
            self.charges += 1
            self.credits -= CREDITS_PER_ERASE
            seed = form.seed or self._chance.randint(1, _LARGEST_SEED)
        if script is Script.LOST_ANSWER:
            return Answer(delivery=Delivery.DROP)
        refused = script in {Script.REFUSAL, Script.REFUSAL_MARKED}
        result = pictures.blurred(form.image) if refused else painting.staged(script, form.image, form.mask)
        encoded = pictures.encode(pictures.fit_pixels(result, MOST_PIXELS_ANSWERED), form.output_format, script=script)
        reason = "CONTENT_FILTERED" if refused else "SUCCESS"
        delivery = DELIVERIES.get(script, Delivery.WHOLE)
        if wants_json:
            text = base64.b64encode(encoded.data).decode()
            document = {"image": text, "finish_reason": reason, "seed": seed}
            whole = json_answer(200, document, content_type=f"application/json; type={encoded.media_type}")
            return Answer(status=200, body=whole.body, headers=whole.headers, delivery=delivery)
        headers = {"content-type": encoded.media_type, "finish-reason": reason, "seed": str(seed)}
        headers["x-request-id"] = new_id()
        return Answer(status=200, body=encoded.data, headers=headers, delivery=delivery)

    def _balance(self, request: Request) -> Answer:
        outage = self.outage()
        if outage is not None:
            return outage
        empty = self.peek() is Script.OUT_OF_CREDIT
        return json_answer(200, {"credits": 0.0 if empty else self.credits})

    def _account(self, request: Request) -> Answer:
        organization = {"id": "org-1234", "name": "My Organization", "role": "MEMBER", "is_default": True}
        account = {"id": "user-1234", "email": "example@stability.ai", "organizations": [organization]}
        return self.outage() or json_answer(200, account)


def _error(status: int, name: str, *errors: str, identifier: str = "") -> Answer:
    return json_answer(status, {"id": identifier or new_id(), "name": name, "errors": list(errors)})


def _unauthorized() -> Answer:
    return _error(401, "unauthorized", "authorization: invalid or missing header value")


def _unauthorized_v1(request: Request) -> Answer:
    """The v1 form; it repeats the key it was given, as the live service does, so that redaction can be tested."""
    given = request.headers.get("authorization")
    message = "missing authorization header" if given is None else f"Incorrect API key provided: {given.split()[-1]}"
    return json_answer(401, {"id": new_id(), "name": "unauthorized", "message": message})


def _payment_required() -> Answer:
    text = "You lack sufficient credits to make this request. "
    return _error(402, "payment_required", f"{text}Please purchase more credits at {_TOP_UP} and try again.")


def _rate_limited() -> Answer:
    text = "You have exceeded the rate limit of 150 requests within a 10 second period, "
    text += "and have been timed out for 60 seconds."
    return _error(429, "rate_limit_exceeded", text, identifier="rate_limit_exceeded")


def _moderated() -> Answer:
    text = "Your request was flagged by our content moderation system, "
    text += "as a result your request was denied and you were not charged."
    return _error(403, "content_moderation", text)


def _result(identifier: str) -> Answer:
    """Erasing is synchronous, so no result ever waits here: a well-formed id is one that expired."""
    if re.fullmatch(r".{64}", identifier) is None:
        return _error(400, "bad_request", "id: must be exactly 64 characters")
    return _error(404, "generation_not_found", "id: the generation either does not exist or has expired.")


def _wants_json(request: Request) -> bool:
    for name in _CLIENT_HEADERS:
        if len(request.headers.get(name, "")) > 256:
            raise InvalidRequestError(f"{name}: must be at most 256 characters")
    accept = request.headers.get("accept", "*/*")
    if accept not in {"*/*", "image/*", "application/json"}:
        raise InvalidRequestError("accept: must be one of image/*, application/json")
    return accept == "application/json"


def _named_parts(request: Request) -> dict[str, Part]:
    content_type = request.headers.get("content-type")
    if content_type is None:
        raise InvalidRequestError("content-type: required")
    try:
        parts = parse_form(content_type, request.body)
    except MalformedFormError as malformed:
        raise InvalidRequestError(str(malformed)) from malformed
    named: dict[str, Part] = {}
    for part in parts:
        if part.name not in _FILES + _SCALARS:
            raise InvalidRequestError(f"{part.name}: not allowed")
        if part.name in named:
            raise InvalidRequestError(f"{part.name}: given twice")
        if (part.name in _FILES) != (part.filename is not None):
            raise InvalidRequestError(f"{part.name}: must be {'a file' if part.name in _FILES else 'text'}")
        named[part.name] = part
    return named


def _choice(parts: dict[str, Part], name: str, choices: tuple[str, ...]) -> str:
    value = parts[name].text if name in parts else choices[0]
    if value not in choices:
        raise InvalidRequestError(f"{name}: must be one of {', '.join(choices)}")
    return value


def _number(parts: dict[str, Part], name: str, *, default: int, largest: int) -> float:
    if name not in parts:
        return default
    text = parts[name].text
    if re.fullmatch(r"-?\d+(\.\d+)?", text) is None:
        raise InvalidRequestError(f"{name}: must be a number")
    if not 0 <= float(text) <= largest:
        raise InvalidRequestError(f"{name}: must be between 0 and {largest}")
    return float(text)


def _picture(parts: dict[str, Part], name: str, request: Request) -> Image.Image | None:
    if name not in parts:
        return None
    try:
        picture = pictures.decode(parts[name].data)
    except pictures.NotAPictureError as broken:
        raise InvalidRequestError(f"{name}: invalid image, must be a jpeg, png or webp") from broken
    request.notes[name] = pictures.words(picture)
    return picture


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if min(width, height) < SHORTEST_SIDE:
        raise InvalidRequestError(f"image: every side must be at least {SHORTEST_SIDE} pixels")
    if not LEAST_PIXELS <= width * height <= MOST_PIXELS:
        raise InvalidRequestError(f"image: total pixels must be between {LEAST_PIXELS} and {MOST_PIXELS}")
