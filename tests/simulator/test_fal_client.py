"""The vendor's own client, unchanged, against the simulated FAL: only the road to its hosts is led elsewhere."""

from __future__ import annotations

import gc
from typing import Any

import fal_client
import httpx
import numpy as np
import pytest

from editor.simulator.fal import FalServer
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

ENDPOINT = "fal-ai/object-removal/mask"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class Road:
    """Where the client's hosts lie: on this computer. ``down`` hosts cannot be connected to."""

    def __init__(self, server: FalServer) -> None:
        self.homes = dict.fromkeys(
            ("queue.fal.run", "queue.falrun.com", "rest.fal.ai", "v3.fal.media"), server.base_url
        )
        self.homes |= dict.fromkeys(("fal.run", "falrun.com"), server.run_url)
        self.down: set[str] = set()
        self.asked: list[str] = []

    def lead(self, request: httpx.Request) -> None:
        host = request.url.host
        self.asked.append(host)
        if host in self.down:
            raise httpx.ConnectError("no road", request=request)
        if host not in self.homes:
            assert host == "127.0.0.1", "nothing leaves this computer"
            return
        home = httpx.URL(self.homes[host])
        path = home.path.rstrip("/").encode() + request.url.raw_path
        request.url = request.url.copy_with(scheme=home.scheme, host=home.host, port=home.port, raw_path=path)


@pytest.fixture
def server(platforms: SimulatedPlatforms) -> FalServer:
    return platforms.fal


@pytest.fixture
def road(server: FalServer, monkeypatch: pytest.MonkeyPatch) -> Road:
    """The library's transport, which every client that the vendor makes ends in, takes the road."""
    road, plain = Road(server), httpx.HTTPTransport.handle_request

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        road.lead(request)
        return plain(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle_request)
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    return road


@pytest.fixture
def vendor(server: FalServer, road: Road) -> Any:
    client = fal_client.SyncClient(key=server.key, default_timeout=10.0)
    yield client
    client._client.close()


@pytest.fixture
def arguments(scene: Any) -> dict[str, Any]:
    urls = {
        "image_url": fal_client.encode(scene.image_png, "image/png"),
        "mask_url": fal_client.encode(scene.mask_png, "image/png"),
    }
    return {**urls, "mask_expansion": 0}


def test_a_synchronous_run(vendor: Any, road: Road, scene: Any, arguments: dict[str, Any]) -> None:
    output = vendor.run(ENDPOINT, arguments, timeout=10)
    (image,) = output["images"]
    scene.assert_erased(httpx.get(image["url"], trust_env=False).content, tolerance=0)
    assert road.asked[0] == "fal.run"


def test_the_queue_with_status_logs_and_result(
    vendor: Any, server: FalServer, scene: Any, arguments: dict[str, Any]
) -> None:
    handle = vendor.submit(ENDPOINT, arguments, start_timeout=30)
    events = [handle.status(with_logs=True) for _ in range(3)]
    assert events[0] == fal_client.Queued(position=0)
    assert isinstance(events[1], fal_client.InProgress) and "%|" in events[1].logs[-1]["message"]
    assert isinstance(events[2], fal_client.Completed) and events[2].metrics["inference_time"] > 0
    assert events[2].error is None
    (image,) = handle.get()["images"]
    scene.assert_erased(httpx.get(image["url"], trust_env=False).content, tolerance=0)
    assert server.charges == 1


def test_subscribing_tells_the_places_in_the_queue(vendor: Any, server: FalServer, arguments: dict[str, Any]) -> None:
    server.always(Script.QUEUED)
    seen: list[Any] = []
    output = vendor.subscribe(ENDPOINT, arguments, on_queue_update=seen.append, interval=0.01)
    assert [event.position for event in seen if isinstance(event, fal_client.Queued)] == [3, 2, 1, 0]
    assert output["images"][0]["width"] == 80


def test_cancelling(vendor: Any, server: FalServer, arguments: dict[str, Any]) -> None:
    server.always(Script.STUCK)
    handle = vendor.submit(ENDPOINT, arguments)
    handle.cancel()
    assert server.statuses() == ("COMPLETED",)
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.get()
    assert caught.value.status_code == 499
    assert server.charges == 0


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # of the vendor's own client for uploads
@pytest.mark.parametrize("repository", ["fal_v3", "fal"])
def test_uploads(vendor: Any, scene: Any, arguments: dict[str, Any], repository: str) -> None:
    arguments["image_url"] = vendor.upload(scene.image_png, "image/png", "scene.png", repository=repository)
    assert arguments["image_url"].startswith("http://127.0.0.1:")
    output = vendor.run(ENDPOINT, arguments, timeout=10)
    scene.assert_erased(httpx.get(output["images"][0]["url"], trust_env=False).content, tolerance=0)
    gc.collect()


def test_a_locked_account(vendor: Any, server: FalServer, arguments: dict[str, Any]) -> None:
    server.always(Script.OUT_OF_CREDIT)
    with pytest.raises(fal_client.FalClientHTTPError, match=r"User is locked\. Reason: Exhausted balance") as caught:
        vendor.submit(ENDPOINT, arguments)
    assert caught.value.status_code == 403
    assert server.runs == 0


def test_a_failed_run_arrives_with_its_type(vendor: Any, server: FalServer, arguments: dict[str, Any]) -> None:
    server.always(Script.REFUSAL)
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        vendor.subscribe(ENDPOINT, arguments, interval=0.01)
    assert (caught.value.status_code, caught.value.error_type) == (422, "content_policy_violation")


def test_the_backup_domain(vendor: Any, road: Road, arguments: dict[str, Any]) -> None:
    road.down.add("queue.fal.run")
    handle = vendor.submit(ENDPOINT, arguments)
    assert road.asked == ["queue.fal.run", "queue.falrun.com"]
    assert handle.request_id


def test_an_enlargement_of_another_size(vendor: Any, scene: Any) -> None:
    address = fal_client.encode(scene.image_png, "image/png")
    output = vendor.run("fal-ai/esrgan", {"image_url": address, "scale": 3}, timeout=10)
    assert (output["image"]["width"], output["image"]["height"]) == (240, 288)
    assert np.prod(scene.image.shape[:2]) * 9 == 240 * 288
