"""Rectangles on the pixel grid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle of whole pixels: ``x``, ``y`` of the top left corner, ``width`` and ``height``.

    A rectangle without area is empty; all empty rectangles are alike for :meth:`united` and falsy.

    A tuple, as dozens are made for every movement of the pointer: a frozen dataclass takes twice as long to make.
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
        x, y, width, height = self
        other_x, other_y, other_width, other_height = other
        left = x if x > other_x else other_x
        top = y if y > other_y else other_y
        right, bottom = min(x + width, other_x + other_width), min(y + height, other_y + other_height)
        return Rect(left, top, max(0, right - left), max(0, bottom - top))

    def united(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        if not self:
            return other
        if not other or self is other:
            return self
        left, top = min(self.x, other.x), min(self.y, other.y)
        return Rect(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

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
