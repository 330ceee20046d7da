import cv2
import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.engine.select.find import COLOURS, NO_NETWORK, select_at, select_box, select_subject
from editor.engine.select.selection import NothingFound
from editor.engine.weights import Models

NONE = Models.none()
GROUND, RED, GREEN = (110, 130, 150), (200, 60, 40), (40, 170, 70)


def grainy(picture):
    noise = np.random.default_rng(3).normal(0, 4, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def two_things():
    """A red disc and a green square on a grey ground, and where each of them is."""
    picture = np.full((300, 400, 3), GROUND, np.uint8)
    cv2.circle(picture, (120, 150), 60, RED, -1, cv2.LINE_AA)
    cv2.rectangle(picture, (250, 90), (340, 200), GREEN, -1)
    disc, square = np.zeros((300, 400), np.uint8), np.zeros((300, 400), np.uint8)
    cv2.circle(disc, (120, 150), 60, 255, -1, cv2.LINE_AA)
    cv2.rectangle(square, (250, 90), (340, 200), 255, -1)
    return grainy(picture), disc, square


def overlap(mask, truth):
    one, other = mask > 127, truth > 127
    return (one & other).sum() / (one | other).sum()


def test_a_click_selects_the_thing_at_its_place(two_things):
    picture, disc, square = two_things
    at_disc = select_at(picture, (100, 140), models=NONE)
    assert overlap(at_disc.mask, disc) > 0.97
    assert at_disc.mask.shape == (300, 400)
    assert at_disc.mask.dtype == np.uint8
    assert overlap(select_at(picture, (300, 100), models=NONE).mask, square) > 0.97


def test_a_box_selects_the_thing_in_it(two_things):
    picture, disc, _ = two_things
    found = select_box(picture, Rect(55, 86, 130, 128), models=NONE)
    assert overlap(found.mask, disc) > 0.97


def test_the_subject_is_what_differs_from_the_frame_where_no_network_is(two_things):
    picture, disc, square = two_things
    found = select_subject(picture, models=NONE)
    assert overlap(found.mask, disc | square) > 0.95
    assert found.method == COLOURS
    assert found.notes == (NO_NETWORK,)


def test_the_outline_is_smooth_and_sharp(two_things):
    picture, disc, _ = two_things
    mask = select_at(picture, (120, 150), models=NONE).mask
    between = (mask > 0) & (mask < 255)
    assert 0 < between.sum() < 8 * 2 * np.pi * 60
    assert np.abs(mask.astype(int) - disc).mean() < 1.5


def test_equal_calls_give_equal_masks(two_things):
    picture = two_things[0]
    one, other = (select_at(picture, (120, 150), models=NONE).mask for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_the_picture_is_not_changed(two_things):
    picture = two_things[0].copy()
    picture.flags.writeable = False
    select_box(picture, Rect(55, 86, 130, 128), models=NONE)


def test_a_large_picture_gets_an_outline_at_its_own_size():
    truth = np.zeros((1500, 2000), np.uint8)
    cv2.circle(truth, (900, 700), 430, 255, -1, cv2.LINE_AA)
    share = truth[..., None] / 255
    picture = grainy(share * np.array(RED) + (1 - share) * np.array(GROUND))
    found = select_at(picture, (800, 800), models=NONE)
    assert overlap(found.mask, truth) > 0.99


@pytest.mark.parametrize("point", [(0, 0), (399, 299), (0, 299)])
def test_a_click_on_the_frame_gives_a_mask_or_a_sentence(two_things, point):
    try:
        assert select_at(two_things[0], point, models=NONE).mask.any()
    except NothingFound as error:
        assert "Drag a box" in error.message


def test_a_box_may_reach_out_of_the_picture():
    picture = np.full((200, 200, 3), GROUND, np.uint8)
    truth = np.zeros((200, 200), np.uint8)
    for image, colour in ((picture, RED), (truth, 255)):
        cv2.circle(image, (20, 100), 50, colour, -1, cv2.LINE_AA)
    found = select_box(grainy(picture), Rect(-40, 40, 120, 120), models=NONE)
    assert overlap(found.mask, truth) > 0.95


@pytest.mark.parametrize("box", [Rect(10, 10, 2, 40), Rect(500, 500, 50, 50), Rect(-60, 0, 50, 50), Rect(5, 5, 0, 0)])
def test_a_box_without_room_is_told(two_things, box):
    with pytest.raises(NothingFound, match="too small"):
        select_box(two_things[0], box, models=NONE)


@pytest.mark.parametrize("side", [1, 2, 8])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_in_flat_and_tiny_pictures_nothing_is_found(side, level):
    picture = np.full((side, side, 3), level, np.uint8)
    for find in (
        lambda: select_subject(picture, models=NONE),
        lambda: select_at(picture, (side // 2, side // 2), models=NONE),
        lambda: select_box(picture, Rect(0, 0, side, side), models=NONE),
    ):
        with pytest.raises(NothingFound):
            find()


def test_in_a_flat_picture_nothing_is_found():
    picture = np.full((120, 160, 3), 90, np.uint8)
    with pytest.raises(NothingFound, match="No subject"):
        select_subject(picture, models=NONE)
    with pytest.raises(NothingFound, match="this place"):
        select_at(picture, (80, 60), models=NONE)
    with pytest.raises(NothingFound, match="this box"):
        select_box(picture, Rect(20, 20, 60, 60), models=NONE)


def test_a_thing_in_a_tiny_picture_is_found():
    picture = np.full((24, 24, 3), GROUND, np.uint8)
    picture[8:16, 8:16] = RED
    found = select_at(picture, (11, 11), models=NONE)
    assert found.mask[11, 11] == 255
    assert found.mask[2, 2] == 0
