"""Pictures and holes for the engine."""

import cv2
import numpy as np
import pytest


def grass_like(height, width):
    """Strokes of green in all directions, as sharp as a lawn in a photo."""
    random = np.random.default_rng(5)
    noise = random.normal(0, 1, (height, width)).astype(np.float32)
    blades = cv2.GaussianBlur(noise, (0, 0), sigmaX=0.7, sigmaY=1.8)
    coarse = cv2.GaussianBlur(random.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 9)
    light = 110 + 42 * blades / blades.std() + 12 * coarse / coarse.std()
    return np.clip(light[..., None] * np.array([0.75, 1.0, 0.45]), 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def grass():
    picture = grass_like(160, 200)
    picture.flags.writeable = False
    return picture


@pytest.fixture
def round_hole():
    hole = np.zeros((160, 200), np.uint8)
    cv2.circle(hole, (100, 80), 28, 255, -1)
    return hole


@pytest.fixture
def scratch():
    hole = np.zeros((160, 200), np.uint8)
    cv2.line(hole, (20, 30), (180, 120), 255, 3)
    return hole
