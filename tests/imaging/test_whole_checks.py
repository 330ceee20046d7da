"""Results of the operations that send the whole picture: good ones pass, bad ones are named."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from editor.domain.errors import BadResult
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, UpscaleMode
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, EditResult, whole_mask
from editor.imaging.result_check import check_result, good_pictures

SIZE = (160, 200)
BY_WORDS = (Operation.SEARCH_AND_REPLACE, Operation.SEARCH_AND_RECOLOR, Operation.REPLACE_BACKGROUND)
SIDES = Expansion(left=40, up=24)


def scene(seed: int = 0, *, low: int = 40, high: int = 200) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    picture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, low, high, cv2.NORM_MINMAX)
    cv2.circle(picture, (90, 80), 22, (high, low, low), -1)
    return picture


def request(operation: Operation, image: np.ndarray, **options: Any) -> EditRequest:
    return EditRequest(
        operation=operation,
        image=image.copy(),
        mask=whole_mask(image),
        region=Rect(0, 0, image.shape[1], image.shape[0]),
        options=EditOptions(**options),
    )


def check(asked: EditRequest, image: np.ndarray, **result: Any) -> None:
    check_result(asked, EditResult(image=image.copy(), model="m", **result))


def flat(value: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.full((*size, 3), value, np.uint8)


def encoded(picture: np.ndarray, quality: int = 88) -> np.ndarray:
    """What a platform's JPEG does to a picture."""
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def recoloured(picture: np.ndarray, colour: tuple[int, int, int], radius: int = 22) -> np.ndarray:
    changed = picture.copy()
    cv2.circle(changed, (90, 80), radius, colour, -1)
    return changed


@pytest.mark.parametrize("operation", BY_WORDS)
def test_a_changed_thing_passes_however_small_or_alike_in_lightness(operation: Operation) -> None:
    picture = scene()
    asked = request(operation, picture, prompt="x", search="y")
    check(asked, recoloured(picture, (20, 160, 60)))
    check(asked, encoded(recoloured(picture, (40, 40, 230))))
    check(asked, recoloured(picture, (20, 90, 200), radius=4))
    if operation is Operation.REPLACE_BACKGROUND:
        check(asked, scene(3))
    else:
        with pytest.raises(BadResult, match="another picture"):
            check(asked, scene(3))


@pytest.mark.parametrize("operation", BY_WORDS)
@pytest.mark.parametrize("seed", range(4))
def test_unchanged_and_blank_pictures_do_not(operation: Operation, seed: int) -> None:
    picture = scene(seed)
    asked = request(operation, picture, prompt="x", search="y")
    for unchanged in (picture, encoded(picture), encoded(picture, 75)):
        with pytest.raises(BadResult, match="unchanged"):
            check(asked, unchanged)
    for value in (0, 128, 255):
        with pytest.raises(BadResult, match="blank"):
            check(asked, flat(value))


def test_a_picture_of_few_pixels_has_changed_where_all_of_them_have() -> None:
    asked = request(Operation.SEARCH_AND_RECOLOR, flat(90, (2, 3)), prompt="x", search="y")
    check(asked, flat(200, (2, 3)))
    with pytest.raises(BadResult, match="unchanged"):
        check(asked, flat(90, (2, 3)))


def test_a_cut_out_needs_a_subject_and_a_background() -> None:
    picture = scene()
    asked = request(Operation.REMOVE_BACKGROUND, picture)
    alpha = np.zeros(SIZE, np.uint8)
    cv2.circle(alpha, (90, 80), 22, 255, -1)
    check(asked, picture, alpha=alpha)
    for bad, words in ((None, "not cut out"), (alpha * 0, "no subject"), (alpha * 0 + 255, "not cut out")):
        with pytest.raises(BadResult, match=words):
            check(asked, picture, alpha=bad)
    with pytest.raises(BadResult, match="size"):
        check(asked, picture, alpha=alpha[:-1])


def extended(picture: np.ndarray) -> np.ndarray:
    return np.pad(picture, ((SIDES.up, 0), (SIDES.left, 0), (0, 0)), mode="reflect")


def test_an_extended_picture_passes() -> None:
    picture = scene()
    asked = request(Operation.OUTPAINT, picture, expansion=SIDES)
    check(asked, extended(picture))
    check(asked, encoded(extended(picture), 60))
    sky = scene()
    sky[:30] = (90, 140, 220)
    plain = extended(sky)
    plain[: SIDES.up] = (90, 140, 220)
    check(request(Operation.OUTPAINT, sky, expansion=SIDES), plain)


@pytest.mark.parametrize("value", [0, 127, 255])
@pytest.mark.parametrize("side", ["left", "up", "both"])
def test_an_empty_border_and_another_picture_do_not(value: int, side: str) -> None:
    picture = scene()
    asked = request(Operation.OUTPAINT, picture, expansion=SIDES)
    empty = extended(picture)
    if side != "up":
        empty[:, : SIDES.left] = value
    if side != "left":
        empty[: SIDES.up] = value
    with pytest.raises(BadResult, match="blank"):
        check(asked, empty)
    with pytest.raises(BadResult, match="another picture"):
        check(asked, 255 - extended(picture))
    with pytest.raises(BadResult):
        check(asked, flat(value, asked.result_size[::-1]))
    with pytest.raises(BadResult, match="size"):
        check(asked, picture)


@pytest.mark.parametrize("mode", UpscaleMode)
def test_an_enlarged_picture_passes_and_another_does_not(mode: UpscaleMode) -> None:
    picture = scene()
    asked = request(Operation.UPSCALE, picture, scale=3.3, mode=mode)
    large = cv2.resize(picture, asked.result_size, interpolation=cv2.INTER_CUBIC)
    check(asked, large)
    check(asked, encoded(cv2.convertScaleAbs(large, alpha=1.04, beta=-3), 70))
    for bad in (255 - large, np.roll(large, 200, axis=0)):
        with pytest.raises(BadResult, match="another picture"):
            check(asked, bad)
    with pytest.raises(BadResult, match="blank"):
        check(asked, flat(int(picture.mean()), large.shape[:2]))
    with pytest.raises(BadResult, match="size"):
        check(asked, picture)


def test_detail_may_be_invented_only_where_that_was_asked_for() -> None:
    picture = scene()
    large = cv2.resize(picture, (800, 640), interpolation=cv2.INTER_CUBIC)
    shifted = np.clip(large.astype(int) + 22, 0, 255).astype(np.uint8)
    check(request(Operation.UPSCALE, picture, scale=4, mode=UpscaleMode.CREATIVE), shifted)
    with pytest.raises(BadResult):
        check(request(Operation.UPSCALE, picture, scale=4), shifted)


@pytest.mark.parametrize("low", [0, 235])
def test_dark_and_bright_pictures_are_no_blank_ones(low: int) -> None:
    picture = scene(low=low, high=low + 20)
    check(request(Operation.UPSCALE, picture, scale=2), cv2.resize(picture, (400, 320)))
    check(request(Operation.OUTPAINT, picture, expansion=SIDES), extended(picture))
    with pytest.raises(BadResult, match="blank"):
        check(request(Operation.UPSCALE, picture, scale=2), flat(low, (320, 400)))


def masked(prompt: str) -> tuple[EditRequest, np.ndarray]:
    picture, mask = scene(), np.zeros(SIZE, np.uint8)
    cv2.circle(mask, (90, 80), 30, 255, -1)
    asked = EditRequest(
        operation=Operation.INPAINT,
        image=picture.copy(),
        mask=mask,
        region=Rect(0, 0, SIZE[1], SIZE[0]),
        options=EditOptions(prompt=prompt),
    )
    return asked, picture


def test_words_may_ask_for_one_colour_but_not_for_an_empty_picture() -> None:
    described, picture = masked("a white door")
    white = picture.copy()
    white[described.mask > 0] = 255
    check(described, white)
    plain, _ = masked("")
    with pytest.raises(BadResult, match="blank"):
        check(plain, white)
    for asked in (described, plain):
        with pytest.raises(BadResult, match="blank"):
            check(asked, flat(255))
        with pytest.raises(BadResult, match="unchanged"):
            check(asked, picture)


def test_one_good_variation_is_enough_and_the_others_are_left_out() -> None:
    picture = scene()
    asked = request(Operation.SEARCH_AND_REPLACE, picture, prompt="x", search="y", variations=3)
    good = recoloured(picture, (20, 160, 60))
    result = EditResult(image=flat(0), others=(good, picture.copy()), model="m")
    check_result(asked, result)
    assert [image is good for image in good_pictures(asked, result)] == [True]
    with pytest.raises(BadResult, match="blank"):
        check_result(asked, EditResult(image=flat(0), others=(picture.copy(),), model="m"))
    small = EditResult(image=good, others=(good[:-1],), model="m")
    check_result(asked, small)
    assert [image is good for image in good_pictures(asked, small)] == [True]
    with pytest.raises(BadResult, match="size"):
        check_result(asked, EditResult(image=good[:-1], others=(good[:-1],), model="m"))
