"""The one place where the HTTP library's exceptions become the program's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from editor.domain.errors import BadResult, MaybeRunning, PlatformError, Unavailable


class AnswerTooLarge(Exception):
    """The answer is longer than what was asked for can be."""


FOREIGN: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    TimeoutError,
    OSError,
    UnicodeError,
    AnswerTooLarge,
)
"""Everything that can leave the HTTP library while a request is sent and its answer read."""

_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NEVER_SENT = (
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.CookieConflict,
    UnicodeError,
)


@dataclass(slots=True)
class Progress:
    """How far one exchange has come, kept by the library's own trace of it."""

    sending: bool = False
    sent: bool = False

    def note(self, event: str, info: dict[str, Any]) -> None:
        """Take in one trace event. The request that opens a tunnel through a proxy is not the request itself."""
        if event.endswith("send_request_headers.started"):
            self.sending = info["request"].method != b"CONNECT"
        elif self.sending and event.endswith("send_request_body.complete"):
            self.sent = True


def translated(error: Exception, *, peer: str, progress: Progress, billable: bool, deadline: float) -> PlatformError:
    """The domain's error for ``error``, raised while ``peer`` was being called.

    Not connected or not fully sent: Unavailable, surely not accepted. Fully sent without a complete answer:
    MaybeRunning where the call costs money, else Unavailable.
    """
    detail = f"{type(error).__module__}.{type(error).__name__}"
    if isinstance(error, AnswerTooLarge):
        return BadResult(f"{peer} sent more data than a picture of this size can have.", detail=detail)
    words = _words(error, peer=peer, progress=progress, deadline=deadline)
    if not progress.sent:
        return Unavailable(words, detail=detail, surely_not_accepted=True, unreached=not progress.sending)
    if billable:
        return MaybeRunning(f"{words} The edit may have been charged.", detail=detail)
    return Unavailable(words, detail=detail)


def _words(error: Exception, *, peer: str, progress: Progress, deadline: float) -> str:
    if isinstance(error, _NEVER_SENT):
        return f"{peer} could not be called: its address or the key has characters that cannot be sent."
    if isinstance(error, httpx.ProxyError):
        return f"{peer} could not be reached: the proxy refused the connection."
    if isinstance(error, httpx.DecodingError):
        return f"{peer} sent an answer that cannot be read."
    if isinstance(error, _NOT_CONNECTED) or (isinstance(error, OSError) and not progress.sending):
        return f"{peer} could not be reached. Check the internet connection."
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return f"{peer} did not answer within {deadline:.0f} seconds."
    if progress.sent:
        return f"{peer} broke the connection before its answer was complete."
    return f"{peer} broke the connection while the request was being sent."
