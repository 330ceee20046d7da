"""The magnifier: shows more or less of the picture."""

from __future__ import annotations

import math

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.tools.base import Outcome, PointerEvent, Tool, View
from editor.tools.box import Box
from editor.tools.sketch import NOTHING, Sketch, rectangle

SMALLEST_BOX = 6
"""A drag of less than this, in pixels of the screen, is a click."""
FACTOR = 1.5
"""Of a click."""


class Zoom(Tool):
    """A click zooms in there, with Alt out; a box that is dragged is brought into view. The document stays as it is."""

    id = "zoom"
    caption = "Zoom"
    key = "Z"
    icon = "search"
    hint = "Click to see more closely, with Alt from farther away; drag a box to fill the canvas with it."
    masks = False

    def __init__(self) -> None:
        self._box: Box | None = None

    @property
    def sketch(self) -> Sketch:
        """The box, where it is more than a click."""
        if self._box is None or self._is_click(self._box):
            return NOTHING
        return Sketch(paths=(rectangle(*self._box.edges),))

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """A click or a box begins."""
        self._box = Box.at(event)
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """The box follows."""
        if self._box is not None:
            self._box.drag(event)
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Tell what is to be seen."""
        box, self._box = self._box, None
        if box is None:
            return None
        if self._is_click(box):
            first = box.first
            return View(place=first.place, factor=1 / FACTOR if first.alt or first.ctrl else FACTOR)
        left, top, right, bottom = box.edges
        inside = Rect.from_edges(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
        inside = inside.intersected(document.rect)
        return View(rect=inside) if inside else None

    def cancel(self, document: Document) -> Rect:
        """Let go of the box."""
        self._box = None
        return NOWHERE

    @staticmethod
    def _is_click(box: Box) -> bool:
        left, top, right, bottom = box.edges
        return max(right - left, bottom - top) < SMALLEST_BOX * box.last.step
