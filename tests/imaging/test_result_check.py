"""Good pictures pass, bad ones do not: a labelled set made here, the legitimate dark, flat and tiny cases in it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.seams import photos

from editor.domain.errors import BadResult
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.imaging import result_check

SIZE = (160, 200)


def texture(seed: int, *, low: int = 40, high: int = 200) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 2)
    return cv2.normalize(soft, None, low, high, cv2.NORM_MINMAX)


def flat(value: int) -> np.ndarray:
    return np.full((*SIZE, 3), value, np.uint8)


def hole(x: int = 80, y: int = 60, radius: int = 25) -> np.ndarray:
    mask = np.zeros(SIZE, np.uint8)
    cv2.circle(mask, (x, y), radius, 255, -1)
    return cv2.blur(mask, (5, 5)) if radius > 4 else mask


def with_thing(ground: np.ndarray, mask: np.ndarray, colour: tuple[int, int, int] = (230, 30, 30)) -> np.ndarray:
    picture = ground.copy()
    picture[mask > 127] = colour
    return picture


def check_result(asked: EditRequest, image: np.ndarray) -> None:
    result_check.check_result(asked, EditResult(image=image, model="m"))


def request(image: np.ndarray, mask: np.ndarray) -> EditRequest:
    return EditRequest(
        operation=Operation.ERASE, image=image.copy(), mask=mask.copy(), region=Rect(0, 0, SIZE[1], SIZE[0])
    )


GROUNDS = {f"texture {seed}": texture(seed) for seed in range(6)} | {
    "dark": texture(7, low=0, high=14),
    "bright": texture(8, low=235, high=255),
    "black": flat(0),
    "white": flat(255),
    "grey": flat(120),
}
HOLES = {"round": hole(), "small": hole(30, 30, 6), "tiny": hole(100, 90, 2), "edge": hole(0, 70, 30)}


def noisy(picture: np.ndarray) -> np.ndarray:
    """What a platform's JPEG does to a picture."""
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1], cv2.IMREAD_COLOR)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("mask", HOLES)
def test_good_fills_pass(ground: str, mask: str) -> None:
    picture = with_thing(GROUNDS[ground], HOLES[mask])
    asked = request(picture, HOLES[mask])
    check_result(asked, GROUNDS[ground].copy())
    check_result(asked, noisy(GROUNDS[ground]))


@pytest.mark.parametrize("ground", [name for name in GROUNDS if "texture" in name])
@pytest.mark.parametrize("mask", ["round", "small", "edge"])
def test_blank_black_and_unchanged_pictures_do_not(ground: str, mask: str) -> None:
    picture = with_thing(GROUNDS[ground], HOLES[mask])
    asked = request(picture, HOLES[mask])
    for bad in (flat(0), flat(255), flat(128), picture, noisy(picture)):
        with pytest.raises(BadResult):
            check_result(asked, bad.copy())


def test_a_wrong_polarity_does_not_pass() -> None:
    picture = texture(1)
    result = flat(250)
    result[HOLES["round"] > 0] = picture[HOLES["round"] > 0]
    with pytest.raises(BadResult, match="outside the mask"):
        check_result(request(picture, HOLES["round"]), result)


def test_a_wrong_size_does_not_pass() -> None:
    picture = texture(1)
    with pytest.raises(BadResult, match="size"):
        check_result(request(picture, HOLES["round"]), picture[:-1])


def slope(grain: float) -> np.ndarray:
    """A sky that grows brighter downwards and to the right."""
    rows, columns = np.indices((200, 300)).astype(float)
    values = 60 + rows * 0.5 + columns * 0.15 + np.random.default_rng(4).normal(0, grain, (200, 300))
    return np.repeat(values.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


SLOPE_HOLES = {"a box": np.s_[60:140, 90:210], "a band from edge to edge": np.s_[80:150, :]}


@pytest.mark.parametrize("grain", [0.0, 1.5, 3.0])
@pytest.mark.parametrize("where", SLOPE_HOLES)
def test_erasing_in_a_sky_that_grows_brighter_is_no_fault(grain: float, where: str) -> None:
    picture, mask = slope(grain), np.zeros((200, 300), np.uint8)
    mask[SLOPE_HOLES[where]] = 255
    check_result(request(picture, mask), picture.copy())

    thing = picture.copy()
    cv2.circle(thing, (150, 100), 18, (int(thing[100, 150, 0]) + 30,) * 3, -1)
    with pytest.raises(BadResult, match="unchanged"):
        check_result(request(thing, mask), thing.copy())


def test_erasing_where_nothing_was_is_no_fault() -> None:
    check_result(request(flat(90), HOLES["round"]), flat(90))


@pytest.mark.parametrize("operation", [Operation.INPAINT, Operation.SEARCH_AND_REPLACE])
def test_a_good_picture_beside_its_place_is_a_good_picture(operation: Operation) -> None:
    """Laying it back moves it; another photo stays another photo wherever it is moved."""
    photo = next(photos())
    height, width = photo.shape[:2]
    mask = np.full((height, width), 255, np.uint8)
    if operation.masked:
        mask[:] = 0
        mask[150:250, 200:330] = 255
    fine = np.random.default_rng(0).integers(0, 120, photo.shape, dtype=np.uint8)
    request = EditRequest(
        operation=operation,
        image=np.where(np.arange(width)[None, :, None] % 16 < 8, photo, photo // 2 + fine),
        mask=mask,
        region=Rect(0, 0, width, height),
        options=EditOptions(search="it", prompt="a box"),
    )
    made = request.image.copy()
    made[150:250, 200:330] = (200, 30, 40)
    moved = cv2.warpAffine(made, np.array([[1.0, 0, 11], [0, 1.0, -9]]), (width, height), borderMode=cv2.BORDER_REFLECT)
    result_check.check_result(request, EditResult(image=moved, model="m"))
    other = np.random.default_rng(1).integers(0, 256, photo.shape, dtype=np.uint8)
    with pytest.raises(BadResult):
        result_check.check_result(request, EditResult(image=cv2.blur(other, (9, 9)), model="m"))
