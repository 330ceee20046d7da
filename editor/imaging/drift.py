"""By what a platform's colours are off: told by the context that it returns beside what it was asked to change.

A model that makes a crop anew gives all of it a tone of its own. What lay outside the mask is known in both pictures,
so their difference there is the platform's own, and has nothing to do with what was wanted inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels
from editor.imaging.likeness import Flags, Levels
from editor.imaging.membrane import membrane

WORKED_AT = 768
"""Longer side of the copies that are measured."""
_GRID = 224
"""Longer side of the field that is solved for: a drift is smooth."""
_AROUND = 9
"""Side of the window, in pixels of a copy, over which noise and detail are averaged away."""
_FOREIGN = 48.0
"""Levels by which what was to stay is off where it is something else."""
_UNLIKE, _UNLIKE_SHARE = 20.0, 0.6
"""Levels, or the share of what a picture itself varies by, that single pixels are typically off at most."""
_LEAST_WIDTH, _SPREADS = 10.0, 5.0
"""Levels, or typical spreads, from the common difference within which one counts."""
_EXPLAINS = 0.8
"""Share of the spread that a tone curve leaves at most, or a plain offset does as well."""
_SAMPLES, _ROUNDS = 40_000, 6
"""Pixels of which a tone is worked out, and how often what does not go with it is left out."""
_LEAST_SAME = 0.5
"""Share of a picture that must agree on its tone."""
_FEW = 64
"""Pixels of a copy from which on a drift can be told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Copies of a part of both pictures: ``before`` and ``after``, (h, w, 3) float32 RGB in levels of 255; ``weight``,
    (h, w) float32, how far a pixel is known to show the same thing in both."""

    before: Levels
    after: Levels
    weight: Levels

    @property
    def enough(self) -> bool:
        """Whether anything can be told."""
        return float(self.weight.sum()) >= _FEW


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correction:
    """What to add to a returned picture: ``tone``, (3, 256) float32, by the value of each channel, and ``field``,
    (h, w, 3) float32, by the place, over the whole part that was looked at."""

    tone: Levels
    field: Levels

    def on(self, after: Levels) -> Levels:
        """What it adds to ``after``, (h, w, 3) in levels."""
        height, width = after.shape[:2]
        added = np.asarray(cv2.resize(self.field, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        return np.asarray(added + _by_tone(self.tone, after), np.float32)


def views_of(before: Pixels, after: Pixels, kept: Flags) -> Views:
    """Copies of two RGB pictures of one place; ``kept`` marks what was not to be changed."""
    height, width = before.shape[:2]
    scale = min(1.0, WORKED_AT / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    one, other = (_copy(picture, size) for picture in (before, after))
    share = cv2.resize(kept.astype(np.uint8) * np.uint8(255), size, interpolation=cv2.INTER_AREA)
    whole = (share == 255).astype(np.float32)
    weight = _trusted(one - other, whole) if _is_alike(one, other, whole) else np.zeros_like(whole)
    return Views(before=one, after=other, weight=weight)


def averaged(values: Levels, weight: Levels, side: int = _AROUND) -> tuple[Levels, Levels]:
    """The weighted mean of (h, w, 3) over windows of ``side``, and the mean weight of each."""
    window = (side, side)
    count = np.asarray(cv2.boxFilter(weight, cv2.CV_32F, window, borderType=cv2.BORDER_REPLICATE), np.float32)
    sums = cv2.boxFilter(values * weight[..., None], cv2.CV_32F, window, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(sums / np.maximum(count, 1e-6)[..., None], np.float32), count


def correction_of(views: Views) -> Correction:
    """What brings ``after`` to ``before`` where both are known, continued smoothly where they are not."""
    off = views.before - views.after
    tone = _tone(views, off)
    left = off - _by_tone(tone, views.after)
    height, width = views.weight.shape
    scale = min(1.0, _GRID / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    mean, count = averaged(left, views.weight)
    share = views.weight * (count > 0.15)
    small = np.asarray(cv2.resize(share, size, interpolation=cv2.INTER_AREA), np.float32)
    sums = cv2.resize(mean * share[..., None], size, interpolation=cv2.INTER_AREA)
    values = np.asarray(sums / np.maximum(small, 1e-6)[..., None], np.float32)
    return Correction(tone=tone, field=membrane(values, small))


def tone_between(before: Levels, after: Levels) -> Levels:
    """What is to be added to ``after`` by a rule of colours and of a light that fades across, the same for the whole
    picture: what was changed in it stays so. 0 where too little of it is the same for that to be told."""
    step = max(1, int(np.sqrt(before.shape[0] * before.shape[1] / _SAMPLES)))
    window = (_AROUND // 2, _AROUND // 2)
    smooth = [np.asarray(cv2.blur(one, window), np.float32)[::step, ::step] for one in (before, after)]
    terms, off = _terms(smooth[1]), (smooth[0] - smooth[1]).reshape(-1, 3).astype(np.float64)
    if len(off) < _FEW:
        return np.zeros_like(before)
    apart = np.abs(off - np.median(off, axis=0)).max(axis=1)
    factors = np.zeros((terms.shape[1], 3))
    ridge = np.diag([1e-9, *[1e-3] * (terms.shape[1] - 1)])
    for _ in range(_ROUNDS):
        width = max(_LEAST_WIDTH, 3.0 * float(np.median(apart)))
        weight = np.square(np.maximum(0.0, 1.0 - np.square(apart / width)))
        normal = (terms.T * weight) @ terms + ridge * max(1.0, float(weight.sum()))
        factors = np.linalg.solve(normal, (terms.T * weight) @ off)
        apart = np.abs(off - terms @ factors).max(axis=1)
    if float((apart < _LEAST_WIDTH).mean()) < _LEAST_SAME:
        return np.zeros_like(before)
    tone = np.asarray(_terms(after) @ factors, np.float32).reshape(before.shape)
    return tone if float(np.abs(tone).max()) < _FOREIGN else np.zeros_like(before)


def _terms(colours: Levels) -> NDArray[np.float64]:
    """(n, 12) of a picture with n pixels: 1, the three channels from -1 to 1, their squares, and the same of places."""
    height, width = colours.shape[:2]
    values = (colours.reshape(-1, 3) - np.float32(128)) / np.float32(128)
    down, across = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    x, y = across.reshape(-1, 1), down.reshape(-1, 1)
    return np.concatenate([np.ones_like(x), values, values**2, x, y, x * x, x * y, y * y], axis=1)


def _copy(picture: Pixels, size: tuple[int, int]) -> Levels:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _is_alike(one: Levels, other: Levels, kept: Levels) -> bool:
    """Whether what was to stay is about the same in both: if not, its colours tell nothing."""
    marked = kept > 0
    if int(marked.sum()) < _FEW:
        return False
    off, seen = (one - other)[marked], one[marked]
    apart, spread = (np.median(np.abs(values - np.median(values, axis=0)), axis=0) for values in (off, seen))
    return bool((apart <= np.maximum(_UNLIKE, _UNLIKE_SHARE * spread)).all())


def _trusted(off: Levels, kept: Levels) -> Levels:
    """``kept`` less what has become something else there: a shadow that went with its thing, a letter drawn anew."""
    marked = kept > 0
    mean, _ = averaged(off, kept)
    common = np.median(mean[marked], axis=0)
    apart = np.abs(mean - common)
    spread = 1.4826 * np.median(apart[marked], axis=0)
    width = np.maximum(_LEAST_WIDTH, _SPREADS * spread)
    strangest = np.asarray((apart / width).max(axis=2), np.float32)
    weight = np.square(np.maximum(0.0, 1.0 - np.square(strangest)))
    weight[np.abs(mean).max(axis=2) > _FOREIGN] = 0.0
    return np.asarray(weight * kept, np.float32)


def _tone(views: Views, off: Levels) -> Levels:
    """A parabola for each channel, level beyond what the context shows; a plain 0 where it explains little."""
    marked = views.weight > 0
    weight = views.weight[marked].astype(np.float64)
    curves = np.zeros((3, 256), np.float32)
    smooth, _ = averaged(off, views.weight, 5)
    values, _ = averaged(views.after, views.weight, 5)
    for channel in range(3):
        x, y = values[..., channel][marked].astype(np.float64), smooth[..., channel][marked].astype(np.float64)
        curve = _parabola(x, y, weight)
        if curve is not None:
            curves[channel] = curve
    return curves


def _parabola(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> Levels | None:
    total = weight.sum()
    if total < _FEW:
        return None
    low, high = np.percentile(x, (1, 99))
    if high - low < 24:
        return None
    place = (x - 128) / 128
    terms = np.stack([np.ones_like(place), place, place**2])
    normal = (terms * weight) @ terms.T + np.diag([0.0, 2e-3, 2e-3]) * total
    factors = np.linalg.solve(normal, (terms * weight) @ y)
    left = np.sqrt((weight * (y - factors @ terms) ** 2).sum() / total)
    plain = np.sqrt((weight * (y - (weight * y).sum() / total) ** 2).sum() / total)
    if left > _EXPLAINS * plain or plain < 0.3:
        return None
    levels = (np.clip(np.arange(256), low, high) - 128) / 128
    curve = factors @ np.stack([np.ones_like(levels), levels, levels**2])
    # The order of light and dark is kept.
    return np.asarray(curve, np.float32) if float(np.diff(np.arange(256) + curve).min()) > 0 else None


def _by_tone(tone: Levels, after: Levels) -> Levels:
    """What ``tone`` adds to each pixel."""
    place = np.clip(after, 0, 255)
    return np.dstack([np.interp(place[..., channel], np.arange(256), tone[channel]) for channel in range(3)]).astype(
        np.float32
    )
