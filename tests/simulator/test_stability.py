from __future__ import annotations

import base64
import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms
from editor.simulator.stability import StabilityServer

ERASE = "/v2beta/stable-image/edit/erase"


class Caller:
    def __init__(self, server: StabilityServer, client: httpx.Client) -> None:
        self.server, self.client = server, client
        self.headers = {"authorization": f"Bearer {server.key}"}

    def get(self, path: str) -> httpx.Response:
        return self.client.get(self.server.base_url + path, headers=self.headers)

    def erase(
        self, image: bytes | None, mask: bytes | None = None, *, accept: str = "image/*", **fields: str
    ) -> httpx.Response:
        files: dict[str, Any] = {name: (None, value) for name, value in fields.items()}
        for name, data in (("image", image), ("mask", mask)):
            if data is not None:
                files[name] = (f"{name}.png", data, "image/png")
        url = self.server.base_url + ERASE
        return self.client.post(url, files=files, headers={**self.headers, "accept": accept})


@pytest.fixture
def stability(platforms: SimulatedPlatforms, client: httpx.Client) -> Caller:
    return Caller(platforms.stability, client)


def assert_error(response: httpx.Response, status: int, name: str) -> str:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"id", "name", "errors"} and body["name"] == name
    return "\n".join(body["errors"])


def test_bytes_with_headers(stability: Caller, scene: Any) -> None:
    response = stability.erase(scene.image_png, scene.mask_png, grow_mask="0", seed="7", output_format="png")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert response.headers["finish-reason"] == "SUCCESS" and response.headers["seed"] == "7"
    assert response.headers["x-request-id"]
    scene.assert_erased(response.content, tolerance=0)
    assert stability.server.charges == stability.server.runs == 1
    assert stability.get("/v1/user/balance").json() == {"credits": 995.0}


def test_json_form(stability: Caller, scene: Any) -> None:
    response = stability.erase(scene.image_png, scene.mask_png, accept="application/json", grow_mask="0")
    assert response.headers["content-type"] == "application/json; type=image/png"
    assert "finish-reason" not in response.headers and "seed" not in response.headers
    body = response.json()
    assert body["finish_reason"] == "SUCCESS" and body["seed"] > 0
    scene.assert_erased(base64.b64decode(body["image"]))


def test_the_mask_grows_by_five_where_nothing_is_said(stability: Caller, scene: Any) -> None:
    response = stability.erase(scene.image_png, scene.mask_png)
    result = np.asarray(Image.open(io.BytesIO(response.content)).convert("RGB"))
    changed = np.argwhere((result != scene.image).any(-1))
    assert changed.min(0)[0] < 38 and changed.min(0)[0] >= 33


def test_transparency_is_the_mask_where_none_is_sent(stability: Caller, scene: Any) -> None:
    stream = io.BytesIO()
    Image.fromarray(np.dstack([scene.image, 255 - scene.mask])).save(stream, "PNG")
    response = stability.erase(stream.getvalue(), grow_mask="0")
    scene.assert_erased(response.content)


def test_record_says_what_came(stability: Caller, scene: Any) -> None:
    stability.erase(scene.image_png, scene.mask_png, seed="3")
    (entry,) = stability.server.requests
    assert (entry.method, entry.path, entry.status, entry.authorized) == ("POST", ERASE, 200, True)
    assert entry.fields == {"image": "PNG 80×96 RGB", "mask": "PNG 80×96 L", "seed": "3"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prompt": "sky"}, "prompt: not allowed"),
        ({"grow_mask": "21"}, "grow_mask: must be between 0 and 20"),
        ({"grow_mask": ""}, "grow_mask: must be a number"),
        ({"seed": "4294967295"}, "seed: must be between"),
        ({"output_format": "gif"}, "output_format: must be one of"),
    ],
)
def test_fields_are_checked(stability: Caller, scene: Any, fields: dict[str, str], said: str) -> None:
    response = stability.erase(scene.image_png, scene.mask_png, **fields)
    assert said in assert_error(response, 400, "bad_request")
    assert stability.server.charges == 0


def test_pictures_are_checked(stability: Caller, scene: Any) -> None:
    small, wide = np.zeros((63, 100, 3), np.uint8), np.zeros((3073, 3072, 3), np.uint8)
    for image, said in [
        (None, "image: required"),
        (scene.image_png[:-40], "image: invalid image"),
        (_encoded(small), "at least 64"),
        (_encoded(wide), "total pixels"),
    ]:
        assert said in assert_error(stability.erase(image, scene.mask_png), 400, "bad_request")
    assert "mask: required" in assert_error(stability.erase(scene.image_png), 400, "bad_request")


def test_a_body_that_is_no_form(stability: Caller) -> None:
    response = stability.client.post(stability.server.base_url + ERASE, headers=stability.headers)
    assert assert_error(response, 400, "bad_request") == "content-type: required"


def test_more_than_ten_mebibytes(stability: Caller, scene: Any) -> None:
    response = stability.erase(scene.image_png + bytes(10 * 2**20), scene.mask_png)
    assert "10MiB" in assert_error(response, 413, "payload_too_large")


def test_a_large_answer_has_four_megapixels(stability: Caller) -> None:
    image = np.full((2400, 2400, 3), 90, np.uint8)
    mask = np.zeros((2400, 2400), np.uint8)
    mask[100:120, 100:120] = 255
    response = stability.erase(_encoded(image), _encoded(mask), grow_mask="0", output_format="jpeg")
    assert response.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(response.content)).size == (2048, 2048)


def test_wrong_key_on_every_path(stability: Caller) -> None:
    stability.headers["authorization"] = "sk-simulated-stability-key"
    assert_error(stability.get("/v2beta/results/" + "0" * 64), 401, "unauthorized")
    balance = stability.get("/v1/user/balance")
    assert balance.status_code == 401
    assert set(balance.json()) == {"id", "name", "message"}


def test_results_of_nothing(stability: Caller) -> None:
    assert_error(stability.get("/v2beta/results/" + "0" * 64), 404, "generation_not_found")
    assert_error(stability.get("/v2beta/results/1"), 400, "bad_request")


@pytest.mark.parametrize(
    ("script", "status", "name", "said"),
    [
        (Script.OUT_OF_CREDIT, 402, "payment_required", "You lack sufficient credits to make this request."),
        (Script.RATE_LIMIT, 429, "rate_limit_exceeded", "timed out for 60 seconds"),
        (Script.REFUSAL_BEFORE, 403, "content_moderation", "you were not charged"),
        (Script.SERVER_ERROR, 500, "internal_error", "An unexpected server error"),
        (Script.BAD_KEY, 401, "unauthorized", "authorization: invalid or missing header value"),
    ],
)
def test_faults_with_a_status(stability: Caller, scene: Any, script: Script, status: int, name: str, said: str) -> None:
    stability.server.always(script)
    assert said in assert_error(stability.erase(scene.image_png, scene.mask_png), status, name)
    assert stability.server.charges == 0


def test_refusal_is_a_blurred_picture(stability: Caller, scene: Any) -> None:
    stability.server.always(Script.REFUSAL)
    response = stability.erase(scene.image_png, scene.mask_png)
    assert response.status_code == 200 and response.headers["finish-reason"] == "CONTENT_FILTERED"
    blurred = np.asarray(Image.open(io.BytesIO(response.content)).convert("RGB")).astype(int)
    assert np.abs(np.diff(blurred, axis=1)).max() < 40 < np.abs(np.diff(scene.image.astype(int), axis=1)).max()
    assert stability.server.charges == 1


def test_an_empty_account(stability: Caller, scene: Any) -> None:
    stability.server.credits = 4.0
    assert_error(stability.erase(scene.image_png, scene.mask_png), 402, "payment_required")


def _encoded(array: np.ndarray[Any, Any]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG", compress_level=1)
    return stream.getvalue()
