from __future__ import annotations

import base64
from typing import Any

import httpx
import numpy as np
import pytest

from editor.simulator.fal import FalServer
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

OBJECT_REMOVAL = "fal-ai/object-removal/mask"
FLUX_ERASE = "fal-ai/flux-pro/v1/erase"


class Caller:
    def __init__(self, server: FalServer, client: httpx.Client) -> None:
        self.server, self.client = server, client
        self.headers = {"authorization": f"Key {server.key}"}

    def get(self, address: str) -> httpx.Response:
        return self.client.get(address, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.post(f"{self.server.base_url}/{path}", headers=sent, json=body)

    def submit(self, scene: Any, endpoint: str = OBJECT_REMOVAL, **inputs: Any) -> dict[str, Any]:
        grow = {OBJECT_REMOVAL: {"mask_expansion": 0}, FLUX_ERASE: {"dilate_pixels": 0}}.get(endpoint, {})
        response = self.post(endpoint, {**pictures(scene), **grow, **inputs})
        assert response.status_code == 200, response.text
        document: dict[str, Any] = response.json()
        return document

    def result(self, submitted: dict[str, Any]) -> httpx.Response:
        for _ in range(self.server.polls + 1):
            status = self.get(submitted["status_url"])
        assert status.status_code == 200 and status.json()["status"] == "COMPLETED"
        return self.get(submitted["response_url"])


def pictures(scene: Any) -> dict[str, str]:
    def address(data: bytes) -> str:
        return "data:image/png;base64," + base64.b64encode(data).decode()

    return {"image_url": address(scene.image_png), "mask_url": address(scene.mask_png)}


@pytest.fixture
def fal(platforms: SimulatedPlatforms, client: httpx.Client) -> Caller:
    return Caller(platforms.fal, client)


def test_the_queue_from_start_to_picture(fal: Caller, scene: Any) -> None:
    submitted = fal.submit(scene)
    assert submitted["status"] == "IN_QUEUE" and submitted["queue_position"] == 0
    own = f"{fal.server.base_url}/fal-ai/object-removal/requests/{submitted['request_id']}"
    assert submitted["response_url"] == own
    assert (submitted["status_url"], submitted["cancel_url"]) == (f"{own}/status", f"{own}/cancel")
    early = fal.get(own)
    assert early.status_code == 400 and early.json() == {"detail": "Request is still in progress"}
    looks = [fal.get(submitted["status_url"] + "?logs=1") for _ in range(3)]
    assert [look.status_code for look in looks] == [202, 202, 200]
    assert [look.json()["status"] for look in looks] == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    assert "queue_position" in looks[0].json() and looks[1].json()["logs"][0]["level"] == "INFO"
    assert "error" not in looks[2].json() and looks[2].json()["metrics"]["inference_time"] > 0
    result = fal.get(own)
    assert result.headers["x-fal-billable-units"] == "1" and result.headers["x-fal-request-id"]
    (image,) = result.json()["images"]
    assert (image["width"], image["height"], image["content_type"]) == (80, 96, "image/png")
    scene.assert_erased(httpx.get(image["url"], trust_env=False).content, tolerance=0)
    assert fal.server.charges == fal.server.runs == 1


@pytest.mark.parametrize(
    ("endpoint", "inputs"),
    [
        ("fal-ai/bria/eraser", {}),
        ("fal-ai/ideogram/object-removal", {}),
        ("fal-ai/finegrain-eraser/mask", {"mode": "express"}),
    ],
)
def test_endpoints_with_one_image(fal: Caller, scene: Any, endpoint: str, inputs: dict[str, Any]) -> None:
    image = fal.result(fal.submit(scene, endpoint, **inputs)).json()["image"]
    assert ("width" in image) == (endpoint == "fal-ai/bria/eraser")
    scene.assert_erased(fal.get(image["url"]).content)


def test_the_flux_family(fal: Caller, scene: Any) -> None:
    document = fal.result(fal.submit(scene, FLUX_ERASE, output_format="png", sync_mode=True)).json()
    assert document["has_nsfw_concepts"] == [False] and set(document) >= {"seed", "prompt", "timings"}
    head, _, text = document["images"][0]["url"].partition(",")
    assert head == "data:image/png;base64"
    scene.assert_erased(base64.b64decode(text))


def test_uploads_in_two_steps(fal: Caller, scene: Any) -> None:
    addresses = {}
    for name, data in (("image_url", scene.image_png), ("mask_url", scene.mask_png)):
        body = {"content_type": "image/png", "file_name": "input.png"}
        places = fal.post("storage/upload/initiate?storage_type=fal-cdn-v3", body).json()
        put = fal.client.put(places["upload_url"], content=data, headers={"content-type": "image/png"})
        assert put.status_code == 200
        addresses[name] = places["file_url"]
    assert not any(entry.authorized for entry in fal.server.requests if entry.method == "PUT")
    submitted = fal.submit(scene, **addresses)
    scene.assert_erased(fal.get(fal.result(submitted).json()["images"][0]["url"]).content)


def test_uploads_by_token(fal: Caller, scene: Any) -> None:
    token = fal.post("storage/auth/token?storage_type=fal-cdn-v3", {}).json()
    assert set(token) == {"token", "token_type", "base_url", "expires_at"}
    headers = {
        "authorization": f"{token['token_type']} {token['token']}",
        "content-type": "image/png",
        "x-fal-file-name": "in.png",
    }
    stored = fal.client.post(f"{token['base_url']}/files/upload", content=scene.image_png, headers=headers).json()
    assert fal.client.get(stored["access_url"]).content == scene.image_png


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        ({"mask_expansion": 51}, "less_than_equal"),
        ({"model": "best"}, "one_of"),
        ({"mask_expansion": "3"}, "integer_type"),
        ({"image_url": "data:image/png;base64,AAAA"}, "image_load_error"),
        ({"image_url": "https://example.org/x.png"}, "file_download_error"),
    ],
)
def test_input_is_validated_by_the_run(fal: Caller, scene: Any, inputs: dict[str, Any], kind: str) -> None:
    submitted = fal.submit(scene, **inputs)
    response = fal.result(submitted)
    assert response.status_code == 422
    assert response.json()["detail"][0]["type"] == kind
    assert response.headers["x-fal-billable-units"] == "0"
    status = fal.get(submitted["status_url"]).json()
    assert status["error"] and status["error_type"] == kind
    assert fal.server.charges == 0


def test_unknown_applications_and_paths(fal: Caller, scene: Any) -> None:
    response = fal.post("fal-ai/lama", pictures(scene))
    assert response.status_code == 404
    assert response.json() == {"detail": 'Application "lama" not found'}
    late = fal.result(fal.submit(scene, "fal-ai/flux-pro/v9"))
    assert late.status_code == 404 and late.json()["detail"] == "Path /v9 not found"


def test_cancel(fal: Caller, scene: Any) -> None:
    submitted = fal.submit(scene)
    stopped = fal.client.put(submitted["cancel_url"], headers=fal.headers)
    assert stopped.status_code == 202 and stopped.json() == {"status": "CANCELLATION_REQUESTED"}
    again = fal.client.put(submitted["cancel_url"], headers=fal.headers)
    assert again.status_code == 400 and again.json() == {"status": "ALREADY_COMPLETED"}
    result = fal.get(submitted["response_url"])
    assert (result.status_code, result.headers["x-fal-billable-units"]) == (499, "0")
    unknown = submitted["cancel_url"].replace(submitted["request_id"], "0")
    assert fal.client.put(unknown, headers=fal.headers).json() == {"status": "NOT_FOUND"}
    assert fal.server.charges == 0


def test_the_addresses_of_a_run_have_the_short_form_only(fal: Caller, scene: Any) -> None:
    submitted = fal.submit(scene, FLUX_ERASE)
    assert "/fal-ai/flux-pro/requests/" in submitted["status_url"]
    built = submitted["status_url"].replace("fal-ai/flux-pro", FLUX_ERASE)
    assert fal.get(built).status_code == 404


def test_keys(fal: Caller, scene: Any) -> None:
    fal.headers["authorization"] = "Key other:secret"
    refused = fal.post(OBJECT_REMOVAL, pictures(scene))
    assert refused.status_code == 401
    assert refused.json() == {"detail": "No user found for Key ID and Secret"}
    fal.headers["authorization"] = f"Bearer {fal.server.key}"
    assert "Expected '<key_id>:<key_secret>'" in fal.post(OBJECT_REMOVAL, {}).json()["detail"]


def test_start_deadline_must_be_above_one_second(fal: Caller, scene: Any) -> None:
    response = fal.post(OBJECT_REMOVAL, pictures(scene), x_fal_request_timeout="1")
    assert response.status_code == 400 and response.json()["error_type"] == "bad_request"


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        (Script.OUT_OF_CREDIT, 403, "User is locked. Reason: Exhausted balance. Top up your balance"),
        (Script.RATE_LIMIT, 429, "concurrent"),
        (Script.SERVER_ERROR, 500, "error"),
        (Script.BAD_KEY, 401, "No user found for Key ID and Secret"),
    ],
)
def test_faults_with_a_status(fal: Caller, scene: Any, script: Script, status: int, said: str) -> None:
    fal.server.next(script)
    response = fal.post(OBJECT_REMOVAL, pictures(scene))
    assert response.status_code == status and said in response.json()["detail"]
    assert response.headers["x-fal-request-id"]
    assert fal.server.runs == 0
    assert fal.submit(scene)


def test_a_locked_account_still_sees_its_runs_but_may_not_upload(fal: Caller, scene: Any) -> None:
    submitted = fal.submit(scene)
    fal.server.always(Script.OUT_OF_CREDIT)
    assert fal.get(submitted["status_url"]).status_code == 202
    body = {"content_type": "image/png", "file_name": "input.png"}
    assert fal.post("storage/upload/initiate?storage_type=fal-cdn-v3", body).status_code == 403


@pytest.mark.parametrize(
    ("script", "status", "kind"),
    [(Script.REFUSAL, 422, "content_policy_violation"), (Script.FAILED_RUN, 500, "runner_server_error")],
)
def test_failed_runs_are_completed(fal: Caller, scene: Any, script: Script, status: int, kind: str) -> None:
    fal.server.always(script)
    response = fal.result(fal.submit(scene))
    assert response.status_code == status and response.headers["x-fal-error-type"] == kind
    detail = response.json()["detail"]
    assert (response.json()["error_type"] if isinstance(detail, str) else detail[0]["type"]) == kind


def test_a_marked_refusal_is_black(fal: Caller, scene: Any, platforms: SimulatedPlatforms) -> None:
    from editor.simulator.pictures import colours, decode

    platforms.script("fal", "refusal-marked")
    document = fal.result(fal.submit(scene, FLUX_ERASE)).json()
    assert document["has_nsfw_concepts"] == [True]
    picture = colours(decode(fal.get(document["images"][0]["url"]).content))
    assert np.all(picture == 0)
