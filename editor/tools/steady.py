"""Evens out the way of a shaky hand.

The brush hangs on a string of fixed length: it moves only while the string is taut, straight towards the pointer. What
it draws then goes in curves through the middles between the places it was pulled to (quadratic Bézier curves, of which
uniform quadratic B-splines are made), so that fast strokes have no corners. At the release the brush catches up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from editor.tools.base import PointerEvent

LONGEST = 80.0
"""Length of the string at full smoothing, in pixels of the screen."""
PIECE = 3.0
"""Curves are drawn in straight pieces of about this many picture pixels."""
MOST_PIECES = 64


class Steadier:
    """Turns the places of the pointer into those of the brush. ``smoothing`` is 0 (none) to 1."""

    def __init__(self, start: PointerEvent, smoothing: float) -> None:
        self._smoothing = smoothing
        self._pointer = start
        self._held = start
        self._middle = start

    def moved(self, event: PointerEvent) -> Iterator[PointerEvent]:
        """Where the brush goes now that the pointer is at ``event``, in straight pieces."""
        self._pointer = event
        if self._smoothing <= 0:
            yield event
            return
        string = self._smoothing * LONGEST * event.step
        distance = math.dist(self._held.place, event.place)
        if distance <= string:
            return
        yield from self._curve(between(self._held, event, (distance - string) / distance))

    def ended(self) -> Iterator[PointerEvent]:
        """Where the brush goes when the button goes up: to the pointer."""
        if self._smoothing > 0 and self._middle.place != self._pointer.place:
            yield from _pieces(self._middle, self._held, self._pointer)

    def _curve(self, pulled: PointerEvent) -> Iterator[PointerEvent]:
        middle = between(self._held, pulled, 0.5)
        yield from _pieces(self._middle, self._held, middle)
        self._held, self._middle = pulled, middle


def between(start: PointerEvent, end: PointerEvent, share: float) -> PointerEvent:
    """The event at ``share`` of the straight way from ``start`` to ``end``."""
    return replace(
        end,
        x=start.x + (end.x - start.x) * share,
        y=start.y + (end.y - start.y) * share,
        pressure=start.pressure + (end.pressure - start.pressure) * share,
    )


def _pieces(start: PointerEvent, control: PointerEvent, end: PointerEvent) -> Iterator[PointerEvent]:
    length = math.dist(start.place, control.place) + math.dist(control.place, end.place)
    count = min(MOST_PIECES, max(1, math.ceil(length / PIECE)))
    for number in range(1, count + 1):
        share = number / count
        yield between(between(start, control, share), between(control, end, share), share)
