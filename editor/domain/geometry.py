"""Rectangles on the pixel grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of whole pixels: ``x``, ``y`` of the top left corner, ``width`` and ``height``.

    A rectangle without area is empty; all empty rectangles are alike for :meth:`united` and falsy.
    """

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def from_edges(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """The rectangle from ``left``/``top`` (inside) to ``right``/``bottom`` (outside)."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        """The first column outside, on the right."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row outside, at the bottom."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Pixels inside."""
        return self.width * self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices of an array whose origin is (0, 0)."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def __bool__(self) -> bool:
        return self.width > 0 and self.height > 0

    def intersected(self, other: Rect) -> Rect:
        """What both share; empty where they do not touch."""
        return Rect.from_edges(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def united(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        if not self:
            return other
        if not other:
            return self
        return Rect.from_edges(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def expanded(self, margin: int) -> Rect:
        """Grown by ``margin`` pixels on every side."""
        return Rect.from_edges(self.x - margin, self.y - margin, self.right + margin, self.bottom + margin)

    def moved(self, dx: int, dy: int) -> Rect:
        """Shifted by whole pixels."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def contains(self, other: Rect) -> bool:
        """Whether ``other`` lies inside completely."""
        return self.x <= other.x and self.y <= other.y and self.right >= other.right and self.bottom >= other.bottom

    def tiles(self, size: int) -> Iterable[tuple[int, int]]:
        """Column and row of every ``size`` × ``size`` tile that this rectangle touches."""
        if not self:
            return
        for row in range(self.y // size, -(-self.bottom // size)):
            for column in range(self.x // size, -(-self.right // size)):
                yield column, row
