"""Which part of a picture goes to a platform: the hole and the context that it is filled from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from editor.domain.geometry import Rect
from editor.domain.kinds import Context

MARGIN = 0.75
"""Context on every side, as a share of the hole's longer side: as good as the whole picture for a patch fill."""
LEAST_MARGIN = 0.25
"""The least that a hole is filled well from; so far context makes way for detail."""
LEAST_SIDE = 512
"""Models are trained on pictures of this size and more: a small hole gets more context where there is any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a platform takes without making it smaller, in pixels; None where nothing is known."""

    most_side: int | None = None
    most_pixels: int | None = None

    def holds(self, width: int, height: int) -> bool:
        """Whether a picture of this size is taken as it is."""
        side, pixels = self.most_side, self.most_pixels
        return (side is None or max(width, height) <= side) and (pixels is None or width * height <= pixels)


ANY_ROOM = Room()
_MARGINS: Mapping[Context, tuple[float, int]] = MappingProxyType(
    {
        Context.AUTO: (MARGIN, LEAST_SIDE),
        Context.TIGHT: (LEAST_MARGIN, 384),
        Context.WIDE: (1.5, 1024),
    }
)
"""The margin and the least side that are aimed at."""


def context_region(hole: Rect, picture: Rect, *, context: Context = Context.AUTO, room: Room = ANY_ROOM) -> Rect:
    """The rectangle to send for a hole, inside ``picture``.

    Left to itself a large hole gets less context where otherwise ``room`` would be exceeded: a picture that has to be
    made smaller loses the detail of what is filled. What the user chose is kept.
    """
    if context is Context.WHOLE:
        return picture
    share, least = _MARGINS[context]
    region = _around(hole, picture, share, least)
    if context is Context.AUTO and not room.holds(region.width, region.height):
        # Bisection: the crop grows with the margin.
        low, high = LEAST_MARGIN, share
        for _ in range(12):
            middle = (low + high) / 2
            tried = _around(hole, picture, middle, 0)
            low, high = (middle, high) if room.holds(tried.width, tried.height) else (low, middle)
        region = _around(hole, picture, low, 0)
    return region


def _around(hole: Rect, picture: Rect, share: float, least: int) -> Rect:
    margin = math.ceil(share * max(hole.width, hole.height))
    across = max(margin, (least - hole.width + 1) // 2)
    down = max(margin, (least - hole.height + 1) // 2)
    left, width = _span(hole.x - across, hole.width + 2 * across, picture.width)
    top, height = _span(hole.y - down, hole.height + 2 * down, picture.height)
    return Rect(left, top, width, height)


def _span(start: int, length: int, limit: int) -> tuple[int, int]:
    """Start and length inside ``limit``; what one edge cuts off is added on the other side."""
    length = min(length, limit)
    return min(max(0, start), limit - length), length
