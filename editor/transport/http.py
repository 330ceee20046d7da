"""The only HTTP code: one call with a deadline, a cap on what comes back, and every foreign error translated.

Pictures and JSON are asked for without compression. Certificates are always verified. A call never follows a
redirect, so that no key can be carried away; a download does, without any key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import httpx

from editor.domain.errors import BadResult, Unavailable
from editor.domain.protocols import Clock
from editor.transport.counting import CountedBody
from editor.transport.faults import FOREIGN, AnswerTooLarge, Progress, translated
from editor.transport.message import LOOPBACK_HOSTS, Part, Response, is_safe
from editor.transport.streaming import Streamed

log = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
API_BYTES = 64 * MEBIBYTE
PICTURE_BYTES = 256 * MEBIBYTE
CONNECT_SECONDS = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5


class Transport:
    """Sends requests over one client, made at the first call.

    Connections belong to the event loop they were opened on: on another loop a new client is made.
    """

    def __init__(self, *, clock: Clock, version: str) -> None:
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.version = version

    async def send(
        self,
        method: str,
        url: str,
        *,
        peer: str,
        deadline: float,
        headers: Mapping[str, str] | None = None,
        parts: Sequence[Part] | None = None,
        json: Any = None,
        content: bytes | None = None,
        max_bytes: int = API_BYTES,
        billable: bool = False,
        on_sent: Callable[[], None] | None = None,
        on_upload: Callable[[float], None] | None = None,
    ) -> Response:
        """Send one request and return its complete answer, whatever the status.

        ``peer`` is the name of the other side in messages. ``deadline`` is for the whole exchange, in seconds.
        ``on_upload`` is called with the share of the body that has left, 0–1, again and again on its way, and
        ``on_sent`` once the request has left completely. Raises Unavailable, MaybeRunning where a
        ``billable`` request was fully sent and its answer did not arrive whole, BadResult over ``max_bytes``.
        """
        progress = Progress()
        trace = _tracer(progress, on_sent)
        body = _body(parts=parts, json=json, content=content)
        began = self._clock.monotonic()
        try:
            async with asyncio.timeout(deadline):
                stream = self._open(method, url, headers=headers, body=body, trace=trace, on_upload=on_upload)
                async with stream as answer:
                    received = await _received(answer, max_bytes)
        except FOREIGN as error:
            raise translated(error, peer=peer, progress=progress, billable=billable, deadline=deadline) from error
        seconds = self._clock.monotonic() - began
        log.debug("%s %s: %d, %d bytes, %.2f s", method, peer, answer.status_code, len(received), seconds)
        names = MappingProxyType({name.lower(): value for name, value in answer.headers.items()})
        return Response(status=answer.status_code, headers=names, body=received, seconds=seconds)

    async def download(
        self,
        url: str,
        *,
        peer: str,
        deadline: float,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = PICTURE_BYTES,
    ) -> bytes:
        """Fetch a result. Redirects are followed, without ``headers``; every address must be https or on loopback.

        Raises BadResult for an unsafe address or too much data, Unavailable for anything else, with the status.
        """
        end = self._clock.monotonic() + deadline
        for _ in range(_MOST_REDIRECTS + 1):
            if not is_safe(url):
                raise BadResult(f"{peer} named an address for its picture that is not secure.")
            remaining = max(0.001, end - self._clock.monotonic())
            answer = await self.send(
                "GET", url, peer=peer, deadline=min(deadline, remaining), headers=headers, max_bytes=max_bytes
            )
            if answer.status not in _REDIRECTS:
                break
            url, headers = urljoin(url, answer.headers.get("location", "")), None
        if answer.status != 200:
            raise Unavailable(f"The picture from {peer} could not be fetched.", status=answer.status)
        return answer.body

    @asynccontextmanager
    async def stream(self, url: str, *, peer: str, patience: float, begin: int = 0) -> AsyncIterator[Streamed]:
        """Open a large file from its byte ``begin`` on, as far as the server can; its answer says what it gives.

        Redirects are followed; every address must be https or on loopback. ``patience`` is for the head and for each
        piece of the body, in seconds. Raises BadResult for an unsafe address, Unavailable for anything else.
        """
        headers = {"range": f"bytes={begin}-"} if begin else {}
        for _ in range(_MOST_REDIRECTS + 1):
            if not is_safe(url):
                raise BadResult(f"{peer} named an address for its file that is not secure.")
            progress = Progress()
            translate = partial(translated, peer=peer, progress=progress, billable=False, deadline=patience)
            async with AsyncExitStack() as stack:
                opening = self._open(
                    "GET", url, headers=headers, body={}, trace=_tracer(progress, None), on_upload=None
                )
                try:
                    async with asyncio.timeout(patience):
                        answer = await stack.enter_async_context(opening)
                except FOREIGN as error:
                    raise translate(error) from error
                if answer.status_code not in _REDIRECTS:
                    yield Streamed(answer, patience=patience, translate=translate)
                    return
            url = urljoin(url, answer.headers.get("location", ""))
        raise Unavailable(f"{peer} leads from one address to another without end.")

    async def aclose(self) -> None:
        """Close all connections; the next call opens new ones."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    @asynccontextmanager
    async def _open(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None,
        body: Mapping[str, Any],
        trace: Callable[[str, dict[str, Any]], Any],
        on_upload: Callable[[float], None] | None,
    ) -> AsyncIterator[httpx.Response]:
        client = self._connected()
        request = client.build_request(method, url, headers=dict(headers or {}), extensions={"trace": trace}, **body)
        if on_upload is not None:
            request.stream = CountedBody(request, on_upload)
        answer = await client.send(request, stream=True)
        try:
            yield answer
        finally:
            await answer.aclose()

    def _connected(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = self._new_client(), loop
        return self._client

    def _new_client(self) -> httpx.AsyncClient:
        # This computer is never reached through a proxy, whatever the environment says.
        direct = {f"all://{_bracketed(host)}": None for host in LOOPBACK_HOSTS}
        try:
            return httpx.AsyncClient(
                headers={"user-agent": f"image-editor/{self.version}", "accept-encoding": "identity"},
                timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
                follow_redirects=False,
                mounts=direct,
            )
        except (ImportError, ValueError) as error:
            # An address of a proxy that cannot be used, such as one of the SOCKS kind.
            message = "The proxy that this computer's settings name cannot be used. Check HTTPS_PROXY and ALL_PROXY."
            raise Unavailable(message, detail=str(error)) from error


def _tracer(progress: Progress, on_sent: Callable[[], None] | None) -> Callable[[str, dict[str, Any]], Any]:
    async def trace(event: str, info: dict[str, Any]) -> None:
        before = progress.sent
        progress.note(event, info)
        if on_sent is not None and progress.sent and not before:
            on_sent()

    return trace


def _body(*, parts: Sequence[Part] | None, json: Any, content: bytes | None) -> dict[str, Any]:
    """The arguments that make the library write the body; text parts are sent as parts without a file name."""
    if parts is not None:
        return {"files": [(part.name, _file(part)) for part in parts]}
    if json is not None:
        return {"json": json}
    return {"content": content} if content is not None else {}


def _file(part: Part) -> tuple[Any, ...]:
    if part.content_type is None:
        return (part.filename, part.content)
    return (part.filename, part.content, part.content_type)


async def _received(answer: httpx.Response, max_bytes: int) -> bytes:
    """The decoded body. A failure's status counts even where its body was cut off, so what came is kept then."""
    chunks: list[bytes] = []
    total = 0
    try:
        async for chunk in answer.aiter_bytes():
            total += len(chunk)
            if total > max_bytes:
                raise AnswerTooLarge
            chunks.append(chunk)
    except httpx.HTTPError:
        if answer.status_code < 400:
            raise
    return b"".join(chunks)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
