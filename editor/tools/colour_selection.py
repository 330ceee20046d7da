"""Selecting by a click on a colour: what magic wand and select by colour share."""

from __future__ import annotations

import math
from typing import ClassVar

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.tools.base import Outcome, PointerEvent
from editor.tools.options import Flag, Number, Value
from editor.tools.selection import COMBINE, SelectionTool, combined
from editor.tools.similar import connected, similar, smoothed

TOLERANCE = Number(
    id="wand_tolerance",
    text="Tolerance",
    unit="",
    least=0,
    most=255,
    default=32,
    curve=1.6,
    hint="How far each channel may differ from the color that is clicked",
)
SMOOTH = Flag(id="wand_smooth", text="Smooth edge", default=True, hint="A soft step of a pixel at the edge")


class ColourSelection(SelectionTool):
    """Masks what has the colour under the pointer at the release."""

    options = (COMBINE, TOLERANCE, SMOOTH)
    everywhere: ClassVar[bool] = True
    """Whether what does not hang together with the clicked place counts too."""

    def __init__(self) -> None:
        super().__init__()
        self._tolerance = TOLERANCE.default
        self._smooth = SMOOTH.default
        self._at: PointerEvent | None = None

    def take(self, option: str, value: Value) -> None:
        """Use another tolerance, edge or way of combining."""
        if option == TOLERANCE.id:
            self._tolerance = int(value)
        elif option == SMOOTH.id:
            self._smooth = bool(value)
        else:
            super().take(option, value)

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Aim."""
        self._begin(event)
        self._at = event
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Aim elsewhere."""
        if self._at is not None:
            self._at = event
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Mask it; nothing where the pointer is not over the picture."""
        event, self._at = self._at, None
        if event is None:
            return None
        place = math.floor(event.x), math.floor(event.y)
        if not document.rect.contains(Rect(*place, 1, 1)):
            return None
        found = similar(document, place, self._tolerance)
        if not self.everywhere:
            found = connected(found, place)
        if self._smooth:
            found = smoothed(found)
        return combined(document, found, document.rect, how=self._how, label=self.caption)

    def cancel(self, document: Document) -> Rect:
        """Aim no more."""
        self._at = None
        return NOWHERE
