"""The holes of a mask, apart where they are far from one another."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.engine.fill.levels import Flags

MARGIN = 0.75
"""Surroundings searched on every side of a hole, as a share of the hole's longer side."""
LEAST_MARGIN = 48
MOST_PARTS = 1000
"""With more parts than this the mask is one hole."""

Window = tuple[slice, slice]
Boxes = NDArray[np.int64]
"""(n, 4): top, left, bottom, right, the last two not included."""


def regions_of(hole: Flags) -> list[Window]:
    """Windows around the holes in ``hole`` (h, w) with all that is searched for each, the largest first.

    Every marked pixel lies in the middle of one window; no window holds a part of another's hole.
    """
    boxes = _boxes(hole)
    while True:
        merged = _merged(boxes, hole.shape)
        if len(merged) == len(boxes):
            break
        boxes = merged
    grown = _grown(boxes, hole.shape)
    order = np.argsort(-np.prod(grown[:, 2:] - grown[:, :2], axis=1), kind="stable")
    return [(slice(int(top), int(bottom)), slice(int(left), int(right))) for top, left, bottom, right in grown[order]]


def _boxes(hole: Flags) -> Boxes:
    """Rectangles around the connected parts."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(hole.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    left, top, width, height = stats[1:, :4].astype(np.int64).T
    boxes: Boxes = np.stack([top, left, top + height, left + width], axis=1)
    return boxes if count <= MOST_PARTS else _around(boxes)


def _around(boxes: Boxes) -> Boxes:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])[None]


def _grown(boxes: Boxes, shape: tuple[int, ...]) -> Boxes:
    """``boxes`` with their margins, inside a picture of ``shape``."""
    sides = boxes[:, 2:] - boxes[:, :2]
    margin = np.maximum(LEAST_MARGIN, np.rint(MARGIN * sides.max(axis=1)).astype(np.int64))[:, None]
    start, end = np.maximum(0, boxes[:, :2] - margin), np.minimum(shape, boxes[:, 2:] + margin)
    return np.concatenate([start, end], axis=1)


def _merged(boxes: Boxes, shape: tuple[int, ...]) -> Boxes:
    """One box for each chain of boxes of which one lies in the other's margin."""
    grown = _grown(boxes, shape)
    starts = (grown[:, None, :2] < boxes[None, :, 2:]).all(axis=2)
    ends = (grown[:, None, 2:] > boxes[None, :, :2]).all(axis=2)
    touch = starts & ends
    touch |= touch.T
    groups = np.arange(len(boxes))
    while True:
        # Each takes the lowest number that it touches, until none changes.
        lower = np.where(touch, groups[None, :], len(boxes)).min(axis=1)
        if np.array_equal(lower, groups):
            break
        groups = lower
    return np.concatenate([_around(boxes[groups == group]) for group in np.unique(groups)])
