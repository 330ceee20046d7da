"""A picture with a mark on it, a clock that only tests move, and the three adapters over a real transport."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest
from editor.platforms.base import Call
from editor.platforms.catalogue import Catalogue
from editor.platforms.fal import FalPlatform
from editor.platforms.parts import PlatformParts
from editor.platforms.replicate import ReplicatePlatform
from editor.platforms.stability import StabilityPlatform
from editor.simulator.simulated import SimulatedPlatforms
from editor.transport.http import Transport

KINDS = {"stability": StabilityPlatform, "replicate": ReplicatePlatform, "fal": FalPlatform}


class QuickClock:
    """Sleeping takes no time but counts as if it had."""

    def __init__(self):
        self.slept = []

    def monotonic(self):
        return time.monotonic() + sum(self.slept)

    def now(self):
        return datetime.now(UTC)

    async def sleep(self, seconds):
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Bench:
    """One adapter in front of the simulated platforms; every run has a loop and a transport of its own."""

    def __init__(self, simulated, platform):
        self.simulated = simulated
        self.id = platform
        self.server = simulated.server(platform)
        self.clock = QuickClock()
        self.catalogue = Catalogue.load()
        self.environment = simulated.environment()
        self.key = self.server.key
        self.progress = []

    def limits(self, **changes):
        self.catalogue = self.catalogue.changed(self.id, **changes)

    def within(self, scenario):
        """Run ``scenario(platform)`` and return what it returns."""

        async def whole():
            transport = Transport(clock=self.clock, version="1.0")
            parts = PlatformParts(
                transport=transport, catalogue=self.catalogue, environment=self.environment, clock=self.clock
            )
            try:
                return await scenario(KINDS[self.id](parts))
            finally:
                await transport.aclose()

        return asyncio.run(whole())

    @property
    def call(self):
        return Call(key=self.key, report=self.progress.append)

    def run(self, request):
        return self.within(lambda platform: platform.run(request, self.call))

    def check_key(self, key=None):
        return self.within(lambda platform: platform.check_key(self.key if key is None else key))


@pytest.fixture
def simulated():
    with SimulatedPlatforms(polls=2) as platforms:
        yield platforms


@pytest.fixture(params=list(KINDS))
def bench(request, simulated):
    return Bench(simulated, request.param)


@pytest.fixture
def bench_of(simulated):
    return lambda platform: Bench(simulated, platform)


def make_request(width=200, height=150, *, seed=None):
    """A soft gradient with a red block that is marked, with a soft edge to the mark."""
    rows, columns = np.mgrid[0:height, 0:width]
    image = np.stack([columns * 200 // width, rows * 200 // height, np.full_like(rows, 90)], axis=2).astype(np.uint8)
    top, left = height // 3, width // 3
    mask = np.zeros((height, width), np.uint8)
    mask[top - 2 : 2 * top + 2, left - 2 : 2 * left + 2] = 60
    mask[top : 2 * top, left : 2 * left] = 255
    image[top : 2 * top, left : 2 * left] = (230, 20, 20)
    region = Rect(0, 0, width, height)
    return EditRequest(operation=Operation.ERASE, image=image, mask=mask, region=region, options=EditOptions(seed=seed))


@pytest.fixture
def edit():
    return make_request()


@pytest.fixture
def edit_of():
    return make_request


class Desk:
    """A local server that answers by a function of (method, path, headers, body), for what no simulator plays."""

    def __init__(self):
        self.requests = []
        self.answer = None
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def reply(self):
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                desk.requests.append((self.command, self.path, headers, body))
                status, document, extra = (*desk.answer(self.command, self.path, headers, body), {})[:3]
                data = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                kind = "image/png" if isinstance(document, bytes) else "application/json"
                for name, value in {"content-type": kind, "content-length": str(len(data)), **extra}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = reply  # noqa: N815

            def log_message(self, format, *args):
                """The test looks at what came in; nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def paths(self):
        return [f"{method} {path}" for method, path, _, _ in self.requests]


@pytest.fixture
def desk():
    with Desk() as server:
        yield server


class DeskBench(Bench):
    """One adapter in front of a desk."""

    def __init__(self, desk, platform, *, prefix=""):
        self.id = platform
        self.clock = QuickClock()
        self.catalogue = Catalogue.load()
        names = ("STABILITY", "REPLICATE", "FAL")
        self.environment = {f"IMAGE_EDITOR_{name}_URL": desk.base + prefix for name in names}
        self.key = "id-0123456789:secret-0123456789"
        self.progress = []


@pytest.fixture
def desk_bench(desk):
    return lambda platform, **options: DeskBench(desk, platform, **options)
