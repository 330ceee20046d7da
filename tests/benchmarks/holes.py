"""Holes for the erasing benchmark: the same for the same seed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def blob(shape: tuple[int, int], share: float, *, seed: int) -> NDArray[np.bool_]:
    """One irregular blob over about ``share`` of a picture of ``shape`` (h, w)."""
    height, width = shape
    random = np.random.default_rng(seed)
    radius = (share * height * width / np.pi) ** 0.5
    row = random.uniform(*_reach(height, radius))
    column = random.uniform(*_reach(width, radius))
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    angle = np.arctan2(rows - row, columns - column)
    waves = np.zeros(shape, np.float32)
    for number in range(2, 9):
        waves += random.normal() / number * np.cos(number * angle + random.uniform(0, 2 * np.pi))
    stretch = random.uniform(0.7, 1.4)
    distance = np.hypot((rows - row) * stretch, (columns - column) / stretch) / np.maximum(0.35, 1 + 0.45 * waves)
    return np.asarray(distance <= np.quantile(distance, share))


def _reach(length: int, radius: float) -> tuple[float, float]:
    """Where a blob's middle may lie so that it seldom leaves the picture."""
    margin = min(1.15 * radius, 0.45 * length)
    return margin, length - margin


def scratches(shape: tuple[int, int], *, seed: int) -> NDArray[np.bool_]:
    """A dozen bent scratches, 3–6 pixels wide."""
    random = np.random.default_rng(seed)
    marked = np.zeros(shape, np.uint8)
    for _ in range(12):
        ends = random.uniform(0, 1, (3, 2)) * np.array([shape[1], shape[0]])
        share = np.linspace(0, 1, 60)[:, None]
        curve = (1 - share) ** 2 * ends[0] + 2 * share * (1 - share) * ends[1] + share**2 * ends[2]
        cv2.polylines(marked, [curve.astype(np.int32)], False, 1, int(random.integers(3, 7)))
    return np.asarray(marked > 0)
