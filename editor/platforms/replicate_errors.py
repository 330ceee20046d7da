"""Replicate's refusals and failed runs, by its OpenAPI document, its error-code page and recorded answers.

A refusal looks like RFC 7807: ``{"title", "detail", "status", "invalid_fields", "retry_after"}``, any of it missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from editor.domain.errors import PlatformError, Unavailable
from editor.platforms.answers import Refusal, header_wait, is_html, plain_text, sane_wait, strings_in
from editor.platforms.wording import cleaned
from editor.transport.message import Response
from editor.transport.redaction import clipped

NAME = "Replicate"
BILLING_PAGE = "https://replicate.com/account/billing"

_WAIT_WORDS = re.compile(r"(?:resets in ~?|available in )(\d+(?:\.\d+)?)\s*s", re.IGNORECASE)
_MEMORY_WORDS = re.compile(
    r"\bE1001|out\s?of\s?memory|greater than the max size that fits in GPU memory", re.IGNORECASE
)
_BODY_WORDS = re.compile(r"failed to parse request body|files must be less than", re.IGNORECASE)
_LONGEST_LOG = 4000
_FILE_WORDS = re.compile(r"\bfile not found\b", re.IGNORECASE)
_EXTRA_FIELD = re.compile(r"additional property [\"']?([\w-]+)", re.IGNORECASE)
_LIST_SIGN = re.compile(r"(?:\A|\n)\s*-\s+(?:input[:.]\s*)?")


def words_of(response: Response) -> str:
    """The platform's own text: ``detail``, else ``title``; of a list of complaints one after the other."""
    document = response.json_object()
    for name in ("detail", "title"):
        text = document.get(name)
        if isinstance(text, str) and text.strip():
            return _LIST_SIGN.sub("; ", text).strip("; \n")
    return ""


def classify(
    response: Response, *, key: str | None, rate_limit_pause: float | None = None, secrets: tuple[str, ...] = ()
) -> PlatformError:
    """The error for an answer that is no success, by status and body.

    ``secrets`` are the texts that were sent; they stand in no message and no detail.
    """
    text = plain_text(response, key, found=words_of(response), sent=secrets)
    refusal = Refusal(
        name=NAME, billing_page=BILLING_PAGE, status=response.status, text=text, told_wait=header_wait(response)
    )
    if response.status in (400, 403) and refusal.mentions_credit():
        return refusal.no_credit()
    if response.status == 400 and _BODY_WORDS.search(text):
        return refusal.too_large()
    if response.status == 404 and _FILE_WORDS.search(text):
        return Unavailable(f"{NAME} no longer has the uploaded picture.", detail=refusal.detail, status=404)
    if is_version_problem(response):
        return refusal.gone()
    wait = wait_of(response)
    return refusal.by_status(wait=rate_limit_pause if wait is None else wait, html=is_html(response))


def wait_of(response: Response) -> float | None:
    """Seconds to wait after a 429: the longest that header, body or words tell, and one more."""
    told = [
        header_wait(response),
        sane_wait(response.headers.get("ratelimit-reset")),
        sane_wait(response.json_object().get("retry_after")),
        *(sane_wait(found) for found in _WAIT_WORDS.findall(words_of(response))),
    ]
    known = [seconds for seconds in told if seconds is not None]
    return max(known) + 1 if known else None


def is_version_problem(response: Response) -> bool:
    """Whether a 422 says that the version does not exist, or that the model is not run by a version."""
    document = response.json_object()
    if response.status != 422:
        return False
    if document.get("invalid_fields"):
        return invalid_fields(response) == {"version"}
    title, detail = str(document.get("title", "")).lower(), str(document.get("detail", "")).lower()
    return "version" in title or ("version" in detail and "input" not in title)


def invalid_fields(response: Response) -> frozenset[str]:
    """The input fields that a 422 complains about; a missing or an unknown one is named by its description."""
    listed = response.json_object().get("invalid_fields")
    if response.status != 422 or not isinstance(listed, list):
        return frozenset()
    return frozenset(_field_name(entry) for entry in listed if isinstance(entry, dict))


def run_failure(run: dict[str, Any], *, key: str | None, secrets: tuple[str, ...] = ()) -> PlatformError:
    """The error for a run that ended without success: ``failed``, ``canceled`` or ``aborted``.

    A failed run's error is a text with one of the platform's codes, whatever the model raised, or nothing at all.
    """
    status = str(run.get("status", ""))
    if status != "failed":
        told = f"status {clipped(cleaned(status, key, sent=secrets), 40)}"
        return Unavailable(f"{NAME} ended the run before it was done.", detail=told, status=200)
    text = cleaned("; ".join(strings_in(run.get("error"))), key, sent=secrets)
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=200, text=text)
    if refusal.mentions_content():
        return refusal.content()
    if _MEMORY_WORDS.search(text):
        return refusal.too_large()
    return refusal.failed()


def nothing_made(run: Mapping[str, Any], *, key: str | None, secrets: tuple[str, ...] = ()) -> PlatformError:
    """The error for a run that ended well without a picture: a refusal where its log tells of a content filter.

    A log may repeat the words that were sent; of those, whatever they speak of, nothing counts.
    """
    logs = run.get("logs")
    text = cleaned(logs[-_LONGEST_LOG:], key, sent=secrets) if isinstance(logs, str) else ""
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=200, text=text)
    if not refusal.mentions_content():
        return refusal.nothing_made()
    error = refusal.content()
    error.may_be_charged = True
    return error


def _field_name(entry: dict[str, Any]) -> str:
    description = str(entry.get("description", ""))
    extra = _EXTRA_FIELD.match(description)
    if extra is not None:
        return extra.group(1)
    name = str(entry.get("field", "")).removeprefix("(root)").removeprefix("input").strip(".")
    return name or description.partition(" ")[0]
