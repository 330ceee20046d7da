"""FAL's refusals in their three forms: a typed list, a text with ``error_type``, a text alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from editor.simulator.connection import Answer
from editor.simulator.models import Breach, Violation
from editor.simulator.server import json_answer, new_id

LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."


@dataclass(frozen=True, slots=True)
class RunError:
    """How a run failed: the HTTP status of ``response_url``, its ``detail``, and the kind in a word."""

    status: int
    detail: str | list[dict[str, Any]]
    kind: str

    @property
    def text(self) -> str:
        """One sentence, for ``error`` in the status."""
        return self.detail if isinstance(self.detail, str) else str(self.detail[0]["msg"])

    def answer(self, headers: Mapping[str, str]) -> Answer:
        """The run's own HTTP error."""
        document: dict[str, Any] = {"detail": self.detail}
        if isinstance(self.detail, str):
            document["error_type"] = self.kind
        return json_answer(self.status, document, headers={**headers, "x-fal-error-type": self.kind})


class RunFailedError(Exception):
    """The run ends with ``error``."""

    def __init__(self, error: RunError) -> None:
        super().__init__(error.kind)
        self.error = error


CANCELLED = RunError(499, "Request was cancelled by the client", "client_cancelled")
RUNNER_FAILED = RunError(500, "Runner server error", "runner_server_error")


def plain(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal by the gateway: a text alone."""
    return json_answer(status, {"detail": detail}, headers={"x-fal-request-id": new_id(), **(headers or {})})


def key_problem(given: str | None, key: str) -> Answer | None:
    """The 401 for a malformed or unknown key; None for the right one."""
    if given == f"Key {key}":
        return None
    word, _, rest = (given or "").partition(" ")
    identifier, _, secret = rest.partition(":")
    if word != "Key" or not identifier or not secret:
        return plain(401, "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.")
    return unknown_key()


def unknown_key() -> Answer:
    """401 for a key in the right form that belongs to nobody."""
    return plain(401, "No user found for Key ID and Secret")


def locked() -> Answer:
    """403 for an account without money; it strikes submissions and uploads, not the status of older runs."""
    return plain(403, LOCKED)


def too_many() -> Answer:
    """429; the platform's documents name its type and header, not its text."""
    document = {"detail": "Too many concurrent requests", "type": "concurrent_requests_limit"}
    return json_answer(429, document, headers={"x-fal-request-id": new_id(), "X-Fal-needs-retry": "1"})


def forbidden() -> Answer:
    """403 for a key whose scope does not cover what is asked; its words are not documented."""
    return plain(403, "You do not have access to this application")


def body_too_large() -> Answer:
    """413; neither the limit nor the words are documented."""
    return plain(413, "Request body too large")


def no_runner() -> Answer:
    """503."""
    return infrastructure(503, "No runner is available", "runner_scheduling_failure")


def infrastructure(status: int, detail: str, kind: str) -> Answer:
    """A text with ``error_type``."""
    headers = {"x-fal-request-id": new_id(), "x-fal-error-type": kind}
    return json_answer(status, {"detail": detail, "error_type": kind}, headers=headers)


def internal_error() -> Answer:
    """500."""
    return infrastructure(500, "Internal server error", "internal_error")


def unknown_app(endpoint: str) -> Answer:
    """404 for an application that does not exist; it is named without its owner."""
    alias = endpoint.split("/")[1] if "/" in endpoint else endpoint
    return plain(404, f'Application "{alias}" not found')


def unknown_path(path: str) -> RunError:
    """404 by the application itself, hence only after queueing."""
    return RunError(404, f"Path {path} not found", "not_found")


def content_refused(field: str) -> RunError:
    """422 by the platform's content checker."""
    text = "The content could not be processed because it contained material flagged by a content checker."
    return at_field(field, "content_policy_violation", text)


def file_too_large(field: str, most: int) -> RunError:
    """422 for a file of more than ``most`` bytes."""
    return at_field(field, "file_too_large", "The file exceeds the maximum allowed size", max_size=most)


def at_field(field: str, kind: str, text: str, **context: Any) -> RunError:
    """422 about one input."""
    return RunError(422, [_entry(field, kind, text, context)], kind)


def validation(violations: list[Violation]) -> RunError:
    """422 that names every broken rule of the endpoint's schema."""
    entries = [_violation(violation) for violation in violations]
    return RunError(422, entries, str(entries[0]["type"]))


def _violation(violation: Violation) -> dict[str, Any]:
    bound = violation.bound
    match violation.breach:
        case Breach.REQUIRED:
            return _entry(violation.field, "missing", "Field required", {})
        case Breach.UNKNOWN:
            return _entry(violation.field, "extra_forbidden", "Extra inputs are not permitted", {})
        case Breach.TYPE:
            return _entry(violation.field, f"{bound}_type", f"Input should be a valid {bound}", {})
        case Breach.FORMAT:
            return _entry(violation.field, "file_download_error", "Input should be a URL or a data URI", {})
        case Breach.CHOICE:
            return _entry(
                violation.field, "one_of", f"Input should be one of {', '.join(map(str, bound))}", {"expected": bound}
            )
        case Breach.TOO_SMALL:
            text = f"Input should be greater than or equal to {bound}"
            return _entry(violation.field, "greater_than_equal", text, {"ge": bound})
        case Breach.TOO_LARGE:
            text = f"Input should be less than or equal to {bound}"
            return _entry(violation.field, "less_than_equal", text, {"le": bound})
        case Breach.NOT_ABOVE:
            return _entry(violation.field, "greater_than", f"Input should be greater than {bound}", {"gt": bound})
        case Breach.NOT_MULTIPLE:
            text = f"Input should be a multiple of {bound}"
            return _entry(violation.field, "multiple_of", text, {"multiple_of": bound})
        case Breach.TOO_SHORT:
            text = f"String should have at least {bound} characters"
            return _entry(violation.field, "string_too_short", text, {"min_length": bound})
        case Breach.TOO_LONG:
            text = f"String should have at most {bound} characters"
            return _entry(violation.field, "string_too_long", text, {"max_length": bound})
        case Breach.TOO_FEW:
            text = f"List should have at least {bound} items"
            return _entry(violation.field, "sequence_too_short", text, {"min_length": bound})
        case Breach.TOO_MANY:
            text = f"List should have at most {bound} items"
            return _entry(violation.field, "sequence_too_long", text, {"max_length": bound})
        case Breach.ONE_OF_REQUIRED:
            return _entry(violation.field, "value_error", f"One of {', '.join(bound)} is required", {})


def _entry(field: str, kind: str, text: str, context: Mapping[str, Any]) -> dict[str, Any]:
    place = [int(step) if step.isdigit() else step for step in field.split(".")]
    entry = {"loc": ["body", *place], "msg": text, "type": kind, "url": f"https://docs.fal.ai/errors/#{kind}"}
    return {**entry, "ctx": dict(context)} if context else entry
