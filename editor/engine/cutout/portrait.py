"""Hair, by a network that was trained on portraits alone: MODNet (Ke et al. 2022), where it is installed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.weights import Models

Floats = NDArray[np.float32]

NAME = "modnet"
SHORT_SIDE, MULTIPLE = 512, 32
"""Pixels: what the shorter side is brought to, and what both are multiples of."""
MOST_SIDE = 1536
LEAST_AGREEMENT = 0.85
"""Of what both find, as a share of what either does, before the network's edge is taken: it knows people alone."""
BAND = 0.02
"""Of the longer side, how far from the outline its edge is taken."""


def with_hair(pixels: Pixels, matte: Floats, models: Models) -> Floats:
    """``matte`` (h, w; 0–1) of ``pixels`` (h, w, 3; RGB uint8), along its outline as the network for portraits has it,
    where that is installed and finds the same subject."""
    network = models.network(NAME)
    if network is None:
        return matte
    (answer, *_) = network.run({network.inputs[0].name: prepared(pixels)})
    size = pixels.shape[1], pixels.shape[0]
    portrait = np.clip(np.asarray(cv2.resize(answer[0, 0], size, interpolation=cv2.INTER_LINEAR), np.float32), 0, 1)
    if _agreement(portrait, matte) < LEAST_AGREEMENT:
        return matte
    solid = (matte > 0.5).astype(np.uint8)
    side = 2 * max(1, round(BAND * max(size))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    near = cv2.GaussianBlur(
        (cv2.dilate(solid, kernel) != cv2.erode(solid, kernel)).astype(np.float32), (0, 0), side / 6
    )
    return np.asarray(matte + near * (portrait - matte), np.float32)


def prepared(pixels: Pixels) -> Floats:
    """``pixels`` as the network takes them, (1, 3, h, w), −1 to 1."""
    height, width = pixels.shape[:2]
    scale = min(SHORT_SIDE / min(height, width), MOST_SIDE / max(height, width))
    size = [max(MULTIPLE, round(side * scale / MULTIPLE) * MULTIPLE) for side in (width, height)]
    values = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.ascontiguousarray(((values / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None])


def _agreement(one: Floats, other: Floats) -> float:
    both, either = (one > 0.5) & (other > 0.5), (one > 0.5) | (other > 0.5)
    return float(both.sum()) / max(1.0, float(either.sum()))
