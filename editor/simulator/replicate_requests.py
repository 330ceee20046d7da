"""Reads what a client of Replicate's API sends beside the model's input."""

from __future__ import annotations

import json
import re
from typing import Any

from editor.simulator import replicate_errors as errors
from editor.simulator.connection import Answer, Request

LARGEST_BODY = 10_000_000
"""JSON bodies above this are cut, which the API reports as a parse error: files belong into ``POST /files``."""


def json_body(request: Request) -> tuple[dict[str, Any], Answer | None]:
    """The body as an object, or the refusal of what is none."""
    if len(request.body) > LARGEST_BODY:
        return {}, errors.bad_request("Failed to parse request body as JSON: EOF")
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return {}, errors.bad_request("The content type must be application/json")
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}, errors.bad_request("Failed to parse request body as JSON: invalid character")
    return (body, None) if isinstance(body, dict) else ({}, errors.wrong_type("(root)", "object"))


def cancel_after(text: str | None) -> tuple[int | None, Answer | None]:
    """Seconds of the header ``Cancel-After``: ``90s``, ``5m``, ``1h30m45s`` or ``90``; at least 5."""
    if text is None:
        return None, None
    found = re.fullmatch(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", text.strip())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total < 5:
        return None, errors.bad_request("Cancel-After must be a duration of at least 5 seconds")
    return total, None
