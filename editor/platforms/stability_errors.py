"""Stability AI's refusals: ``{"id", "name", "errors": […]}``, in the older interface ``{"id", "name", "message"}``.

The provider's own document declares 400, 403, 413, 422, 429 and 500; 401 and 402 were recorded from the live service.
"""

from __future__ import annotations

from editor.domain.errors import PlatformError, Unsupported
from editor.platforms.answers import Refusal, is_html, plain_text, sane_wait
from editor.transport.message import Response

NAME = "Stability AI"
BILLING_PAGE = "https://platform.stability.ai/account/credits"


def words_of(response: Response) -> str:
    """The platform's own text: the ``errors``, else the ``message``."""
    document = response.json_object()
    errors = document.get("errors")
    if isinstance(errors, list) and errors:
        return "; ".join(str(error) for error in errors)
    message = document.get("message")
    return message if isinstance(message, str) else ""


def classify(response: Response, *, key: str | None, rate_limit_pause: float | None) -> PlatformError:
    """The error for an answer that is no success, by its status first and its ``name`` second."""
    refusal = Refusal(
        name=NAME,
        billing_page=BILLING_PAGE,
        status=response.status,
        text=plain_text(response, key, found=words_of(response)),
    )
    name = str(response.json_object().get("name", "")).lower()
    if name in ("content_moderation", "public_figure"):
        return refusal.content()
    if name == "invalid_language":
        return Unsupported(f"{NAME} understands English only.", detail=refusal.detail, status=refusal.status)
    if name == "payment_required" or (response.status in (400, 403) and refusal.mentions_credit()):
        return refusal.no_credit()
    if name == "payload_too_large":
        return refusal.too_large()
    wait = sane_wait(response.headers.get("retry-after"))
    return refusal.by_status(wait=rate_limit_pause if wait is None else wait, html=is_html(response))


def asks_for(response: Response, field: str) -> bool:
    """Whether a 400 complains about ``field``."""
    return response.status == 400 and field in words_of(response).lower()
