from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from editor.simulator.replicate import ReplicateServer
from editor.simulator.replicate_models import REPLICATE_MODELS
from editor.simulator.replicate_runs import Prediction, new_deadline
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

PRO = "black-forest-labs/flux-fill-pro"
LAMA = "allenhooo/lama"
LAMA_VERSION = "cdac78a1bec5b23c07fd29692fb70baa513ea403a39e643c48ec5edadb15fe72"


class Caller:
    def __init__(self, server: ReplicateServer, client: httpx.Client) -> None:
        self.server, self.client = server, client
        self.headers = {"authorization": f"Bearer {server.key}"}

    def get(self, path: str, **query: str) -> httpx.Response:
        address = path if path.startswith("http") else self.server.base_url + path
        return self.client.get(address, headers=self.headers, params=query or None)

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        address = self.server.base_url + path
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.post(address, headers=sent, json=body)

    def fill(self, scene: Any, **headers: str) -> httpx.Response:
        body = {"input": {"prompt": "background", "output_format": "png", **pictures(scene)}}
        return self.post(f"/models/{PRO}/predictions", body, **headers)

    def finished(self, created: httpx.Response) -> dict[str, Any]:
        for _ in range(self.server.polls + 1):
            prediction = self.get(created.json()["urls"]["get"]).json()
        result: dict[str, Any] = prediction
        return result


def pictures(scene: Any) -> dict[str, str]:
    def address(data: bytes) -> str:
        return "data:image/png;base64," + base64.b64encode(data).decode()

    return {"image": address(scene.image_png), "mask": address(scene.mask_png)}


@pytest.fixture
def replicate(platforms: SimulatedPlatforms, client: httpx.Client) -> Caller:
    return Caller(platforms.replicate, client)


def test_an_official_model_from_start_to_picture(replicate: Caller, scene: Any) -> None:
    created = replicate.fill(scene)
    assert created.status_code == 201
    assert created.headers["ratelimit-remaining"] == "599"
    prediction = created.json()
    assert prediction["status"] == "starting" and prediction["output"] is None
    assert created.headers["location"] == prediction["urls"]["get"]
    seen = [replicate.get(prediction["urls"]["get"]).json() for _ in range(3)]
    assert [look["status"] for look in seen] == ["starting", "processing", "succeeded"]
    assert "started_at" not in seen[0] and "metrics" not in seen[1] and seen[1]["output"] is None
    assert seen[2]["metrics"]["image_count"] == 1 and seen[2]["error"] is None
    scene.assert_erased(httpx.get(seen[2]["output"], trust_env=False).content, tolerance=0)
    assert replicate.server.charges == replicate.server.runs == 1


def test_a_community_model_by_its_version(replicate: Caller, scene: Any) -> None:
    model = replicate.get(f"/models/{LAMA}").json()
    assert model["is_official"] is False
    version = model["latest_version"]["id"]
    assert model["latest_version"]["openapi_schema"]["components"]["schemas"]["Input"]["required"] == ["image", "mask"]
    created = replicate.post("/predictions", {"version": version, "input": pictures(scene)})
    scene.assert_erased(replicate.get(replicate.finished(created)["output"]).content)


def test_flux_fill_dev_answers_with_a_list(replicate: Caller, scene: Any) -> None:
    inputs = {"prompt": "background", "megapixels": "match_input", "output_format": "png", **pictures(scene)}
    created = replicate.post("/models/black-forest-labs/flux-fill-dev/predictions", {"input": inputs})
    (address,) = replicate.finished(created)["output"]
    assert replicate.get(address).status_code == 200


@pytest.mark.parametrize("version", [LAMA, f"{LAMA}:{'0' * 64}", "0" * 64])
def test_wrong_versions(replicate: Caller, scene: Any, version: str) -> None:
    response = replicate.post("/predictions", {"version": version, "input": pictures(scene)})
    assert response.status_code == 422
    assert response.json()["title"] == "Invalid version or not permitted"


@pytest.mark.parametrize("version", [PRO, f"{LAMA}:{LAMA_VERSION}"])
def test_other_forms_of_a_version(replicate: Caller, scene: Any, version: str) -> None:
    inputs = pictures(scene) | ({"prompt": "background"} if version == PRO else {})
    assert replicate.post("/predictions", {"version": version, "input": inputs}).status_code == 201


def test_a_community_model_on_the_official_route(replicate: Caller, scene: Any) -> None:
    response = replicate.post(f"/models/{LAMA}/predictions", {"input": pictures(scene)})
    assert response.status_code == 404
    assert response.json() == {"detail": "The requested resource could not be found.", "status": 404}


def test_input_is_validated_in_the_platforms_words(replicate: Caller, scene: Any) -> None:
    body = {"input": {**pictures(scene), "steps": 51, "guidance": "high", "colour": 1}}
    response = replicate.post(f"/models/{PRO}/predictions", body)
    assert response.status_code == 422
    document = response.json()
    assert document["title"] == "Input validation failed"
    assert "- input: prompt is required\n" in document["detail"]
    assert "- input.steps: Must be less than or equal to 50\n" in document["detail"]
    kinds = {field["type"] for field in document["invalid_fields"]}
    assert kinds == {"required", "number_lte", "invalid_type", "additional_property_not_allowed"}


def test_stray_keys_beside_the_input(replicate: Caller, scene: Any) -> None:
    response = replicate.post(f"/models/{PRO}/predictions", {"input": pictures(scene), "model": PRO})
    assert response.status_code == 422
    assert replicate.server.runs == 0


def test_uploaded_files(replicate: Caller, scene: Any) -> None:
    uploads = {}
    for name, data in (("image", scene.image_png), ("mask", scene.mask_png)):
        files = {"content": (f"{name}.png", data, "image/png")}
        response = replicate.client.post(replicate.server.base_url + "/files", headers=replicate.headers, files=files)
        assert response.status_code == 201
        uploads[name] = response.json()
        assert uploads[name]["content_type"] == "image/png" and uploads[name]["size"] == len(data)
    addresses = {name: upload["urls"]["get"] for name, upload in uploads.items()}
    created = replicate.post("/predictions", {"version": LAMA_VERSION, "input": addresses})
    scene.assert_erased(replicate.get(replicate.finished(created)["output"]).content)
    assert replicate.get(addresses["image"]).json() == uploads["image"]
    assert replicate.client.delete(addresses["image"], headers=replicate.headers).status_code == 204
    gone = replicate.client.delete(addresses["image"], headers=replicate.headers)
    assert gone.status_code == 404 and gone.json() == {"detail": "File not found"}
    assert replicate.server.files == 1


def test_prefer_wait_shows_the_output_before_the_end(replicate: Caller, scene: Any) -> None:
    created = replicate.fill(scene, prefer="wait=10")
    assert created.status_code == 201 and created.headers["preference-applied"] == "wait=10"
    document = created.json()
    assert document["status"] == "processing" and document["output"] and "metrics" not in document
    assert replicate.get(document["urls"]["get"]).json()["status"] == "succeeded"


def test_cancel(replicate: Caller, scene: Any) -> None:
    created = replicate.fill(scene).json()
    canceled = replicate.post(f"/predictions/{created['id']}/cancel")
    assert canceled.status_code == 200 and canceled.json()["status"] == "canceled"
    assert replicate.get(created["urls"]["get"]).json()["status"] == "canceled"
    assert replicate.server.charges == 0 and replicate.server.statuses() == ("canceled",)


def test_cancel_after(replicate: Caller, scene: Any) -> None:
    assert replicate.fill(scene, cancel_after="1m30s").json()["deadline"]
    assert replicate.fill(scene, cancel_after="4s").status_code == 400


@pytest.mark.parametrize(("looks", "ending"), [(0, "aborted"), (1, "canceled")])
def test_a_deadline_ends_the_run(looks: int, ending: str) -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    deadline = new_deadline(created, 5)
    run = Prediction(
        id="one",
        model=REPLICATE_MODELS[0],
        input={},
        script=Script.STUCK,
        polls_left=None,
        created=created,
        deadline=deadline,
    )
    for _ in range(looks):
        run.look(created)
    run.look(created + timedelta(seconds=6))
    assert run.status == ending
    run.look(created + timedelta(seconds=7))
    assert run.document("http://127.0.0.1")["status"] == ending


def test_a_lost_run_is_found_again(replicate: Caller, scene: Any) -> None:
    replicate.fill(scene)
    replicate.server.next(Script.LOST_ANSWER)
    with pytest.raises(httpx.RemoteProtocolError):
        replicate.fill(scene)
    page = replicate.get("/predictions", created_after="2020-01-01T00:00:00Z").json()
    assert [page["next"], page["previous"], len(page["results"])] == [None, None, 2]
    newest, oldest = page["results"]
    assert newest["created_at"] > oldest["created_at"] and newest["model"] == PRO
    assert replicate.get("/predictions", created_after=newest["created_at"]).json()["results"] == [newest]
    assert replicate.get("/predictions", source="api").status_code == 400


def test_account_and_keys(replicate: Caller) -> None:
    assert replicate.get("/account").json()["type"] == "user"
    replicate.headers["authorization"] = "Bearer r8_other"
    refused = replicate.get("/account")
    assert refused.status_code == 401
    assert refused.json() == {
        "title": "Unauthenticated",
        "detail": "You did not pass a valid authentication token",
        "status": 401,
    }
    del replicate.headers["authorization"]
    assert replicate.get("/account").json()["detail"] == "You did not pass an authentication token"


def test_a_body_too_large(replicate: Caller, scene: Any) -> None:
    body = {"version": LAMA_VERSION, "input": {**pictures(scene), "image": "data:," + "A" * 10_000_000}}
    response = replicate.post("/predictions", body)
    assert response.status_code == 400
    assert response.json() == {"detail": "Failed to parse request body as JSON: EOF", "status": 400}


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        (Script.OUT_OF_CREDIT, 402, "You have insufficient credit to run this model."),
        (Script.RATE_LIMIT, 429, "Your rate limit resets in ~5s."),
        (Script.SERVER_ERROR, 500, "error"),
        (Script.BAD_KEY, 401, "You did not pass a valid authentication token"),
    ],
)
def test_faults_with_a_status(replicate: Caller, scene: Any, script: Script, status: int, said: str) -> None:
    replicate.server.next(script)
    response = replicate.fill(scene)
    assert response.status_code == response.json()["status"] == status
    assert said in response.json()["detail"]
    assert response.json().get("retry_after") == (5 if status == 429 else None)
    assert replicate.server.runs == 0
    assert replicate.fill(scene).status_code == 201


@pytest.mark.parametrize(("script", "said"), [(Script.REFUSAL, "(E005)"), (Script.FAILED_RUN, "(code: PA)")])
def test_failed_runs(replicate: Caller, scene: Any, script: Script, said: str) -> None:
    replicate.server.always(script)
    created = replicate.fill(scene)
    assert created.status_code == 201 and created.json()["error"] is None
    prediction = replicate.finished(created)
    assert prediction["status"] == "failed" and said in prediction["error"] and prediction["output"] is None
    assert replicate.server.charges == 0


def test_a_missing_mask_fails_the_run_of_bria(replicate: Caller, scene: Any) -> None:
    body = {"input": {"image": pictures(scene)["image"]}}
    prediction = replicate.finished(replicate.post("/models/bria/eraser/predictions", body))
    assert prediction["status"] == "failed" and prediction["error"] == "mask is missing"


def test_a_stuck_run_goes_on_until_cancelled(replicate: Caller, scene: Any) -> None:
    replicate.server.always(Script.STUCK)
    created = replicate.fill(scene)
    assert replicate.finished(created)["status"] == "processing"
    assert replicate.post(f"/predictions/{created.json()['id']}/cancel").json()["status"] == "canceled"
