"""From a platform's refusal to the program's own error: what all platforms have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from editor.domain.errors import (
    ContentRefused,
    InsufficientCredit,
    PlatformError,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.transport.message import Response
from editor.transport.redaction import clipped, redact

_LONGEST_WAIT = 3600.0
_CREDIT_WORDS = re.compile(
    r"sufficient credit|insufficient (?:credit|balance|fund)|out of credit|locked|exhausted balance|top[_ ]?up"
    r"|payment method|budget is exceeded",
    re.IGNORECASE,
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused call, ready to be classified: who refused, with what status, in what words.

    ``text`` is the platform's own text, without secrets and on one line; it goes to the log's detail, and into the
    message only where it helps the user.
    """

    name: str
    billing_page: str
    status: int
    text: str

    @property
    def detail(self) -> str:
        """For the log: the status and the platform's words."""
        return f"HTTP {self.status}: {self.text}" if self.text else f"HTTP {self.status}"

    def no_credit(self) -> InsufficientCredit:
        """The account is exhausted."""
        message = f"{self.name} is out of credits. Top up at {spoken(self.billing_page)}."
        return InsufficientCredit(message, detail=self.detail, status=self.status)

    def key(self) -> RefusedKey:
        """The key is not accepted."""
        return RefusedKey(f"{self.name} does not accept the key.", detail=self.detail, status=self.status)

    def content(self) -> ContentRefused:
        """A filter refused the picture."""
        message = f"{self.name} refused the picture: its content filter objected."
        return ContentRefused(message, detail=self.detail, status=self.status)

    def limited(self, seconds: float | None) -> RateLimited:
        """Too many requests."""
        when = f" Ready again in {seconds:.0f} s." if seconds is not None else ""
        message = f"{self.name} limits the number of requests.{when}"
        return RateLimited(message, detail=self.detail, status=self.status, retry_after=seconds)

    def gone(self, *, final: PlatformError | None = None) -> ModelGone:
        """The model, or the address it had, is not there any more."""
        message = f"{self.name} does not offer this model any more."
        return ModelGone(message, detail=self.detail, status=self.status, final=final)

    def too_large(self, most_side: int | None = None) -> TooLarge:
        """The picture is too large."""
        message = f"{self.name} finds the picture too large."
        return TooLarge(message, detail=self.detail, status=self.status, most_side=most_side)

    def unsupported(self) -> Unsupported:
        """The request is not accepted as it is."""
        why = f": {self.text}" if self.text else "."
        message = f"{self.name} does not accept this request{why}"
        return Unsupported(message, detail=self.detail, status=self.status)

    def unavailable(self) -> Unavailable:
        """A fault on the platform's side, or on the way to it."""
        message = f"{self.name} has a fault on its side (HTTP {self.status})."
        return Unavailable(message, detail=self.detail, status=self.status)

    def mentions_credit(self) -> bool:
        """Whether the words are those of an empty or locked account."""
        return _CREDIT_WORDS.search(self.text) is not None

    def by_status(self, *, wait: float | None = None, html: bool = False) -> PlatformError:
        """The class of the status alone, for words that nobody knows."""
        classes: dict[int, Callable[[], PlatformError]] = {
            401: self.key,
            402: self.no_credit,
            403: self.unavailable if html else self.key,
            404: self.gone,
            410: self.gone,
            413: self.too_large,
            429: lambda: self.limited(wait),
        }
        if self.status in classes:
            return classes[self.status]()
        fleeting = self.status in (407, 408, 409, 425, 499)
        return self.unsupported() if 400 <= self.status < 500 and not fleeting else self.unavailable()


def spoken(address: str) -> str:
    """A web address as it stands in a sentence."""
    return address.removeprefix("https://")


def plain_text(response: Response, *secrets: str | None, found: str = "") -> str:
    """``found``, or the body where nothing was found in it, without secrets; nothing of an HTML page."""
    text = found or ("" if is_html(response) or response.media_type.startswith("image/") else response.text)
    return clipped(redact(text, *secrets))


def is_html(response: Response) -> bool:
    """Whether a page for a browser came back: the answer of a proxy, not of the platform."""
    return response.media_type == "text/html" or response.body.lstrip()[:15].lower().startswith(
        (b"<html", b"<!doctype")
    )


def sane_wait(value: Any) -> float | None:
    """``value`` as a number of seconds to wait; None where it is none, or beyond an hour."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return seconds if 0 <= seconds <= _LONGEST_WAIT else None


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
