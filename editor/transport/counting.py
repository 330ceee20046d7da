"""A request's body that tells how much of it has left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx

PIECE = 64 * 1024
"""Bytes handed on at a time, and between two tellings: exact to that, and to what the system's buffers hold."""


class CountedBody(httpx.AsyncByteStream):
    """The body of ``request`` in pieces; ``told`` hears the share that has left, 0–1.

    It is told after every 64 KiB and at the end.

    The request keeps its headers, and with them the length of its body.
    """

    def __init__(self, request: httpx.Request, told: Callable[[float], None]) -> None:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self._body = request.stream
        self._length = int(request.headers.get("content-length", 0))
        self._told = told

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body. Asking for a piece means that the one before it was taken over for sending."""
        sent = last = 0
        async for chunk in self._body:
            for start in range(0, len(chunk), PIECE):
                piece = chunk[start : start + PIECE]
                yield piece
                sent += len(piece)
                if self._length and (sent - last >= PIECE or sent >= self._length):
                    last = sent
                    self._told(min(1.0, sent / self._length))
