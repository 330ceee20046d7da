"""Every exception of the HTTP library has its place in the program's own tree of errors."""

from __future__ import annotations

import inspect
import ssl

import httpx
import pytest

from editor.domain.errors import MaybeRunning, PlatformError, Unavailable
from editor.transport.faults import FOREIGN, Progress, translated

REQUEST = httpx.Request("POST", "https://platform.example")


def _every_exception() -> list[type[Exception]]:
    return sorted(
        {thing for thing in vars(httpx).values() if inspect.isclass(thing) and issubclass(thing, Exception)},
        key=lambda kind: kind.__name__,
    )


def _made(kind: type[Exception]) -> Exception:
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("text", request=REQUEST, response=httpx.Response(500))
    if kind in (httpx.RequestNotRead, httpx.ResponseNotRead, httpx.StreamClosed, httpx.StreamConsumed):
        return kind()
    return kind("text with a secret")


def _translated(error: Exception, *, sent: bool, billable: bool) -> PlatformError:
    progress = Progress(sending=True, sent=sent)
    return translated(error, peer="Peer", progress=progress, billable=billable, deadline=3)


def test_there_are_exceptions_to_map():
    assert len(_every_exception()) >= 28


@pytest.mark.parametrize("kind", _every_exception(), ids=lambda kind: kind.__name__)
def test_each_is_caught_and_mapped_by_what_was_sent(kind):
    error = _made(kind)
    assert isinstance(error, FOREIGN)
    before = _translated(error, sent=False, billable=True)
    assert isinstance(before, Unavailable)
    assert before.surely_not_accepted
    assert isinstance(_translated(error, sent=True, billable=True), MaybeRunning)
    free = _translated(error, sent=True, billable=False)
    assert isinstance(free, Unavailable)
    assert not free.surely_not_accepted
    assert "secret" not in before.message + before.detail


@pytest.mark.parametrize("error", [ssl.SSLError("x"), ConnectionResetError(), TimeoutError(), UnicodeError("x")])
def test_what_python_itself_raises_is_mapped_too(error):
    assert isinstance(error, FOREIGN)
    assert isinstance(_translated(error, sent=False, billable=True), Unavailable)
