"""Selecting by dragging a rectangle: what marquee and ellipse share."""

from __future__ import annotations

from abc import abstractmethod

from editor.domain.document import Document
from editor.tools.base import Outcome, PointerEvent
from editor.tools.box import Box
from editor.tools.options import Choice, Value
from editor.tools.outline import around, coverage
from editor.tools.selection import COMBINE, DraggedSelection, combined
from editor.tools.sketch import NOTHING, Label, Path, Place, Sketch, rectangle

RATIO = Choice(
    id="marquee_ratio",
    text="Ratio",
    choices=(("free", "Free"), ("1:1", "1 : 1"), ("3:2", "3 : 2"), ("4:3", "4 : 3"), ("16:9", "16 : 9")),
    default="free",
    hint="Width to height; Shift while dragging keeps both alike",
)


class BoxSelection(DraggedSelection):
    """Dragged from corner to corner, whole pixels only."""

    options = (COMBINE, RATIO)

    def __init__(self) -> None:
        super().__init__()
        self._ratio: float | None = None
        self._box = Box.at(PointerEvent(x=0, y=0))

    def take(self, option: str, value: Value) -> None:
        """Use another way of combining, or another ratio."""
        if option == RATIO.id:
            self._ratio = ratio_of(str(value))
        else:
            super().take(option, value)

    @property
    def sketch(self) -> Sketch:
        """The outline and its size."""
        if not self._dragging:
            return NOTHING
        left, top, right, bottom = self._edges()
        words = f"{right - left:.0f} × {bottom - top:.0f}"
        label = Label(place=(right, bottom), words=words)
        return Sketch(paths=(rectangle(left, top, right, bottom), *self._more_paths()), label=label)

    def release(self, document: Document) -> Outcome | None:
        """Mask the inside."""
        if not self._dragging:
            return None
        self._dragging = False
        places = self._outline()
        area = around(places, document.rect)
        return combined(document, coverage(places, area), area, how=self._how, label=self.caption)

    def _start(self, event: PointerEvent) -> None:
        self._box = Box.at(event, self._ratio)

    def _drag(self, event: PointerEvent) -> None:
        self._box.drag(event)

    def _edges(self) -> tuple[float, float, float, float]:
        edges = self._box.edges
        left, top, right, bottom = (float(round(edge)) for edge in edges)
        if self._box.kept_ratio is not None:
            # Edges that are rounded each by itself would make a square a pixel wider than high.
            right, bottom = left + round(edges[2] - edges[0]), top + round(edges[3] - edges[1])
        return left, top, right, bottom

    @abstractmethod
    def _outline(self) -> tuple[Place, ...]:
        """The corners of what is selected."""

    def _more_paths(self) -> tuple[Path, ...]:
        """What is shown beside the rectangle."""
        return ()


def ratio_of(words: str) -> float | None:
    """``3:2`` as 1.5; None for what is no ratio."""
    across, colon, down = words.partition(":")
    return float(across) / float(down) if colon else None
