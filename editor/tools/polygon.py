"""Selects what lies between straight lines from click to click."""

from __future__ import annotations

import math
from itertools import pairwise

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.tools.base import Outcome, PointerEvent
from editor.tools.outline import around, inside
from editor.tools.selection import SelectionTool, combined
from editor.tools.sketch import NOTHING, Path, Place, Sketch

CLOSING = 8
"""A click this near to the first corner, in pixels of the screen, closes the outline."""


class Polygon(SelectionTool):
    """Every click sets a corner. A click on the first one, a double click or Enter closes the outline; Backspace takes
    the last corner back."""

    id = "polygon"
    caption = "Polygon lasso"
    key = "Shift+L"
    icon = "pentagon"
    hint = "Click from corner to corner. Enter or a double click closes, Backspace takes a corner back."

    def __init__(self) -> None:
        super().__init__()
        self._corners: list[Place] = []
        self._at: Place = (0.0, 0.0)
        self._closing = False

    @property
    def open(self) -> bool:
        """Whether corners are set."""
        return bool(self._corners)

    @property
    def sketch(self) -> Sketch:
        """The corners, and a line to the pointer."""
        if not self._corners:
            return NOTHING
        return Sketch(paths=(Path((*self._corners, self._at)),), handles=tuple(self._corners))

    def enter(self, document: Document) -> None:
        """Corners in another picture, or in one that lies otherwise now, mean nothing."""
        self.cancel(document)

    def hover(self, document: Document, event: PointerEvent) -> None:
        """The line to the pointer follows."""
        self._at = event.place

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Set a corner, or aim at the first one to close."""
        self._at = event.place
        if not self._corners:
            self._begin(event)
        near = CLOSING * event.step
        self._closing = len(self._corners) >= 3 and math.dist(self._corners[0], event.place) <= near
        if not self._closing:
            self._corners.append(event.place)
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """The corner that was set moves along."""
        self._at = event.place
        if self._corners and not self._closing:
            self._corners[-1] = event.place
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Mask the inside where the first corner was met again."""
        return self.confirm(document) if self._closing else None

    def confirm(self, document: Document) -> Outcome | None:
        """Close the outline and mask the inside."""
        # Both clicks of a double click set a corner, one upon the other.
        corners = [first for first, second in pairwise([*self._corners, (math.inf, 0.0)]) if first != second]
        self._corners, self._closing = [], False
        if len(corners) < 3:
            return None
        area = around(corners, document.rect)
        return combined(document, inside(corners, area), area, how=self._how, label=self.caption)

    def step_back(self) -> bool:
        """Take the last corner back."""
        if not self._corners:
            return False
        self._corners.pop()
        return True

    def cancel(self, document: Document) -> Rect:
        """Let go of all corners."""
        self._corners, self._closing = [], False
        return NOWHERE

    def leave(self, document: Document) -> Outcome | None:
        """Close what is open: an undo takes it back, while corners let go are lost."""
        return self.confirm(document)
