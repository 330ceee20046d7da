"""A picture with a hole at several sizes, and what is known of each of its pixels.

The hole's own colours never count: only known pixels are averaged into smaller ones, and a small pixel is known when
all that it was made of is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Places = NDArray[np.int32]
"""(n, 2): rows and columns, or how far to go along them."""

OPPONENT = np.array(
    [[3**-0.5] * 3, [2**-0.5, 0, -(2**-0.5)], [6**-0.5, -2 * 6**-0.5, 6**-0.5]],
    np.float32,
)
"""Red, green, blue → brightness and two differences of colour; a rotation, so distances stay what they are."""
GRAIN_REACH = 2.0
"""Pixels around each over which its grain is averaged."""
LEAST_SIDE = 8
KNOWN = 0.999
NEARLY = 1.15


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One size of the picture, (h, w, 3) RGB uint8, and its ``hole`` (h, w)."""

    picture: Pixels
    hole: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """The smallest size: ``opponent`` (h, w, 3) colours, ``grain`` (h, w, 2) = the mean step between neighbours of the
    full size across and down, and the ``hole`` (h, w)."""

    opponent: Floats
    grain: Floats
    hole: Flags
    proposal: Floats | None = None
    """The opponent colours of a first completion, (h, w, 3), where there is one."""


def levels_of(level: Level, most_hole_pixels: int) -> list[Level]:
    """``level`` and ever smaller ones, each half as large, until the hole has about so many pixels or fewer."""
    levels = [level]
    while True:
        count = int(np.count_nonzero(levels[-1].hole))
        if count <= NEARLY * most_hole_pixels:
            return levels
        scale = max(0.5, (most_hole_pixels / count) ** 0.5)
        height, width = (max(LEAST_SIDE, round(length * scale)) for length in levels[-1].hole.shape)
        colours, hole = reduced(levels[-1].picture, levels[-1].hole, (height, width))
        smaller = int(np.count_nonzero(hole))
        # A picture of little but hole has nothing known left when it becomes smaller.
        if smaller >= count or smaller > 0.9 * hole.size:
            return levels
        levels.append(Level(np.clip(np.rint(colours), 0, 255).astype(np.uint8), hole))


def coarse_of(levels: list[Level], proposal: Pixels | None = None) -> Coarse:
    """What is known of the smallest of ``levels``, and a completion of it."""
    last = levels[-1]
    shape = last.hole.shape
    grain, _ = reduced(_grain(levels[0]), levels[0].hole, (shape[0], shape[1]))
    proposed = None if proposal is None else proposal.astype(np.float32) @ OPPONENT.T
    return Coarse(last.picture.astype(np.float32) @ OPPONENT.T, grain, last.hole, proposed)


def reduced(values: NDArray[np.uint8] | Floats, hole: Flags, shape: tuple[int, int]) -> tuple[Floats, Flags]:
    """``values`` (h, w, up to 4) and ``hole`` averaged down to ``shape``, known values alone."""
    if hole.shape == shape:
        return np.asarray(values, np.float32), hole
    size = shape[1], shape[0]
    known = (~hole).astype(np.float32)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    total = cv2.resize(values * known[..., None], size, interpolation=cv2.INTER_AREA)
    return np.asarray(total / np.maximum(weight, 1e-6)[..., None], np.float32), np.asarray(weight < KNOWN)


def _grain(level: Level) -> Floats:
    """(h, w, 2): the mean step of brightness across and down around each known pixel."""
    grey = cv2.cvtColor(level.picture, cv2.COLOR_RGB2GRAY)
    near = cv2.dilate(level.hole.astype(np.uint8), np.ones((3, 3), np.uint8))
    known = (near == 0).astype(np.float32)
    weight = np.maximum(cv2.GaussianBlur(known, (0, 0), GRAIN_REACH), 1e-3)
    across, down = np.zeros(level.hole.shape, np.float32), np.zeros(level.hole.shape, np.float32)
    across[:, :-1] = cv2.absdiff(grey[:, :-1], grey[:, 1:])
    down[:-1] = cv2.absdiff(grey[:-1], grey[1:])
    planes = [cv2.GaussianBlur(steps * known, (0, 0), GRAIN_REACH) / weight for steps in (across, down)]
    # The eye weighs red, green and blue; a grey step in all three is √3 as long.
    return np.asarray(np.dstack(planes) * np.float32(3**0.5), np.float32)
