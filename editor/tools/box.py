"""Dragging a rectangle: what marquee, ellipse and object select share."""

from __future__ import annotations

from dataclasses import dataclass

from editor.tools.base import PointerEvent


@dataclass(slots=True)
class Box:
    """A rectangle between where the drag began and where the pointer is.

    Shift keeps width and height alike (or at ``ratio``), Alt or Ctrl draws from the middle; keys that were held at the
    beginning had another meaning there and count once they were let go.
    """

    first: PointerEvent
    last: PointerEvent
    ratio: float | None = None
    """Width over height that is kept in any case; None leaves both free."""
    shift_meant: bool = False
    away_meant: bool = False

    @classmethod
    def at(cls, event: PointerEvent, ratio: float | None = None) -> Box:
        """Begin at a place."""
        return cls(event, event, ratio, event.shift, event.alt or event.ctrl)

    def drag(self, event: PointerEvent) -> None:
        """Go on to a place."""
        self.last = event
        self.shift_meant = self.shift_meant and event.shift
        self.away_meant = self.away_meant and (event.alt or event.ctrl)

    @property
    def kept_ratio(self) -> float | None:
        """Width over height that is kept now."""
        if self.ratio is None and self.last.shift and not self.shift_meant:
            return 1.0
        return self.ratio

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in picture pixels."""
        across, down = self.last.x - self.first.x, self.last.y - self.first.y
        ratio = self.kept_ratio
        if ratio is not None:
            width = max(abs(across), abs(down) * ratio)
            across, down = _signed(width, across), _signed(width / ratio, down)
        x, y = self.first.place
        if (self.last.alt or self.last.ctrl) and not self.away_meant:
            x, y, across, down = x - across, y - down, 2 * across, 2 * down
        return min(x, x + across), min(y, y + down), max(x, x + across), max(y, y + down)


def _signed(length: float, way: float) -> float:
    return -length if way < 0 else length
