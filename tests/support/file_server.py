"""A server on this computer that serves one file, with the faults that servers of large files have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus


class FileServer:
    """Serves ``content``, or what ``files`` has for a path; use as an asynchronous context.

    The first connections break off after ``cuts`` bytes each. Without ``ranges`` it always sends the whole file;
    with ``refuse_ranges`` it answers 416; it sends a part that begins ``shift`` bytes later than asked; it stops after
    ``stall_after`` bytes without an end. ``redirect`` is where each of ``paths`` leads. ``ranges`` are those asked for.
    """

    def __init__(
        self,
        content: bytes,
        *,
        cuts: Sequence[int] = (),
        ranges: bool = True,
        refuse_ranges: bool = False,
        announced: bool = True,
        shift: int = 0,
        stall_after: int | None = None,
        paths: tuple[str, ...] = ("/model",),
        missing: tuple[str, ...] = (),
        redirect: str = "",
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.address = ""
        self.paths = paths
        self.ranges: list[str] = []
        self.asked: list[str] = []
        self._content = content
        self._cuts = list(cuts)
        self._serves_ranges = ranges
        self._refuses_ranges = refuse_ranges
        self._announced = announced
        self._shift = shift
        self._stall_after = stall_after
        self._missing = missing
        self._redirect = redirect
        self._files = files or {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FileServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            await self._answer(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _answer(self, head: list[str], writer: asyncio.StreamWriter) -> None:
        path = head[0].split()[1]
        asked = next((line.split(":", 1)[1].strip() for line in head if line.lower().startswith("range:")), "")
        self.asked.append(path)
        self.ranges.append(asked)
        if path in self._missing:
            return await self._send(writer, HTTPStatus.NOT_FOUND, {}, b"no such file")
        if self._redirect and path in self.paths:
            return await self._send(writer, HTTPStatus.FOUND, {"Location": self._redirect}, b"")
        content = self._files.get(path, self._content)
        if asked and self._refuses_ranges:
            return await self._send(writer, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {}, b"")
        if asked and self._serves_ranges:
            begin = int(asked.removeprefix("bytes=").removesuffix("-")) + self._shift
            total = len(content)
            headers = {"Content-Range": f"bytes {begin}-{total - 1}/{total}"}
            return await self._send(writer, HTTPStatus.PARTIAL_CONTENT, headers, content[begin:])
        return await self._send(writer, HTTPStatus.OK, {}, content)

    async def _send(
        self, writer: asyncio.StreamWriter, status: HTTPStatus, headers: dict[str, str], body: bytes
    ) -> None:
        length = {"Content-Length": str(len(body))} if self._announced else {}
        lines = [f"{name}: {value}" for name, value in {**headers, **length, "Connection": "close"}.items()]
        writer.write("\r\n".join([f"HTTP/1.1 {status.value} {status.phrase}", *lines, "", ""]).encode())
        if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT) and self._cuts:
            body = body[: self._cuts.pop(0)]
        writer.write(body[: self._stall_after])
        await writer.drain()
        if self._stall_after is not None:
            await asyncio.Event().wait()


@contextmanager
def served(server: FileServer) -> Iterator[FileServer]:
    """``server`` on a loop in a thread of its own, for whoever runs in another process or on another loop."""
    ready, over, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        async with server:
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
