"""The shares of mixed pixels, solved from colours."""

from __future__ import annotations

import cv2
import numpy as np

from editor.engine.cutout.full_size import enlarged
from editor.engine.cutout.matting import EPSILON, RADIUS, matted
from editor.engine.select.windows import Windows, weighted


def strands(height: int = 120, width: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """A dark head with thin hair before a light ground, and how much of each pixel is head or hair."""
    large = np.zeros((4 * height, 4 * width), np.uint8)
    cv2.circle(large, (2 * width, 2 * height + 60), 130, 255, -1)
    random = np.random.default_rng(5)
    for angle in random.uniform(0, 2 * np.pi, 90):
        along = np.array([np.cos(angle), np.sin(angle)])
        start = np.array([2 * width, 2 * height + 60]) + 120 * along
        end = start + random.uniform(20, 50) * along
        cv2.line(large, tuple(start.astype(int)), tuple(end.astype(int)), 255, 3)
    share = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    rows = np.linspace(0, 1, height)[:, None, None]
    ground = np.array((190, 200, 220)) + 25 * rows * np.array((1, -1, 1))
    image = share[..., None] * np.array((60, 40, 30)) + (1 - share[..., None]) * ground
    return np.rint(image).astype(np.uint8), share


def test_hair_is_found_between_what_is_known() -> None:
    image, share = strands()
    solid = (share > 0.5).astype(np.uint8)
    kernel = np.ones((17, 17), np.uint8)
    unknown = cv2.dilate(solid, kernel) != cv2.erode(solid, kernel)
    guess = np.where(unknown, 0.5, solid).astype(np.float32)
    solved = matted(image, guess, unknown)
    before, after = (np.abs(one - share)[unknown].mean() for one in (solid.astype(float), solved))
    assert after < 0.8 * before
    assert np.array_equal(solved[~unknown], guess[~unknown])
    assert solved.min() >= 0
    assert solved.max() <= 1


def test_with_nothing_unknown_nothing_is_done() -> None:
    image, share = strands()
    assert matted(image, share, np.zeros(share.shape, bool)) is share


def test_a_flat_picture_keeps_the_guess() -> None:
    flat, guess = np.full((40, 50, 3), 77, np.uint8), np.zeros((40, 50), np.float32)
    guess[:, 25:] = 1
    solved = matted(flat, guess, np.ones((40, 50), bool))
    assert np.isfinite(solved).all()
    assert solved[:, 30:].min() > 0.5 > solved[:, :20].max()


def test_a_linear_function_of_the_colours_departs_from_itself_by_nothing() -> None:
    image, _ = strands()
    share = (image[..., 0] / 255 * 0.5 + image[..., 2] / 255 * 0.3 + 0.1).astype(np.float32)
    windows = Windows.of(image, radius=RADIUS, epsilon=EPSILON)
    slopes, offset = windows.fitted(share)
    again = weighted(slopes, windows.colours) + offset
    edges = cv2.Laplacian(share, cv2.CV_32F) != 0
    assert np.abs(again - share)[edges].mean() < 0.01
    assert np.abs(windows.departure(share) - (share - again)).max() < 1e-5


def test_an_enlarged_matte_follows_the_edges_of_the_full_size() -> None:
    image, share = strands(480, 640)
    size = (320, 240)
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    small_share = np.asarray(cv2.resize(share, size, interpolation=cv2.INTER_AREA), np.float32)
    alpha = enlarged(image, small, small_share)
    plain = cv2.resize(small_share, (640, 480), interpolation=cv2.INTER_LINEAR)
    mixed = (plain > 0.02) & (plain < 0.98)
    assert np.abs(alpha / 255 - share)[mixed].mean() < 0.5 * np.abs(plain - share)[mixed].mean()
    assert np.array_equal(enlarged(small, small, small_share), np.rint(255 * small_share).astype(np.uint8))
