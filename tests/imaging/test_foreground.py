"""The subject's own colours at the edge of a cut-out."""

from __future__ import annotations

import numpy as np
import pytest

from editor.imaging.backdrop import before_backdrop
from editor.imaging.foreground import foreground_colours


def scene(width: int, height: int, *, softness: float = 0.05) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A reddish star before a bluish ground, both of changing colour: the picture, the share of each pixel, and the
    star's own colours."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = np.arctan2(y - height / 2, x - width / 2)
    distance = np.hypot((x - width / 2) / (width * 0.3), (y - height / 2) / (height * 0.35)) + 0.05 * np.sin(9 * angle)
    share = np.clip((1 - distance) / (2 * softness) + 0.5, 0, 1)
    subject = np.dstack((180 + 40 * np.sin(x / width * 9), 60 + 20 * np.cos(y / height * 7), np.full_like(x, 40)))
    behind = np.dstack((40 + 30 * np.sin(y / height * 5), 120 + 50 * np.sin(x / width * 4), np.full_like(x, 200)))
    mixed = share[..., None] * subject + (1 - share[..., None]) * behind
    return np.rint(mixed).astype(np.uint8), np.rint(255 * share).astype(np.uint8), subject


def error(colours: np.ndarray, subject: np.ndarray, alpha: np.ndarray) -> float:
    """Mean difference from the subject's own colours in mixed pixels, by how much of the subject is there."""
    mixed = (alpha > 0) & (alpha < 255)
    return float((np.abs(colours[mixed] - subject[mixed]) * (alpha[mixed] / 255)[:, None]).mean())


@pytest.mark.parametrize("size", [(160, 120), (1400, 1000)], ids=["solved whole", "solved at the edge alone"])
def test_the_old_ground_is_taken_out_of_mixed_pixels(size: tuple[int, int]) -> None:
    image, alpha, subject = scene(*size)
    found = foreground_colours(image, alpha)
    assert error(image, subject, alpha) > 15
    assert error(found, subject, alpha) < 1.5


def test_pixels_of_one_alone_stay_bit_for_bit() -> None:
    image, alpha, _ = scene(200, 150)
    found = foreground_colours(image, alpha)
    alone = (alpha == 0) | (alpha == 255)
    assert np.array_equal(found[alone], image[alone])
    assert found is not image


@pytest.mark.parametrize("value", [0, 255])
def test_where_nothing_is_mixed_nothing_changes(value: int) -> None:
    image, _, _ = scene(40, 30)
    assert np.array_equal(foreground_colours(image, np.full((30, 40), value, np.uint8)), image)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (37, 1), (3, 2)])
def test_the_smallest_pictures_and_those_mixed_everywhere(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 90, np.uint8)
    found = foreground_colours(image, np.full(shape, 128, np.uint8))
    assert np.array_equal(found, image), "one colour is one colour"


def test_before_another_ground_nothing_of_the_old_one_is_left() -> None:
    image, alpha, subject = scene(200, 150)
    share = alpha[..., None] / 255
    for ground in ((255, 255, 255), (0, 0, 0), (255, 0, 255)):
        wanted = share * subject + (1 - share) * np.array(ground)
        made = before_backdrop(image, alpha, ground)
        assert np.abs(made - wanted).mean() < 0.6
        assert np.array_equal(made[alpha == 255], image[alpha == 255])
        assert (made[alpha == 0] == ground).all()


@pytest.mark.parametrize("size", [(50, 40), (400, 100), (100, 400)])
def test_a_picture_behind_fills_the_frame_without_being_stretched(size: tuple[int, int]) -> None:
    image, alpha, _ = scene(200, 150)
    width, height = size
    y, x = np.mgrid[:height, :width]
    squares = np.where(((x // 10) + (y // 10)) % 2 == 0, 255, 0).astype(np.uint8)
    made = before_backdrop(image, np.zeros_like(alpha), np.dstack([squares] * 3))
    assert made.shape == image.shape
    scale = max(200 / width, 150 / height)
    row, column = made[:, 100, 0] > 127, made[75, :, 0] > 127
    for line in (row, column):
        runs = np.diff(np.flatnonzero(np.diff(line.astype(int))))
        assert np.abs(np.median(runs) - 10 * scale) <= 1, "squares stay squares"
