"""Selects what is drawn around by hand."""

from __future__ import annotations

import math

from editor.domain.document import Document
from editor.tools.base import Outcome, PointerEvent
from editor.tools.outline import around, inside
from editor.tools.selection import DraggedSelection, combined
from editor.tools.sketch import NOTHING, Path, Place, Sketch

NEAREST = 0.5
"""Places closer together than this many pixels, of the picture or of the screen, add nothing to the outline."""


class Lasso(DraggedSelection):
    """The outline follows the pointer and closes by itself at the release."""

    id = "lasso"
    caption = "Lasso"
    key = "L"
    icon = "lasso"
    hint = "Draw around what is to be masked; the line closes by itself."

    def __init__(self) -> None:
        super().__init__()
        self._places: list[Place] = []

    @property
    def sketch(self) -> Sketch:
        """The line so far."""
        return Sketch(paths=(Path(tuple(self._places)),)) if self._dragging else NOTHING

    def release(self, document: Document) -> Outcome | None:
        """Mask the inside."""
        if not self._dragging:
            return None
        self._dragging = False
        area = around(self._places, document.rect)
        return combined(document, inside(self._places, area), area, how=self._how, label=self.caption)

    def _start(self, event: PointerEvent) -> None:
        self._places = [event.place]

    def _drag(self, event: PointerEvent) -> None:
        if math.dist(self._places[-1], event.place) >= NEAREST * max(1.0, event.step):
            self._places.append(event.place)
