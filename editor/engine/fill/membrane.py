"""Smooth surfaces over a hole: what its edge leads to expect inside, and the solution of Poisson's equation there.

Both go from small sizes to large ones (a multigrid), which takes time in proportion to the pixels alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from editor.engine.fill.levels import Flags, Floats

CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32)
SMOOTHINGS = 6
RELAXATIONS = 3
LAST_RELAXATIONS = 20
DAMPING = np.float32(0.8)
SMALLEST_SIDE = 4
WHOLLY = 0.99


def expected(values: Floats, hole: Flags) -> Floats:
    """``values`` (h, w, d) with ``hole`` (h, w) filled smoothly from its edge."""
    height, width = hole.shape
    if not hole.any():
        return values
    if min(height, width) <= 2:
        mean = values[~hole].mean(axis=0) if not hole.all() else np.zeros(values.shape[2], np.float32)
        return np.asarray(np.where(hole[..., None], mean, values), np.float32)
    size = (width + 1) // 2, (height + 1) // 2
    known = (~hole).astype(np.float32)
    weight = _resized(known, size, cv2.INTER_AREA)
    total = _each(values * known[..., None], lambda plane: _resized(plane, size, cv2.INTER_AREA))
    smaller = expected(np.asarray(total / np.maximum(weight, 1e-6)[..., None], np.float32), np.asarray(weight <= 0))
    result = _each(smaller, lambda plane: _resized(plane, (width, height), cv2.INTER_LINEAR))
    for _ in range(SMOOTHINGS):
        result = np.where(hole[..., None], result, values)
        result = _each(result, lambda plane: cv2.blur(plane, (3, 3), borderType=cv2.BORDER_REFLECT))
    return np.asarray(np.where(hole[..., None], result, values), np.float32)


def _each(values: Floats, change: Callable[[Floats], Any]) -> Floats:
    """``change`` done to each plane of ``values`` (h, w, d)."""
    planes = [change(np.ascontiguousarray(values[..., channel])) for channel in range(values.shape[2])]
    return np.asarray(np.stack(planes, axis=-1), np.float32)


def _resized(plane: Floats, size: tuple[int, int], way: int) -> Floats:
    return np.asarray(cv2.resize(plane, size, interpolation=way), np.float32)


def _evened(plane: Floats) -> Floats:
    return np.asarray(np.pad(plane, ((0, plane.shape[0] % 2), (0, plane.shape[1] % 2))), np.float32)


def solved(sources: Floats, hole: Flags, cycles: int) -> Floats:
    """The surface (h, w) that is 0 outside ``hole`` and inside differs from its four neighbours' by ``sources``
    in all."""
    inside = hole.astype(np.float32)
    surface = np.zeros_like(sources)
    for _ in range(cycles):
        surface = _cycle(surface, sources * inside, inside)
    return surface


def _cycle(surface: Floats, sources: Floats, inside: Floats) -> Floats:
    height, width = inside.shape
    if min(height, width) <= SMALLEST_SIDE or not inside.any():
        return _relaxed(surface, sources, inside, LAST_RELAXATIONS)
    surface = _relaxed(surface, sources, inside, RELAXATIONS)
    rest = _evened((sources - (4 * surface - _neighbours(surface))) * inside)
    size = (width + 1) // 2, (height + 1) // 2
    # A step of twice the length: the second difference counts four times.
    rest = 4 * _resized(rest, size, cv2.INTER_AREA)
    whole = (_resized(_evened(inside), size, cv2.INTER_AREA) >= WHOLLY).astype(np.float32)
    change = _cycle(np.zeros_like(rest), rest * whole, whole)
    change = _resized(change, (2 * size[0], 2 * size[1]), cv2.INTER_LINEAR)[:height, :width]
    return _relaxed(surface + change * inside, sources, inside, RELAXATIONS)


def _relaxed(surface: Floats, sources: Floats, inside: Floats, times: int) -> Floats:
    for _ in range(times):
        change = (_neighbours(surface) + sources) / 4 - surface
        surface = np.asarray((surface + DAMPING * change) * inside, np.float32)
    return surface


def _neighbours(surface: Floats) -> Floats:
    return np.asarray(cv2.filter2D(surface, cv2.CV_32F, CROSS, borderType=cv2.BORDER_REPLICATE), np.float32)
