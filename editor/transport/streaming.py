"""An answer whose body is read piece by piece, for files that are too large to be held in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType

import httpx

from editor.domain.errors import PlatformError
from editor.transport.faults import FOREIGN


class Streamed:
    """The head of an answer, and its body while it comes in. Header names are in lower case."""

    def __init__(
        self, answer: httpx.Response, *, patience: float, translate: Callable[[Exception], PlatformError]
    ) -> None:
        self.status = answer.status_code
        self.headers: Mapping[str, str] = MappingProxyType(
            {name.lower(): value for name, value in answer.headers.items()}
        )
        self._answer = answer
        self._patience = patience
        self._translate = translate

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces as they come. Raises Unavailable where it breaks off or nothing comes for long."""
        pieces = self._answer.aiter_bytes()
        while True:
            try:
                async with asyncio.timeout(self._patience):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except FOREIGN as error:
                raise self._translate(error) from error
            yield piece
