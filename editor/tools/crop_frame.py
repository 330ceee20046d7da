"""How a crop's frame follows the pointer, and stays on the picture."""

from __future__ import annotations

import math
from dataclasses import replace

from editor.domain.geometry import Rect
from editor.imaging.straighten import Frame
from editor.tools.base import PointerEvent

HANDLES = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))
"""Where the handles are: −1, 0 or 1 across and down from the frame's middle."""
ROTATING = (2, 2)
"""What is grabbed outside of the frame."""
NEAR = 12
"""A handle is hit within this many pixels of the screen."""
STEPS = 24
"""Halvings until the largest frame that fits is found."""


def grabbed(frame: Frame, event: PointerEvent) -> tuple[int, int] | None:
    """The handle under the pointer, :data:`ROTATING` outside of the frame, None inside."""
    across, down = frame.width / 2, frame.height / 2
    near = NEAR * event.step
    # A corner beats a side where both are near.
    for handle in sorted(HANDLES, key=lambda one: -abs(one[0]) - abs(one[1])):
        if math.dist(frame.place(handle[0] * across, handle[1] * down), event.place) <= near:
            return handle
    x, y = frame.within(event.place)
    if abs(x) > across + near or abs(y) > down + near:
        return ROTATING
    # The sides between the handles can be taken as well, where the frame is not too small to be moved then.
    slack = min(near, across / 3, down / 3)
    side = _side(x, across - slack), _side(y, down - slack)
    return None if side == (0, 0) else side


def moved(frame: Frame, dx: float, dy: float, picture: Rect) -> Frame:
    """The frame shifted, as far as it stays on the picture in each direction."""
    if frame.angle == 0:
        dx, dy = float(round(dx)), float(round(dy))
    aside = _furthest(frame, replace(frame, x=frame.x + dx), picture)
    return _furthest(aside, replace(aside, y=aside.y + dy), picture)


def dragged(frame: Frame, handle: tuple[int, int], event: PointerEvent, *, ratio: float | None, picture: Rect) -> Frame:
    """The frame with the handle at the pointer: what lies across from it stays, with Alt the middle does."""
    place = event.place
    if frame.angle == 0:
        place = float(round(place[0])), float(round(place[1]))
    x, y = frame.within(place)
    across = _length(frame.width, handle[0], x, both=event.alt)
    down = _length(frame.height, handle[1], y, both=event.alt)
    if ratio is not None:
        across, down = _in_ratio(across, down, handle, ratio)
        return _furthest(_smallest(frame, handle), _grown(frame, handle, (across, down), event.alt), picture)
    wider = _furthest(frame, _grown(frame, handle, (across, frame.height), event.alt), picture)
    return _furthest(wider, _grown(wider, handle, (wider.width, down), event.alt), picture)


def with_ratio(frame: Frame, ratio: float, picture: Rect) -> Frame:
    """The frame with another ratio round the same middle, about as large, on the picture."""
    area = max(1.0, frame.width * frame.height)
    width = math.sqrt(area * ratio)
    return filled(replace(frame, width=width, height=width / ratio), picture) or frame


def filled(frame: Frame, picture: Rect) -> Frame | None:
    """The frame as large as it fits on the picture, not larger than it is, round its middle; None where less than a
    pixel of it would be left."""
    if frame.inside(picture):
        return frame
    found = _furthest(replace(frame, width=0.0, height=0.0), frame, picture)
    return found if min(found.width, found.height) >= 1 else None


def _furthest(start: Frame, end: Frame, picture: Rect) -> Frame:
    """The last frame on the picture on the way from ``start``, which is on it, to ``end``."""
    if end.inside(picture):
        return end
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _between(start, end, middle).inside(picture):
            low = middle
        else:
            high = middle
    found = _between(start, end, low)
    # On whole pixels where the frame is upright: halving ends a hair before the edge.
    return _snapped(found) if found.angle == 0 else found


def _between(start: Frame, end: Frame, share: float) -> Frame:
    def mixed(first: float, second: float) -> float:
        return first + (second - first) * share

    return Frame(
        mixed(start.x, end.x),
        mixed(start.y, end.y),
        mixed(start.width, end.width),
        mixed(start.height, end.height),
        end.angle,
    )


def _snapped(frame: Frame) -> Frame:
    rect = frame.rect
    return Frame.of(rect) if rect else frame


def _side(offset: float, half: float) -> int:
    return 0 if abs(offset) <= half else 1 if offset > 0 else -1


def _length(before: float, side: int, offset: float, *, both: bool) -> float:
    """The new length along one axis where the handle on ``side`` is at ``offset`` from the middle."""
    if side == 0:
        return before
    return max(1.0, 2 * side * offset if both else before / 2 + side * offset)


def _in_ratio(across: float, down: float, handle: tuple[int, int], ratio: float) -> tuple[float, float]:
    width = max(across if handle[0] else 0.0, down * ratio if handle[1] else 0.0, 1.0, ratio)
    return width, width / ratio


def _grown(frame: Frame, handle: tuple[int, int], size: tuple[float, float], both: bool) -> Frame:
    """The frame in another size, where the side across from the handle stays, or the middle."""
    width, height = size
    across = 0.0 if both else handle[0] * (width - frame.width) / 2
    down = 0.0 if both else handle[1] * (height - frame.height) / 2
    x, y = frame.place(across, down)
    return Frame(x, y, width, height, frame.angle)


def _smallest(frame: Frame, handle: tuple[int, int]) -> Frame:
    """Next to nothing, at the side across from the handle."""
    return _grown(frame, handle, (min(1.0, frame.width), min(1.0, frame.height)), False)
