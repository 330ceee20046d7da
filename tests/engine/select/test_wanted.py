import cv2
import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.engine.select.selection import NothingFound
from editor.engine.select.wanted import Wanted, select
from editor.engine.weights import Models

NONE = Models.none()


@pytest.fixture(scope="module")
def picture():
    """A red disc on the left, a green one on the right."""
    pixels = np.full((200, 320, 3), (110, 130, 150), np.uint8)
    cv2.circle(pixels, (90, 100), 45, (200, 60, 40), -1, cv2.LINE_AA)
    cv2.circle(pixels, (230, 100), 45, (40, 170, 70), -1, cv2.LINE_AA)
    return np.clip(pixels + np.random.default_rng(3).normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)


def dot(x, y):
    return cv2.circle(np.zeros((200, 320), np.uint8), (x, y), 8, 1, -1)


def halves(mask):
    """How many pixels are selected on the left and on the right."""
    return int((mask[:, :160] > 127).sum()), int((mask[:, 160:] > 127).sum())


DISC = np.pi * 45**2


def test_without_a_place_the_subject_is_wanted(picture):
    assert halves(select(picture, Wanted(), models=NONE).mask) == pytest.approx((DISC, DISC), rel=0.05)


def test_a_place_or_a_box_says_which_thing(picture):
    assert halves(select(picture, Wanted(point=(90, 100)), models=NONE).mask) == pytest.approx((DISC, 0), rel=0.05)
    boxed = Wanted(box=Rect(180, 50, 100, 100))
    assert halves(select(picture, boxed, models=NONE).mask) == pytest.approx((0, DISC), rel=0.05)


def test_strokes_say_what_else_belongs_and_what_does_not(picture):
    more = Wanted(point=(90, 100), keep=dot(230, 100))
    assert halves(select(picture, more, models=NONE).mask) == pytest.approx((DISC, DISC), rel=0.05)
    less = Wanted(drop=dot(90, 100))
    assert halves(select(picture, less, models=NONE).mask) == pytest.approx((0, DISC), rel=0.05)


def test_strokes_suffice_where_no_subject_stands_out():
    flat = np.full((200, 320, 3), 90, np.uint8)
    found = select(flat, Wanted(keep=dot(40, 40)), models=NONE)
    np.testing.assert_array_equal(found.mask > 0, dot(40, 40) > 0)
    with pytest.raises(NothingFound, match="No subject"):
        select(flat, Wanted(), models=NONE)


def test_strokes_that_leave_nothing_are_told(picture):
    covering = np.ones((200, 320), np.uint8)
    with pytest.raises(NothingFound, match="leave nothing"):
        select(picture, Wanted(point=(90, 100), drop=covering), models=NONE)
