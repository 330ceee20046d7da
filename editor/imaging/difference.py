"""What an instruction changed of a whole picture: a mask, outside of which the picture keeps its own pixels.

A model that makes a whole picture anew changes every pixel a little: it encodes, resizes, moves and tints. Such
changes are the same all over, or noise; what was asked for is neither. Two thresholds tell them apart (J. Canny, A
computational approach to edge detection, 1986): an area counts as far as it differs at all, where some of it differs
plainly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np

from editor.domain.request import no_metrics
from editor.domain.samples import Pixels
from editor.imaging.drift import tone_between
from editor.imaging.effective_mask import effective_of
from editor.imaging.fitting import placement_metrics
from editor.imaging.likeness import Flags, Levels
from editor.imaging.registration import moved_into_place, placement_of

GROW, FEATHER = 4, 4
"""Pixels by which what was changed is grown and then feathered, in pictures of :data:`_LOOKED_AT` and below."""
_LOOKED_AT = 1600
"""Longer side of the copies that are compared."""
_EQUAL, _DETAIL = 7, 2.0
"""Side of a window all of which is equal, and its contrast in levels, so that this is no chance."""
_LEAST_DETAILED, _LEAST_EQUAL, _LOSSLESS = 0.02, 0.01, 0.5
"""Shares of a picture: that must have detail to tell by, that must be equal with it, and equal without it."""
_PLAIN, _FAINT = 12.0, 5.0
"""Levels, of the mean over a window, that are plainly a change, and that belong to one beside it."""
_NOISE_PLAIN, _NOISE_FAINT = 7.0, 3.5
"""The same in typical differences of what was not changed."""
_NOISIEST = 2.5
"""Levels of noise at most: what is more is a change, be it of most of the picture."""
_WHITE, _BLACK = 252.0, 3.0
_TEXTURE = 0.35
"""Share of a window's own contrast by which it may differ besides: sharp edges never come back the same."""
_WINDOW = 5
_LEAST = 10
"""Pixels that must be plainly changed for an area to count."""
_CLOSED = 9
"""Side of the window over which what lies between two changes is one, too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """``image`` is (h, w, 3) uint8 RGB, the returned picture in its place; ``coverage``, (h, w) uint8, is 0 where the
    picture keeps its own pixels and 255 where the returned ones stand; ``exact`` tells that they differ just there."""

    image: Pixels
    coverage: Pixels
    exact: bool
    metrics: Mapping[str, object] = field(default_factory=no_metrics)


def difference_of(before: Pixels, after: Pixels) -> Difference:
    """What ``after`` changed of ``before``, both (h, w, 3) uint8 RGB. Where no line can be drawn all of it counts."""
    differs = (before != after).any(axis=2)
    if _is_lossless(before, after, differs):
        return Difference(image=after, coverage=np.where(differs, np.uint8(255), np.uint8(0)), exact=True)
    placement = placement_of(before, after)
    if placement is not None:
        after = np.asarray(moved_into_place(after, placement), np.uint8)
    height, width = before.shape[:2]
    scale = min(1.0, _LOOKED_AT / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = [np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.uint8) for one in (before, after)]
    changed = _changed(small[0].astype(np.float32), small[1].astype(np.float32))
    mask = effective_of(np.where(changed, np.uint8(255), np.uint8(0)), GROW, FEATHER)
    coverage = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    if not coverage.any():
        coverage = np.full((height, width), 255, np.uint8)
    share = round(float(cv2.countNonZero(coverage)) / coverage.size, 4)
    metrics = {**placement_metrics(placement), "changed_share": share}
    return Difference(image=after, coverage=coverage, exact=False, metrics=metrics)


def _is_lossless(before: Pixels, after: Pixels, differs: Flags) -> bool:
    """Whether the platform has laid its change over the picture itself: then there are windows full of detail with
    every bit in its place, which no encoding leaves."""
    window = np.ones((_EQUAL, _EQUAL), np.uint8)
    equal = cv2.erode((~differs).astype(np.uint8), window)
    # At the border erode takes what lies beyond for equal; a window of a picture's own size is none.
    detailed = _contrast(before.astype(np.float32)) > _DETAIL if min(differs.shape) > 2 * _EQUAL else equal > 0
    among = float(detailed.mean())
    mostly_equal = float(differs.mean()) <= 1 - _LOSSLESS
    if among < _LEAST_DETAILED:
        return mostly_equal
    if float((detailed & (equal > 0)).mean()) <= _LEAST_EQUAL:
        return False
    # A light that fades over the picture leaves a strip of it as it was, too; but then it changes the rest a little.
    return mostly_equal or float(np.median(cv2.absdiff(before, after)[differs].max(axis=1))) >= _PLAIN


def _changed(before: Levels, after: Levels) -> Flags:
    tone = tone_between(before, after)
    off = before - after - tone
    # What was clipped cannot come back: there the tone itself is no change.
    clipped = (after > _WHITE) | (after < _BLACK)
    off = np.where(clipped, np.sign(off) * np.maximum(0.0, np.abs(off) - np.abs(tone)), off)
    contrast = _contrast(before)
    mean = np.abs(cv2.blur(off, (_WINDOW, _WINDOW))).max(axis=2) - _TEXTURE * contrast
    busy = cv2.blur(np.abs(off), (_WINDOW, _WINDOW)).max(axis=2) - contrast
    noise = [min(_NOISIEST, max(0.0, float(np.median(one)))) for one in (mean, busy)]
    strength = [
        np.maximum(
            mean / max(levels, times * noise[0]),
            # What is drawn anew with the same mean colour shows in how busy the difference is.
            busy / max(3 * levels, 1.5 * times * noise[1]),
        )
        for levels, times in ((_PLAIN, _NOISE_PLAIN), (_FAINT, _NOISE_FAINT))
    ]
    return _connected(plain=strength[0] > 1, faint=strength[1] > 1)


def _contrast(picture: Levels) -> Levels:
    """The standard deviation of lightness in each window."""
    grey = np.asarray(picture.mean(axis=2), np.float32)
    window = (_WINDOW, _WINDOW)
    mean = cv2.blur(grey, window)
    return np.asarray(np.sqrt(np.maximum(0.0, cv2.blur(grey * grey, window) - mean * mean)), np.float32)


def _connected(*, plain: Flags, faint: Flags) -> Flags:
    """Those areas of ``faint`` that hold enough of ``plain``, closed, and without small holes."""
    _, areas = cv2.connectedComponents((plain | faint).astype(np.uint8), connectivity=8)
    count = np.bincount(areas.ravel(), plain.ravel().astype(np.float64))
    wanted = count >= min(_LEAST, plain.size // 2)
    wanted[0] = False
    chosen = wanted[areas].astype(np.uint8)
    if not chosen.any():
        return np.asarray(chosen, np.bool_)
    around = cv2.copyMakeBorder(chosen, _CLOSED, _CLOSED, _CLOSED, _CLOSED, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((_CLOSED, _CLOSED), np.uint8))
    closed = np.ascontiguousarray(closed[_CLOSED:-_CLOSED, _CLOSED:-_CLOSED])
    _, gaps, figures, _ = cv2.connectedComponentsWithStats(1 - closed, connectivity=4)
    most = max(64, int(0.02 * float(closed.sum())))
    small = figures[:, cv2.CC_STAT_AREA] <= most
    small[0] = False
    filled: Flags = (closed > 0) | small[gaps]
    return filled
