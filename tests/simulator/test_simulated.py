from __future__ import annotations

import base64
import threading
from typing import Any

import httpx
import numpy as np
import pytest

from editor.domain.errors import InputError
from editor.simulator import pictures
from editor.simulator.connection import Answer, Request
from editor.simulator.scripts import Script
from editor.simulator.server import SimulatedServer
from editor.simulator.simulated import PLATFORMS, SimulatedPlatforms


def erase(platforms: SimulatedPlatforms, platform: str, client: httpx.Client, scene: Any) -> bytes:
    """The whole way of an edit on a platform, as far as it gets."""
    environment = platforms.environment()
    if platform == "stability":
        response = client.post(
            environment["IMAGE_EDITOR_STABILITY_URL"] + "/v2beta/stable-image/edit/erase",
            headers={"authorization": f"Bearer {environment['STABILITY_API_KEY']}"},
            files={
                "image": ("i.png", scene.image_png, "image/png"),
                "mask": ("m.png", scene.mask_png, "image/png"),
                "grow_mask": (None, "0"),
            },
        )
        return response.raise_for_status().content
    image, mask = ("data:image/png;base64," + base64.b64encode(d).decode() for d in (scene.image_png, scene.mask_png))
    if platform == "replicate":
        headers = {"authorization": f"Bearer {environment['REPLICATE_API_TOKEN']}"}
        body = {"input": {"image": image, "mask": mask}}
        address = environment["IMAGE_EDITOR_REPLICATE_URL"] + "/models/bria/eraser/predictions"
        urls = client.post(address, headers=headers, json=body).raise_for_status().json()["urls"]
        for _ in range(3):
            last = client.get(urls["get"], headers=headers).json()
        return client.get(last["output"]).content
    headers = {"authorization": f"Key {environment['FAL_KEY']}"}
    address = environment["IMAGE_EDITOR_FAL_QUEUE_URL"] + "/fal-ai/bria/eraser"
    urls = client.post(address, headers=headers, json={"image_url": image, "mask_url": mask}).raise_for_status().json()
    for _ in range(3):
        client.get(urls["status_url"], headers=headers)
    return client.get(client.get(urls["response_url"], headers=headers).json()["image"]["url"]).content


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_erases(platforms: SimulatedPlatforms, client: httpx.Client, scene: Any, platform: str) -> None:
    scene.assert_erased(erase(platforms, platform, client, scene), tolerance=0)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("script", "error"),
    [
        (Script.HALF_ANSWER, httpx.RemoteProtocolError),
        (Script.RESET, httpx.ReadError),
        (Script.LOST_ANSWER, httpx.RemoteProtocolError),
        (Script.BAD_GATEWAY, httpx.HTTPStatusError),
    ],
)
def test_broken_deliveries(
    platforms: SimulatedPlatforms,
    client: httpx.Client,
    scene: Any,
    platform: str,
    script: Script,
    error: type[Exception],
) -> None:
    platforms.script(platform, script, "ok")
    with pytest.raises(error):
        erase(platforms, platform, client, scene)
    scene.assert_erased(erase(platforms, platform, client, scene))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_spoiled_pictures(platforms: SimulatedPlatforms, client: httpx.Client, scene: Any, platform: str) -> None:
    platforms.script(platform, "broken-picture", "blank-picture", "unchanged-picture", "half-size")
    with pytest.raises(pictures.NotAPictureError, match="truncated"):
        pictures.decode(erase(platforms, platform, client, scene))
    blank, unchanged, half = (
        pictures.colours(pictures.decode(erase(platforms, platform, client, scene))) for _ in range(3)
    )
    assert len(np.unique(blank)) == 1
    assert np.array_equal(unchanged, scene.image)
    assert half.shape == (48, 40, 3)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_hang_ends_at_once_when_the_server_stops(scene: Any, platform: str) -> None:
    ended: list[Exception] = []

    def ask(platforms: SimulatedPlatforms, arrived: threading.Event) -> None:
        def sent(event: str, _: Any) -> None:
            if event == "http11.receive_response_headers.started":
                arrived.set()

        def trace(request: httpx.Request) -> None:
            request.extensions["trace"] = sent

        hooks = {"request": [trace]}
        with httpx.Client(timeout=30, trust_env=False, event_hooks=hooks) as client:
            try:
                erase(platforms, platform, client, scene)
            except httpx.TransportError as failure:
                ended.append(failure)

    with SimulatedPlatforms() as platforms:
        platforms.script(platform, "hang")
        arrived = threading.Event()
        thread = threading.Thread(target=ask, args=(platforms, arrived))
        thread.start()
        assert arrived.wait(10)
    thread.join(5)
    assert not thread.is_alive()
    assert isinstance(ended[0], httpx.TransportError)
    assert platforms.server(platform).runs == 0


def test_drip_is_slow_but_complete(platforms: SimulatedPlatforms, client: httpx.Client, scene: Any) -> None:
    platforms.script("stability", "drip")
    environment = platforms.environment()
    address = environment["IMAGE_EDITOR_STABILITY_URL"] + "/v2beta/stable-image/edit/erase"
    headers = {"authorization": f"Bearer {environment['STABILITY_API_KEY']}"}
    files = {"image": ("i.png", scene.image_png), "mask": ("m.png", scene.mask_png)}
    with client.stream("POST", address, headers=headers, files=files) as response:
        pieces = response.iter_raw()
        assert b"".join(next(pieces) for _ in range(4)) == b"\x89PNG"
        pieces.close()


def test_scripts_queue_and_stay(platforms: SimulatedPlatforms) -> None:
    server = platforms.stability
    platforms.script("stability", "hang", "refusal", "ok")
    assert [server.take() for _ in range(4)] == [Script.HANG, Script.REFUSAL, Script.OK, Script.OK]
    server.next(Script.RESET)
    assert server.peek() is Script.RESET
    server.always(Script.DRIP)
    assert server.take() is Script.DRIP


def test_unknown_scripts_are_named(platforms: SimulatedPlatforms) -> None:
    with pytest.raises(InputError, match="half-answer"):
        platforms.script("fal", "nonsense")


class FaultyServer(SimulatedServer):
    platform = "faulty"

    @property
    def runs(self) -> int:
        return 0

    def fault(self, script: Script) -> Answer | None:
        return None

    def answer(self, request: Request) -> Answer:
        raise ZeroDivisionError(request.path)


def test_a_fault_of_the_simulator_reaches_the_test(client: httpx.Client) -> None:
    with pytest.raises(ZeroDivisionError, match="/place"), FaultyServer(key="key") as server:
        assert client.get(server.origin + "/place").status_code == 500
