from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.record import ReceivedBody
from editor.simulator.scripts import Script
from editor.simulator.server import SimulatedServer, json_answer
from editor.simulator.simulated import SimulatedPlatforms

KEY = "made-up-key"


class EchoServer(SimulatedServer):
    platform = "echo"

    @property
    def runs(self) -> int:
        return 0

    def fault(self, script: Script) -> Answer | None:
        return None if script is Script.OK else json_answer(503, {"script": script})

    def answer(self, request: Request) -> Answer:
        if request.path == "/stall":
            return Answer(body=b"a" * 500 + b"b" * 500, delivery=Delivery.STALL)
        return json_answer(200, {})


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with EchoServer(key=KEY) as running:
        yield running


def test_a_json_body_is_kept_in_words(server: EchoServer, client: httpx.Client, scene: Any) -> None:
    address = "data:image/png;base64," + base64.b64encode(scene.image_png).decode()
    picture = f"PNG 80×96 RGB, {len(scene.image_png)} bytes"
    body = {
        "prompt": "a boat",
        "seed": 3,
        "images": [address, "data:image/png;base64,AAAA", "data:text/plain,\u00e4"],
        "nested": {"stray": f"Key {KEY}!"},
    }
    client.post(server.origin + "/run", json=body)
    assert server.requests[0].document == {
        "prompt": "a boat",
        "seed": 3,
        "images": [picture, "image/png, 3 bytes", "data:text/plain, 1 characters"],
        "nested": {"stray": "Key (key)!"},
    }
    assert server.requests[0].fields == {}


def test_forms_and_files_are_kept_in_words(server: EchoServer, client: httpx.Client, scene: Any) -> None:
    files = {"image": ("a.png", scene.image_png, "image/png"), "note": ("n", b"abc", "text/plain")}
    client.post(server.origin, files=files, data={"seed": "3"})
    client.put(server.origin, content=scene.mask_png)
    client.put(server.origin, content=b"abc", headers={"content-type": "text/plain"})
    client.post(server.origin, content=b"{", headers={"content-type": "application/json"})
    client.post(server.origin, content=b"--", headers={"content-type": "multipart/form-data"})
    client.get(server.origin)
    assert [entry.document for entry in server.requests] == [
        {"image": f"PNG 80×96 RGB, {len(scene.image_png)} bytes", "note": "text/plain, 3 bytes", "seed": "3"},
        f"PNG 80×96 L, {len(scene.mask_png)} bytes",
        "text/plain, 3 bytes",
        "malformed application/json, 1 bytes",
        "malformed multipart/form-data, 2 bytes",
        None,
    ]


def test_bodies_are_kept_only_when_asked_for(server: EchoServer, client: httpx.Client) -> None:
    client.post(server.origin + "/one", json=1)
    assert server.bodies == ()
    server.keep_bodies = True
    client.post(server.origin + "/two", json=2)
    client.get(server.origin + "/three")
    assert server.bodies == (ReceivedBody("/two", "application/json", b"2"),)


def test_pixels_are_counted(server: EchoServer) -> None:
    server.note_picture(640, 480)
    server.note_picture(10, 10)
    assert server.pixels_received == 640 * 480 + 100


def test_a_stalled_answer_stops_halfway_until_the_server_ends(client: httpx.Client) -> None:
    server = EchoServer(key=KEY)
    server.start()
    with client.stream("GET", server.origin + "/stall") as response:
        pieces = response.iter_bytes(500)
        assert next(pieces) == b"a" * 500
        server.stop()
        with pytest.raises(httpx.TransportError):
            next(pieces)


def test_looks_and_queue_positions(server: EchoServer) -> None:
    assert server.looks(Script.OK) == server.polls
    assert server.looks(Script.STUCK) is None
    slow, queued = server.looks(Script.SLOW), server.looks(Script.QUEUED)
    assert slow is not None and slow > server.polls
    assert queued == server.polls + 4
    assert [server.queue_position(Script.QUEUED, left) for left in range(queued, 0, -1)] == [3, 2, 1, 0, None, None]
    assert server.queue_position(Script.QUEUED, None) is None
    assert server.queue_position(Script.OK, 9) is None


def test_a_slow_answer_does_not_hold_up_the_end() -> None:
    server = EchoServer(key=KEY)
    server.slow_seconds = 600
    server.dawdle(Script.OK)
    server.start()
    server.stop()
    server.dawdle(Script.SLOW)


@pytest.mark.parametrize("script", [Script.UNAVAILABLE, Script.RATE_LIMIT_UNTOLD, Script.BAD_KEY], ids=str)
def test_a_platform_that_is_down_is_down_for_the_account_too(server: EchoServer, script: Script) -> None:
    assert server.outage() is None
    server.always(script)
    answer = server.outage()
    assert answer is not None and answer.status == 503


def test_all_platforms_are_as_slow_as_they_are_told() -> None:
    with SimulatedPlatforms(slow_seconds=0.01) as platforms:
        assert [server.slow_seconds for server in platforms.servers] == [0.01] * 3
