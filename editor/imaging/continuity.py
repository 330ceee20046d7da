"""A fill that goes on with its surroundings, and is off by a tone of its own though its context is not.

Some platforms lay what they filled over the picture that they were sent. Their context then tells nothing of their
tone; but where a fill continues what lies around it, both sides of its edge go over into one another. A step that is
the same all along the edge is then the platform's.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels, Samples, full
from editor.imaging.colour_difference import delta_e, lab
from editor.imaging.likeness import Flags, Levels

_NEAR, _FAR = (1.5, 6.0), (6.0, 10.5)
"""Distances from the edge, in pixels, of two bands on either side."""
_WINDOW = 15
"""Side of the windows along the edge over which both bands are averaged."""
_SURE = 3.0
"""Standard errors by which a step must differ from none."""
_MOST = 24.0
"""Levels of a step that a platform's tone brings about at most."""
_LEAST = 0.8
"""Levels below which a step is not seen."""
_STEADY = 1.0
"""Typical differences along the edge, in steps, at most: an edge that is a step here and none there is a thing's."""
_BETTER = 0.85
"""Share of the difference between both sides that is left at most."""
_LOOKED_AT = 1280
"""Longer side of the copies in which the edge is looked at."""
_SHORTEST = 40
"""Pixels of an edge below which nothing can be told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """What is to be added to one area of a fill: ``levels`` are red, green and blue; ``area`` marks it, (h, w) bool.

    ``before`` and ``after`` are the mean ΔE00 between both sides of its edge, without and with it; ``length`` is that
    of the edge in pixels.
    """

    levels: NDArray[np.float64]
    area: Flags
    before: float
    after: float
    length: int


def steps_of(image: Pixels, mask: Pixels) -> tuple[Step, ...]:
    """The steps, of RGB ``image`` across the edge of what ``mask`` covers at all, that are the same all along; their
    areas are those of a copy where the picture is large."""
    height, width = mask.shape
    scale = min(1.0, _LOOKED_AT / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    filled = (cv2.resize((mask > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    values = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
    inside, outside = (
        np.asarray(cv2.distanceTransform(one, cv2.DIST_L2, 3), np.float32) for one in (filled, 1 - filled)
    )
    sides = [[_mean(values, distance, band) for band in (_NEAR, _FAR)] for distance in (inside, outside)]
    edge = (filled > 0) & (cv2.erode(filled, np.ones((3, 3), np.uint8)) == 0)
    told = edge & np.logical_and.reduce([count > 0 for side in sides for _, count in side])
    _, areas = cv2.connectedComponents(filled)
    found = []
    for number in np.unique(areas[told]):
        here = told & (areas == number)
        # Straight on from both bands to the edge between them.
        inner, outer = (1.5 * near[here] - 0.5 * far[here] for (near, _), (far, _) in sides)
        levels = _steady((outer - inner).astype(np.float64))
        if levels is None:
            continue
        before, after = (float(delta_e(lab(inner + added), lab(outer)).mean()) for added in (0.0, levels))
        if after < _BETTER * before:
            step = Step(levels=levels, area=areas == number, before=before, after=after, length=len(inner))
            found.append(step)
    return tuple(found)


def without_steps(image: Samples, mask: Pixels, steps: tuple[Step, ...]) -> Samples:
    """``image``, RGB of 8 or 16 bits, with ``steps`` added to their areas as far as ``mask`` covers them."""
    result = image.copy()
    most = full(image)
    size = image.shape[1], image.shape[0]
    for step in steps:
        added = np.round(step.levels * most / 255).astype(np.int32)
        # An area comes from a smaller copy and may be short of the mask's edge by a part of its pixel.
        wide = cv2.dilate(step.area.astype(np.uint8), np.ones((3, 3), np.uint8))
        area = (cv2.resize(wide, size, interpolation=cv2.INTER_NEAREST) > 0) & (mask > 0)
        result[area] = np.clip(image[area].astype(np.int32) + added, 0, most).astype(image.dtype)
    return result


def _steady(steps: NDArray[np.float64]) -> NDArray[np.float64] | None:
    if len(steps) < _SHORTEST:
        return None
    middle = np.median(steps, axis=0)
    spread = 1.4826 * np.median(np.abs(steps - middle), axis=0)
    size = float(np.abs(middle).max())
    # Neighbours share their windows: so many of them are one.
    error = spread / np.sqrt(len(steps) / _WINDOW)
    surest = int(np.argmax(np.abs(middle)))
    if not _LEAST <= size <= _MOST or size < _SURE * error[surest] or spread[surest] > _STEADY * size:
        return None
    return np.asarray(np.where(np.abs(middle) >= error, middle, 0.0))


def _mean(values: Levels, distance: NDArray[np.float32], band: tuple[float, float]) -> tuple[Levels, Levels]:
    """The mean over windows of what lies in a band, and how much does."""
    weight = ((distance >= band[0]) & (distance < band[1])).astype(np.float32)
    window = (2 * _WINDOW + 1, 2 * _WINDOW + 1)
    count = np.asarray(cv2.boxFilter(weight, cv2.CV_32F, window, borderType=cv2.BORDER_CONSTANT), np.float32)
    sums = cv2.boxFilter(values * weight[..., None], cv2.CV_32F, window, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(sums / np.maximum(count, 1e-6)[..., None], np.float32), count
