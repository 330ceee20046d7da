"""Filling holes: what is filled, what stays, and how it looks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from editor.domain.errors import EditorError
from editor.engine.fill.erase import NAVIER_STOKES, PATCHMATCH, SHIFT_MAP, erase
from editor.engine.fill.estimate import bounds_of, estimate_of, is_thin
from editor.engine.weights import Models


def filled(image, mask, seed=None, **more):
    result = erase(image, mask, seed=seed, models=Models.none(), progress=lambda share: None, **more)
    return result.image, result.method


def sharpness(image, hole):
    """Energy of the Laplacian well inside the hole."""
    inner = cv2.erode((hole > 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float((cv2.Laplacian(grey, cv2.CV_32F)[inner] ** 2).mean())


def test_the_hole_is_filled_and_nothing_else_is_touched(grass, round_hole):
    picture = grass.copy()
    picture[round_hole > 0] = (255, 0, 255)
    result, method = filled(picture, round_hole)
    assert method == SHIFT_MAP
    assert np.array_equal(result[round_hole == 0], picture[round_hole == 0])
    # Nothing of the magenta is left: a lawn's green is above its blue, but for a tint.
    green, blue = result[round_hole > 0].astype(int)[:, 1:].T
    assert (green > blue - 20).all()


def test_a_fill_is_as_sharp_as_a_lawn_where_continuation_only_smears(grass, round_hole):
    result, _ = filled(grass, round_hole)
    smeared = cv2.inpaint(grass, round_hole, 3, cv2.INPAINT_NS)
    truth = sharpness(grass, round_hole)
    assert sharpness(result, round_hole) / truth > 0.6
    assert sharpness(smeared, round_hole) / truth < 0.4


def test_faint_marks_are_filled_like_strong_ones(grass, round_hole):
    strong, _ = filled(grass, round_hole)
    faint, _ = filled(grass, round_hole // 255)
    assert np.array_equal(strong, faint)


def test_a_hair_is_continued_where_nothing_patches_it(grass, scratch):
    result, method = filled(grass, scratch, native=lambda *_, **__: None)
    assert method == NAVIER_STOKES
    assert np.array_equal(result[scratch == 0], grass[scratch == 0])


def test_equal_arguments_give_an_equal_picture_and_seeds_differ(grass, round_hole):
    first, again, other = (filled(grass, round_hole, seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "hole",
    [np.s_[:60, :], np.s_[:, 150:], np.s_[100:, :70], np.s_[1:, :], np.s_[:, 1:], np.s_[40:41, 50:51]],
    ids=["top", "right", "corner", "all but a row", "all but a column", "one pixel"],
)
def test_holes_at_the_frame_and_of_any_size(grass, hole):
    mask = np.zeros(grass.shape[:2], np.uint8)
    mask[hole] = 255
    picture = grass.copy()
    picture[hole] = (255, 0, 255)
    result, _ = filled(picture, mask)
    assert np.array_equal(result[mask == 0], picture[mask == 0])
    assert not (result[mask > 0] == (255, 0, 255)).all(axis=1).any()


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (3, 3), (5, 40), (11, 11), (24, 24)])
def test_tiny_pictures(shape):
    picture = np.full((*shape, 3), 90, np.uint8)
    mask = np.zeros(shape, np.uint8)
    mask[0, 0] = 255
    picture[0, 0] = 255
    result, _ = filled(picture, mask)
    assert abs(int(result[0, 0, 0]) - 90) < 20
    assert (result[mask == 0] == 90).all()


@pytest.mark.parametrize("shape", [(1, 1), (30, 40)])
def test_a_mask_over_everything_is_refused_in_words(shape):
    with pytest.raises(EditorError, match="nothing left of the picture to fill from"):
        filled(np.zeros((*shape, 3), np.uint8), np.full(shape, 255, np.uint8))


def test_an_empty_mask_gives_the_picture_back(grass):
    result, _ = filled(grass, np.zeros(grass.shape[:2], np.uint8))
    assert np.array_equal(result, grass)


def test_progress_rises_to_the_end(grass, round_hole):
    shares: list[float] = []
    erase(grass, round_hole, seed=None, models=Models.none(), progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 2


def test_bounds_thinness_and_estimate(round_hole, scratch):
    empty = np.zeros((20, 30), np.uint8)
    assert bounds_of(empty) is None
    assert bounds_of(round_hole) == (slice(52, 109), slice(72, 129))
    assert is_thin(scratch) and is_thin(empty) and not is_thin(round_hole)
    assert 0 < estimate_of(scratch) < estimate_of(round_hole)
    # A band along the frame is as deep as it is wide: nothing is known beyond the picture.
    band = empty.copy()
    band[:6] = 255
    assert not is_thin(band)


@pytest.mark.parametrize("slope", [0.0, 0.25], ids=["level", "slanting"])
def test_a_horizon_is_continued(slope):
    rows, columns = np.mgrid[:220, :300]
    sky = (rows < 110 + slope * (columns - 150))[..., None]
    noise = np.random.default_rng(2).normal(0, 4, (220, 300, 3))
    truth = np.clip(np.where(sky, (120, 160, 220), (90, 80, 50)) + noise, 0, 255).astype(np.uint8)
    mask = np.zeros((220, 300), np.uint8)
    cv2.ellipse(mask, (150, 110), (48, 38), 0, 0, 360, 255, -1)
    spoiled = truth.copy()
    spoiled[mask > 0] = (255, 0, 255)
    result, _ = filled(spoiled, mask)
    error = np.abs(result.astype(int) - truth)[mask > 0].mean(axis=1)
    assert (error > 25).mean() < 0.02


def test_it_fills_as_well_without_the_native_library(grass, round_hole):
    result, method = filled(grass, round_hole, native=lambda *_, **__: None)
    assert method == SHIFT_MAP
    assert sharpness(result, round_hole) / sharpness(grass, round_hole) > 0.6


def test_a_scratch_is_patched_where_that_shows_less(grass, scratch):
    def lawn(picture, hole, seed, *, radius=5):
        return grass

    spoiled = grass.copy()
    spoiled[scratch > 0] = (255, 0, 255)
    result, method = filled(spoiled, scratch, native=lawn)
    assert method == PATCHMATCH
    assert np.array_equal(result, grass)


def test_a_large_hole_is_shown_at_low_detail_first(grass):
    picture = np.tile(grass, (7, 7, 1))
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[150:850, 200:1100] = 1
    seen = []
    result, _ = filled(picture, mask, preview=seen.append)
    assert len(seen) == 1 and seen[0].shape == picture.shape
    assert np.array_equal(seen[0][mask == 0], picture[mask == 0])
    assert sharpness(result, mask) > 2 * sharpness(seen[0], mask)


def test_several_holes_are_each_filled(grass):
    picture = np.tile(grass, (4, 4, 1))
    mask = np.zeros(picture.shape[:2], np.uint8)
    for row, column in ((60, 70), (560, 700), (300, 400)):
        cv2.circle(mask, (column, row), 20, 255, -1)
    spoiled = picture.copy()
    spoiled[mask > 0] = (255, 0, 255)
    result, _ = filled(spoiled, mask)
    assert np.array_equal(result[mask == 0], picture[mask == 0])
    assert (result[mask > 0].astype(int)[:, 1] > result[mask > 0][:, 2].astype(int) - 20).all()


def test_crossing_scratches_are_thin_and_a_spot_is_not():
    mask = np.zeros((200, 200), np.uint8)
    cv2.line(mask, (10, 20), (190, 180), 255, 6)
    cv2.line(mask, (190, 10), (20, 190), 255, 6)
    cv2.line(mask, (10, 100), (190, 104), 255, 6)
    assert is_thin(mask)
    spot = np.zeros((200, 200), np.uint8)
    cv2.circle(spot, (100, 100), 12, 255, -1)
    assert not is_thin(spot)
