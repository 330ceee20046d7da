"""The seam between a picture and what a platform put into it: measured, and made invisible where that can be done.

The step of colour across a mask's edge is what a platform's context is off by there (see :mod:`editor.imaging.drift`);
the feather hides a part of it. A correction is kept only where the step becomes smaller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.samples import STEP, Pixels, Samples, widened
from editor.imaging.colour_difference import delta_e, lab
from editor.imaging.drift import Correction, Views, averaged, correction_of, views_of
from editor.imaging.likeness import Flags, Levels

_SURROUNDINGS, _LEAST_SURROUNDINGS = 0.35, 48
"""Context that is looked at on every side, as a share of the hole's longer side and in pixels."""
_ACROSS = 9
"""Pixels of a copy across a seam within which a step is seen as one."""
_BETTER, _LEAST_GAIN = 0.98, 0.02
"""Share of the step that is left at most, and ΔE00 that are won at least, or the patch stays as it came."""
_PARTS = 64
"""Parts of a level in which a correction is added."""
_ROWS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """``colour`` is the mean step of colour across the seam as ΔE00, ``gradient`` the mean slope, in levels a pixel,
    that the blended picture has there beyond those of both its parts."""

    colour: float
    gradient: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mended:
    """A returned picture, (h, w, 3) sRGB, in 16 bits where it was corrected for a document that has them.

    ``before`` and ``after`` are None where no context tells anything.
    """

    image: Samples
    before: Seam | None = None
    after: Seam | None = None
    repaired: bool = False

    @property
    def metrics(self) -> Mapping[str, object]:
        """What the receipt tells of it."""
        if self.before is None or self.after is None:
            return {}
        return {
            "seam_before": round(self.before.colour, 2),
            "seam_after": round(self.after.colour, 2),
            "seam_gradient_before": round(self.before.gradient, 2),
            "seam_gradient_after": round(self.after.gradient, 2),
            "seam_repair": "membrane" if self.repaired else "none",
        }


def mended(before: Pixels, after: Pixels, mask: Pixels, *, depth: int = 8) -> Mended:
    """``after``, which is to be laid over ``before`` through ``mask``, with the platform's colours taken out of it.

    All are of one size, RGB and (h, w). Nothing is changed where ``mask`` is 0.
    """
    hole = Rect(*cv2.boundingRect(mask))
    if not hole:
        return Mended(image=after)
    margin = max(_LEAST_SURROUNDINGS, int(_SURROUNDINGS * max(hole.width, hole.height)))
    part = hole.expanded(margin).intersected(Rect(0, 0, mask.shape[1], mask.shape[0]))
    parts = before[part.slices], after[part.slices], mask[part.slices]
    views = views_of(parts[0], parts[1], parts[2] == 0)
    band = _band(parts[2], views) if views.enough else None
    if band is None:
        return Mended(image=after)
    correction = correction_of(views)
    added = correction.on(views.after)
    plain, corrected = band.steps(views, np.zeros_like(added)), band.steps(views, added)
    better = band.better(plain, corrected)
    seam = band.seam(plain)
    if not better.any():
        return Mended(image=after, before=seam, after=seam)
    image = _corrected(after, mask, part, correction, band.gate(better), depth)
    chosen = np.where(better[band.labels][:, None], corrected, plain)
    return Mended(image=image, before=seam, after=band.seam(chosen), repaired=True)


# --- measuring


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Band:
    """Where the seam runs, on the copies: ``rows`` and ``columns`` of its pixels, ``labels`` which of the connected
    ``areas`` each belongs to, ``seen`` the share of a step that the feather leaves, ``slope`` that of the mask a
    pixel of the picture; ``side`` is that of the window that reaches from there to what is kept."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    labels: NDArray[np.int32]
    areas: NDArray[np.int32]
    count: int
    seen: NDArray[np.float64]
    slope: NDArray[np.float64]
    side: int

    def steps(self, views: Views, added: Levels) -> NDArray[np.float64]:
        """(n, 5): ΔE00, the same squared, levels, and where there is none to be told, a weight of 0."""
        off, known = averaged(views.before - views.after - added, views.weight, self.side)
        place = self.rows, self.columns
        colours = np.asarray(cv2.blur(views.after + added, (_ACROSS, _ACROSS)), np.float64)[place]
        step = off[place].astype(np.float64)
        sides = lab(colours), lab(colours + step * self.seen[:, None])
        slopes = np.abs(step).mean(axis=1) * self.slope
        told = (known[place] > 1e-3).astype(np.float64)
        return np.stack([delta_e(*sides), slopes, told], axis=1)

    def seam(self, steps: NDArray[np.float64]) -> Seam:
        """The mean over all that can be told."""
        weight = steps[:, 2]
        total = max(1.0, float(weight.sum()))
        means = (steps[:, :2] * weight[:, None]).sum(axis=0) / total
        return Seam(colour=float(means[0]), gradient=float(means[1]))

    def better(self, plain: NDArray[np.float64], corrected: NDArray[np.float64]) -> Flags:
        """For each area, from 0 (none) on, whether the correction makes its seam smaller."""
        told = plain[:, 2]
        count = np.maximum(np.bincount(self.labels, told, self.count), 1e-9)
        was, is_now = (np.bincount(self.labels, one[:, 0] * told, self.count) / count for one in (plain, corrected))
        flags: Flags = (is_now < _BETTER * was) & (was - is_now > _LEAST_GAIN)
        return flags

    def gate(self, better: Flags) -> Levels | None:
        """Where to correct, (h, w) from 0 to 1; None for everywhere."""
        if better[np.unique(self.labels)].all():
            return None
        chosen = better[self.areas].astype(np.float32)
        return np.asarray(cv2.dilate(chosen, np.ones((3, 3), np.uint8)), np.float32)


def _band(mask: Pixels, views: Views) -> _Band | None:
    height, width = views.weight.shape
    small = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    inside = (small > 127).astype(np.uint8)
    if not inside.any():
        inside = (small > 0).astype(np.uint8)
    count, areas = cv2.connectedComponents((small > 0).astype(np.uint8))
    edge = (inside > 0) & (cv2.erode(inside, np.ones((3, 3), np.uint8)) == 0)
    rows, columns = np.nonzero(edge)
    if not len(rows):
        return None
    window = np.ones((_ACROSS, _ACROSS), np.uint8)
    seen = (cv2.dilate(small, window).astype(np.float64) - cv2.erode(small, window)) / 255
    along = [cv2.Sobel(small, cv2.CV_64F, dx, dy, ksize=3, scale=1 / 8 / 255) for dx, dy in ((1, 0), (0, 1))]
    slope = np.hypot(*along) * width / mask.shape[1]
    # How far it is from the seam to what is kept: as far as the feather reaches.
    away = cv2.distanceTransform((small > 0).astype(np.uint8), cv2.DIST_L2, 3)[rows, columns]
    side = 2 * int(min(96.0, np.percentile(away, 95) + _ACROSS // 2 + 1)) + 1
    place = rows, columns
    return _Band(
        rows=rows,
        columns=columns,
        labels=np.asarray(areas[place], np.int32),
        areas=np.asarray(areas, np.int32),
        count=count,
        seen=seen[place],
        slope=np.asarray(slope[place], np.float64),
        side=side,
    )


# --- correcting


def _corrected(
    after: Pixels, mask: Pixels, part: Rect, correction: Correction, gate: Levels | None, depth: int
) -> Samples:
    """A copy with ``correction`` added where ``mask`` is above 0; in whole numbers, a band of rows at a time."""
    result: Samples = widened(after) if depth == 16 else after.copy()
    target, source, marked = result[part.slices], after[part.slices], mask[part.slices]
    size = part.width, part.height
    fields = [_grown(correction.field[..., channel], size) for channel in range(3)]
    open_to = None if gate is None else cv2.resize(gate, size, interpolation=cv2.INTER_NEAREST) > 0
    tones = np.round(correction.tone * _PARTS).astype(np.int32)
    for top in range(0, part.height, _ROWS):
        rows = slice(top, top + _ROWS)
        where = marked[rows] > 0
        if open_to is not None:
            where = where & open_to[rows]
        if not where.any():
            continue
        for channel in range(3):
            values = source[rows, :, channel].astype(np.int32)
            added = tones[channel][values] + fields[channel][rows]
            if depth == 16:
                new = values * STEP + (added * STEP + _PARTS // 2) // _PARTS
            else:
                new = values + (added + _PARTS // 2) // _PARTS
            new = np.clip(new, 0, 65535 if depth == 16 else 255).astype(result.dtype)
            target[rows, :, channel] = np.where(where, new, target[rows, :, channel])
    return result


def _grown(field: Levels, size: tuple[int, int]) -> NDArray[np.int16]:
    parts = np.round(np.clip(field, -255, 255) * _PARTS).astype(np.int16)
    return np.asarray(cv2.resize(parts, size, interpolation=cv2.INTER_LINEAR), np.int16)
