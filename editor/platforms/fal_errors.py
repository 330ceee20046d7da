"""FAL's refusals and failed runs, by its pages on errors and recorded answers.

``detail`` tells the forms apart: a list is a model's own complaint, typed; a text with ``error_type`` is a fault of
the infrastructure; a text alone comes from the gateway (key, locked account, unknown application). The platform's
account interface has a fourth form, ``{"error": {"type", "message"}}``. A failed run is COMPLETED with ``error`` and
``error_type``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from editor.domain.errors import PlatformError
from editor.platforms.answers import ModelGone, Refusal, header_wait, is_html, plain_text
from editor.platforms.wording import cleaned
from editor.transport.message import Response

NAME = "FAL"
BILLING_PAGE = "https://fal.ai/dashboard/billing"

_LOCK_WORDS = re.compile(
    r"\blocked\b|exhausted balance|\btop[_ -]?up\b|\bpayment method\b|budget is exceeded|account has been archived"
    r"|\binsufficient\b(?! (?:permission|scope|privilege|access|right))",
    re.IGNORECASE,
)
_RUN_LOCK_WORDS = re.compile(
    r"\b(?:user|account) (?:is|was|has been) (?:locked|archived)\b|exhausted balance|\btop[_ -]?up\b|budget is exceeded"
    r"|\binsufficient (?:credit|fund|balance)",
    re.IGNORECASE,
)
"""Narrower than for a call: a model may fail on a locked file or for insufficient memory."""

_CHANGED_FIELDS = re.compile(
    r"missing|enum|one_of|extra_forbidden|int_from_float|literal_error"
    r"|(?:string|int|float|decimal|bool|list|dict|tuple|set|model|model_attributes|url|json)_(?:type|parsing)"
)
_TOO_LARGE = re.compile(r"(?:image|file)_too_large")
_BY_INPUT = re.compile(
    r"\w+_too_(?:small|short|long)|\w+_(?:load|download|detection)_error|feature_not_supported|value_error|bad_request"
    r"|(?:greater|less)_than(?:_equal)?|multiple_of|unsupported_\w+_format"
)
_FAULT = re.compile(
    r"internal_(?:server_)?error|(?:request|startup|generation)_timeout|downstream_service_unavailable"
    r"|(?:runner|client)_\w+"
)
_CLEAR_STATUSES = frozenset({401, 402, 404, 410, 429})
"""No type changes what these mean."""


def words_of(response: Response) -> str:
    """The platform's own text. Of a typed list only the messages: the entries may repeat what was sent."""
    return _words_in(response.json_object())


def types_of(response: Response) -> frozenset[str]:
    """Every error type that the body or a header names."""
    return _types_in(response.json_object(), response.headers.get("x-fal-error-type"))


def classify(
    response: Response, *, key: str | None, rate_limit_pause: float | None = None, secrets: tuple[str, ...] = ()
) -> PlatformError:
    """The error for an answer that is no success, by status, type and words.

    ``secrets`` are the texts that were sent; they stand in no message and no detail. A refusal is charged where the
    platform counts units for it: the model may have worked before it refused.
    """
    error = _classified(response, key, rate_limit_pause, secrets)
    if _units(response) > 0:
        error.may_be_charged = True
        if isinstance(error, ModelGone) and error.final is not None:
            error.final.may_be_charged = True
    return error


def run_failure(status: dict[str, Any], *, key: str | None, secrets: tuple[str, ...] = ()) -> PlatformError:
    """The error for a run whose status is COMPLETED with an ``error``, by its type, else by its words."""
    kinds = _types_in(status, None)
    text = cleaned(_words_in(status) or " ".join(sorted(kinds)), key, sent=secrets)
    refusal = Refusal(name=NAME, billing_page=BILLING_PAGE, status=200, text=text)
    if _RUN_LOCK_WORDS.search(text):
        return refusal.no_credit()
    if _any(kinds, _FAULT):
        return refusal.failed()
    by_type = _by_type(refusal, kinds, status, None)
    if by_type is not None:
        return by_type
    return refusal.content() if refusal.mentions_content() else refusal.failed()


def _classified(
    response: Response, key: str | None, rate_limit_pause: float | None, secrets: tuple[str, ...]
) -> PlatformError:
    text = plain_text(response, key, found=words_of(response), sent=secrets)
    refusal = Refusal(
        name=NAME, billing_page=BILLING_PAGE, status=response.status, text=text, told_wait=header_wait(response)
    )
    if response.status in (402, 403) and _LOCK_WORDS.search(text):
        return refusal.no_credit()
    if response.status == 403 and not is_html(response):
        # The key's scope may not cover this model; another one may be open to it.
        return refusal.gone("does not open this model to the key", final=refusal.key())
    wait = header_wait(response)
    wait = rate_limit_pause if wait is None else wait
    kinds = frozenset() if response.status in _CLEAR_STATUSES else types_of(response)
    by_type = _by_type(refusal, kinds, response.json_object(), wait)
    if by_type is not None:
        return by_type
    if response.status == 400 and "in progress" in text.lower():
        return refusal.unavailable()
    if _is_ingress_fault(response):
        return refusal.unreached(surely_not_accepted=True)
    return refusal.by_status(wait=wait, html=is_html(response))


def _by_type(
    refusal: Refusal, kinds: frozenset[str], document: Mapping[str, Any], wait: float | None
) -> PlatformError | None:
    """The error by the types alone, the one that no other try can mend first; None where nobody knows them."""
    ours = refusal.status < 500
    if "content_policy_violation" in kinds:
        return refusal.content()
    if "concurrent_requests_limit" in kinds:
        return refusal.limited(wait)
    if ours and _any(kinds, _CHANGED_FIELDS):
        return refusal.changed()
    if _any(kinds, _TOO_LARGE):
        return refusal.too_large(_most_side(document))
    if "no_media_generated" in kinds:
        return refusal.nothing_made()
    if "downstream_service_error" in kinds:
        return refusal.gone("cannot reach the service behind this model", final=refusal.unavailable())
    if _any(kinds, _FAULT):
        return refusal.unavailable()
    return refusal.unsupported() if ours and _any(kinds, _BY_INPUT) else None


def _any(kinds: frozenset[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(kind) for kind in kinds)


def _units(response: Response) -> float:
    try:
        return float(response.headers.get("x-fal-billable-units", ""))
    except ValueError:
        return 0.0


def _is_ingress_fault(response: Response) -> bool:
    """Whether the entrance failed before the platform saw the request: its own answers carry a request id."""
    fleeting = response.status in (502, 503, 504) and "x-fal-request-id" not in response.headers
    return fleeting and b"nginx" in response.body.lower()


def _words_in(document: Mapping[str, Any]) -> str:
    for said in (document.get("detail"), document.get("error"), document.get("message")):
        if isinstance(said, list):
            said = "; ".join(_said(entry) for entry in said if isinstance(entry, dict))
        elif isinstance(said, dict):
            said = said.get("message") or said.get("msg")
        if isinstance(said, str) and said.strip():
            return said
    return ""


def _types_in(document: Mapping[str, Any], header: str | None) -> frozenset[str]:
    parts = [document]
    for said in (document.get("detail"), document.get("error")):
        listed = said if isinstance(said, list) else [said]
        parts += [entry for entry in listed if isinstance(entry, dict)]
    found = [header, document.get("error_type"), *(part.get("type") for part in parts)]
    return frozenset(kind.strip().lower() for kind in found if isinstance(kind, str) and kind.strip())


def _most_side(document: Mapping[str, Any]) -> int | None:
    sides: list[int] = []
    for said in (document.get("detail"), document.get("error")):
        for entry in said if isinstance(said, list) else []:
            context = entry.get("ctx") if isinstance(entry, dict) else None
            if isinstance(context, dict):
                values = (context.get("max_height"), context.get("max_width"))
                sides += [int(value) for value in values if isinstance(value, int | float) and value >= 1]
    return min(sides, default=None)


def _said(entry: dict[str, Any]) -> str:
    place = entry.get("loc")
    field = str(place[-1]) if isinstance(place, list) and place else ""
    message = str(entry.get("msg") or entry.get("type") or "")
    return f"{field}: {message}" if field else message
