"""Moves the whole mask to another place of the picture."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, Dirty, EntryKind, Target
from editor.tools.base import Outcome, Pointer, PointerEvent, Step, Tool
from editor.tools.sketch import NOTHING, Label, Sketch


class MoveMask(Tool):
    """Shows the mask where it would lie while it is dragged, and writes it there once it is let go.

    Some of it always stays in the picture; what leaves it is gone until the step is taken back.
    """

    id = "move_mask"
    caption = "Move mask"
    key = "V"
    icon = "move"
    hint = "Drag anywhere to move the whole mask; Shift keeps it level or upright."
    pointer = Pointer.MOVE

    def __init__(self) -> None:
        self._bounds = NOWHERE
        self._first: PointerEvent | None = None
        self._offset = (0, 0)

    @property
    def sketch(self) -> Sketch:
        """Where the mask is now, or that there is none."""
        if self._first is None:
            return NOTHING
        if not self._bounds:
            return Sketch(label=Label(place=self._first.place, words="Nothing is masked"))
        return Sketch(mask_moved=self._offset)

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Take hold of the mask, wherever the pointer is."""
        self._first, self._bounds, self._offset = event, document.mask.bounds, (0, 0)
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Let the mask follow in whole pixels."""
        if self._first is not None and self._bounds:
            across, down = round(event.x - self._first.x), round(event.y - self._first.y)
            if event.shift:
                across, down = (across, 0) if abs(across) >= abs(down) else (0, down)
            self._offset = self._within(document.rect, across, down)
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Write the mask where it was let go, as one step."""
        bounds, offset = self._bounds, self._offset
        self.cancel(document)
        if offset == (0, 0):
            return None
        recorder, mask = document.record(Target.MASK), document.mask
        there = bounds.moved(*offset).intersected(document.rect)
        touched = bounds.united(there)
        moved = mask.array[there.moved(-offset[0], -offset[1]).slices].copy()
        mask.about_to_change(touched)
        mask.array[bounds.slices] = 0
        mask.array[there.slices] = moved
        entry = recorder.finish("Move mask", EntryKind.MASK)
        return None if entry is None else Step(entry, Dirty(mask=touched))

    def cancel(self, document: Document) -> Rect:
        """Let the mask lie where it was."""
        self._first, self._bounds, self._offset = None, NOWHERE, (0, 0)
        return NOWHERE

    def _within(self, picture: Rect, across: int, down: int) -> tuple[int, int]:
        """The offset, but never so far that nothing is left of the mask."""
        bounds = self._bounds
        across = min(max(across, 1 - bounds.right), picture.width - 1 - bounds.x)
        return across, min(max(down, 1 - bounds.bottom), picture.height - 1 - bounds.y)
