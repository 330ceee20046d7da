"""Painting strokes on the mask: what brush and eraser share."""

from __future__ import annotations

import math
import weakref
from abc import abstractmethod
from dataclasses import dataclass, replace

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, EntryKind, HistoryEntry, Target
from editor.domain.recorder import Recorder
from editor.domain.samples import Pixels
from editor.tools.base import PointerEvent, Tool
from editor.tools.dab import DabCache

SMALLEST_SIZE = 1.0
LARGEST_SIZE = 2000.0
FAINTEST_PRESSURE = 0.1
"""The share of the size that the lightest touch of a pen gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrushSettings:
    """How a brush paints.

    ``size`` is the diameter in picture pixels, ``hardness`` 0 (soft) to 1, ``spacing`` the distance from dab to dab as
    a share of the size. Values outside the possible are moved to the nearest that is possible.
    """

    size: float = 64.0
    hardness: float = 0.7
    spacing: float = 0.05

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", min(max(float(self.size), SMALLEST_SIZE), LARGEST_SIZE))
        object.__setattr__(self, "hardness", min(max(float(self.hardness), 0.0), 1.0))
        object.__setattr__(self, "spacing", min(max(float(self.spacing), 0.01), 1.0))


class StrokeTool(Tool):
    """Lays dabs along the pointer's way at even distances, however many events describe that way.

    Shift and a press draw a straight line from where the last stroke in the same document ended. A pen's pressure
    makes the dabs smaller.
    """

    label = "Mask stroke"

    def __init__(self, settings: BrushSettings | None = None) -> None:
        self.settings = settings or BrushSettings()
        self._dabs = DabCache()
        self._recorder: Recorder | None = None
        self._at = PointerEvent(x=0, y=0)
        self._walked = 0.0
        self._ended: tuple[weakref.ref[Document], PointerEvent] | None = None

    @property
    def diameter(self) -> float | None:
        """The size of the brush."""
        return self.settings.size

    @property
    def size(self) -> float:
        """The diameter in picture pixels."""
        return self.settings.size

    @size.setter
    def size(self, size: float) -> None:
        self.settings = replace(self.settings, size=size)

    @property
    def hardness(self) -> float:
        """0 for the softest edge, 1 for a sharp one."""
        return self.settings.hardness

    @hardness.setter
    def hardness(self, hardness: float) -> None:
        self.settings = replace(self.settings, hardness=hardness)

    @abstractmethod
    def _blend(self, region: Pixels, coverage: Pixels) -> None:
        """Lay ``coverage`` over ``region``, a view into the mask of the same shape, in place."""

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Begin a stroke."""
        self._recorder = document.record(Target.MASK)
        start = self._line_start(document) if event.shift else None
        self._walked = 0.0
        self._at = start or event
        changed = self._dab(document, self._at)
        return changed.united(self.move(document, event)) if start else changed

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Lay the dabs that are due between the last event and this one."""
        if self._recorder is None:
            return NOWHERE
        start, changed = self._at, NOWHERE
        length = math.hypot(event.x - start.x, event.y - start.y)
        last = -self._walked
        due = last + self._gap(start)
        while due <= length:
            here = _between(start, event, due / length if length else 1.0)
            changed = changed.united(self._dab(document, here))
            last, due = due, due + self._gap(here)
        self._walked = length - last
        self._at = event
        return changed

    def release(self, document: Document) -> HistoryEntry | None:
        """End the stroke as one step of the history."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return None
        self._ended = weakref.ref(document), self._at
        return recorder.finish(self.label, EntryKind.STROKE)

    def cancel(self, document: Document) -> Rect:
        """Take the stroke under way back."""
        recorder, self._recorder = self._recorder, None
        return NOWHERE if recorder is None else recorder.abandon()

    def _line_start(self, document: Document) -> PointerEvent | None:
        if self._ended is None or self._ended[0]() is not document:
            return None
        return self._ended[1]

    def _diameter_at(self, event: PointerEvent) -> float:
        pressure = min(max(event.pressure, 0.0), 1.0)
        return max(SMALLEST_SIZE, self.size * (FAINTEST_PRESSURE + (1 - FAINTEST_PRESSURE) * pressure))

    def _gap(self, event: PointerEvent) -> float:
        return max(0.5, self.settings.spacing * self._diameter_at(event))

    def _dab(self, document: Document, event: PointerEvent) -> Rect:
        dab = self._dabs.at(event.x, event.y, diameter=self._diameter_at(event), hardness=self.hardness)
        left, top = dab.origin
        height, width = dab.coverage.shape
        area = Rect(left, top, width, height).intersected(document.rect)
        if area:
            document.mask.about_to_change(area)
            self._blend(document.mask.array[area.slices], dab.coverage[area.moved(-left, -top).slices])
        return area


def _between(start: PointerEvent, end: PointerEvent, share: float) -> PointerEvent:
    return PointerEvent(
        x=start.x + (end.x - start.x) * share,
        y=start.y + (end.y - start.y) * share,
        pressure=start.pressure + (end.pressure - start.pressure) * share,
    )
