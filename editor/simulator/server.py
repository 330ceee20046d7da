"""A local HTTP server that plays one platform: scripts, a record of what came in, and broken deliveries."""

from __future__ import annotations

import json
import secrets
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import Any, ClassVar, Self

from editor.simulator.connection import Answer, Delivery, Listener, Request
from editor.simulator.record import LoggedRequest, ReceivedBody, document_of
from editor.simulator.scripts import Script

DELIVERIES: Mapping[Script, Delivery] = MappingProxyType(
    {
        Script.HALF_ANSWER: Delivery.CUT,
        Script.RESET: Delivery.RESET,
        Script.DRIP: Delivery.DRIP,
        Script.STALL: Delivery.STALL,
    }
)
"""How the answer that carries the picture is delivered; whole for every other script."""

QUEUE_POSITIONS = 4
"""How many looks find a run of the script ``queued`` before it begins: at the positions 3, 2, 1 and 0."""
REQUESTS_KEPT = 10_000

_SLOW_LOOKS = 3
_DOWN = frozenset(
    {
        Script.BAD_KEY,
        Script.SERVER_ERROR,
        Script.BAD_GATEWAY,
        Script.UNAVAILABLE,
        Script.RATE_LIMIT,
        Script.RATE_LIMIT_UNTOLD,
        Script.HANG,
    }
)


class SimulatedServer(ABC):
    """One platform on 127.0.0.1 at a free port; start it with ``with``.

    ``polls`` is the number of status requests that find a run unfinished, ``slow_seconds`` what a direct answer waits
    under ``slow``. ``charges`` counts what the platform would have billed, ``pixels_received`` the pixels of all
    pictures that it took. Every valid edit takes one script: the next of the queue, else the one that stays. While
    ``keep_bodies`` is set, whole bodies are kept in ``bodies``.
    """

    platform: ClassVar[str]

    def __init__(self, *, key: str, polls: int = 2) -> None:
        self.key = key
        self.polls = polls
        self.slow_seconds = 0.2
        self.keep_bodies = False
        self.charges = 0
        self.pixels_received = 0
        self._stopping = threading.Event()
        self._lock = threading.RLock()
        self._always = Script.OK
        self._queue: deque[Script] = deque()
        self._requests: deque[LoggedRequest] = deque(maxlen=REQUESTS_KEPT)
        self._bodies: deque[ReceivedBody] = deque(maxlen=REQUESTS_KEPT)
        self._failures: list[Exception] = []
        self._listener = Listener(self._respond, self._failures.append)

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:PORT`` without a slash at the end."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """The last requests, in the order they were answered."""
        with self._lock:
            return tuple(self._requests)

    @property
    def bodies(self) -> tuple[ReceivedBody, ...]:
        """The bodies that came while ``keep_bodies`` was set, in the order they were answered; empty ones are not."""
        with self._lock:
            return tuple(self._bodies)

    @property
    @abstractmethod
    def runs(self) -> int:
        """How many edits were accepted for processing."""

    def always(self, script: Script) -> None:
        """Play ``script`` for every further edit, and forget what was queued."""
        with self._lock:
            self._queue.clear()
            self._always = script

    def next(self, *scripts: Script) -> None:
        """Queue one script for each of the next edits."""
        with self._lock:
            self._queue.extend(scripts)

    def start(self) -> None:
        """Begin to answer."""
        self._listener.start()

    def stop(self) -> None:
        """Stop at once: every open connection is closed, a hanging one too."""
        self._stopping.set()
        self._listener.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if kind is None and self._failures:
            raise self._failures[0]

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """What the platform answers."""

    @abstractmethod
    def fault(self, script: Script) -> Answer | None:
        """The platform's answer to a script that ends a request before any work; None for the others."""

    def take(self) -> Script:
        """The script of the edit at hand."""
        with self._lock:
            return self._queue.popleft() if self._queue else self._always

    def peek(self) -> Script:
        """The script the next edit will get."""
        with self._lock:
            return self._queue[0] if self._queue else self._always

    def refusal_of_key(self) -> Answer | None:
        """The answer of ``bad-key``, which strikes whatever request comes first; None under another script."""
        return self.fault(self.take()) if self.peek() is Script.BAD_KEY else None

    def outage(self) -> Answer | None:
        """What a request for the account gets while a script of a platform that is down stays in force."""
        with self._lock:
            script = self._always
        return self.fault(script) if script in _DOWN else None

    def charge(self) -> None:
        """Count one billed edit."""
        with self._lock:
            self.charges += 1

    def note_picture(self, width: int, height: int) -> None:
        """Count a picture that the platform took from a request."""
        with self._lock:
            self.pixels_received += width * height

    def looks(self, script: Script) -> int | None:
        """How many status requests find a run under ``script`` unfinished; None for all of them."""
        more = {Script.SLOW: _SLOW_LOOKS, Script.QUEUED: QUEUE_POSITIONS}
        return None if script is Script.STUCK else self.polls + more.get(script, 0)

    def queue_position(self, script: Script, looks_left: int | None) -> int | None:
        """How many are before a run that ``looks_left`` more looks find unfinished; None once it left the queue."""
        if script is not Script.QUEUED or looks_left is None or looks_left <= self.polls:
            return None
        return looks_left - self.polls - 1

    def dawdle(self, script: Script) -> None:
        """Hold a direct answer back under ``slow``; a server that stops does not wait."""
        if script is Script.SLOW:
            self._stopping.wait(self.slow_seconds)

    def _respond(self, request: Request) -> Answer:
        try:
            answer = self.answer(request)
        except Exception as failure:  # noqa: BLE001 - a fault of the simulator must reach the test, not the client
            self._failures.append(failure)
            answer = Answer(status=500)
        unanswered = answer.delivery in {Delivery.HANG, Delivery.DROP}
        entry = LoggedRequest(
            method=request.method,
            path=request.path,
            status=None if unanswered else answer.status,
            authorized="authorization" in request.headers,
            fields=MappingProxyType(dict(request.notes)),
            document=document_of(request, key=self.key),
        )
        with self._lock:
            self._requests.append(entry)
            if self.keep_bodies and request.body:
                content_type = request.headers.get("content-type", "")
                self._bodies.append(ReceivedBody(request.path, content_type, request.body))
        return answer


def json_answer(
    status: int, document: Any, *, headers: Mapping[str, str] | None = None, content_type: str = "application/json"
) -> Answer:
    """An answer with a JSON body."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return Answer(status=status, body=body, headers={"content-type": content_type, **(headers or {})})


def common_fault(script: Script) -> Answer | None:
    """The faults that look the same everywhere: silence, a dropped connection, a proxy's page."""
    if script is Script.HANG:
        return Answer(delivery=Delivery.HANG)
    if script is Script.BAD_GATEWAY:
        page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
        page += "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        return Answer(status=502, body=page.encode(), headers={"content-type": "text/html"})
    return None


def new_id(length: int = 32) -> str:
    """A fresh hexadecimal identifier."""
    return secrets.token_hex((length + 1) // 2)[:length]
