"""Every sentence about what a platform made of a picture, on the photo that ships with the program."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.labelled_answers import lossy, remade
from support.labelled_case import asked
from support.labelled_scenes import sample_photo

from editor.domain.errors import BadResult
from editor.domain.kinds import Operation, UpscaleMode
from editor.domain.options import Expansion
from editor.domain.request import EditRequest, EditResult
from editor.imaging.blank_check import asks_for_plain
from editor.imaging.codec import decode_picture, encode_png
from editor.imaging.result_check import check_result

PHOTO = np.ascontiguousarray(sample_photo()[40:360, 60:540])
HEIGHT, WIDTH = PHOTO.shape[:2]
SIDES = Expansion(right=60, down=40)


def mask() -> np.ndarray:
    return cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), (330, 120), 40, 255, -1)


def request(operation: Operation) -> EditRequest:
    return asked(
        operation,
        PHOTO,
        mask() if operation.masked else None,
        prompt="a kite",
        search="tower",
        expansion=SIDES,
        scale=2.0,
        mode=UpscaleMode.CREATIVE,
    )


def edited(operation: Operation) -> np.ndarray:
    """A good answer."""
    picture = PHOTO.copy()
    cv2.circle(picture, (330, 120), 36, (230, 160, 40), -1)
    cv2.circle(picture, (330, 110), 12, (40, 60, 200), -1)
    if operation is Operation.REPLACE_BACKGROUND:
        keep = cv2.rectangle(np.zeros((HEIGHT, WIDTH), np.uint8), (180, 0), (310, HEIGHT), 255, -1)
        picture = np.where(keep[..., None] > 0, PHOTO, np.uint8(90))
    if operation is Operation.OUTPAINT:
        picture = np.pad(PHOTO, ((0, SIDES.down), (0, SIDES.right), (0, 0)), mode="reflect")
    if operation is Operation.UPSCALE:
        picture = cv2.resize(PHOTO, (2 * WIDTH, 2 * HEIGHT), interpolation=cv2.INTER_CUBIC)
    return picture


OPERATIONS = [operation for operation in Operation if operation is not Operation.REMOVE_BACKGROUND]
WAYS = {
    "mirrored|another picture": lambda picture: picture[:, ::-1],
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), max(picture.shape) / 25),
    "colours swapped": lambda picture: picture[..., ::-1],
    "another picture|noise|blank": lambda picture: np.random.default_rng(1).integers(0, 256, picture.shape, np.uint8),
}


def check(operation: Operation, picture: np.ndarray) -> None:
    check_result(request(operation), EditResult(image=np.ascontiguousarray(picture), model="m"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_good_answer_passes_however_it_is_encoded(operation: Operation) -> None:
    good = edited(operation)
    for picture in (good, lossy(good, 75), remade(np.random.default_rng(2), good)):
        check(operation, picture)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("words", WAYS)
def test_what_is_wrong_is_said(operation: Operation, words: str) -> None:
    with pytest.raises(BadResult, match=words):
        check(operation, WAYS[words](edited(operation)))


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("level", [0, 128])
def test_a_file_that_broke_off_is_not_complete(operation: Operation, level: int) -> None:
    broken = edited(operation).copy()
    broken[broken.shape[0] // 2 :] = level
    with pytest.raises(BadResult):
        check(operation, broken)


def test_a_picture_of_which_nothing_is_to_be_seen_is_blank() -> None:
    clear = cv2.imencode(".png", np.dstack([PHOTO, np.zeros((HEIGHT, WIDTH), np.uint8)]))[1].tobytes()
    with pytest.raises(BadResult, match="blank"):
        decode_picture(clear)
    assert decode_picture(encode_png(PHOTO)).shape == PHOTO.shape


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("a black cat", True),
        ("a white margin", True),
        ("Grey wall", True),
        ("a dog", False),
        ("blackberries", False),
        ("snowy hills", True),
    ],
)
def test_words_that_may_mean_one_colour(words: str, plain: bool) -> None:
    assert asks_for_plain(words) is plain


def test_noise_in_place_of_everything_is_called_so() -> None:
    everything = asked(Operation.ERASE, PHOTO, np.full((HEIGHT, WIDTH), 255, np.uint8))
    noise = np.random.default_rng(1).integers(0, 256, PHOTO.shape, dtype=np.uint8)
    with pytest.raises(BadResult, match="noise"):
        check_result(everything, EditResult(image=noise, model="m"))
