"""Measures by which two pictures are compared, and a picture is found to be blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels

Levels = NDArray[np.float32]
Flags = NDArray[np.bool_]

FLAT = 2.0
"""Standard deviation, in levels of 255, below which an area counts as one colour."""
LIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)
"""What red, green and blue add to the lightness of a pixel."""
LIVELY = 8.0
"""Standard deviation above which an area plainly has something to show."""
FOREIGN = 24.0
"""Mean change of what should have stayed that makes another picture of it."""
SMALL = 256
"""Longer side, in pixels, of the copies whose likeness is measured: detail may differ, the picture may not."""
COARSE, FINE, FINEST = 15, 7, 5
"""Sides, in pixels of a small copy, of the windows in which two pictures are held against each other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """Two pictures of the same place as small copies, (h, w, 3) float32, and which pixels of them should be alike:
    ``kept``, (h, w) float32, from 0 to 1."""

    before: Levels
    after: Levels
    kept: Levels

    def mirrored(self) -> Pair:
        """The same with the first picture seen in a mirror; alike should be what is kept in both."""
        kept = self.kept * self.kept[:, ::-1]
        return Pair(before=np.ascontiguousarray(self.before[:, ::-1]), after=self.after, kept=kept)

    def within(self, kept: Levels) -> Pair:
        """The same with less that should be alike."""
        return Pair(before=self.before, after=self.after, kept=kept)


def pair_of(before: Pixels, after: Pixels, kept: Flags | None = None) -> Pair:
    """Small copies of two RGB pictures of the same proportions. ``kept``, of the size of ``before``, marks what of it
    should have stayed; None for all of it."""
    height, width = min(before.shape[:2], after.shape[:2])
    scale = min(1.0, SMALL / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    one, other = (_small(picture, size) for picture in (before, after))
    if kept is None:
        return Pair(before=one, after=other, kept=np.ones(one.shape[:2], np.float32))
    # A pixel of a small copy is kept where all that went into it is. A thing may reach a little beyond its mask.
    share = cv2.resize(kept.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    whole = cv2.erode((share > 0.99).astype(np.float32), np.ones((9, 9), np.uint8))
    return Pair(before=one, after=other, kept=np.asarray(whole, np.float32))


def _small(picture: Pixels, size: tuple[int, int]) -> Levels:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """Per pixel of a pair: the ``correlation`` of the windows around it, from -1 to 1, whatever their brightness and
    contrast; their standard deviations, in levels; and where there is ``enough`` of a window."""

    correlation: Levels
    before: Levels
    after: Levels
    enough: Flags


def structure(pair: Pair, *, window: int = COARSE, channels: tuple[int, ...] = (0, 1, 2)) -> Structure:
    """How the two pictures of ``pair`` go together, window by window, in what should be alike."""
    count = np.maximum(_mean(pair.kept, window), 1e-6)
    moments = [np.zeros(pair.kept.shape, np.float32) for _ in range(3)]
    for channel in channels:
        one, other = pair.before[..., channel] * pair.kept, pair.after[..., channel] * pair.kept
        means = _mean(one, window) / count, _mean(other, window) / count
        moments[0] += _mean(one * one, window) / count - means[0] ** 2
        moments[1] += _mean(other * other, window) / count - means[1] ** 2
        moments[2] += _mean(one * other, window) / count - means[0] * means[1]
    before, after = (np.sqrt(np.maximum(moment, 0.0) / len(channels)) for moment in moments[:2])
    return Structure(
        correlation=np.asarray(moments[2] / len(channels) / (before * after + 1.0), np.float32),
        before=before,
        after=after,
        enough=(count > 0.3) & (pair.kept > 0),
    )


def strongest(change: NDArray[Any]) -> NDArray[Any]:
    """The largest of the three channels of (h, w, 3), without its sign; much faster than numpy's own way to it."""
    red, green, blue = (np.abs(change[..., channel]) for channel in range(3))
    return np.asarray(np.maximum(np.maximum(red, green), blue))


def coherence(array: Pixels) -> float:
    """The correlation of neighbouring pixels in the middle of a picture or a matte, in at most 512 × 512 of them: near
    1 for anything that shows something, near 0 for noise, 1 where all is one colour."""
    height, width = array.shape[:2]
    top, left = max(0, height - 512) // 2, max(0, width - 512) // 2
    part = array[top : top + 512, left : left + 512].astype(np.float32)
    part = part - part.mean()
    energy = float((part * part).mean())
    pairs = [one * other for one, other in ((part[:, 1:], part[:, :-1]), (part[1:], part[:-1])) if one.size]
    if energy < 0.1 or not pairs:
        return 1.0
    return float(np.mean([products.mean() for products in pairs])) / energy


def _mean(values: Levels, window: int) -> Levels:
    return np.asarray(cv2.blur(values, (window, window), borderType=cv2.BORDER_CONSTANT), np.float32)


def lightness(image: Pixels) -> NDArray[np.float32]:
    """Grey values of (height, width, 3) RGB, averaged over 3 × 3 pixels against the noise of encoding."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.blur(grey, (3, 3)), np.float32)


def spread(pixels: NDArray[Any]) -> float:
    """The largest standard deviation of a channel of (…, 3) uint8; 0 where there are no pixels."""
    if not pixels.size:
        return 0.0
    _, deviations = cv2.meanStdDev(np.ascontiguousarray(pixels).reshape(-1, 1, 3))
    return float(deviations.max())


def mean_difference(one: Pixels, other: Pixels) -> float:
    """Mean absolute difference in levels of two RGB pictures of the same proportions, both shrunk to the same size."""
    height, width = min(one.shape[:2], other.shape[:2])
    scale = min(1.0, SMALL / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (one, other)]
    return float(cv2.absdiff(*small).mean())


def is_blank(before: Pixels, after: Pixels) -> bool:
    """Whether a whole picture has become one colour that was more than that, be it a dark one."""
    lively = spread(before)
    return lively > FLAT and spread(after) < min(FLAT, lively / 4)
