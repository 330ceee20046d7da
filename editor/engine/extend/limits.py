"""How far a picture can be continued well, and how long that will take. Loads with the window."""

from __future__ import annotations

WORKING_PIXELS = 500_000
"""Pixels of the grown canvas at which the picture is continued."""
WIDE_SHARE = 0.25
"""Of the picture's width or height; beyond it there is too little to copy from."""
START_SECONDS = 1.0
SECONDS_PER_HOLE_PIXEL = 110e-6
"""Completion at the working size, for each new pixel there."""
SECONDS_PER_CANVAS_PIXEL = 0.4e-6
"""Taking the detail from the full size, for each pixel of the canvas."""


def is_wide(size: tuple[int, int], *, left: int, right: int, up: int, down: int) -> bool:
    """Whether a picture of ``size`` (width, height) is to grow by more on a side than can be continued well."""
    return max(left, right) > WIDE_SHARE * size[0] or max(up, down) > WIDE_SHARE * size[1]


def estimate_extend(size: tuple[int, int], *, left: int, right: int, up: int, down: int) -> float:
    """Seconds that extending a picture of ``size`` (width, height) takes. Right to a factor of two or so."""
    grown = (size[0] + left + right) * (size[1] + up + down)
    share = 1.0 - size[0] * size[1] / grown
    detail = grown * SECONDS_PER_CANVAS_PIXEL if grown > WORKING_PIXELS else 0.0
    return START_SECONDS + min(grown, WORKING_PIXELS) * share * SECONDS_PER_HOLE_PIXEL + detail
