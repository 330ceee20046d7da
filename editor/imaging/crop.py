"""Which part of a picture goes to a platform: the hole and the context that it is filled from."""

from __future__ import annotations

import math

from editor.domain.geometry import Rect

MARGIN = 0.75
"""Context on every side, as a share of the hole's longer side: as good as the whole picture for a patch fill."""
LEAST_SIDE = 512
"""Models are trained on pictures of this size and more: a small hole gets more context where there is any."""


def context_region(hole: Rect, picture: Rect) -> Rect:
    """The rectangle to send for a hole, inside ``picture``."""
    margin = math.ceil(MARGIN * max(hole.width, hole.height))
    across = max(margin, (LEAST_SIDE - hole.width + 1) // 2)
    down = max(margin, (LEAST_SIDE - hole.height + 1) // 2)
    left, width = _span(hole.x - across, hole.width + 2 * across, picture.width)
    top, height = _span(hole.y - down, hole.height + 2 * down, picture.height)
    return Rect(left, top, width, height)


def _span(start: int, length: int, limit: int) -> tuple[int, int]:
    """Start and length inside ``limit``; what one edge cuts off is added on the other side."""
    length = min(length, limit)
    return min(max(0, start), limit - length), length
