"""Holes closed from what is around them, by averages from coarse to fine."""

from __future__ import annotations

import numpy as np

from editor.simulator.pictures import Array, Floats


def filled(image: Array, unknown: Array) -> Floats:
    """(height, width, 3) with the pixels that ``unknown`` (height, width) marks at all continued from the others."""
    return _fill(image.astype(np.float32), (unknown == 0).astype(np.float32)[..., None])


def neighbourhood(mask: Array) -> tuple[slice, slice]:
    """What is marked and as much again around it, 32 pixels or more; ``mask`` must mark something."""
    slices = []
    for part in extent(mask):
        margin = max(32, part.stop - part.start)
        slices.append(slice(max(0, part.start - margin), part.stop + margin))
    return slices[0], slices[1]


def extent(mask: Array) -> tuple[slice, slice]:
    """The rows and columns of the smallest rectangle around what is marked; ``mask`` must mark something."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def blend(image: Array, painted: Floats | Array, mask: Array) -> Array:
    """``painted`` where ``mask`` is 255, ``image`` where it is 0, a mixture between; unmarked pixels stay exact."""
    strength = (mask.astype(np.float32) / 255)[..., None]
    mixed = image + (painted - image.astype(np.float32)) * strength
    return np.rint(mixed).clip(0, 255).astype(np.uint8)


def _fill(image: Floats, known: Floats) -> Floats:
    """Replace unknown pixels by an average of known ones, coarse to fine, so that a hole of any size closes."""
    height, width = known.shape[:2]
    if known.all() or not known.any() or min(height, width) <= 1:
        total = known.sum()
        average = (image * known).sum((0, 1)) / total if total else image.mean((0, 1))
        return np.where(known > 0, image, average).astype(np.float32)
    weights = _quarters(known)
    averages: Floats = (_quarters(image * known) / np.maximum(weights, 1)).astype(np.float32)
    coarse = _fill(averages, (weights > 0).astype(np.float32))
    fine = _smooth(coarse.repeat(2, 0).repeat(2, 1)[:height, :width])
    return np.where(known > 0, image, fine).astype(np.float32)


def _quarters(values: Floats) -> Floats:
    """Sums over blocks of 2 × 2 pixels; an odd edge counts as followed by zeros."""
    padded = np.pad(values, ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)))
    sums: Floats = padded[0::2, 0::2] + padded[1::2, 0::2] + padded[0::2, 1::2] + padded[1::2, 1::2]
    return sums


def _smooth(values: Floats) -> Floats:
    padded = np.pad(values, ((1, 1), (0, 0), (0, 0)), mode="edge")
    upright = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    padded = np.pad(upright, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return ((padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4).astype(np.float32)
