"""Moves the whole mask to another place of the picture."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, Dirty, EntryKind, HistoryEntry, Target
from editor.tools.base import Outcome, Pointer, PointerEvent, Step, Tool
from editor.tools.sketch import NOTHING, Label, Sketch


class MoveMask(Tool):
    """Shows the mask where it would lie while it is dragged, and writes it there once it is let go.

    Some of it always stays in the picture; what leaves it is gone until the step is taken back. Arrow keys that follow
    one another are one step.
    """

    id = "move_mask"
    caption = "Move mask"
    key = "V"
    icon = "move"
    hint = "Drag anywhere to move the whole mask; Shift keeps it level or upright. Arrow keys move it by a pixel."
    nudged = True
    pointer = Pointer.MOVE

    def __init__(self) -> None:
        self._bounds = NOWHERE
        self._first: PointerEvent | None = None
        self._offset = (0, 0)
        self._last: tuple[HistoryEntry, tuple[int, int]] | None = None
        """The step that the arrow keys have made, and by how much it moves the mask."""

    @property
    def sketch(self) -> Sketch:
        """Where the mask is now, or that there is none."""
        if self._first is None:
            return NOTHING
        if not self._bounds:
            return Sketch(label=Label(place=self._first.place, words="Nothing is masked"))
        return Sketch(mask_moved=self._offset)

    def enter(self, document: Document) -> None:
        """What was moved before is another step."""
        self._last = None

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
            self._offset = _within(self._bounds, document.rect, across, down)
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Write the mask where it was let go, as one step."""
        offset = self._offset
        self.cancel(document)
        return _moved(document, *offset)

    def nudge(self, document: Document, across: int, down: int) -> Outcome | None:
        """Move the mask by so many pixels more. What the keys before have moved is taken back first: so nothing is
        lost that has left the picture and comes back. Raises KeptUnavailable."""
        last, self._last = self._last, None
        back: Dirty | None = None
        history = document.history
        if last is not None and last[0] is history.current and history.undo_label is not None:
            before_across, before_down = last[1]
            if (before_across, before_down) != (-across, -down):
                across, down = before_across + across, before_down + down
                back = document.undo()
        across, down = _within(document.mask.bounds, document.rect, across, down)
        step = _moved(document, across, down)
        if step is None:
            if back is not None:
                document.redo()
            return None
        self._last = step.entry, (across, down)
        return step if back is None else Step(step.entry, step.dirty.united(back))

    def cancel(self, document: Document) -> Rect:
        """Let the mask lie where it was."""
        self._first, self._bounds, self._offset = None, NOWHERE, (0, 0)
        return NOWHERE


def _within(bounds: Rect, picture: Rect, across: int, down: int) -> tuple[int, int]:
    """The offset, but never so far that nothing is left of what lies in ``bounds``."""
    across = min(max(across, 1 - bounds.right), picture.width - 1 - bounds.x)
    return across, min(max(down, 1 - bounds.bottom), picture.height - 1 - bounds.y)


def _moved(document: Document, across: int, down: int) -> Step | None:
    """Move the mask, as one step; None where that changes nothing."""
    bounds, mask = document.mask.bounds, document.mask
    if not bounds or (across, down) == (0, 0):
        return None
    recorder = document.record(Target.MASK)
    there = bounds.moved(across, down).intersected(document.rect)
    touched = bounds.united(there)
    moved = mask.array[there.moved(-across, -down).slices].copy()
    mask.about_to_change(touched)
    mask.array[bounds.slices] = 0
    mask.array[there.slices] = moved
    entry = recorder.finish("Move mask", EntryKind.MASK)
    return None if entry is None else Step(entry, Dirty(mask=touched))
