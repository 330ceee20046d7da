"""What the tools that select share: how a new selection is combined with the mask that is there."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

import numpy as np

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, Dirty, EntryKind, Target
from editor.domain.samples import Pixels
from editor.tools.base import Combine, Outcome, PointerEvent, Step, Tool
from editor.tools.options import Choice, Option, Value

COMBINE = Choice(
    id="select_combine",
    text="Mode",
    choices=(
        (Combine.REPLACE.value, "New mask"),
        (Combine.ADD.value, "Add to the mask"),
        (Combine.SUBTRACT.value, "Take away from the mask"),
        (Combine.INTERSECT.value, "Keep only what is in both"),
    ),
    default=Combine.REPLACE.value,
    icons=("square", "squares-unite", "squares-subtract", "squares-intersect"),
    hint="Shift adds, Alt or Ctrl takes away, both together keep what is in both",
)


class SelectionTool(Tool):
    """Holds how selections are combined: as set, or as the keys say that are held when the button goes down."""

    options: ClassVar[tuple[Option, ...]] = (COMBINE,)

    def __init__(self) -> None:
        self.combine = Combine.REPLACE
        self._how = Combine.REPLACE

    def take(self, option: str, value: Value) -> None:
        """Use another way of combining."""
        if option != COMBINE.id:
            raise KeyError(option)
        self.combine = Combine(str(value))

    def _begin(self, event: PointerEvent) -> None:
        """Decide how the selection that begins now will be combined."""
        away = event.alt or event.ctrl
        if event.shift:
            self._how = Combine.INTERSECT if away else Combine.ADD
        else:
            self._how = Combine.SUBTRACT if away else self.combine


class DraggedSelection(SelectionTool):
    """Selects by one drag."""

    def __init__(self) -> None:
        super().__init__()
        self._dragging = False

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Begin. Where nothing is masked there is nothing to combine with: the keys are about the shape then."""
        if not document.mask.bounds:
            event = replace(event, shift=False, alt=False, ctrl=False)
        self._begin(event)
        self._dragging = True
        self._start(event)
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Go on."""
        if self._dragging:
            self._drag(event)
        return NOWHERE

    def cancel(self, document: Document) -> Rect:
        """Let go of what was dragged."""
        self._dragging = False
        return NOWHERE

    @abstractmethod
    def _start(self, event: PointerEvent) -> None:
        """The drag begins at ``event``."""

    @abstractmethod
    def _drag(self, event: PointerEvent) -> None:
        """It went on to ``event``."""


def combined(document: Document, coverage: Pixels, area: Rect, *, how: Combine, label: str) -> Outcome | None:
    """Combine ``coverage``, (height, width) of ``area`` inside the picture, with the painted mask as one step.

    None where that changes nothing.
    """
    mask = document.mask
    touched = area
    if how in (Combine.REPLACE, Combine.INTERSECT):
        touched = area.united(mask.bounds)
    if not touched:
        return None
    recorder = document.record(Target.MASK)
    mask.about_to_change(touched)
    part = mask.array[area.slices]
    match how:
        case Combine.ADD:
            np.maximum(part, coverage, out=part)
        case Combine.SUBTRACT:
            np.minimum(part, np.invert(coverage), out=part)
        case Combine.REPLACE:
            mask.array[touched.slices] = 0
            part[...] = coverage
        case Combine.INTERSECT:
            both = np.minimum(part, coverage)
            mask.array[touched.slices] = 0
            part[...] = both
    entry = recorder.finish(label, EntryKind.MASK)
    return None if entry is None else Step(entry, Dirty(mask=touched))
