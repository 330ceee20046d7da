"""What each kind of Replicate's simulated models makes of its input, over the wire."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from editor.simulator.replicate import ReplicateServer
from editor.simulator.replicate_models import REPLICATE_MODELS
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

BY_NAME = {model.name: model for model in REPLICATE_MODELS}
EXPAND = "bria/expand-image"


def address(array: Any) -> str:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


class Runs:
    """Runs a model by its route and fetches what came out."""

    def __init__(self, server: ReplicateServer, client: httpx.Client) -> None:
        self.server, self.client = server, client
        self.headers = {"authorization": f"Bearer {server.key}"}

    def created(self, name: str, inputs: dict[str, Any]) -> httpx.Response:
        model = BY_NAME[name]
        path = f"/models/{name}/predictions" if model.official else "/predictions"
        body = {"input": inputs} if model.official else {"version": model.version, "input": inputs}
        return self.client.post(self.server.base_url + path, headers=self.headers, json=body)

    def run(self, name: str, **inputs: Any) -> dict[str, Any]:
        response = self.created(name, inputs)
        assert response.status_code == 201, response.text
        run: dict[str, Any] = response.json()
        while run["status"] in ("starting", "processing"):
            run = self.client.get(run["urls"]["get"], headers=self.headers).json()
        return run

    def pictures(self, name: str, **inputs: Any) -> list[Image.Image]:
        output = self.run(name, **inputs)["output"]
        listed = output if isinstance(output, list) else [output]
        assert isinstance(output, list) is BY_NAME[name].listed
        return [Image.open(io.BytesIO(self.client.get(one).content)) for one in listed]


@pytest.fixture
def runs(platforms: SimulatedPlatforms, client: httpx.Client) -> Runs:
    return Runs(platforms.replicate, client)


def test_ideogram_changes_what_is_black(runs: Runs, scene: Any) -> None:
    inputs = {"prompt": "empty background", "image": address(scene.image)}
    (kept,) = runs.pictures("ideogram-ai/ideogram-v3-turbo", mask=address(scene.mask), **inputs)
    (gone,) = runs.pictures("ideogram-ai/ideogram-v3-turbo", mask=address(255 - scene.mask), **inputs)
    assert tuple(np.asarray(kept)[48, 40, :3]) == (250, 0, 0)
    assert np.asarray(gone)[48, 40, 0] < 140


def test_a_prompt_is_painted(runs: Runs, scene: Any) -> None:
    inputs = {"image": address(scene.image), "mask": address(scene.mask), "prompt": "a green ball"}
    (picture,) = runs.pictures("bria/genfill", **inputs)
    red, green, blue = np.asarray(picture)[48, 40, :3].astype(int)
    assert green > red + 40
    assert green > blue + 40


def test_without_a_seed_every_run_is_another(runs: Runs, scene: Any) -> None:
    inputs = {"image": address(scene.image), "mask": address(scene.mask), "prompt": "a green ball"}
    results = [np.asarray(runs.pictures("bria/genfill", **inputs)[0]).tobytes() for _ in range(2)]
    seeded = [np.asarray(runs.pictures("bria/genfill", seed=4, **inputs)[0]).tobytes() for _ in range(2)]
    assert results[0] != results[1]
    assert seeded[0] == seeded[1]


@pytest.mark.parametrize("name", ["cjwbw/rembg", "lucataco/remove-bg", "bria/remove-background"])
def test_a_cut_out_has_an_alpha(runs: Runs, scene: Any, name: str) -> None:
    (picture,) = runs.pictures(name, image=address(scene.image))
    assert picture.mode == "RGBA"
    alpha = np.asarray(picture)[..., 3]
    assert alpha[48, 40] > 200
    assert alpha[30, 10] < 60


@pytest.mark.parametrize(
    "kind, more, mode, subject",
    [
        ("rgba", {}, "RGBA", (250, 0, 0, 255)),
        ("rgba", {"reverse": True}, "RGBA", (250, 0, 0, 0)),
        ("rgba", {"threshold": 0.5}, "RGBA", (250, 0, 0, 255)),
        ("map", {}, "L", 255),
        ("white", {}, "RGB", (250, 0, 0)),
    ],
)
def test_the_background_remover_has_several_forms(
    runs: Runs, scene: Any, kind: str, more: dict[str, Any], mode: str, subject: Any
) -> None:
    picture = runs.pictures("851-labs/background-remover", image=address(scene.image), background_type=kind, **more)[0]
    assert picture.mode == mode
    assert np.array_equal(np.asarray(picture)[48, 40], subject)


def test_grounded_sam_answers_with_four_pictures(runs: Runs, scene: Any) -> None:
    inputs = {"image": address(scene.image), "mask_prompt": "red square", "negative_mask_prompt": ""}
    output = runs.run("schananas/grounded_sam", adjustment_factor=2, **inputs)["output"]
    names = [one.rpartition("/")[2] for one in output]
    assert names == ["annotated_picture_mask.jpg", "neg_annotated_picture_mask.jpg", "mask.jpg", "inverted_mask.jpg"]
    masks = [runs.pictures("schananas/grounded_sam", adjustment_factor=grown, **inputs)[2] for grown in (0, 4, -4)]
    assert all(mask.format == "JPEG" for mask in masks)
    marked = [int((np.asarray(mask) > 127).sum()) for mask in masks]
    assert marked[2] < marked[0] < marked[1]
    none = runs.pictures("schananas/grounded_sam", **{**inputs, "negative_mask_prompt": "red"})[2]
    assert np.asarray(none).max() < 40, "what is excluded is not marked"


@pytest.mark.parametrize(
    "name, field",
    [
        ("black-forest-labs/flux-kontext-pro", "input_image"),
        ("google/nano-banana", "image_input"),
        ("qwen/qwen-image-edit-plus", "image"),
    ],
)
def test_an_instruction_makes_a_megapixel(runs: Runs, scene: Any, name: str, field: str) -> None:
    sent = address(scene.image)
    listed = BY_NAME[name].parameters[field].kind == "array"
    inputs = {field: [sent] if listed else sent, "prompt": "Replace the red square with a green one."}
    (picture,) = runs.pictures(name, **inputs)
    assert abs(picture.width * picture.height / 2**20 - 1) < 0.05
    assert (picture.width % 16, picture.height % 16) == (0, 0)
    assert abs(picture.width / picture.height - 80 / 96) < 0.03
    (wide,) = runs.pictures(name, aspect_ratio="16:9", **inputs)
    assert abs(wide.width / wide.height - 16 / 9) < 0.03


def test_expand_image_takes_a_canvas_or_an_aspect(runs: Runs, scene: Any) -> None:
    inputs = {"image": address(scene.image)}
    place = {"canvas_size": [120, 130], "original_image_size": [80, 96], "original_image_location": [10, 30]}
    (picture,) = runs.pictures(EXPAND, **inputs, **place)
    assert picture.size == (120, 130)
    assert np.array_equal(np.asarray(picture)[30:126, 10:90], scene.image)
    assert runs.pictures(EXPAND, **inputs)[0].size == (96, 96), "one to one by default"
    for wrong in ({"original_image_size": None}, {"original_image_location": [60, 30]}, {"canvas_size": [5001, 130]}):
        run = runs.run(EXPAND, **inputs, **{**place, **wrong})
        assert run["status"] == "failed"


def test_enlargements(runs: Runs, scene: Any) -> None:
    sent = address(scene.image)
    assert runs.pictures("nightmareai/real-esrgan", image=sent, scale=2.5)[0].size == (200, 240)
    assert runs.pictures("recraft-ai/recraft-crisp-upscale", image=sent)[0].size == (320, 384)
    assert runs.pictures("philz1337x/clarity-upscaler", image=sent)[0].size == (160, 192)
    assert runs.pictures("philz1337x/clarity-upscaler", image=sent, scale_factor=3)[0].size == (240, 288)
    large = runs.run("nightmareai/real-esrgan", image=address(np.zeros((1024, 2048), np.uint8)))
    assert large["status"] == "failed"
    assert "greater than the max size that fits in GPU memory" in large["error"]


@pytest.mark.parametrize("model", REPLICATE_MODELS, ids=lambda model: model.name)
def test_every_model_refuses_what_its_schema_does_not_name(runs: Runs, model: Any) -> None:
    response = runs.created(model.name, {"colour": 1})
    assert response.status_code == 422
    described = {entry["description"] for entry in response.json()["invalid_fields"]}
    assert "Additional property colour is not allowed" in described
    assert {f"{name} is required" for name, one in model.parameters.items() if one.required} <= described
    assert runs.server.runs == 0


def test_versions_of_official_models_are_not_shown(runs: Runs) -> None:
    def get(path: str) -> httpx.Response:
        return runs.client.get(runs.server.base_url + path, headers=runs.headers)

    lama = BY_NAME["allenhooo/lama"]
    (version,) = get(f"/models/{lama.name}/versions").json()["results"]
    assert version["id"] == lama.version
    assert get(f"/models/{lama.name}/versions/{lama.version}").json() == version
    assert get(f"/models/{EXPAND}/versions").status_code == 404


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        (Script.FORBIDDEN, 403, "permission"),
        (Script.GONE, 404, "could not be found"),
        (Script.TOO_LARGE, 413, "100MB"),
        (Script.INVALID, 422, "Additional property prompt_upsampling is not allowed"),
        (Script.WRONG_LANGUAGE, 422, "Additional property prompt_upsampling is not allowed"),
        (Script.RATE_LIMIT_UNTOLD, 429, "Request was throttled."),
        (Script.UNAVAILABLE, 503, "unavailable"),
    ],
)
def test_further_faults_with_a_status(runs: Runs, scene: Any, script: Script, status: int, said: str) -> None:
    runs.server.next(script)
    inputs = {"image": address(scene.image), "mask": address(scene.mask), "prompt": "a ball"}
    response = runs.created("black-forest-labs/flux-fill-pro", {"prompt_upsampling": False, **inputs})
    assert response.status_code == status
    assert said in response.json()["detail"]
    assert runs.server.runs == 0


def test_an_expired_output_is_not_found(runs: Runs, scene: Any) -> None:
    runs.server.next(Script.EXPIRED)
    run = runs.run("allenhooo/lama", image=address(scene.image), mask=address(scene.mask))
    assert run["status"] == "succeeded"
    assert runs.client.get(run["output"]).status_code == 404


def test_pixels_are_counted(runs: Runs, scene: Any) -> None:
    runs.run("allenhooo/lama", image=address(scene.image), mask=address(scene.mask))
    assert runs.server.pixels_received == 2 * 80 * 96
