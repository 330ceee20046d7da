"""What a simulated platform keeps of each request: its parameters in words, never a key and never a picture."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from PIL import Image

from editor.simulator.connection import Request
from editor.simulator.multipart import MalformedFormError, parse_form
from editor.simulator.pictures import UNREADABLE, words

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
LONGEST_TEXT = 10_000
KEY = "(key)"


class ReceivedBody(NamedTuple):
    """A body as it came over the wire."""

    path: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request as it was received.

    ``status`` is None where nothing was answered. ``authorized`` tells whether an Authorization header came with it.
    ``fields`` holds the parameters that the platform took, in words, pictures as ``PNG 640×480 RGB``. ``document`` is
    the whole body: the object of a JSON body, the fields of a form, or words for a bare file; None without a body.
    Pictures stand in it as ``PNG 640×480 RGB, 12345 bytes``. Neither ever holds a key.
    """

    method: str
    path: str
    status: int | None
    authorized: bool
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    document: Any = None


def document_of(request: Request, *, key: str) -> Any:
    """The body of a request with its pictures and ``key`` put into words; None where there is no body."""
    if not request.body:
        return None
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json" or kind.endswith("+json"):
            return _in_words(json.loads(request.body), key)
        if kind == "multipart/form-data":
            return _form(content_type, request.body, key)
    except (ValueError, RecursionError, MalformedFormError):
        return f"malformed {kind}, {len(request.body)} bytes"
    return describe(request.body, kind)


def describe(data: bytes, kind: str = "") -> str:
    """``PNG 640×480 RGB, 12345 bytes``; of what is no picture its media type ``kind`` and size."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return f"{words(picture)}, {len(data)} bytes"
    except UNREADABLE:
        return f"{kind or 'unknown type'}, {len(data)} bytes"


def _form(content_type: str, body: bytes, key: str) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for part in parse_form(content_type, body):
        is_text = part.filename is None
        document[part.name] = _in_words(part.text, key) if is_text else describe(part.data, part.media_type or "")
    return document


def _in_words(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {_in_words(name, key): _in_words(one, key) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_words(one, key) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith("data:"):
        return _data_address(value)
    return value[:LONGEST_TEXT].replace(key, KEY) if key else value[:LONGEST_TEXT]


def _data_address(address: str) -> str:
    head, _, text = address.partition(",")
    try:
        return describe(base64.b64decode(text, validate=True), head.removeprefix("data:").partition(";")[0])
    except ValueError:  # not base64, or not even ASCII
        return f"{head[:100]}, {len(text)} characters"
