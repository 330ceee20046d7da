"""A stroke under way on the canvas, and the changes it made that the screen does not show yet."""

from __future__ import annotations

from editor.domain.geometry import Rect
from editor.domain.history import Dirty, HistoryEntry
from editor.imaging import effective_mask
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent, Tool


class CanvasStroke:
    """Runs one tool from press to release. Events change the painted mask at once; what follows from it (effective
    mask, smaller levels) is computed once a frame, by :meth:`flush`."""

    def __init__(self, picture: Picture, tool: Tool) -> None:
        self._picture = picture
        self._tool = tool
        self._pending: list[Rect] = []

    def press(self, event: PointerEvent) -> Rect:
        """Begin; returns where the effective mask is going to change, in picture pixels."""
        return self._changed(self._tool.press(self._picture.document, event))

    def move(self, event: PointerEvent) -> Rect:
        """Go on; returns where the effective mask is going to change."""
        return self._changed(self._tool.move(self._picture.document, event))

    def release(self) -> HistoryEntry | None:
        """End as one step of the history."""
        return self._tool.release(self._picture.document)

    def cancel(self) -> Rect:
        """Take the stroke back; returns where the effective mask is going to change."""
        return self._changed(self._tool.cancel(self._picture.document))

    def flush(self, down_to: int | None) -> None:
        """Bring effective mask and levels up to date with what was painted."""
        if not self._pending:
            return
        around = Rect(0, 0, 0, 0)
        for rect in self._pending:
            around = around.united(rect)
        # Many overlapping dabs cost less as one rectangle; a long diagonal less as its parts.
        parts = self._pending if sum(rect.area for rect in self._pending) < around.area else [around]
        self._pending = []
        for rect in parts:
            self._picture.refresh(Dirty(mask=rect), down_to)

    def _changed(self, rect: Rect) -> Rect:
        if not rect:
            return rect
        self._pending.append(rect)
        document = self._picture.document
        return rect.expanded(effective_mask.reach(document.grow, document.feather))
