"""The wire: one HTTP/1.1 listener on 127.0.0.1, its requests and answers, and the ways to deliver badly."""

from __future__ import annotations

import contextlib
import http
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_DRIP_SECONDS = 0.02
_LARGEST_BODY = 256 * 2**20


class Delivery(Enum):
    """How an answer leaves the server."""

    WHOLE = auto()
    """As it should."""
    CUT = auto()
    """Half of the body, then an orderly end."""
    RESET = auto()
    """Half of the body, then a reset."""
    DRIP = auto()
    """Byte by byte."""
    STALL = auto()
    """Half of the body, then nothing on an open connection."""
    HANG = auto()
    """Nothing on an open connection."""
    DROP = auto()
    """Nothing, then an orderly end."""


@dataclass(slots=True, kw_only=True)
class Request:
    """A request with its whole body. Header names are in lower case; ``notes`` is what the record shall say of it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    notes: dict[str, str] = field(default_factory=dict)

    def note(self, values: Mapping[str, Any]) -> None:
        """Put parameters into the record; of data in an address only its type and length."""
        for name, value in values.items():
            text = str(value)
            whole = not text.startswith("data:")
            self.notes[name] = text if whole else f"{text.partition(',')[0]}, {len(text)} characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer and the way it is delivered. ``content-length`` is always that of the whole body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE


class Listener:
    """Owns the listening socket, its thread and every open connection."""

    def __init__(self, respond: Callable[[Request], Answer], failed: Callable[[Exception], None]) -> None:
        self._server = _Server(respond, failed)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port the system chose."""
        return self._server.server_port

    def start(self) -> None:
        """Accept connections on a thread that never keeps the program alive."""
        self._thread = threading.Thread(
            target=self._server.serve_until_stopping, name="simulated-platform", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the listening socket and every connection; harmless when repeated."""
        self._server.stopping.set()
        if self._thread is not None:
            # The thread sleeps until somebody connects: one connection wakes it without any polling.
            socket.create_connection(("127.0.0.1", self.port)).close()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        self._server.disconnect_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, respond: Callable[[Request], Answer], failed: Callable[[Exception], None]) -> None:
        self.respond = respond
        self.stopping = threading.Event()
        self._failed = failed
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Bind without the look-up of the host's name, which may ask the network."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def serve_until_stopping(self) -> None:
        while not self.stopping.is_set():
            self.handle_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the play; anything else is a fault of the simulator."""
        failure = sys.exc_info()[1]
        if isinstance(failure, Exception) and not isinstance(failure, OSError):
            self._failed(failure)

    def connected(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
        if self.stopping.is_set():
            self.disconnect_all()

    def disconnected(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def disconnect_all(self) -> None:
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # the other side was faster
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    connection: socket.socket

    def setup(self) -> None:
        super().setup()
        self.server.connected(self.connection)

    def finish(self) -> None:
        self.server.disconnected(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep stderr clean: what came in stands in the server's record."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            query={name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._read_body(),
        )
        self._deliver(self.server.respond(request))

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names the base class looks up

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self._read_chunks()
        length = int(self.headers.get("content-length") or 0)
        if length > _LARGEST_BODY:
            raise ConnectionAbortedError("a body beyond every limit")
        return self.rfile.read(length)

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
            if len(body) > _LARGEST_BODY:
                raise ConnectionAbortedError("a body beyond every limit")
        while self.rfile.readline().strip():
            continue
        return bytes(body)

    def _deliver(self, answer: Answer) -> None:
        match answer.delivery:
            case Delivery.WHOLE:
                self.connection.sendall(self._head(answer) + answer.body)
                return
            case Delivery.HANG:
                self._wait_until_gone()
            case Delivery.CUT:
                self._send_half(answer)
            case Delivery.RESET:
                self._send_half(answer)
                self._reset()
            case Delivery.STALL:
                self._send_half(answer)
                self._wait_until_gone()
            case Delivery.DRIP:
                self._drip(answer)
            case Delivery.DROP:
                pass
        self.close_connection = True

    def _head(self, answer: Answer) -> bytes:
        phrase = http.HTTPStatus(answer.status).phrase if answer.status in set(http.HTTPStatus) else "Unknown"
        lines = [f"HTTP/1.1 {answer.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.status != http.HTTPStatus.NO_CONTENT:
            lines.append(f"content-length: {len(answer.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _send_half(self, answer: Answer) -> None:
        self.connection.sendall(self._head(answer) + answer.body[: len(answer.body) // 2])

    def _wait_until_gone(self) -> None:
        """Sleep in the kernel until the client hangs up or the server stops and shuts the connection."""
        while self.connection.recv(4096):
            continue

    def _drip(self, answer: Answer) -> None:
        self.connection.sendall(self._head(answer))
        for index in range(len(answer.body)):
            if self.server.stopping.wait(_DRIP_SECONDS):
                return
            self.connection.sendall(answer.body[index : index + 1])

    def _reset(self) -> None:
        """Close with nothing lingering: the other side gets RST instead of an orderly end."""
        self.server.disconnected(self.connection)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A plain close would wait for the reader and writer made from this socket.
        socket.close(self.connection.detach())
