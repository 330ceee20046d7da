"""From a platform's refusal to the program's own error: what all platforms have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from editor.domain.errors import (
    BadResult,
    ContentRefused,
    InsufficientCredit,
    PlatformError,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.platforms.wording import cleaned, sentence
from editor.transport.message import Response
from editor.transport.redaction import clipped

_LONGEST_WAIT = 3600.0
_CREDIT_WORDS = re.compile(
    r"sufficient credits?\b|insufficient (?:balance|funds?)\b|\bout of credits?\b|\bexhausted balance\b",
    re.IGNORECASE,
)
_CONTENT_WORDS = re.compile(
    r"\bflagged\b|\bE005|\bnsfw\b|\bcontent (?:policy|moderation|filter|checker)|\bsafety (?:filter|checker|system)",
    re.IGNORECASE,
)
_EDGE_TEXT = re.compile(rb"\s*error code: \d{3,4}\s*\Z")
"""What a well-known edge proxy answers as plain text in the place of its page."""

_PASSING = frozenset({407, 408, 409, 425, 499})
_ON_THE_WAY = frozenset({407, 511})
"""Raised by a proxy or a network's log-in page between here and the platform."""


class ModelGone(Unavailable):
    """The platform no longer has this model, or not in the form we know; its next model may serve.

    ``final`` is what to raise where there is no next one.
    """

    def __init__(
        self, message: str, *, detail: str = "", status: int | None = None, final: PlatformError | None = None
    ) -> None:
        super().__init__(message, detail=detail, status=status)
        self.final = final


class TooLarge(Unsupported):
    """The picture is too large for the platform in spite of the catalogue; a smaller one may pass.

    ``most_side`` is what the platform allows, in pixels, or None.
    """

    def __init__(
        self, message: str, *, detail: str = "", status: int | None = None, most_side: int | None = None
    ) -> None:
        super().__init__(message, detail=detail, status=status)
        self.most_side = most_side


class TooSmall(Unsupported):
    """The picture is too small for the platform in spite of the catalogue; a padded one may pass.

    ``least_side`` is what the platform asks for, in pixels.
    """

    def __init__(self, message: str, *, detail: str = "", status: int | None = None, least_side: int) -> None:
        super().__init__(message, detail=detail, status=status)
        self.least_side = least_side


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused call, ready to be classified: who refused, with what status, in what words.

    ``text`` is the platform's own text as ``plain_text`` gives it: without secrets, on one line, of any length. It goes
    to the log's detail, and into the message only where it helps the user.
    """

    name: str
    billing_page: str
    status: int
    text: str
    told_wait: float | None = None
    """Seconds that the answer asks to be left alone for, whatever its status."""

    @property
    def detail(self) -> str:
        """For the log: the status and the beginning of the platform's words."""
        return f"HTTP {self.status}: {clipped(self.text)}" if self.text else f"HTTP {self.status}"

    def no_credit(self) -> InsufficientCredit:
        """The account is exhausted."""
        message = f"{self.name} is out of credits. Top up at {spoken(self.billing_page)}."
        return InsufficientCredit(message, detail=self.detail, status=self.status)

    def key(self) -> RefusedKey:
        """The key is not accepted."""
        return RefusedKey(f"{self.name} does not accept the key.", detail=self.detail, status=self.status)

    def content(self, why: str = "its content filter objected") -> ContentRefused:
        """A filter refused the picture or the words."""
        return ContentRefused(f"{self.name} refused the picture: {why}.", detail=self.detail, status=self.status)

    def limited(self, seconds: float | None) -> RateLimited:
        """Too many requests."""
        when = f" Ready again in {seconds:.0f} s." if seconds is not None else ""
        message = f"{self.name} limits the number of requests.{when}"
        return RateLimited(message, detail=self.detail, status=self.status, retry_after=seconds)

    def gone(self, why: str = "does not offer this model any more", *, final: PlatformError | None = None) -> ModelGone:
        """The model, or the address it had, is not there any more, or ``why`` it cannot serve."""
        return ModelGone(f"{self.name} {why}.", detail=self.detail, status=self.status, final=final)

    def changed(self) -> ModelGone:
        """The model takes other fields than the ones we know."""
        message = f"{self.name} has changed the fields of this model."
        return ModelGone(message, detail=self.detail, status=self.status, final=self.unsupported())

    def too_large(self, most_side: int | None = None) -> TooLarge:
        """The picture is too large."""
        message = f"{self.name} finds the picture too large."
        return TooLarge(message, detail=self.detail, status=self.status, most_side=most_side)

    def unsupported(self) -> Unsupported:
        """The request is not accepted as it is."""
        message = sentence(f"{self.name} does not accept this request", self.text)
        return Unsupported(message, detail=self.detail, status=self.status)

    def unavailable(self, *, surely_not_accepted: bool = False) -> Unavailable:
        """A fault on the platform's side; where it stands under a status of success, the run has failed."""
        if 200 <= self.status < 300:
            return self.failed()
        fault = "has a fault on its side" if self.status >= 500 else "could not serve the request just now"
        message = f"{self.name} {fault} (HTTP {self.status})."
        return self._not_available(message, surely_not_accepted=surely_not_accepted)

    def unreached(self, *, surely_not_accepted: bool = False) -> Unavailable:
        """Something on the way answered in the platform's place."""
        message = f"{self.name} could not be reached: something on the way answered in its place (HTTP {self.status})."
        error = self._not_available(message, surely_not_accepted=surely_not_accepted)
        error.unreached = True
        return error

    def failed(self) -> Unavailable:
        """The run was begun and failed."""
        return self._not_available(sentence(f"{self.name} could not finish the run", self.text))

    def nothing_made(self) -> BadResult:
        """The run ended well and left no picture."""
        return BadResult(f"{self.name} finished without a picture.", detail=self.detail, status=self.status)

    def mentions_credit(self) -> bool:
        """Whether the words are those of an empty account."""
        return _CREDIT_WORDS.search(self.text) is not None

    def mentions_content(self) -> bool:
        """Whether the words are those of a content filter."""
        return _CONTENT_WORDS.search(self.text) is not None

    def by_status(self, *, wait: float | None = None, html: bool = False, status: int | None = None) -> PlatformError:
        """The class of the status alone, for words that nobody knows.

        ``html`` says that a page came back, ``status`` is the status that is meant where it is not the HTTP one.
        """
        meant = self.status if status is None else status
        gone = self.gone(final=self.unreached()) if html else self.gone()
        classes: dict[int, Callable[[], PlatformError]] = {
            401: self.key,
            402: self.no_credit,
            403: self.unreached if html else self.key,
            404: lambda: gone,
            410: lambda: gone,
            413: self.too_large,
            429: lambda: self.limited(wait),
        }
        if meant in classes:
            return classes[meant]()
        if meant in _ON_THE_WAY or (html and 400 <= meant < 500):
            return self.unreached()
        return self.unsupported() if 400 <= meant < 500 and meant not in _PASSING else self.unavailable()

    def _not_available(self, message: str, *, surely_not_accepted: bool = False) -> Unavailable:
        error = Unavailable(message, detail=self.detail, status=self.status, surely_not_accepted=surely_not_accepted)
        error.retry_after = self.told_wait
        return error


def spoken(address: str) -> str:
    """A web address as it stands in a sentence."""
    return address.removeprefix("https://")


def plain_text(response: Response, *secrets: str | None, found: str = "", sent: Iterable[str] = ()) -> str:
    """``found``, or what the body says where nothing was found in it, without secrets and without what was ``sent``.

    Nothing of an HTML page or of a picture is kept, and of JSON in an unknown form only the names of its fields: its
    values may repeat the request.
    """
    return cleaned(found or _said_without_form(response), *secrets, sent=sent)


def is_html(response: Response) -> bool:
    """Whether a page for a browser came back: the answer of a proxy, not of the platform. JSON is never one."""
    body = response.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body.startswith(b"<") or _EDGE_TEXT.match(body):
        return True
    return response.media_type == "text/html" and response.json() is None


def sane_wait(value: Any) -> float | None:
    """``value`` as a number of seconds to wait; None where it is none, or beyond an hour."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return seconds if 0 <= seconds <= _LONGEST_WAIT else None


def header_wait(response: Response) -> float | None:
    """Seconds by ``Retry-After``: a number, or a date, which the server's own ``Date`` is taken from."""
    told = response.headers.get("retry-after")
    seconds = sane_wait(told)
    if seconds is not None or told is None:
        return seconds
    try:
        until, now = (parsedate_to_datetime(text) for text in (told, response.headers.get("date", "")))
        return sane_wait((until - now).total_seconds())
    except (TypeError, ValueError):
        return None


def strings_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value, however deep, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)


def _said_without_form(response: Response) -> str:
    document = response.json()
    if isinstance(document, dict) and document:
        return "{" + ", ".join(sorted(name for name in document if name.isidentifier())) + "}"
    binary = response.media_type.startswith("image/") or b"\0" in response.body
    return "" if binary or document is not None or is_html(response) else response.text
