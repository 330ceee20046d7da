import cv2
import numpy as np
import pytest
from support.enlarging import scene

from editor.engine.extend.detail import with_detail
from editor.engine.extend.extend import MIRRORED, WIDE_NOTE, extend
from editor.engine.extend.limits import WORKING_PIXELS, estimate_extend
from editor.engine.extend.step import without_step
from editor.engine.weights import Models

SIDES = ("left", "right", "up", "down")


def extended(image, seed=1, progress=lambda share: None, **sides):
    given = {side: sides.get(side, 0) for side in SIDES}
    return extend(image, **given, seed=seed, models=Models.none(), progress=progress)


def sharpness(part):
    return float((cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32), cv2.CV_32F) ** 2).mean())


@pytest.mark.parametrize("sides", [{"right": 30}, {"left": 20, "up": 24}, {"left": 9, "right": 8, "up": 7, "down": 6}])
def test_the_picture_grows_and_the_old_pixels_stay(grass, sides):
    result = extended(grass, **sides)
    left, right, up, down = (sides.get(side, 0) for side in SIDES)
    assert result.image.shape == (160 + up + down, 200 + left + right, 3)
    assert np.array_equal(result.image[up : up + 160, left : left + 200], grass)
    assert result.notes == ()


def test_new_grass_is_as_sharp_as_the_old(grass):
    result = extended(grass, right=40).image
    assert 0.5 < sharpness(result[:, 204:]) / sharpness(grass) < 1.5


def test_sky_stays_above_ground():
    picture = np.empty((160, 200, 3), np.uint8)
    random = np.random.default_rng(0)
    picture[:80] = (120, 170, 230)
    picture[80:] = random.integers(40, 90, (80, 200, 1))
    new = extended(picture, right=40).image[:, 200:].astype(int)
    assert new[:70].mean(axis=(0, 1)) == pytest.approx((120, 170, 230), abs=6)
    assert new[90:].mean() == pytest.approx(65, abs=10)


def test_equal_seeds_give_equal_pictures(grass):
    assert np.array_equal(extended(grass, right=20, seed=4).image, extended(grass, right=20, seed=4).image)


def test_a_wide_border_is_made_and_noted(grass):
    result = extended(grass, right=60)
    assert result.image.shape == (160, 260, 3)
    assert result.notes == (WIDE_NOTE,)


def test_nothing_to_add_gives_the_picture(grass):
    assert np.array_equal(extended(grass).image, grass)


def test_a_tiny_picture_is_mirrored():
    image = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    result = extended(image, left=8, down=2)
    assert result.method == MIRRORED
    assert np.array_equal(result.image[:3, 8:], image)


def test_a_picture_cannot_be_extended_by_less_than_nothing(grass):
    with pytest.raises(ValueError, match="no less than 0"):
        extended(grass, left=-1)


def test_progress_only_rises_and_ends(grass):
    told = []
    extended(grass, right=16, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_step_of_light_is_taken_out_and_fades():
    image = np.full((80, 120, 3), 100, np.uint8)
    hole = np.zeros((80, 120), np.bool_)
    hole[:, 80:] = True
    image[hole] = 110
    result = without_step(image, hole).astype(int)
    assert (result[:, :80] == 100).all()
    assert np.abs(result[:, 80] - 100).max() <= 1
    assert np.abs(result[:, -1] - 110).max() <= 1


def test_detail_comes_from_the_full_size():
    large = scene(360, 480)
    canvas = np.pad(large, ((0, 0), (0, 120), (0, 0)), mode="symmetric")
    hole = np.zeros(canvas.shape[:2], np.bool_)
    hole[:, 480:] = True
    small = cv2.resize(canvas, (200, 120), interpolation=cv2.INTER_AREA)
    small_hole = cv2.resize(hole.astype(np.uint8), (200, 120), interpolation=cv2.INTER_AREA) > 0
    told = []
    result = with_detail(canvas, hole, small, small_hole, seed=0, progress=told.append)
    assert np.array_equal(result[:, :480], large)
    plain = cv2.resize(small, (600, 360), interpolation=cv2.INTER_LINEAR)
    assert sharpness(result[:, 490:]) > 2.0 * sharpness(plain[:, 490:])
    assert told == sorted(told)


def test_a_large_picture_is_continued_at_the_working_size_and_keeps_its_pixels(grass):
    large = np.tile(grass, (4, 5, 1))
    assert large.shape[0] * large.shape[1] > WORKING_PIXELS
    result = extended(large, right=50)
    assert np.array_equal(result.image[:, :1000], large)
    assert sharpness(result.image[:, 1004:]) > 0.3 * sharpness(large)


def test_the_estimate_grows_with_what_is_new_and_is_bounded_by_the_working_size():
    nothing = {"left": 0, "up": 0, "down": 0}
    small, wide, large = (
        estimate_extend(size, right=right, **nothing)
        for size, right in (((500, 400), 50), ((500, 400), 100), ((4000, 3000), 800))
    )
    assert small < wide < large < 60


def test_the_seam_is_no_rougher_than_the_picture(grass):
    result = extended(grass, right=40).image.astype(int)
    across = np.abs(result[:, 200] - result[:, 199]).mean()
    assert across < 1.1 * np.abs(np.diff(grass.astype(int), axis=1)).mean()
