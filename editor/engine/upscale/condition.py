"""What ails a picture that is to be enlarged: noise and the blocks of a JPEG, which sharpening would enlarge too."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

SAMPLE = 1024
"""Longest side of the part in the picture's middle that is looked at."""
BLOCK = 8
"""Side of the squares in which JPEG transforms a picture."""
FLAT_SHARE = 15.0
"""Percent of a picture's squares that are taken to show noise alone: those with the least in them."""
_SECOND_DIFFERENCE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Blind to slopes of brightness (Immerkær 1996); noise of standard deviation 1 leaves 6."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``noise`` is a standard deviation in levels where the picture is flattest; ``blocks`` how much greater the
    steps at the borders of JPEG's blocks are than elsewhere, 1 where there are none."""

    noise: float
    blocks: float

    @property
    def detail(self) -> float:
        """How much of the finest detail may be trusted to be the picture's own, 0–1.

        Blocks tell for certain. What looks like noise may be sand or foliage, and is never damped by more than half.
        """
        blocks = float(np.clip((self.blocks - 1.12) / 0.28, 0.0, 1.0))
        noise = float(np.clip((self.noise - 1.5) / 3.0, 0.0, 0.5))
        return (1.0 - blocks) * (1.0 - noise)


def condition_of(image: Pixels) -> Condition:
    """The condition of ``image`` (h, w, 3) RGB, judged by its middle."""
    part = image[tuple(slice(max(0, (side - SAMPLE) // 2), (side + SAMPLE) // 2) for side in image.shape[:2])]
    brightness = np.asarray(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY), np.float32)
    if min(brightness.shape) < 3 * BLOCK:
        return Condition(0.0, 1.0)
    return Condition(_noise(brightness), max(1.0, (_blocks(brightness) + _blocks(brightness.T)) / 2))


def _noise(brightness: NDArray[np.float32]) -> float:
    height, width = brightness.shape
    rough = np.abs(cv2.filter2D(brightness, cv2.CV_32F, _SECOND_DIFFERENCE))
    squares = cv2.resize(rough, (width // BLOCK, height // BLOCK), interpolation=cv2.INTER_AREA)
    # The mean of a normal distribution's absolute values is √(2/π) of its deviation.
    return float(np.percentile(squares, FLAT_SHARE) * np.sqrt(np.pi / 2) / 6)


def _blocks(brightness: NDArray[np.float32]) -> float:
    """How much greater the steps are between the columns at borders of blocks, wherever these may lie."""
    slopes = np.diff(brightness, axis=1)
    beyond = np.abs(slopes[:, 1:-1] - (slopes[:, :-2] + slopes[:, 2:]) / 2).mean(axis=0)
    whole = beyond[: len(beyond) // BLOCK * BLOCK].reshape(-1, BLOCK).mean(axis=0)
    others = (whole.sum() - whole.max()) / (BLOCK - 1)
    return float(whole.max() / others) if others > 0 else 1.0
