"""Where a returned picture lies over the one that was sent.

Platforms move what they return by a few pixels, cut or pad it to a multiple of 8 or 64, or work at a size of their own
and stretch it back. What was not to be changed is in both pictures: from it a scale along each side and a shift are
found by the Gauss-Newton method of image alignment (B. Lucas, T. Kanade, 1981), from small copies to larger ones, with
weights that take what was changed for an outlier and with a gain and an offset of the lightness let free.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels, Samples
from editor.imaging.likeness import Flags, Levels

_SIDES = (48, 96, 192, 384, 1024)
"""Longer sides of the copies, from the first to the last."""
_ROUNDS = (14, 10, 8, 6, 4)
_FARTHEST = 0.22
"""Share of the longer side by which a point moves at most: more is another picture."""
_LEAST_MOVE = 0.2
"""Pixels by which a corner moves at least to be worth another interpolation."""
_BETTER, _LEAST_GAIN = 0.85, 0.25
"""Share of the difference that is left at most, and levels that are won at least, or the picture stays as it came."""
_CUT = 24.0
"""Levels above which one difference is as bad as any other: something else is to be seen there."""
_FEW = 200
"""Pixels of a copy below which nothing can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A point at ``x`` of the sent picture lies at ``x · scale + shift`` of the returned one, in pixels, along x and y.

    Both are counted from the middle of the first pixel. ``error_before`` and ``error_after`` are the mean differences
    in levels of lightness of what was to stay, as it came and when moved.
    """

    scale: tuple[float, float]
    shift: tuple[float, float]
    error_before: float
    error_after: float

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(2, 3), from the sent picture to the returned one."""
        return np.array([[self.scale[0], 0.0, self.shift[0]], [0.0, self.scale[1], self.shift[1]]])


def placement_of(before: Pixels, after: Pixels, kept: Flags | None = None) -> Placement | None:
    """How ``after`` lies over ``before``, both (h, w, 3) uint8 RGB; None where it is as good as in its place, or where
    no other place is measurably better. ``kept``, (h, w), marks what was not to be changed; None for most of it."""
    if before.shape != after.shape or _is_the_same(before, after, kept):
        return None
    grey = [np.asarray(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), np.uint8) for one in (before, after)]
    motion = np.zeros(4)
    fit: _Fit | None = None
    for side, rounds in zip(_SIDES, _ROUNDS, strict=True):
        fit = _Fit(grey[0], grey[1], kept, side)
        if fit.enough:
            motion = fit.improved(motion, rounds)
        if np.abs(motion).max() > _FARTHEST:
            return None
        if side >= max(before.shape[:2]):
            break
    if fit is None or not fit.enough:
        return None
    if kept is None:
        fit.leave_out_what_differs(motion)
    return _accepted(fit, motion, before.shape[:2])


def moved_into_place(after: Samples, placement: Placement) -> Samples:
    """The returned picture as it lies over the sent one; what it does not reach is continued by its mirror image."""
    height, width = after.shape[:2]
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(after, placement.matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, after.dtype)


def _is_the_same(before: Pixels, after: Pixels, kept: Flags | None) -> bool:
    """Whether what was to stay is equal, or all but."""
    apart = cv2.absdiff(before, after)
    if kept is None:
        return not apart.any()
    mask = kept.astype(np.uint8)
    return cv2.norm(apart, cv2.NORM_INF, mask) <= 1 if mask.any() else True


def _accepted(fit: _Fit, motion: NDArray[np.float64], size: tuple[int, ...]) -> Placement | None:
    height, width = size
    error_before, error_after = fit.error(np.zeros(4)), fit.error(motion)
    longer = max(width, height)
    # The farthest corner is half a side away from the middle.
    moves = abs(motion[2]) + abs(motion[0]) * width / longer / 2, abs(motion[3]) + abs(motion[1]) * height / longer / 2
    if max(moves) * longer < _LEAST_MOVE:
        return None
    if error_after > _BETTER * error_before or error_before - error_after < _LEAST_GAIN:
        return None
    scale = 1.0 + float(motion[0]), 1.0 + float(motion[1])
    middle = (width - 1) / 2, (height - 1) / 2
    shift = tuple(middle[axis] * (1.0 - scale[axis]) + longer * float(motion[2 + axis]) for axis in range(2))
    return Placement(scale=scale, shift=(shift[0], shift[1]), error_before=error_before, error_after=error_after)


class _Fit:
    """Both pictures at one size. A motion is the change of scale along x and y about the middle, and the shift along
    both in parts of the longer side."""

    def __init__(self, before: Pixels, after: Pixels, kept: Flags | None, side: int) -> None:
        height, width = before.shape
        scale = min(1.0, side / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        self.longer = max(size)
        self._before, self._after = (_smoothed(one, size) for one in (before, after))
        if kept is None:
            self._kept = np.ones(self._before.shape, np.float32)
        else:
            share = cv2.resize(kept.astype(np.float32), size, interpolation=cv2.INTER_AREA)
            self._kept = np.asarray((share > 0.99).astype(np.float32))
        self.enough = int(self._kept.sum()) >= _FEW and min(size) >= 8
        across = (np.arange(size[0], dtype=np.float32) - (size[0] - 1) / 2) / self.longer
        down = (np.arange(size[1], dtype=np.float32) - (size[1] - 1) / 2) / self.longer
        self._across, self._down = np.meshgrid(across, down)

    def improved(self, motion: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
        """``motion`` after some steps towards the best fit."""
        for _ in range(rounds):
            step = self._step(motion)
            if step is None:
                return motion
            motion = motion + np.clip(step, -0.04, 0.04)
            if np.abs(step).max() * self.longer < 0.004:
                break
        return motion

    def leave_out_what_differs(self, motion: NDArray[np.float64]) -> None:
        """What is something else under ``motion`` does not count from now on: nobody said what was to be changed."""
        moved, seen = self._moved(motion)
        weight = self._kept * seen
        difference = np.abs(self._difference(moved, weight))
        spread = float(np.median(difference[weight > 0])) if weight.any() else 0.0
        self._kept = np.asarray(self._kept * (difference < 3.0 * 1.4826 * spread + 2.0), np.float32)

    def error(self, motion: NDArray[np.float64]) -> float:
        """Mean difference in levels, cut off above, of what was to stay, whatever the gain and the offset."""
        moved, seen = self._moved(motion)
        weight = self._kept * seen
        difference = self._difference(moved, weight)
        return float((np.minimum(np.abs(difference), _CUT) * weight).sum() / max(1.0, float(weight.sum())))

    def _step(self, motion: NDArray[np.float64]) -> NDArray[np.float64] | None:
        moved, seen = self._moved(motion)
        weight = self._kept * seen
        if float(weight.sum()) < _FEW / 2:
            return None
        difference = self._difference(moved, weight)
        spread = float(np.median(np.abs(difference[weight > 0]))) * 1.4826 * 3.0 + 1.0
        weight = weight * np.square(np.maximum(0.0, 1.0 - np.square(difference / spread)))
        along_x, along_y = (cv2.Sobel(moved, cv2.CV_32F, dx, dy, ksize=3, scale=0.125) for dx, dy in ((1, 0), (0, 1)))
        along_x, along_y = along_x * self.longer, along_y * self.longer
        flags = weight > 0
        columns = (along_x * self._across, along_y * self._down, along_x, along_y, moved - 128.0, np.ones_like(moved))
        system = np.stack([column[flags] for column in columns]).astype(np.float64)
        weighted = system * weight[flags]
        normal = weighted @ system.T
        ridge = np.diag([1.0, 1.0, 1.0, 1.0, 1e-6, 1e-6]) * (1e-7 * float(np.trace(normal)) + 1e-9)
        return np.asarray(np.linalg.solve(normal + ridge, weighted @ difference[flags])[:4])

    def _moved(self, motion: NDArray[np.float64]) -> tuple[Levels, Levels]:
        """The returned copy as it would lie over the sent one, and where it reaches."""
        height, width = self._before.shape
        scale = 1.0 + motion[:2]
        middle = np.array([(width - 1) / 2, (height - 1) / 2])
        shift = middle * (1.0 - scale) + self.longer * motion[2:]
        matrix = np.array([[scale[0], 0.0, shift[0]], [0.0, scale[1], shift[1]]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(self._after, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        x, y = np.arange(width) * scale[0] + shift[0], np.arange(height) * scale[1] + shift[1]
        inside = ((x >= 0) & (x <= width - 1))[None, :] & ((y >= 0) & (y <= height - 1))[:, None]
        return np.asarray(moved, np.float32), inside.astype(np.float32)

    def _difference(self, moved: Levels, weight: Levels) -> Levels:
        """Sent less returned, with the returned picture's mean and contrast brought to those of the sent one."""
        total = max(1.0, float(weight.sum()))
        means = [float((one * weight).sum()) / total for one in (self._before, moved)]
        spreads = [
            float(np.sqrt((np.square(one - mean) * weight).sum() / total))
            for one, mean in zip((self._before, moved), means, strict=True)
        ]
        gain = float(np.clip(spreads[0] / (spreads[1] + 1e-3), 0.8, 1.25))
        return np.asarray(self._before - means[0] - gain * (moved - means[1]), np.float32)


def _smoothed(grey: Pixels, size: tuple[int, int]) -> Levels:
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), np.float32)
