"""Stability AI's refusals: ``{"id", "name", "errors": […]}``, in the older interface ``{"id", "name", "message"}``.

The provider's own document declares 400, 403, 404, 413, 422, 429 and 500; 401 and 402 were recorded from the live
service.
"""

from __future__ import annotations

import re

from editor.domain.errors import PlatformError, Unavailable, Unsupported
from editor.platforms.answers import Refusal, header_wait, is_html, plain_text
from editor.transport.message import Response

NAME = "Stability AI"
BILLING_PAGE = "https://platform.stability.ai/account/credits"

_STATUS_OF_NAME = {
    "bad_request": 400,
    "unauthorized": 401,
    "payment_required": 402,
    "permission_denied": 403,
    "not_found": 404,
    "payload_too_large": 413,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
}
"""What a name means where the status does not say it: a finished run may carry a refusal under 200."""

_SIZE_FIELD = re.compile(r"(?:image|mask|subject_image|background_reference|light_reference|body)\b", re.IGNORECASE)
_TOO_LARGE = re.compile(
    r"\btoo (?:large|big)\b|\blarger than\b"
    r"|\b(?:exceeds?|at most|no more than|maximum|less than)\b.*\b(?:mega)?pixels?\b"
    r"|\bpixels?\b.*\b(?:exceeds?|at most|no more than|maximum|less than)\b",
    re.IGNORECASE,
)


def words_of(response: Response) -> str:
    """The platform's own text: the ``errors``, else the ``message``."""
    return "; ".join(_errors(response))


def classify(
    response: Response, *, key: str | None, rate_limit_pause: float | None, secrets: tuple[str, ...] = ()
) -> PlatformError:
    """The error for an answer that is no success, by its status first and its ``name`` second.

    ``secrets`` are the texts that were sent; they stand in no message and no detail.
    """
    text = plain_text(response, key, found=words_of(response), sent=secrets)
    refusal = Refusal(
        name=NAME, billing_page=BILLING_PAGE, status=response.status, text=text, told_wait=header_wait(response)
    )
    name = str(response.json_object().get("name", "")).strip().lower()
    named = _by_name(refusal, name) if response.status < 500 else None
    if named is not None:
        return named
    if response.status in (400, 403) and refusal.mentions_credit():
        return refusal.no_credit()
    if response.status == 403:
        return _forbidden(refusal, response, name)
    if response.status == 400 and _names_model(response):
        return refusal.gone(final=refusal.unsupported())
    if response.status == 400 and any(_is_too_large(error) for error in _errors(response)):
        return refusal.too_large()
    wait = header_wait(response)
    return refusal.by_status(
        wait=rate_limit_pause if wait is None else wait,
        html=is_html(response),
        status=_STATUS_OF_NAME.get(name) if response.ok else None,
    )


def asks_for(response: Response, field: str) -> bool:
    """Whether a 400 complains about ``field``; a complaint about ``negative_prompt`` is none about ``prompt``."""
    named = re.search(rf"(?<!\w){re.escape(field)}(?!\w)", words_of(response), re.IGNORECASE)
    return response.status == 400 and named is not None


def _by_name(refusal: Refusal, name: str) -> PlatformError | None:
    match name:
        case "content_moderation":
            return refusal.content()
        case "public_figure":
            return refusal.content("it seems to show a public figure")
        case "invalid_language":
            return Unsupported(f"{NAME} understands English only.", detail=refusal.detail, status=refusal.status)
        case "payment_required":
            return refusal.no_credit()
        case "payload_too_large":
            return refusal.too_large()
        case "generation_not_found":
            # The run was paid for and is not to be found: another model would be paid for as well.
            lost = Unavailable(f"{NAME} no longer has the result.", detail=refusal.detail, status=refusal.status)
            lost.may_be_charged = True
            return lost
    return None


def _forbidden(refusal: Refusal, response: Response, name: str) -> PlatformError:
    """403 is the filter's in the present interface, the key's in the older one, and a proxy's where it has no form."""
    if is_html(response) or not response.json_object():
        return refusal.unreached()
    if isinstance(response.json_object().get("errors"), list) and name not in ("permission_denied", "unauthorized"):
        return refusal.content()
    return refusal.content() if refusal.mentions_content() else refusal.key()


def _errors(response: Response) -> list[str]:
    document = response.json_object()
    errors, message = document.get("errors"), document.get("message")
    if isinstance(errors, list) and errors:
        return [error for error in errors if isinstance(error, str)]
    if isinstance(errors, str) and errors.strip():
        return [errors]
    return [message] if isinstance(message, str) and message.strip() else []


def _names_model(response: Response) -> bool:
    return any(error.lower().startswith("model:") for error in _errors(response))


def _is_too_large(error: str) -> bool:
    return _SIZE_FIELD.match(error.strip()) is not None and _TOO_LARGE.search(error) is not None
