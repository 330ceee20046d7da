"""The frame of an outpaint: handles on the picture's edges that say how far it is to grow."""

from __future__ import annotations

import math

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.options import Expansion
from editor.tools.base import Outcome, PointerEvent, Tool
from editor.tools.sketch import NOTHING, Label, Sketch, rectangle

NEAR = 12
"""A handle is hit within this many pixels of the screen."""
HANDLES = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))
"""Where the handles are: −1, 0 or 1 across and down from the frame's middle."""


class ExtendFrame(Tool):
    """Stands beside the tool in use: it takes a press on one of its handles, and no other.

    Shift grows both sides across from each other alike; ``most`` bounds each side.
    """

    id = "extend_frame"
    caption = "Outpaint frame"
    key = ""
    icon = "expand"
    hint = "Drag the handles to say how far the picture is to grow."

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = (0, 0)
        self._handle: tuple[int, int] | None = None
        self._before = Expansion()
        self.expansion = Expansion()

    @property
    def sketch(self) -> Sketch:
        """The frame, its handles, and the size that comes of it."""
        if not self._size[0]:
            return NOTHING
        left, top, right, bottom = self._edges
        across, down = (left, (left + right) / 2, right), (top, (top + bottom) / 2, bottom)
        handles = tuple((across[x + 1], down[y + 1]) for x, y in HANDLES)
        if not self.expansion:
            return Sketch(handles=handles)
        return Sketch(
            paths=(rectangle(left, top, right, bottom),),
            handles=handles,
            grown=rectangle(left, top, right, bottom).places,
            label=Label(place=(right, bottom), words=f"{right - left:.0f} × {bottom - top:.0f}"),
        )

    def grabs(self, event: PointerEvent) -> bool:
        """Whether a press here is meant for a handle."""
        return self._handle_at(event) is not None

    def enter(self, document: Document) -> None:
        """Stand round another picture."""
        self._size = document.size

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Take hold of a handle."""
        self._handle = self._handle_at(event)
        self._before = self.expansion
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Let the side, or both sides of a corner, follow."""
        if self._handle is not None:
            self.expansion = self._grown(self._handle, event)
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Let go."""
        self._handle = None
        return None

    def cancel(self, document: Document) -> Rect:
        """Take the drag under way back."""
        if self._handle is not None:
            self.expansion, self._handle = self._before, None
        return NOWHERE

    @property
    def _edges(self) -> tuple[float, float, float, float]:
        width, height = self._size
        expansion = self.expansion
        return -expansion.left, -expansion.up, width + expansion.right, height + expansion.down

    def _handle_at(self, event: PointerEvent) -> tuple[int, int] | None:
        if not self._size[0]:
            return None
        left, top, right, bottom = self._edges
        across, down = (left, (left + right) / 2, right), (top, (top + bottom) / 2, bottom)
        near = [(math.dist((across[x + 1], down[y + 1]), event.place), (x, y)) for x, y in HANDLES]
        distance, handle = min(near)
        return handle if distance <= NEAR * event.step else None

    def _grown(self, handle: tuple[int, int], event: PointerEvent) -> Expansion:
        width, height = self._size
        before = self._before
        left, right = self._along(handle[0], event.x, width, (before.left, before.right), event.shift)
        up, down = self._along(handle[1], event.y, height, (before.up, before.down), event.shift)
        return Expansion(left=left, right=right, up=up, down=down)

    def _along(self, side: int, place: float, length: int, before: tuple[int, int], both: bool) -> tuple[int, int]:
        """What is added before and after along one axis, where the handle on ``side`` is at ``place``."""
        if side == 0:
            return before
        added = min(max(round(-place if side < 0 else place - length), 0), self._most)
        if both:
            return added, added
        return (added, before[1]) if side < 0 else (before[0], added)
