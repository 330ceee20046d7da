"""A returned picture that was moved, stretched, cut or padded on the way is found in its place again."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.imaging.registration import Placement, moved_into_place, placement_of

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "rocket.jpg"
Picture = np.ndarray
Truth = tuple[float, float, float, float]


def drawn(width: int = 480, height: int = 360) -> Picture:
    """Shapes on a waved ground, RGB."""
    chance = np.random.default_rng(3)
    rows, columns = np.mgrid[0:height, 0:width]
    ground = 120 + 40 * np.sin(columns / 31 + rows / 47) + 20 * np.cos(rows / 13)
    picture = np.repeat(ground.astype(np.uint8)[..., None], 3, axis=2)
    for _ in range(40):
        place = int(chance.integers(0, width)), int(chance.integers(0, height))
        colour = tuple(int(value) for value in chance.integers(0, 255, 3))
        cv2.circle(picture, place, int(chance.integers(4, 30)), colour, -1, cv2.LINE_AA)
    return picture


def photo() -> Picture:
    return cv2.cvtColor(cv2.imread(str(SAMPLE)), cv2.COLOR_BGR2RGB)


def moved(picture: Picture, truth: Truth) -> Picture:
    height, width = picture.shape[:2]
    matrix = np.array([[truth[0], 0, truth[2]], [0, truth[1], truth[3]]])
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def as_a_platform_returns_it(picture: Picture, kept: Picture) -> Picture:
    """Something else in the hole, a little darker and warmer, and a JPEG."""
    answer = picture.copy()
    answer[~kept] = (200, 40, 90)
    answer = np.clip(answer * np.array([0.97, 0.95, 0.93]) + 3, 0, 255).astype(np.uint8)
    return cv2.imdecode(cv2.imencode(".jpg", answer, [cv2.IMWRITE_JPEG_QUALITY, 88])[1], cv2.IMREAD_COLOR)


def hole_in(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    kept = np.ones((height, width), bool)
    kept[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3] = False
    return kept


def off(found: Placement | None, truth: Truth, picture: Picture) -> float:
    """By how many pixels a corner would be laid beside its place."""
    values = (1.0, 1.0, 0.0, 0.0) if found is None else (*found.scale, *found.shift)
    height, width = picture.shape[:2]
    return max(
        abs(end * (values[axis] - truth[axis]) + values[axis + 2] - truth[axis + 2])
        for axis, last in ((0, width - 1), (1, height - 1))
        for end in (0, last)
    )


@pytest.mark.parametrize("picture", [drawn(), photo()], ids=["drawn", "photo"])
@settings(max_examples=12, deadline=None)
@given(across=st.floats(-12, 12), down=st.floats(-12, 12), scale=st.floats(0.97, 1.03))
def test_shift_and_scale_are_found(picture: Picture, across: float, down: float, scale: float) -> None:
    height, width = picture.shape[:2]
    truth = (scale, scale, (1 - scale) * (width - 1) / 2 + across, (1 - scale) * (height - 1) / 2 + down)
    kept = hole_in(picture)
    answer = as_a_platform_returns_it(moved(picture, truth), kept)
    assert off(placement_of(picture, answer, kept), truth, picture) < 0.35


@pytest.mark.parametrize("multiple", [8, 64])
@pytest.mark.parametrize("way", ["cut", "padded"])
def test_sizes_rounded_to_a_multiple_and_stretched_back(multiple: int, way: str) -> None:
    picture = drawn(451, 300)
    height, width = picture.shape[:2]
    if way == "cut":
        size = width // multiple * multiple, height // multiple * multiple
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        worked = picture[top : top + size[1], left : left + size[0]]
    else:
        size = -(-width // multiple) * multiple, -(-height // multiple) * multiple
        left = top = 0
        worked = cv2.copyMakeBorder(picture, 0, size[1] - height, 0, size[0] - width, cv2.BORDER_REFLECT)
    answer = cv2.resize(worked, (width, height), interpolation=cv2.INTER_CUBIC)
    scale = width / size[0], height / size[1]
    truth = (*scale, (0.5 - left) * scale[0] - 0.5, (0.5 - top) * scale[1] - 0.5)
    kept = hole_in(picture)
    found = placement_of(picture, as_a_platform_returns_it(answer, kept), kept)
    assert off(found, truth, picture) < 0.35


def test_a_stretched_one_is_in_its_place_already() -> None:
    picture = photo()
    small = cv2.resize(picture, (640, 384), interpolation=cv2.INTER_AREA)
    answer = cv2.resize(small, (640, 427), interpolation=cv2.INTER_CUBIC)
    kept = hole_in(picture)
    assert placement_of(picture, as_a_platform_returns_it(answer, kept), kept) is None


def test_what_is_equal_or_has_nothing_to_be_recognised_by_stays_as_it_came() -> None:
    picture = photo()
    kept = hole_in(picture)
    answer = picture.copy()
    answer[~kept] = 7
    assert placement_of(picture, answer, kept) is None
    plain = np.full_like(picture, 90)
    assert placement_of(plain, plain + 5, kept) is None
    assert placement_of(picture, answer, np.zeros_like(kept)) is None
    assert placement_of(picture, np.random.default_rng(0).integers(0, 256, picture.shape, dtype=np.uint8)) is None
    assert placement_of(picture[:3, :3], answer[100:103, :3]) is None


def test_another_picture_is_not_taken_for_a_moved_one() -> None:
    assert placement_of(drawn(640, 427), photo()) is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_moved_picture_is_laid_into_its_place(dtype: type) -> None:
    picture = photo()
    truth = (1.01, 1.01, -4.0, 6.5)
    found = placement_of(picture, moved(picture, truth))
    assert found is not None
    assert found.error_after < 0.3 * found.error_before
    back = moved_into_place(moved(picture, truth).astype(dtype), found)
    assert back.dtype == dtype
    assert np.abs(back.astype(int) - picture)[20:-20, 20:-20].mean() < 1.5
