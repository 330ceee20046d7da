"""The brush's print: a soft disc of coverage, at fractions of a pixel."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.samples import Pixels

CACHE_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Dab:
    """``coverage`` is square uint8; ``origin`` is where its first pixel lies, in whole pixels of the picture, and
    ``middle`` where its middle does."""

    coverage: Pixels
    origin: tuple[int, int]
    middle: tuple[float, float]

    @property
    def rect(self) -> Rect:
        """What it covers, in picture pixels."""
        height, width = self.coverage.shape
        return Rect(*self.origin, width, height)

    def beyond(self, before: Dab) -> Rect:
        """A rectangle around what this dab covers more than ``before``, one of the same size and hardness, does.

        Dabs grow fainter from the middle outwards, so that is what lies nearer to this one's middle than to the
        other's: its disc on this side of the line half way between the two. A brush's dabs lie close to each other, and
        the line cuts off half of the disc.
        """
        across, down = (mine - other for mine, other in zip(self.middle, before.middle, strict=True))
        length = math.hypot(across, down)
        if not length:
            return NOWHERE
        across, down = across / length, down / length
        radius = self.coverage.shape[0] / 2
        # A pixel more, for what rounding makes of places on the line itself.
        line = max(-radius, -length / 2 - 1)
        chord = math.sqrt(radius * radius - line * line)

        def farthest(way: float, other: float) -> float:
            """How far the part reaches in a direction that goes ``way`` along the stroke and ``other`` beside it."""
            return float(radius if radius * way >= line else line * way + chord * abs(other))

        x, y = self.middle
        part = Rect.from_edges(
            math.floor(x - farthest(-across, down)),
            math.floor(y - farthest(-down, across)),
            math.ceil(x + farthest(across, down)),
            math.ceil(y + farthest(down, across)),
        )
        return part.intersected(self.rect)


class DabCache:
    """Makes dabs and keeps the last ones. The middle is rounded to a part of a pixel: the larger, the coarser."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[float, float, float, float], Pixels] = OrderedDict()
        self._held = 0

    def at(self, x: float, y: float, *, diameter: float, hardness: float) -> Dab:
        """The dab whose middle is at (x, y) in picture pixels."""
        diameter = _rounded_diameter(diameter)
        phases = 4 if diameter <= 64 else 2 if diameter <= 256 else 1
        x, y = math.floor(x * phases + 0.5) / phases, math.floor(y * phases + 0.5) / phases
        column, row = math.floor(x), math.floor(y)
        radius = diameter / 2
        margin = math.ceil(radius + 0.5)
        key = (diameter, hardness, x - column, y - row)
        coverage = self._kept.get(key)
        if coverage is None:
            coverage = _disc(radius, hardness, (x - column, y - row), margin)
            self._keep(key, coverage)
        else:
            self._kept.move_to_end(key)
        return Dab(coverage, (column - margin, row - margin), (x, y))

    def _keep(self, key: tuple[float, float, float, float], coverage: Pixels) -> None:
        self._kept[key] = coverage
        self._held += coverage.nbytes
        while self._held > CACHE_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._held -= oldest.nbytes


def _rounded_diameter(diameter: float) -> float:
    """To a quarter of a pixel, and above 50 pixels to half a per cent, so that pressure meets dabs that exist."""
    diameter = max(1.0, diameter)
    unit = 0.25 if diameter < 50 else 2.0 ** math.floor(math.log2(diameter / 100))
    return round(diameter / unit) * unit


def _disc(radius: float, hardness: float, middle: tuple[float, float], margin: int) -> Pixels:
    """Full inside ``hardness`` × radius, then smoothly down to nothing half a pixel beyond the radius.

    The ramp is at least one pixel wide, which smooths the edge of a hard disc.
    """
    middles = np.arange(2 * margin + 1, dtype=np.float32) + np.float32(0.5 - margin)
    across = (middles - np.float32(middle[0])) ** 2
    down = (middles - np.float32(middle[1])) ** 2
    distance = np.sqrt(down[:, np.newaxis] + across)
    outer = radius + 0.5
    inner = min(hardness * radius, radius - 0.5)
    ramp = np.clip((outer - distance) / np.float32(outer - inner), 0, 1)
    smooth = ramp * ramp * (3 - 2 * ramp)
    return np.asarray(np.rint(smooth * 255), np.uint8)
