"""Every form of the simulated Stability AI: what it takes, what it refuses, what it charges and what it computes."""

from __future__ import annotations

import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from editor.simulator.pictures import Array
from editor.simulator.simulated import SimulatedPlatforms
from editor.simulator.stability_operations import OPERATIONS

ROOT = "/v2beta/stable-image/"
WIDTH, HEIGHT = 120, 80
BOX = (slice(24, 56), slice(40, 80))


def encoded(array: Array, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, kind)
    return stream.getvalue()


def blank(width: int, height: int) -> bytes:
    return encoded(np.full((height, width, 3), 90, np.uint8))


def decoded(data: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(data)), np.uint8)


def picture() -> Array:
    """A grey wall with a little life, and a red box before it."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    ripple = ((rows // 5 + columns // 7) % 2) * 8
    image = np.stack([150 + ripple, 150 + ripple, 156 + ripple], axis=2).astype(np.uint8)
    image[BOX] = (215, 25, 25)
    return image


def mask() -> Array:
    marked = np.zeros((HEIGHT, WIDTH), np.uint8)
    marked[BOX] = 255
    return marked


WORDS: dict[str, dict[str, Any]] = {
    "edit/erase": {"grow_mask": "0"},
    "edit/inpaint": {"prompt": "a green box", "grow_mask": "0"},
    "edit/outpaint": {"left": "10", "down": "6"},
    "edit/search-and-replace": {"search_prompt": "red box", "prompt": "a green box"},
    "edit/search-and-recolor": {"select_prompt": "red box", "prompt": "green"},
    "edit/remove-background": {},
    "edit/replace-background-and-relight": {"background_prompt": "a blue wall"},
    "upscale/fast": {},
    "upscale/conservative": {"prompt": "a box"},
    "upscale/creative": {"prompt": "a box"},
}
CREDITS = {
    "edit/erase": 5,
    "edit/inpaint": 5,
    "edit/outpaint": 4,
    "edit/search-and-replace": 5,
    "edit/search-and-recolor": 5,
    "edit/remove-background": 5,
    "edit/replace-background-and-relight": 8,
    "upscale/fast": 2,
    "upscale/conservative": 40,
    "upscale/creative": 60,
}
MASKED = ("edit/erase", "edit/inpaint")
RELIT = "edit/replace-background-and-relight"


class Caller:
    def __init__(self, platforms: SimulatedPlatforms, client: httpx.Client) -> None:
        self.server, self.client = platforms.stability, client
        self.headers = {"authorization": f"Bearer {self.server.key}"}

    def form(self, path: str, **changes: Any) -> dict[str, Any]:
        """A good form with ``changes``; None leaves a field out."""
        files: dict[str, Any] = {"subject_image" if path == RELIT else "image": encoded(picture())}
        if path in MASKED:
            files["mask"] = encoded(mask())
        values = {name: value for name, value in {**files, **WORDS[path], **changes}.items() if value is not None}
        return {
            name: (f"{name}.png", value, "image/png") if isinstance(value, bytes) else (None, value)
            for name, value in values.items()
        }

    def post(self, path: str, *, accept: str = "*/*", **changes: Any) -> httpx.Response:
        headers = {**self.headers, "accept": accept}
        return self.client.post(self.server.base_url + ROOT + path, files=self.form(path, **changes), headers=headers)

    def picture_of(self, path: str, **changes: Any) -> Array:
        answer = self.post(path, **changes)
        assert answer.status_code == 200, answer.text
        if answer.headers["content-type"] == "application/json":
            url = f"{self.server.base_url}/v2beta/results/{answer.json()['id']}"
            for _ in range(self.server.polls + 1):
                answer = self.client.get(url, headers=self.headers)
        assert answer.status_code == 200
        assert answer.headers["finish-reason"] == "SUCCESS"
        return decoded(answer.content)


@pytest.fixture
def caller(platforms: SimulatedPlatforms, client: httpx.Client) -> Caller:
    return Caller(platforms, client)


def test_the_ten_operations_are_there_with_their_prices() -> None:
    assert {path.removeprefix(ROOT): operation.credits for path, operation in OPERATIONS.items()} == CREDITS


@pytest.mark.parametrize("path", WORDS)
def test_a_good_form_is_taken_and_charged(caller: Caller, path: str) -> None:
    answer = caller.post(path)
    assert answer.status_code == 200, answer.text
    assert caller.server.credits == 1000 - CREDITS[path]
    assert caller.server.pixels_received == WIDTH * HEIGHT * (2 if path in MASKED else 1)
    if OPERATIONS[ROOT + path].asynchronous:
        assert set(answer.json()) == {"id"}
        assert len(answer.json()["id"]) == 64
    else:
        assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize("path", WORDS)
def test_what_is_required_is_missed(caller: Caller, path: str) -> None:
    required = [one.name for one in OPERATIONS[ROOT + path].fields if one.required]
    assert required
    for name in required:
        # A form without any part would not be one.
        answer = caller.post(path, **{name: None, "output_format": "png"})
        assert answer.status_code == 400
        assert f"{name}: required" in answer.json()["errors"]
    assert caller.server.credits == 1000


GROW = "grow_mask: must be between 0 and"
BREACHES = [
    *((path, {"dither": "1"}, "dither: not allowed") for path in WORDS),
    *((path, {"output_format": "gif"}, "output_format: must be one of") for path in WORDS),
    *((path, {"output_format": ""}, "output_format: must be one of") for path in WORDS),
    *((path, {"seed": "4294967295"}, "seed: must be between 0 and 4294967294") for path in WORDS if "edit/s" in path),
    *((path, {"prompt": ""}, "prompt: must be between 1") for path in WORDS if "prompt" in WORDS[path]),
    *((path, {"prompt": "x" * 10_001}, "prompt: must be between") for path in WORDS if "prompt" in WORDS[path]),
    ("edit/erase", {"prompt": "sky"}, "prompt: not allowed"),
    ("edit/erase", {"grow_mask": "21"}, f"{GROW} 20"),
    ("edit/erase", {"mask": None}, "mask: required"),
    ("edit/erase", {"mask": "0"}, "mask: must be a file"),
    ("edit/inpaint", {"grow_mask": "101"}, f"{GROW} 100"),
    ("edit/inpaint", {"style_preset": "oil"}, "style_preset: must be one of"),
    ("edit/inpaint", {"negative_prompt": "x" * 10_001}, "negative_prompt: must be between 0"),
    ("edit/search-and-replace", {"grow_mask": "21"}, f"{GROW} 20"),
    ("edit/search-and-replace", {"select_prompt": "x"}, "select_prompt: not allowed"),
    ("edit/search-and-recolor", {"search_prompt": "x"}, "search_prompt: not allowed"),
    ("edit/outpaint", {"left": None, "down": "0"}, "at least one of left, right, up, down"),
    ("edit/outpaint", {"left": "2001"}, "left: must be between 0 and 2000"),
    ("edit/outpaint", {"left": "1.5"}, "left: must be an integer"),
    ("edit/outpaint", {"bottom": "5"}, "bottom: not allowed"),
    ("edit/outpaint", {"creativity": "0.6"}, "creativity: must be between 0.2 and 0.5"),
    ("edit/remove-background", {"output_format": "jpeg"}, "output_format: must be one of png, webp"),
    ("edit/remove-background", {"seed": "1"}, "seed: not allowed"),
    (RELIT, {"background_prompt": None}, "background_prompt: required when there is no background_reference"),
    (RELIT, {"keep_original_background": "True"}, "keep_original_background: must be one of true, false"),
    (RELIT, {"light_source_strength": "0.3"}, "light_source_strength: needs light_reference"),
    (RELIT, {"light_source_direction": "behind"}, "light_source_direction: must be one of"),
    (RELIT, {"image": b"no picture"}, "image: not allowed"),
    ("upscale/fast", {"seed": "1"}, "seed: not allowed"),
    ("upscale/conservative", {"creativity": "0.1"}, "creativity: must be between 0.2 and 0.5"),
    ("upscale/creative", {"creativity": "0.6"}, "creativity: must be between 0.1 and 0.5"),
]


@pytest.mark.parametrize(
    ("path", "changes", "said"), BREACHES, ids=[f"{path}-{'-'.join(changes)}" for path, changes, _ in BREACHES]
)
def test_a_breach_is_refused_and_named(caller: Caller, path: str, changes: dict[str, Any], said: str) -> None:
    answer = caller.post(path, **changes)
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == {"id", "name", "errors"} and body["name"] == "bad_request"
    assert any(said in error for error in body["errors"]), body["errors"]
    assert caller.server.charges == caller.server.runs == 0


SIZES = [
    ("edit/erase", (63, 100), "at least 64"),
    ("edit/inpaint", (64, 63), "at least 64"),
    ("edit/erase", (1000, 64), None),
    ("edit/search-and-replace", (161, 64), "aspect ratio"),
    ("edit/search-and-recolor", (64, 161), "aspect ratio"),
    ("edit/outpaint", (160, 64), None),
    ("edit/outpaint", (161, 64), "aspect ratio"),
    (RELIT, (161, 64), "aspect ratio"),
    ("edit/remove-background", (2049, 2048), "at most 4194304"),
    ("upscale/fast", (31, 40), "at least 32"),
    ("upscale/fast", (32, 32), None),
    ("upscale/fast", (1537, 40), "at most 1536"),
    ("upscale/fast", (1025, 1024), "at most 1048576"),
    ("upscale/conservative", (1025, 1024), "at most 1048576"),
    ("upscale/conservative", (300, 100), "aspect ratio"),
    ("upscale/creative", (1025, 1024), "at most 1048576"),
    ("edit/erase", (3073, 3072), "at most 9437184"),
]


@pytest.mark.parametrize(("path", "size", "said"), SIZES, ids=lambda value: str(value).replace(" ", ""))
def test_the_size_of_a_picture_is_checked(caller: Caller, path: str, size: tuple[int, int], said: str | None) -> None:
    field = "subject_image" if path == RELIT else "image"
    answer = caller.post(path, **{field: blank(*size)})
    if said is None:
        assert answer.status_code == 200
        return
    assert answer.status_code == 400
    assert any(said in error and error.startswith(field) for error in answer.json()["errors"])


def test_everything_that_is_wrong_is_told_at_once(caller: Caller) -> None:
    errors = caller.post("edit/inpaint", prompt=None, grow_mask="x", seed="-1", extra="1").json()["errors"]
    assert [error.partition(":")[0] for error in errors] == ["extra", "seed", "grow_mask", "prompt"]


def test_a_field_given_twice_or_of_the_wrong_kind(caller: Caller) -> None:
    url = caller.server.base_url + ROOT + "edit/erase"
    good = list(caller.form("edit/erase").items())
    twice = caller.client.post(url, files=[*good, ("grow_mask", (None, "1"))], headers=caller.headers)
    assert "grow_mask: given twice" in twice.json()["errors"]
    as_file = [(name, ("x.txt", b"0")) if name == "grow_mask" else (name, part) for name, part in good]
    assert "grow_mask: must be text" in caller.client.post(url, files=as_file, headers=caller.headers).json()["errors"]
    typed = [(name, ("m.txt", part[1], "text/plain") if name == "mask" else part) for name, part in good]
    refused = caller.client.post(url, files=typed, headers=caller.headers)
    assert any(error.startswith("mask: invalid image") for error in refused.json()["errors"])


def test_only_a_multipart_form_is_read(caller: Caller) -> None:
    url = caller.server.base_url + ROOT + "edit/erase"
    answer = caller.client.post(url, data={"seed": "1"}, headers=caller.headers)
    assert answer.status_code == 400
    assert "multipart/form-data" in answer.json()["errors"][0]


def test_headers_are_checked(caller: Caller) -> None:
    assert "accept" in caller.post("edit/erase", accept="image/png").json()["errors"][0]
    assert caller.post(RELIT, accept="image/png").status_code == 200, "a start takes no accept"
    caller.headers["stability-client-id"] = "x" * 257
    assert "stability-client-id" in caller.post("edit/erase").json()["errors"][0]


def test_a_mask_with_an_alpha_channel_is_ambiguous(caller: Caller) -> None:
    see_through = np.dstack([np.zeros((HEIGHT, WIDTH, 3), np.uint8), mask()])
    answer = caller.post("edit/erase", mask=encoded(see_through))
    assert answer.json()["errors"] == ["mask: must have no alpha channel"]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_formats_are_taken(caller: Caller, kind: str) -> None:
    assert caller.post("edit/erase", image=encoded(picture(), kind)).status_code == 200


# --- what is computed


def difference(one: Array, other: Array) -> Array:
    return np.abs(one.astype(int) - other.astype(int)).astype(np.uint8)


def is_green(pixels: Array) -> bool:
    red, green, blue = pixels.reshape(-1, 3).mean(0)
    return bool(green > red + 25 and green > blue + 10)


OUTSIDE = mask() == 0
CORE = (slice(30, 50), slice(46, 74))


def test_an_inpaint_paints_the_marked_part_only(caller: Caller) -> None:
    result = caller.picture_of("edit/inpaint")
    assert is_green(result[CORE])
    assert np.array_equal(result[OUTSIDE], picture()[OUTSIDE])


def test_what_is_searched_is_replaced_and_grown_by_three(caller: Caller) -> None:
    result = caller.picture_of("edit/search-and-replace", grow_mask="0")
    assert is_green(result[CORE])
    assert np.array_equal(result[OUTSIDE], picture()[OUTSIDE])
    changed = np.argwhere((caller.picture_of("edit/search-and-replace") != picture()).any(-1))
    assert changed.min(0).tolist() == [21, 37]


def test_a_recoloured_thing_keeps_its_place(caller: Caller) -> None:
    result = caller.picture_of("edit/search-and-recolor")
    assert is_green(result[CORE])
    assert np.array_equal(result[OUTSIDE], picture()[OUTSIDE])


def test_a_cut_out_has_its_subject_as_alpha(caller: Caller) -> None:
    result = caller.picture_of("edit/remove-background")
    assert result.shape == (HEIGHT, WIDTH, 4)
    assert result[CORE][..., 3].min() == 255
    assert result[:10, :, 3].max() == 0


def test_a_background_comes_from_words_from_a_picture_or_stays(caller: Caller) -> None:
    behind = np.full((64, 64, 3), (20, 160, 40), np.uint8)
    for changes, colour in [
        ({}, 2),
        ({"background_reference": encoded(behind)}, 1),
        ({"background_prompt": None, "background_reference": encoded(behind)}, 1),
    ]:
        result = caller.picture_of(RELIT, **changes)
        assert result.shape == (HEIGHT, WIDTH, 3)
        assert int(result[:10].reshape(-1, 3).mean(0).argmax()) == colour
        assert int(result[CORE].reshape(-1, 3).mean(0).argmax()) == 0
    kept = caller.picture_of(RELIT, keep_original_background="true")
    assert difference(kept, picture())[:10].max() == 0


def test_an_extension_is_exact_to_the_pixel(caller: Caller) -> None:
    result = caller.picture_of("edit/outpaint", right="3", up="2")
    assert result.shape == (2 + HEIGHT + 6, 10 + WIDTH + 3, 3)
    assert np.array_equal(result[2 : 2 + HEIGHT, 10 : 10 + WIDTH], picture())


def test_enlargements_have_the_documented_sizes(caller: Caller) -> None:
    assert caller.picture_of("upscale/fast").shape == (4 * HEIGHT, 4 * WIDTH, 3)
    height, width = caller.picture_of("upscale/conservative", output_format="jpeg").shape[:2]
    assert 4_100_000 < width * height <= 4_194_304
    assert width / height == pytest.approx(WIDTH / HEIGHT, rel=0.01)
    height, width = caller.picture_of("upscale/creative", output_format="jpeg").shape[:2]
    assert 8_200_000 < width * height <= 8_294_400


@pytest.mark.parametrize("path", ["edit/inpaint", "edit/search-and-replace", "edit/outpaint"])
def test_another_seed_is_another_picture(caller: Caller, path: str) -> None:
    first, again, other = (caller.picture_of(path, seed=seed) for seed in ("1", "1", "2"))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(caller.picture_of(path), caller.picture_of(path)), "chance, where no seed is given"
