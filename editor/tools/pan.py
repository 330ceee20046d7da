"""The hand: moves the picture on the screen."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.tools.base import Outcome, Pointer, PointerEvent, Tool


class Pan(Tool):
    """Moves the view alone, which is the canvas's affair: the document stays as it is."""

    id = "pan"
    caption = "Pan"
    key = "H"
    icon = "hand"
    hint = "Drag to move the picture. The wheel zooms; holding Space pans with any tool."
    masks = False
    pointer = Pointer.HAND

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Nothing changes."""
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Nothing changes."""
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """No step."""
        return None

    def cancel(self, document: Document) -> Rect:
        """Nothing to take back."""
        return NOWHERE
