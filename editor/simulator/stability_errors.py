"""Stability AI's refusals in its own words and forms: v2beta ``{"id", "name", "errors"}``, v1 with a ``message``."""

from __future__ import annotations

from editor.simulator.connection import Answer, Request
from editor.simulator.server import json_answer, new_id

_TOP_UP = "https://platform.stability.ai/account/credits"
LOCKED_SECONDS = 60
"""How long the document says that too many requests lock an account out."""


def refusal(status: int, name: str, *errors: str, identifier: str = "") -> Answer:
    """A refusal of the v2beta interface."""
    return json_answer(status, {"id": identifier or new_id(), "name": name, "errors": list(errors)})


def bad_request(*errors: str) -> Answer:
    """A form that breaks its rules."""
    return refusal(400, "bad_request", *errors)


def unauthorized() -> Answer:
    """No key, or an unknown one."""
    return refusal(401, "unauthorized", "authorization: invalid or missing header value")


def unauthorized_v1(request: Request) -> Answer:
    """The v1 form; it repeats the key it was given, as the live service does, so that redaction can be tested."""
    given = request.headers.get("authorization")
    message = "missing authorization header" if given is None else f"Incorrect API key provided: {given.split()[-1]}"
    return json_answer(401, {"id": new_id(), "name": "unauthorized", "message": message})


def payment_required() -> Answer:
    """Not enough credits for this operation."""
    text = "You lack sufficient credits to make this request. "
    return refusal(402, "payment_required", f"{text}Please purchase more credits at {_TOP_UP} and try again.")


def moderated() -> Answer:
    """Refused before the run."""
    text = "Your request was flagged by our content moderation system, "
    text += "as a result your request was denied and you were not charged."
    return refusal(403, "content_moderation", text)


def forbidden() -> Answer:
    """403 in the word of the older interface for a key that may not do this."""
    return refusal(403, "permission_denied", "You lack the necessary permissions to perform this action")


def no_operation() -> Answer:
    """A path that leads nowhere."""
    return refusal(404, "not_found", "path: there is no such operation")


def no_result() -> Answer:
    """A result that expired, never was, or belongs to another key."""
    return refusal(404, "generation_not_found", "id: the generation either does not exist or has expired.")


def too_large() -> Answer:
    """A request over ten mebibytes."""
    return refusal(413, "payload_too_large", "body: payloads cannot be larger than 10MiB in size")


def wrong_language() -> Answer:
    """A prompt that is not English."""
    return refusal(422, "invalid_language", "English is the only supported language for this service.")


def public_figure() -> Answer:
    """A picture that shows a public figure."""
    text = "Our system detected the likeness of a public figure in your image. To comply with our guidelines, "
    return refusal(422, "public_figure", f"{text}this request cannot be processed. Please upload a different image.")


def rate_limited(*, retry_after: int | None) -> Answer:
    """Too many requests. The document knows no Retry-After, so what is left of the pause is told only in the script
    that tells it."""
    text = "You have exceeded the rate limit of 150 requests within a 10 second period"
    if retry_after is None:
        return refusal(429, "rate_limit_exceeded", f"{text}.", identifier="rate_limit_exceeded")
    text += f", and have been timed out for {LOCKED_SECONDS} seconds."
    answer = refusal(429, "rate_limit_exceeded", text, identifier="rate_limit_exceeded")
    return Answer(status=429, body=answer.body, headers={**answer.headers, "retry-after": str(retry_after)})


def internal_error() -> Answer:
    """A fault on the platform's side."""
    return refusal(500, "internal_error", "An unexpected server error has occurred, please try again later.")


def unavailable() -> Answer:
    """The service is down for a while."""
    return refusal(503, "service_unavailable", "The service is temporarily unavailable, please try again later.")
