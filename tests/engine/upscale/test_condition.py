import cv2
import numpy as np

from editor.engine.upscale.condition import condition_of


def test_a_clean_picture_is_sharpened_in_full():
    smooth = cv2.GaussianBlur(np.random.default_rng(0).uniform(0, 255, (300, 400, 3)).astype(np.float32), (0, 0), 3)
    assert condition_of(np.clip(smooth, 0, 255).astype(np.uint8)).detail == 1.0


def test_noise_is_measured_and_damps():
    noisy = np.clip(128 + np.random.default_rng(0).normal(0, 5, (300, 400, 3)), 0, 255).astype(np.uint8)
    condition = condition_of(noisy)
    # The brightness of three channels with noise of their own is less noisy than they are.
    assert 2.5 < condition.noise < 4.0
    assert 0.5 <= condition.detail < 0.75


def test_blocks_are_found_wherever_they_begin(picture):
    strong = [cv2.IMWRITE_JPEG_QUALITY, 20]
    packed = cv2.imdecode(cv2.imencode(".jpg", picture, strong)[1], cv2.IMREAD_COLOR)
    for image in (packed, packed[3:, 5:]):
        assert condition_of(image).detail == 0.0
    assert condition_of(picture).detail > 0.6


def test_a_tiny_picture_is_taken_for_clean():
    assert condition_of(np.zeros((4, 5, 3), np.uint8)).detail == 1.0


def test_a_plain_picture_is_clean():
    assert condition_of(np.full((200, 200, 3), 77, np.uint8)).detail == 1.0
