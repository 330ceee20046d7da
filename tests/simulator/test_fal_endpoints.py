"""What the simulated endpoints of FAL make of a picture, kind after kind, and how strictly they take their inputs."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from editor.simulator import painting
from editor.simulator.fal import FalServer
from editor.simulator.fal_models import FAL_ENDPOINTS
from editor.simulator.pictures import Array, colours, decode, encode
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms

RED_BOX = (slice(42, 54), slice(34, 46))


def address_of(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


class Caller:
    """Calls the synchronous way and decodes what comes back."""

    def __init__(self, server: FalServer, client: httpx.Client, scene: Any) -> None:
        self.server, self.client, self.scene = server, client, scene
        self.headers = {"authorization": f"Key {server.key}"}

    def call(self, endpoint: str, headers: dict[str, str] | None = None, **inputs: Any) -> httpx.Response:
        field = "image_urls" if "nano" in endpoint else "image_url"
        picture = address_of(self.scene.image_png)
        body = {field: [picture] if field.endswith("s") else picture, **inputs}
        sent = {**self.headers, **(headers or {})}
        return self.client.post(f"{self.server.run_url}/{endpoint}", headers=sent, json=body)

    def output(self, endpoint: str, **inputs: Any) -> dict[str, Any]:
        response = self.call(endpoint, **inputs)
        assert response.status_code == 200, response.text
        document: dict[str, Any] = response.json()
        return document

    def pictures(self, endpoint: str, place: str = "images", **inputs: Any) -> list[Image.Image]:
        found = self.output(endpoint, **inputs)[place]
        return [decode(self.client.get(one["url"]).content) for one in (found if isinstance(found, list) else [found])]

    @property
    def mask(self) -> str:
        return address_of(self.scene.mask_png)


@pytest.fixture
def fal(platforms: SimulatedPlatforms, client: httpx.Client, scene: Any) -> Caller:
    return Caller(platforms.fal, client, scene)


def mean(picture: Array, place: tuple[slice, slice] = RED_BOX) -> Array:
    found: Array = picture[place].reshape(-1, 3).mean(axis=0)
    return found


def test_a_fill_paints_the_words_and_counts_its_seeds(fal: Caller) -> None:
    first, second = fal.pictures("fal-ai/flux-pro/v1/fill", mask_url=fal.mask, prompt="green", num_images=2, seed=4)
    (again,) = fal.pictures("fal-ai/flux-pro/v1/fill", mask_url=fal.mask, prompt="green", seed=5)
    assert mean(colours(first))[1] > 120
    assert first.format == "JPEG", "the documented default"
    assert np.array_equal(colours(second), colours(again))
    assert not np.array_equal(colours(first), colours(second))


def test_a_fill_at_the_size_that_is_asked_for(fal: Caller) -> None:
    (picture,) = fal.pictures(
        "fal-ai/qwen-image-edit/inpaint",
        mask_url=fal.mask,
        prompt="a green box",
        image_size={"width": 160, "height": 192},
    )
    assert picture.size == (160, 192)
    (picture,) = fal.pictures(
        "fal-ai/qwen-image-edit/inpaint", mask_url=fal.mask, prompt="a green box", image_size="portrait_4_3"
    )
    assert picture.size == (768, 1024)


def test_masks_come_at_their_own_size_white_on_the_thing(fal: Caller) -> None:
    inputs = {"prompt": "red box", "apply_mask": False, "return_multiple_masks": True}
    (mask,) = fal.pictures("fal-ai/sam-3/image", place="masks", **inputs)
    assert mask.size == (853, 1024)
    grey = np.asarray(mask.convert("L").resize((80, 96)))
    assert grey[RED_BOX].min() > 250
    assert grey[:30].max() == 0
    (painted,) = fal.pictures("fal-ai/sam-3/image", place="masks", prompt="red box")
    assert painted.mode == "RGB", "by default the mask is painted over the picture"
    assert fal.output("fal-ai/sam-3/image", prompt="white hat", apply_mask=False)["masks"] == []


def test_only_the_largest_thing_is_found_unless_several_are_asked_for(fal: Caller, scene: Any) -> None:
    scene.image[60:66, 4:10] = (250, 0, 0)
    single = fal.pictures("fal-ai/sam-3/image", place="masks", prompt="red", apply_mask=False)
    several = fal.pictures(
        "fal-ai/sam-3/image", place="masks", prompt="red", apply_mask=False, return_multiple_masks=True
    )
    assert (len(single), len(several)) == (1, 2)
    shares = [np.asarray(mask.convert("L")).mean() for mask in several]
    assert shares[0] > shares[1]


def test_a_mask_by_words_in_one_picture(fal: Caller) -> None:
    (mask,) = fal.pictures("fal-ai/evf-sam", place="image", prompt="red box")
    (reverse,) = fal.pictures("fal-ai/evf-sam", place="image", prompt="red box", revert_mask=True)
    assert mask.size == (80, 96)
    assert np.array_equal(np.asarray(mask.convert("L")), 255 - np.asarray(reverse.convert("L")))
    (grown,) = fal.pictures("fal-ai/evf-sam", place="image", prompt="red box", expand_mask=5)
    assert np.asarray(grown.convert("L")).mean() > np.asarray(mask.convert("L")).mean()
    (cut,) = fal.pictures("fal-ai/evf-sam", place="image", prompt="red box", mask_only=False)
    assert mean(colours(cut))[0] > 200 and colours(cut)[:30].max() == 0


@pytest.mark.parametrize("endpoint", ["fal-ai/birefnet/v2", "fal-ai/bria/background/remove"])
def test_a_cut_out_is_transparent_around_the_subject(fal: Caller, endpoint: str) -> None:
    (picture,) = fal.pictures(endpoint, place="image")
    assert np.array_equal(np.asarray(picture), painting.cut_out(fal.scene.image))


@pytest.mark.parametrize("endpoint", ["fal-ai/flux-pro/kontext", "fal-ai/qwen-image-edit", "fal-ai/nano-banana/edit"])
def test_an_instruction_makes_the_whole_picture_anew(fal: Caller, endpoint: str) -> None:
    (picture,) = fal.pictures(endpoint, prompt="Replace the red box with a green box.", output_format="png")
    assert picture.size == (928, 1120), "about a megapixel, whatever was sent"
    small = np.asarray(picture.convert("RGB").resize((80, 96)))
    assert mean(small)[1] > mean(small)[0] + 40


def test_a_picture_made_anew_has_one_of_the_ratios_that_are_known(fal: Caller, scene: Any) -> None:
    endpoint, words = "fal-ai/flux-pro/kontext", "Replace the red box with a green box."
    (square,) = fal.pictures(endpoint, prompt=words, aspect_ratio="1:1")
    assert square.size == (1024, 1024)
    fal.scene = replace(scene, image=np.ascontiguousarray(scene.image[40:56]))
    (wide,) = fal.pictures(endpoint, prompt=words)
    assert wide.width / wide.height == pytest.approx(21 / 9, rel=0.02), "5:1 was sent"


def test_an_extension_by_pixels_and_one_by_a_canvas_keep_the_old_picture(fal: Caller) -> None:
    (wide,) = fal.pictures("fal-ai/flux-2-pro/outpaint", expand_left=16, expand_bottom=8, output_format="png")
    assert wide.size == (96, 104)
    assert np.array_equal(colours(wide)[:96, 16:], fal.scene.image)
    (canvas,) = fal.pictures(
        "fal-ai/bria/expand",
        place="image",
        canvas_size=[120, 110],
        original_image_size=[80, 96],
        original_image_location=[30, 5],
    )
    assert np.array_equal(colours(canvas)[5:101, 30:110], fal.scene.image)


@pytest.mark.parametrize(
    ("endpoint", "inputs", "factor"),
    [
        ("fal-ai/esrgan", {}, 2),
        ("fal-ai/esrgan", {"scale": 2.5}, 2.5),
        ("fal-ai/aura-sr", {}, 4),
        ("fal-ai/recraft/upscale/crisp", {}, 4),
        ("fal-ai/clarity-upscaler", {"upscale_factor": 3}, 3),
    ],
)
def test_enlargements(fal: Caller, endpoint: str, inputs: dict[str, Any], factor: float) -> None:
    (picture,) = fal.pictures(endpoint, place="image", **inputs)
    assert picture.size == (80 * factor, 96 * factor)
    small = np.asarray(picture.convert("RGB").resize((80, 96), Image.Resampling.BOX), int)
    assert np.abs(small - fal.scene.image).mean() < 4


@pytest.mark.parametrize(
    ("endpoint", "inputs", "kind", "place"),
    [
        ("fal-ai/esrgan", {"scale": 9}, "less_than_equal", ["body", "scale"]),
        ("fal-ai/aura-sr", {"upscale_factor": 2}, "one_of", ["body", "upscale_factor"]),
        ("fal-ai/flux-pro/kontext", {}, "missing", ["body", "prompt"]),
        ("fal-ai/nano-banana/edit", {"prompt": "x"}, "string_too_short", ["body", "prompt"]),
        ("fal-ai/bria/expand", {"canvas_size": [10]}, "sequence_too_short", ["body", "canvas_size"]),
        ("fal-ai/bria/expand", {"canvas_size": [5_000, 5_000]}, "value_error", ["body", "canvas_size"]),
        (
            "fal-ai/qwen-image-edit",
            {"prompt": "x", "image_size": {"width": 0, "height": 9}},
            "greater_than",
            ["body", "image_size", "width"],
        ),
        ("fal-ai/flux-pro/v1/fill", {"prompt": "x", "num_images": 5}, "missing", ["body", "mask_url"]),
        ("fal-ai/birefnet/v2", {"output_mask": "yes"}, "boolean_type", ["body", "output_mask"]),
    ],
)
def test_inputs_are_held_to_the_schema(
    fal: Caller, endpoint: str, inputs: dict[str, Any], kind: str, place: list[str]
) -> None:
    response = fal.call(endpoint, **inputs)
    assert response.status_code == 422
    entry = response.json()["detail"][0]
    assert (entry["type"], entry["loc"]) == (kind, place)
    assert response.headers["x-fal-billable-units"] == "0"
    assert fal.server.charges == 0


def test_what_the_schema_lacks_is_noted_and_ignored(fal: Caller) -> None:
    fal.output("fal-ai/esrgan", sharpness=3)
    (request,) = [request for request in fal.server.requests if "endpoint" in request.fields]
    assert request.fields["ignored"] == "sharpness"
    assert request.fields["image_url"] == "PNG 80×96 RGB"
    assert fal.server.pixels_received == 80 * 96


def test_a_picture_of_a_format_that_is_not_taken(fal: Caller, scene: Any) -> None:
    webp = base64.b64encode(encode(scene.image, "webp").data).decode()
    response = fal.call("fal-ai/recraft/upscale/crisp", image_url=f"data:image/webp;base64,{webp}")
    entry = response.json()["detail"][0]
    assert (entry["type"], entry["ctx"]) == ("unsupported_image_format", {"supported_formats": ["png"]})


@pytest.mark.parametrize("endpoint", FAL_ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_units_are_counted_as_each_endpoint_bills(fal: Caller, endpoint: Any) -> None:
    needed: dict[str, Any] = {"prompt": "Replace the red box with a green box.", "canvas_size": [100, 120]}
    inputs = {name: value for name, value in needed.items() if name in endpoint.parameters}
    if "mask_url" in endpoint.parameters:
        inputs["mask_url"] = fal.mask
    if "num_images" in endpoint.parameters:
        inputs["num_images"] = 2
    response = fal.call(endpoint.name, **inputs)
    units = float(response.headers["x-fal-billable-units"])
    if endpoint.redraws and endpoint.billing.name == "MEGAPIXEL":
        assert units == 4, "928 × 1120 pixels are begun into a second megapixel, twice"
    else:
        assert units == (0.25 if endpoint.billing.name == "SECOND" else inputs.get("num_images", 1))
    assert fal.server.charges == 1


def test_files_expire(fal: Caller) -> None:
    moment = 0.0
    fal.server.storage.clock = lambda: moment
    wish = {"x-fal-object-lifecycle-preference": '{"expiration_duration_seconds": 60}'}
    short = fal.call("fal-ai/aura-sr", headers=wish).json()["image"]["url"]
    long = fal.call("fal-ai/aura-sr").json()["image"]["url"]
    moment = 59.0
    assert fal.client.get(short).status_code == 200
    moment = 61.0
    assert (fal.client.get(short).status_code, fal.client.get(long).status_code) == (404, 200)


@pytest.mark.parametrize(
    ("script", "status", "kind"),
    [
        (Script.UNAVAILABLE, 503, "runner_scheduling_failure"),
        (Script.FAILED_RUN, 500, "runner_server_error"),
        (Script.INVALID, 422, "value_error"),
        (Script.PUBLIC_FIGURE, 422, "content_policy_violation"),
        (Script.FORBIDDEN, 403, None),
        (Script.GONE, 404, None),
        (Script.TOO_LARGE, 413, None),
        (Script.EXPIRED, 404, None),
    ],
)
def test_faults_of_a_synchronous_call(fal: Caller, script: Script, status: int, kind: str | None) -> None:
    fal.server.next(script)
    response = fal.call("fal-ai/esrgan", scale=2)
    assert (response.status_code, response.headers.get("x-fal-error-type")) == (status, kind)
    assert response.headers["x-fal-request-id"]
