"""A picture with a mark on it, a clock that only tests move, and the three adapters over a real transport."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from support.platform_bench import PlatformBench, QuickClock, make_request

from editor.platforms.catalogue import Catalogue
from editor.platforms.fal import FalPlatform
from editor.platforms.replicate import ReplicatePlatform
from editor.platforms.stability import StabilityPlatform
from editor.simulator.simulated import SimulatedPlatforms

pytest.register_assert_rewrite("support.platform_contract", "support.platform_failures")

KINDS = {"stability": StabilityPlatform, "replicate": ReplicatePlatform, "fal": FalPlatform}


class Bench(PlatformBench):
    """One of the built-in adapters in front of the simulated platforms."""

    def __init__(self, simulated, platform):
        self.simulated = simulated
        super().__init__(
            KINDS[platform],
            simulated.server(platform),
            catalogue=Catalogue.load(),
            environment=simulated.environment(),
            direct=platform == "stability",
            finds_lost_runs=platform == "replicate",
        )


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
        self.kind, self.id = KINDS[platform], platform
        self.clock = QuickClock()
        self.catalogue = Catalogue.load()
        names = ("STABILITY", "REPLICATE", "FAL")
        self.environment = {f"IMAGE_EDITOR_{name}_URL": desk.base + prefix for name in names}
        self.key = "id-0123456789:secret-0123456789"
        self.progress = []


@pytest.fixture
def desk_bench(desk):
    return lambda platform, **options: DeskBench(desk, platform, **options)
