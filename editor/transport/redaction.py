"""Takes out of a text what must never be shown or logged: keys and pictures."""

from __future__ import annotations

import re

_SIGN = "[removed]"
_SECRETS = re.compile(
    r"""
    data:[\w.+-]{1,60}/[^\s"',]{1,200},[^\s"'<>]*   # a picture written out as a data: address
    | \b(?:sk|r8|hf|pk)[-_][\w*.…-]{4,}             # keys by their prefix, also where the middle is starred out
    | \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-zA-Z]{8,}   # FAL: key id and secret
    | \b(?:Bearer|Key|Token)\s+(?=\S{0,200}\d)[^\s"',]{8,}   # an authorization header as it was sent
    | [A-Za-z0-9+/]{200,}={0,2}                     # a long run of base64
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact(text: str, *secrets: str | None) -> str:
    """``text`` without ``secrets``, without anything that looks like a key, and without ``data:`` pictures.

    Of a secret of the form ``id:secret`` both halves are taken out too.
    """
    for secret in secrets:
        for piece in _pieces(secret):
            text = text.replace(piece, _SIGN)
    return _SECRETS.sub(_SIGN, text)


def clipped(text: str, length: int = 300) -> str:
    """``text`` on one line, at most ``length`` characters long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _pieces(secret: str | None) -> list[str]:
    if not secret or not secret.strip():
        return []
    whole = secret.strip()
    return [whole, *(half for half in whole.split(":") if len(half) >= 8 and half != whole)]
