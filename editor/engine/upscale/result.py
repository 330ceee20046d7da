"""What an enlargement is asked for, what it gives back, and how large it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from editor.domain.errors import EditorError
from editor.domain.request import Pixels

MOST_PIXELS = 64_000_000
"""Pixels of an enlargement. More would take gigabytes on their way through the editor."""
LARGEST_FACTOR = 8.0
"""Beyond it there is nothing to be gained over showing the picture larger."""


class Mode(StrEnum):
    """What an enlargement may do with the picture."""

    FAITHFUL = "faithful"
    """Sharper, and nothing invented; noise stays."""
    CLEAN_UP = "clean up"
    """Noise and JPEG blocks go, edges are drawn anew, fine detail may be invented."""


@dataclass(frozen=True, slots=True, eq=False)
class Upscaled:
    """An enlarged picture, (height, width, channels) uint8 with the channels that were given, the name of the method,
    and sentences about what the user should know of it."""

    image: Pixels
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds an enlargement will take on this computer, and the method that will be used."""

    seconds: float
    method: str


def largest_factor(width: int, height: int) -> float:
    """By how much a picture can be enlarged here at most, rounded down to tenths; 1.0 where not at all."""
    factor = min(LARGEST_FACTOR, math.sqrt(MOST_PIXELS / (width * height)))
    return max(1.0, math.floor(factor * 10) / 10)


def why_not_size(source: tuple[int, int], target: tuple[int, int]) -> str | None:
    """Why a picture of ``source`` width and height cannot be enlarged to ``target`` here, in a sentence; or None."""
    most = largest_factor(*source)
    if target[0] * target[1] > MOST_PIXELS:
        size = f"The enlarged picture would have {target[0] * target[1] / 1e6:,.0f} megapixels"
        limit = f"this computer makes up to {MOST_PIXELS / 1e6:.0f}"
        if most <= 1.0:
            return f"{size}; {limit}. This picture is too large to be enlarged here."
        return f"{size}; {limit}. The largest scale for this picture is {most:g}."
    if max(target[0] / source[0], target[1] / source[1]) > LARGEST_FACTOR + 0.5 / min(source):
        return f"This computer enlarges up to {LARGEST_FACTOR:g} times. The largest scale for this picture is {most:g}."
    if target[0] < source[0] or target[1] < source[1]:
        return "An enlargement cannot be smaller than the picture."
    return None


def check_size(source: tuple[int, int], target: tuple[int, int]) -> None:
    """Raise EditorError where a picture of ``source`` width and height cannot be enlarged to ``target`` here."""
    reason = why_not_size(source, target)
    if reason is not None:
        raise EditorError(reason)
