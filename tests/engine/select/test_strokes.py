from itertools import pairwise

import cv2
import numpy as np
import pytest

from editor.engine.select.strokes import refine
from editor.engine.weights import Models

NONE = Models.none()
GROUND, RED, GREEN = (110, 130, 150), (200, 60, 40), (40, 170, 70)
SHAPE = (300, 400)


@pytest.fixture(scope="module")
def picture():
    """A red disc on the left, a green square on the right."""
    pixels = np.full((*SHAPE, 3), GROUND, np.uint8)
    cv2.circle(pixels, (120, 150), 60, RED, -1, cv2.LINE_AA)
    cv2.rectangle(pixels, (250, 90), (340, 200), GREEN, -1)
    noise = np.random.default_rng(3).normal(0, 4, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.fixture
def disc():
    mask = np.zeros(SHAPE, np.uint8)
    cv2.circle(mask, (120, 150), 60, 255, -1, cv2.LINE_AA)
    return mask


@pytest.fixture
def square():
    mask = np.zeros(SHAPE, np.uint8)
    cv2.rectangle(mask, (250, 90), (340, 200), 255, -1)
    return mask


def stroke(*points):
    mask = np.zeros(SHAPE, np.uint8)
    for first, second in pairwise(points):
        cv2.line(mask, first, second, 255, 5)
    return mask


def overlap(mask, truth):
    one, other = mask > 127, truth > 127
    return (one & other).sum() / (one | other).sum()


def test_a_stroke_takes_in_the_whole_thing_it_touches(picture, disc, square):
    found = refine(picture, disc, keep=stroke((280, 120), (310, 160)), drop=stroke(), models=NONE)
    assert overlap(found.mask, np.maximum(disc, square)) > 0.97
    np.testing.assert_array_equal(found.mask[:, :200], disc[:, :200])


def test_a_stroke_leaves_out_the_whole_thing_it_touches(picture, disc, square):
    both = np.maximum(disc, square)
    found = refine(picture, both, keep=stroke(), drop=stroke((280, 120), (310, 160)), models=NONE)
    assert overlap(found.mask, disc) > 0.97
    np.testing.assert_array_equal(found.mask[:, :200], disc[:, :200])


def test_a_part_of_one_thing_is_left_out_alone():
    """A lamp: a red shade on a green foot, selected as one."""
    pixels, shade, foot = np.full((*SHAPE, 3), GROUND, np.uint8), np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
    cv2.rectangle(foot, (150, 150), (250, 260), 255, -1)
    cv2.rectangle(shade, (120, 50), (280, 150), 255, -1)
    pixels[foot > 0], pixels[shade > 0] = GREEN, RED
    foot[shade > 0] = 0
    noise = np.random.default_rng(3).normal(0, 4, pixels.shape)
    lamp = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    whole = np.maximum(shade, foot)
    found = refine(lamp, whole, keep=stroke(), drop=stroke((180, 200), (220, 210)), models=NONE)
    assert overlap(found.mask, shade) > 0.95


def test_both_kinds_of_strokes_work_together(picture, disc, square):
    found = refine(picture, disc, keep=stroke((280, 120), (310, 160)), drop=stroke((100, 130), (130, 170)), models=NONE)
    assert overlap(found.mask, square) > 0.97


def test_a_missing_part_of_a_thing_is_taken_in(picture, disc):
    half = disc.copy()
    half[:, 120:] = 0
    found = refine(picture, half, keep=stroke((140, 130), (160, 160)), drop=stroke(), models=NONE)
    assert overlap(found.mask, disc) > 0.95


def test_the_pixels_of_strokes_are_certain(picture, disc):
    keep, drop = stroke((20, 20), (60, 20)), stroke((100, 150), (140, 150))
    mask = refine(picture, disc, keep=keep, drop=drop, models=NONE).mask
    assert (mask[keep > 127] == 255).all()
    assert (mask[drop > 127] == 0).all()


def test_without_strokes_nothing_changes(picture, disc):
    kept = disc.copy()
    found = refine(picture, disc, keep=stroke(), drop=stroke(), models=NONE)
    np.testing.assert_array_equal(found.mask, kept)
    assert found.mask is not disc


def test_strokes_in_a_flat_picture_are_all_there_is():
    flat = np.full((60, 80, 3), 90, np.uint8)
    keep = np.zeros((60, 80), np.uint8)
    keep[30:33, 20:40] = 255
    nothing = np.zeros((60, 80), np.uint8)
    np.testing.assert_array_equal(refine(flat, nothing, keep=keep, drop=nothing, models=NONE).mask, keep)


def test_a_thin_stroke_in_a_large_picture_is_not_lost():
    truth = np.zeros((1500, 2000), np.uint8)
    cv2.circle(truth, (900, 700), 300, 255, -1)
    picture = np.where(truth[..., None] > 0, np.array(RED), np.array(GROUND)).astype(np.uint8)
    keep = np.zeros_like(truth)
    cv2.line(keep, (800, 700), (900, 760), 255, 1)
    nothing = np.zeros_like(truth)
    assert overlap(refine(picture, nothing, keep=keep, drop=nothing, models=NONE).mask, truth) > 0.97
