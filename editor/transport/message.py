"""What goes out and what comes back over HTTP, without the library that carries it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a ``multipart/form-data`` body: a text field, or a file where ``filename`` is given."""

    name: str
    content: str | bytes
    filename: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A complete answer. Header names are in lower case; ``seconds`` is how long the exchange took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The content type before its parameters, in lower case: ``image/png``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 become replacement signs."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON, or None where it is none: an answer of an edge proxy is often HTML."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is anything else."""
        document = self.json()
        return document if isinstance(document, dict) else {}


def is_loopback(url: str) -> bool:
    """Whether ``url`` leads to this computer."""
    return _parts(url)[1] in LOOPBACK_HOSTS


def is_safe(url: str) -> bool:
    """Whether something may be fetched from ``url``: https anywhere, plain http only on this computer."""
    scheme, host = _parts(url)
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK_HOSTS))


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of ``url``, the port spelt out; ("", "", None) for what is no address."""
    scheme, host = _parts(url)
    if not host:
        return "", "", None
    return scheme, host, urlsplit(url).port or {"https": 443, "http": 80}.get(scheme)


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it proves that the port is a number
    except ValueError:
        return "", ""
    return parts.scheme.lower(), (parts.hostname or "").lower()
