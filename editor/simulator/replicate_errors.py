"""Replicate's refusals, word for word as its API has been seen to answer."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping
from typing import Any

from editor.simulator.connection import Answer
from editor.simulator.models import Breach, Violation
from editor.simulator.server import json_answer

_BILLING = "https://replicate.com/account/billing#billing"


def key_problem(given: str | None, key: str) -> Answer | None:
    """The 401 for a missing or wrong token; None for the right one."""
    if given is None:
        return _problem(401, "You did not pass an authentication token", title="Unauthenticated")
    return None if hmac.compare_digest(given.encode(), f"Bearer {key}".encode()) else invalid_token()


def invalid_token() -> Answer:
    """401 for a token the platform does not know."""
    return _problem(401, "You did not pass a valid authentication token", title="Unauthenticated")


def insufficient_credit() -> Answer:
    """402."""
    text = f"You have insufficient credit to run this model. Go to {_BILLING} to purchase credit. "
    text += "Once you purchase credit, please wait a few minutes before trying again."
    return _problem(402, text, title="Insufficient credit")


def throttled(seconds: int) -> Answer:
    """429 with the wait in the text and in ``retry_after``."""
    text = "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute "
    text += "with a burst of 1 requests while you have less than $5.0 in credit. "
    text += f"Your rate limit resets in ~{seconds}s."
    return json_answer(429, {"detail": text, "status": 429, "retry_after": seconds})


def throttled_untold() -> Answer:
    """429 without a word about how long."""
    return _problem(429, "Request was throttled.")


def forbidden() -> Answer:
    """403; its text is not published."""
    return _problem(403, "You do not have permission to perform this action.", title="Forbidden")


def unavailable() -> Answer:
    """503; its text is not published."""
    return _problem(503, "Service temporarily unavailable", title="Service unavailable")


def internal_error() -> Answer:
    """500; its text is not published."""
    return _problem(500, "Internal server error")


def not_found() -> Answer:
    """404, also for a community model on the route of official ones."""
    return _problem(404, "The requested resource could not be found.")


def file_not_found() -> Answer:
    """404 of the files."""
    return json_answer(404, {"detail": "File not found"}, content_type="application/problem+json")


def file_too_large() -> Answer:
    """413 of the files."""
    detail = {"detail": "Files must be less than 100MB in size"}
    return json_answer(413, detail, content_type="application/problem+json")


def bad_request(detail: str) -> Answer:
    """400."""
    return _problem(400, detail)


def invalid_version() -> Answer:
    """422 for a version that is not known, or for a community model by its bare name."""
    text = "The specified version does not exist (or perhaps you don't have permission to use it?)"
    return _problem(422, text, title="Invalid version or not permitted")


def wrong_type(field: str, kind: str) -> Answer:
    """422 for a value of a wrong JSON type."""
    return _invalid([("invalid_type", field, f"Invalid type. Expected: {kind}")])


def top_level(body: Mapping[str, Any], allowed: Collection[str], required: Collection[str]) -> Answer | None:
    """422 for stray or missing keys beside ``input``; None where the body is well formed."""
    found = [
        ("additional_property_not_allowed", "(root)", f"Additional property {name} is not allowed")
        for name in body
        if name not in allowed
    ]
    found += [("required", "(root)", f"{name} is required") for name in required if name not in body]
    return _invalid(found) if found else None


def invalid_input(violations: list[Violation]) -> Answer:
    """422 that names every broken rule of the model's schema."""
    return _invalid([_words(violation) for violation in violations])


def unwanted_input(name: str | None) -> Answer:
    """422 about the input ``name``, as a model whose schema has changed refuses it; about the whole input for None."""
    if name is None:
        return _problem(422, "- input: Must validate all the schemas (allOf)\n", title="Input validation failed")
    return invalid_input([Violation(name, Breach.UNKNOWN)])


def _words(violation: Violation) -> tuple[str, str, str]:
    field, bound = f"input.{violation.field}", violation.bound
    match violation.breach:
        case Breach.REQUIRED:
            return "required", "input", f"{violation.field} is required"
        case Breach.UNKNOWN:
            text = f"Additional property {violation.field} is not allowed"
            return "additional_property_not_allowed", "input", text
        case Breach.TYPE:
            return "invalid_type", field, f"Invalid type. Expected: {bound}"
        case Breach.FORMAT:
            return "format", field, f"Does not match format '{bound}'"
        case Breach.CHOICE:
            choices = ", ".join(json.dumps(choice) for choice in bound)
            return "enum", field, f"{violation.field} must be one of the following: {choices}"
        case Breach.TOO_SMALL:
            return "number_gte", field, f"Must be greater than or equal to {bound}"
        case Breach.TOO_LARGE:
            return "number_lte", field, f"Must be less than or equal to {bound}"
        case Breach.NOT_ABOVE:
            return "number_gt", field, f"Must be greater than {bound}"
        case Breach.NOT_MULTIPLE:
            return "multiple_of", field, f"Must be a multiple of {bound}"
        case Breach.TOO_SHORT:
            return "string_gte", field, f"String length must be greater than or equal to {bound}"
        case Breach.TOO_LONG:
            return "string_lte", field, f"String length must be less than or equal to {bound}"
        case Breach.TOO_FEW:
            return "array_min_items", field, f"Array must have at least {bound} items"
        case Breach.TOO_MANY:
            return "array_max_items", field, f"Array must have at most {bound} items"
        case Breach.ONE_OF_REQUIRED:
            return "number_any_of", "input", "Must validate at least one schema (anyOf)"


def _invalid(found: list[tuple[str, str, str]]) -> Answer:
    document = {
        "detail": "".join(f"- {field}: {text}\n" for _, field, text in found),
        "status": 422,
        "title": "Input validation failed",
        "invalid_fields": [{"type": kind, "field": field, "description": text} for kind, field, text in found],
    }
    return json_answer(422, document)


def _problem(status: int, detail: str, *, title: str = "") -> Answer:
    document: dict[str, Any] = {"title": title} if title else {}
    return json_answer(status, {**document, "detail": detail, "status": status})
