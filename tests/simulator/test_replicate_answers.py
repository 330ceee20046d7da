"""The simulated Replicate's answers against the OpenAPI document that the real one serves."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from editor.simulator.replicate import ReplicateServer
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

DOCUMENT = Path(__file__).parents[3] / "shared" / "platforms" / "replicate.openapi.json"
LAMA_VERSION = "cdac78a1bec5b23c07fd29692fb70baa513ea403a39e643c48ec5edadb15fe72"
MODEL = "/models/{model_owner}/{model_name}"

pytestmark = pytest.mark.skipif(not DOCUMENT.is_file(), reason="Replicate's own document is not beside the project")


def modern(schema: Any) -> Any:
    """``schema`` with OpenAPI's older word ``nullable`` as validators of JSON schema know it."""
    if isinstance(schema, list):
        return [modern(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: modern(one) for name, one in schema.items()}
    if found.get("nullable") is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


class Reader:
    """Calls the simulator and validates every answer by the document."""

    def __init__(self, server: ReplicateServer, client: httpx.Client) -> None:
        self.server, self.client = server, client
        self.document = modern(json.loads(DOCUMENT.read_text(encoding="utf-8")))

    def call(self, method: str, path: str, template: str, **options: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.server.key}", **options.pop("headers", {})}
        response = self.client.request(method, self.server.base_url + path, headers=headers, **options)
        described = self.document["paths"][template][method.lower()]["responses"][str(response.status_code)]
        schema = described["content"]["application/json"]["schema"]
        whole = {"components": self.document["components"], **schema}
        errors = [
            f"{error.json_path}: {error.message[:200]}"
            for error in Draft202012Validator(whole).iter_errors(response.json())
        ]
        assert errors == []
        answer: dict[str, Any] = response.json()
        return answer


@pytest.fixture
def reader(platforms: SimulatedPlatforms, client: httpx.Client) -> Reader:
    return Reader(platforms.replicate, client)


@pytest.mark.parametrize("script", [Script.OK, Script.FAILED_RUN, Script.REFUSAL], ids=str)
def test_a_run_from_its_start_to_its_end(reader: Reader, scene: Any, script: Script) -> None:
    reader.server.next(script)
    pictures = {"image": scene.image_png, "mask": scene.mask_png}
    inputs = {name: "data:image/png;base64," + base64.b64encode(data).decode() for name, data in pictures.items()}
    body = {"version": LAMA_VERSION, "input": inputs}
    run = reader.call("POST", "/predictions", "/predictions", json=body, headers={"cancel-after": "90s"})
    for _ in range(reader.server.polls + 1):
        reader.call("GET", f"/predictions/{run['id']}", "/predictions/{prediction_id}")
    reader.call("POST", f"/predictions/{run['id']}/cancel", "/predictions/{prediction_id}/cancel")
    reader.call("GET", "/predictions", "/predictions")


def test_models(reader: Reader) -> None:
    for name in ("bria/eraser", "allenhooo/lama", "philz1337x/clarity-upscaler"):
        reader.call("GET", f"/models/{name}", MODEL)
    reader.call("GET", "/models/allenhooo/lama/versions", f"{MODEL}/versions")
    reader.call("GET", f"/models/allenhooo/lama/versions/{LAMA_VERSION}", f"{MODEL}/versions/{{version_id}}")


def test_files_and_the_account(reader: Reader, scene: Any) -> None:
    files = {"content": ("image.png", scene.image_png, "image/png")}
    stored = reader.call("POST", "/files", "/files", files=files)
    reader.call("GET", f"/files/{stored['id']}", "/files/{file_id}")
    reader.call("GET", "/files", "/files")
    reader.call("GET", "/account", "/account")
