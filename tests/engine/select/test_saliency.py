from pathlib import Path

import cv2
import numpy as np
import pytest

from editor.engine.select.saliency import FINDERS, prepared, saliency
from editor.engine.weights import Models

MODELS = Path(__file__).resolve().parents[3] / "resources" / "models"
SMALL = FINDERS[-1]


def test_nothing_is_said_without_a_network():
    assert saliency(np.zeros((20, 30, 3), np.uint8), models=Models.none()) is None


def test_a_picture_is_prepared_by_its_own_brightest_value():
    dark = np.full((40, 60, 3), 50, np.uint8)
    bright = np.full((40, 60, 3), 250, np.uint8)
    assert prepared(dark, SMALL).shape == (1, 3, 320, 320)
    np.testing.assert_allclose(prepared(dark, SMALL), prepared(bright, SMALL))


def test_a_black_picture_can_be_prepared():
    assert np.isfinite(prepared(np.zeros((9, 9, 3), np.uint8), SMALL)).all()


def test_the_subject_stands_out_at_the_pictures_size():
    models = Models([MODELS])
    if models.network(SMALL.name) is None:
        pytest.skip("u2netp is not installed")
    picture = np.full((240, 320, 3), (120, 150, 170), np.uint8)
    cv2.circle(picture, (190, 120), 60, (200, 60, 40), -1, cv2.LINE_AA)
    found = saliency(picture, models=models, finders=(SMALL,))
    assert found is not None
    map_ = found.at((320, 240))
    assert map_.shape == (240, 320)
    assert map_[120, 190] > 0.8
    assert map_[20, 20] < 0.2
