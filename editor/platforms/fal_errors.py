"""FAL's refusals and failed runs, by its pages on errors and recorded answers.

``detail`` tells the three forms apart: a list is a model's own complaint, typed; a text with ``error_type`` is a fault
of the infrastructure; a text alone comes from the gateway (key, locked account, unknown application).
"""

from __future__ import annotations

from typing import Any

from editor.domain.errors import BadResult, PlatformError, Unavailable
from editor.platforms.answers import ModelGone, Refusal, is_html, plain_text, sane_wait
from editor.transport.message import Response
from editor.transport.redaction import clipped, redact

NAME = "FAL"
BILLING_PAGE = "https://fal.ai/dashboard/billing"

_CHANGED_SCHEMA = frozenset(
    {"missing", "enum", "literal_error", "one_of", "extra_forbidden", "int_parsing", "string_type"}
)
_TOO_LARGE = frozenset({"image_too_large", "file_too_large"})


def words_of(response: Response) -> str:
    """The platform's own text. Of a typed list only the messages: the entries may repeat what was sent."""
    document = response.json_object()
    detail = document.get("detail")
    if isinstance(detail, list):
        return "; ".join(_said(entry) for entry in detail if isinstance(entry, dict))
    error = document.get("error")
    if isinstance(error, dict):
        error = error.get("message")
    for text in (detail, error, document.get("message")):
        if isinstance(text, str) and text.strip():
            return text
    return ""


def types_of(response: Response) -> frozenset[str]:
    """Every error type that the body or a header names."""
    document = response.json_object()
    detail, error = document.get("detail"), document.get("error")
    found: list[Any] = [response.headers.get("x-fal-error-type"), document.get("error_type"), document.get("type")]
    if isinstance(detail, list):
        found += [entry.get("type") for entry in detail if isinstance(entry, dict)]
    found += [part.get("type") for part in (detail, error) if isinstance(part, dict)]
    return frozenset(kind for kind in found if isinstance(kind, str))


def classify(response: Response, *, key: str | None, rate_limit_pause: float | None = None) -> PlatformError:
    """The error for an answer that is no success, by status, type and words."""
    text = plain_text(response, key, found=words_of(response))
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=response.status, text=text)
    kinds = types_of(response)
    if response.status in (402, 403) and refusal.mentions_credit():
        return refusal.no_credit()
    if response.status == 403 and not is_html(response):
        # The key's scope may not cover this model; another one may be open to it.
        return refusal.gone(final=refusal.key())
    by_type = _by_type(refusal, response, kinds)
    if by_type is not None:
        return by_type
    wait = sane_wait(response.headers.get("retry-after"))
    return refusal.by_status(wait=rate_limit_pause if wait is None else wait, html=is_html(response))


def run_failure(status: dict[str, Any], *, key: str | None) -> PlatformError:
    """The error for a run whose status is COMPLETED with an ``error``."""
    text = clipped(redact(str(status.get("error") or status.get("error_type") or ""), key))
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=200, text=text)
    if refusal.mentions_credit():
        return refusal.no_credit()
    if "content_policy_violation" in str(status.get("error_type")):
        return refusal.content()
    return Unavailable(f"The run failed: {text}", detail=refusal.detail, status=200)


def _by_type(refusal: Refusal, response: Response, kinds: frozenset[str]) -> PlatformError | None:
    if "content_policy_violation" in kinds:
        return refusal.content()
    if kinds & _TOO_LARGE:
        return refusal.too_large(_most_side(response))
    if "no_media_generated" in kinds:
        return BadResult(f"{NAME} finished without a picture.", detail=refusal.detail, status=refusal.status)
    if "downstream_service_error" in kinds:
        return refusal.gone(final=refusal.unavailable())
    if refusal.status == 422 and kinds & _CHANGED_SCHEMA:
        return ModelGone(
            "The model's fields have changed.", detail=refusal.detail, status=422, final=refusal.unsupported()
        )
    return None


def _most_side(response: Response) -> int | None:
    detail = response.json_object().get("detail")
    sides: list[int] = []
    for entry in detail if isinstance(detail, list) else []:
        context = entry.get("ctx") if isinstance(entry, dict) else None
        if isinstance(context, dict):
            values = (context.get("max_height"), context.get("max_width"))
            sides += [value for value in values if isinstance(value, int) and value > 0]
    return min(sides, default=None)


def _said(entry: dict[str, Any]) -> str:
    place = entry.get("loc")
    field = str(place[-1]) if isinstance(place, list) and place else ""
    message = str(entry.get("msg") or entry.get("type") or "")
    return f"{field}: {message}" if field else message
