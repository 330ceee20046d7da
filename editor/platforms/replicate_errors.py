"""Replicate's refusals and failed runs, by its OpenAPI document, its error-code page and recorded answers.

A refusal looks like RFC 7807: ``{"title", "detail", "status", "invalid_fields", "retry_after"}``, any of it missing.
"""

from __future__ import annotations

import re
from typing import Any

from editor.domain.errors import PlatformError, Unavailable
from editor.platforms.answers import Refusal, is_html, plain_text, sane_wait
from editor.transport.message import Response
from editor.transport.redaction import clipped, redact

NAME = "Replicate"
BILLING_PAGE = "https://replicate.com/account/billing"

_WAIT_WORDS = re.compile(r"(?:resets in ~?|available in )(\d+(?:\.\d+)?)\s*s", re.IGNORECASE)
_REFUSED_WORDS = re.compile(
    r"flagged as sensitive|\bE005\b|nsfw|content policy|safety (?:filter|checker)", re.IGNORECASE
)
_MEMORY_WORDS = re.compile(r"\bE1001\b|out of memory", re.IGNORECASE)
_BODY_WORDS = re.compile(r"failed to parse request body|files must be less than", re.IGNORECASE)


def words_of(response: Response) -> str:
    """The platform's own text: ``detail``, else ``title``."""
    document = response.json_object()
    for name in ("detail", "title"):
        text = document.get(name)
        if isinstance(text, str) and text.strip():
            return text
    return ""


def classify(response: Response, *, key: str | None, rate_limit_pause: float | None = None) -> PlatformError:
    """The error for an answer that is no success, by status and body."""
    text = plain_text(response, key, found=words_of(response))
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=response.status, text=text)
    if response.status in (400, 403) and refusal.mentions_credit():
        return refusal.no_credit()
    if response.status == 400 and _BODY_WORDS.search(text):
        return refusal.too_large()
    if is_version_problem(response):
        return refusal.gone()
    wait = wait_of(response)
    return refusal.by_status(wait=rate_limit_pause if wait is None else wait, html=is_html(response))


def wait_of(response: Response) -> float | None:
    """Seconds to wait after a 429: the longest that header, body or words tell, and one more."""
    told = [
        sane_wait(response.headers.get("retry-after")),
        sane_wait(response.headers.get("ratelimit-reset")),
        sane_wait(response.json_object().get("retry_after")),
        *(sane_wait(found) for found in _WAIT_WORDS.findall(words_of(response))),
    ]
    known = [seconds for seconds in told if seconds is not None]
    return max(known) + 1 if known else None


def is_version_problem(response: Response) -> bool:
    """Whether a 422 says that the version does not exist, or that the model is not run by a version."""
    if response.status != 422 or "invalid_fields" in response.json_object():
        return False
    document = response.json_object()
    return "version" in f"{document.get('title', '')} {document.get('detail', '')}".lower()


def invalid_fields(response: Response) -> frozenset[str]:
    """The input fields that a 422 complains about; a missing one is named by its description."""
    listed = response.json_object().get("invalid_fields")
    if response.status != 422 or not isinstance(listed, list):
        return frozenset()
    return frozenset(_field_name(entry) for entry in listed if isinstance(entry, dict))


def run_failure(run: dict[str, Any], *, key: str | None, secrets: tuple[str, ...] = ()) -> PlatformError:
    """The error for a run that ended without success: ``failed``, ``canceled`` or ``aborted``."""
    status = str(run.get("status", ""))
    if status != "failed":
        return Unavailable(
            f"{NAME} ended the run before it was done.", detail=f"status {clipped(status, 40)}", status=200
        )
    text = clipped(redact(str(run.get("error") or ""), key, *secrets))
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=200, text=text)
    if _REFUSED_WORDS.search(text):
        return refusal.content()
    if _MEMORY_WORDS.search(text):
        return refusal.too_large()
    why = f": {text}" if text else ", for a reason it does not tell."
    return Unavailable(f"The run failed{why}", detail=refusal.detail, status=200)


def _field_name(entry: dict[str, Any]) -> str:
    name = str(entry.get("field", "")).removeprefix("input").strip(".")
    return name or str(entry.get("description", "")).partition(" ")[0]
