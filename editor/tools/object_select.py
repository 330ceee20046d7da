"""Selects a thing: by a click on it or a box around it."""

from __future__ import annotations

import math

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.tools.base import Outcome, PointerEvent, Search
from editor.tools.box import Box
from editor.tools.selection import DraggedSelection
from editor.tools.sketch import NOTHING, Sketch, rectangle

SMALLEST_BOX = 5
"""A drag of fewer pixels of the screen is a click."""


class ObjectSelect(DraggedSelection):
    """Says what is looked for; finding it takes a moment and is done by the engine."""

    id = "object_select"
    caption = "Object select"
    key = "S"
    icon = "square-dashed-mouse-pointer"
    hint = "Click on a thing or drag a box around it. Shift adds another, Alt or Ctrl takes one away."

    def __init__(self) -> None:
        super().__init__()
        self._box = Box.at(PointerEvent(x=0, y=0))

    @property
    def sketch(self) -> Sketch:
        """The box, where it is more than a click."""
        if not self._dragging or self._is_click:
            return NOTHING
        return Sketch(paths=(rectangle(*self._box.edges),))

    def release(self, document: Document) -> Outcome | None:
        """Ask for the thing; nothing where the pointer is not over the picture."""
        if not self._dragging:
            return None
        self._dragging = False
        if self._is_click:
            point = math.floor(self._box.first.x), math.floor(self._box.first.y)
            inside = document.rect.contains(Rect(*point, 1, 1))
            return Search(point=point, how=self._how) if inside else None
        left, top, right, bottom = self._box.edges
        box = Rect.from_edges(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
        box = box.intersected(document.rect)
        return Search(box=box, how=self._how) if box else None

    @property
    def _is_click(self) -> bool:
        left, top, right, bottom = self._box.edges
        return max(right - left, bottom - top) < SMALLEST_BOX * self._box.last.step

    def _start(self, event: PointerEvent) -> None:
        self._box = Box.at(event)

    def _drag(self, event: PointerEvent) -> None:
        self._box.drag(event)
