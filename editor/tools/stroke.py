"""Painting strokes on the mask: what brush and eraser share."""

from __future__ import annotations

import math
import weakref
from abc import abstractmethod
from dataclasses import dataclass, replace

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, Dirty, EntryKind, Target
from editor.domain.recorder import Recorder
from editor.domain.samples import Pixels
from editor.tools.base import Outcome, Pointer, PointerEvent, Step, Tool
from editor.tools.brush_options import BRUSH_OPTIONS, FLOW, HARDNESS, PEN_FLOW, PEN_SIZE, SIZE, SMOOTHING, SPACING
from editor.tools.dab import Dab, DabCache
from editor.tools.options import Value
from editor.tools.sketch import NOTHING, Path, Sketch
from editor.tools.steady import Steadier, between

SMALLEST_SIZE = 1.0
LARGEST_SIZE = 2000.0
CUT_FROM = 64.0
"""Diameter in pixels from which finding out which part of a dab is new takes less time than laying it all."""
FAINTEST_PRESSURE = 0.1
"""The share of the size that the lightest touch of a pen gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrushSettings:
    """How a brush paints.

    ``size`` is the diameter in picture pixels, ``hardness`` 0 (soft) to 1, ``flow`` how much of itself a dab adds,
    ``spacing`` the distance from dab to dab as a share of the size, ``smoothing`` 0 (none) to 1. A pen's pressure makes
    dabs smaller (``pen_size``) or fainter (``pen_flow``). Values outside the possible are moved to the nearest that is
    possible.
    """

    size: float = 64.0
    hardness: float = 0.7
    flow: float = 1.0
    spacing: float = 0.05
    smoothing: float = 0.0
    pen_size: bool = True
    pen_flow: bool = False

    def __post_init__(self) -> None:
        for name, least, most in (
            ("size", SMALLEST_SIZE, LARGEST_SIZE),
            ("hardness", 0.0, 1.0),
            ("flow", 0.01, 1.0),
            ("spacing", 0.01, 1.0),
            ("smoothing", 0.0, 1.0),
        ):
            object.__setattr__(self, name, min(max(float(getattr(self, name)), least), most))


class StrokeTool(Tool):
    """Lays dabs along the pointer's way at even distances, however many events describe that way.

    Shift and a press draw a straight line from where the last stroke in the same document ended.
    """

    label = "Mask stroke"
    options = BRUSH_OPTIONS
    pointer = Pointer.RING

    def __init__(self, settings: BrushSettings | None = None) -> None:
        self.settings = settings or BrushSettings()
        self._dabs = DabCache()
        self._recorder: Recorder | None = None
        self._at = PointerEvent(x=0, y=0)
        self._last: tuple[Dab, tuple[float, float, float]] | None = None
        """The last dab of the stroke, with its diameter, hardness and flow."""
        self._steadier = Steadier(self._at, 0.0)
        self._walked = 0.0
        self._ended: tuple[weakref.ref[Document], PointerEvent] | None = None
        self._line: Path | None = None

    @property
    def diameter(self) -> float | None:
        """The size of the brush."""
        return self.settings.size

    @property
    def size(self) -> float:
        """The diameter in picture pixels."""
        return self.settings.size

    @property
    def sketch(self) -> Sketch:
        """The straight line that a press would draw."""
        return NOTHING if self._line is None else Sketch(paths=(self._line,))

    def take(self, option: str, value: Value) -> None:
        """Use another setting; numbers are in the option's unit."""
        share = float(value) / 100
        changes: dict[str, BrushSettings] = {
            SIZE.id: replace(self.settings, size=float(value)),
            HARDNESS.id: replace(self.settings, hardness=share),
            FLOW.id: replace(self.settings, flow=share),
            SPACING.id: replace(self.settings, spacing=share),
            SMOOTHING.id: replace(self.settings, smoothing=share),
            PEN_SIZE.id: replace(self.settings, pen_size=bool(value)),
            PEN_FLOW.id: replace(self.settings, pen_flow=bool(value)),
        }
        self.settings = changes[option]

    @abstractmethod
    def _blend(self, region: Pixels, coverage: Pixels, flow: float) -> None:
        """Lay ``coverage`` over ``region``, a view into the mask of the same shape, in place. With a ``flow`` of 1 the
        stronger one counts; below, each dab brings the mask nearer to its goal by that share."""

    def hover(self, document: Document, event: PointerEvent) -> None:
        """Show the straight line that a press would draw."""
        start = self._line_start(document) if event.shift else None
        self._line = None if start is None else Path((start.place, event.place), faint=True)

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Begin a stroke."""
        self._recorder = document.record(Target.MASK)
        start = self._line_start(document) if event.shift else None
        self._line = None
        self._walked = 0.0
        self._last = None
        self._at = start or event
        changed = self._dab(document, self._at)
        if start is not None:
            changed = changed.united(self._walk(document, event))
        self._steadier = Steadier(event, self.settings.smoothing)
        return changed

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Lay the dabs that are due between the last event and this one."""
        changed = NOWHERE
        if self._recorder is not None:
            for place in self._steadier.moved(event):
                changed = changed.united(self._walk(document, place))
        return changed

    def release(self, document: Document) -> Outcome | None:
        """End the stroke as one step of the history."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return None
        changed = NOWHERE
        for place in self._steadier.ended():
            changed = changed.united(self._walk(document, place))
        self._ended = weakref.ref(document), self._at
        entry = recorder.finish(self.label, EntryKind.STROKE)
        return None if entry is None else Step(entry, Dirty(mask=changed))

    def cancel(self, document: Document) -> Rect:
        """Take the stroke under way back."""
        recorder, self._recorder, self._line = self._recorder, None, None
        return NOWHERE if recorder is None else recorder.abandon()

    def _walk(self, document: Document, event: PointerEvent) -> Rect:
        """Go straight on to ``event`` and lay the dabs that are due on the way."""
        start, changed = self._at, NOWHERE
        length = math.hypot(event.x - start.x, event.y - start.y)
        last = -self._walked
        due = last + self._gap(start)
        while due <= length:
            here = between(start, event, due / length if length else 1.0)
            changed = changed.united(self._dab(document, here))
            last, due = due, due + self._gap(here)
        self._walked = length - last
        self._at = event
        return changed

    def _line_start(self, document: Document) -> PointerEvent | None:
        if self._ended is None or self._ended[0]() is not document:
            return None
        return self._ended[1]

    def _diameter_at(self, event: PointerEvent) -> float:
        if not self.settings.pen_size:
            return self.size
        pressure = min(max(event.pressure, 0.0), 1.0)
        return max(SMALLEST_SIZE, self.size * (FAINTEST_PRESSURE + (1 - FAINTEST_PRESSURE) * pressure))

    def _flow_at(self, event: PointerEvent) -> float:
        pressure = min(max(event.pressure, 0.0), 1.0) if self.settings.pen_flow else 1.0
        return self.settings.flow * pressure

    def _gap(self, event: PointerEvent) -> float:
        return max(0.5, self.settings.spacing * self._diameter_at(event))

    def _dab(self, document: Document, event: PointerEvent) -> Rect:
        look = self._diameter_at(event), self.settings.hardness, self._flow_at(event)
        diameter, hardness, flow = look
        dab = self._dabs.at(event.x, event.y, diameter=diameter, hardness=hardness)
        # At full flow only what is more than the last dab's counts.
        last, self._last = self._last, (dab, look)
        alike = flow >= 1 and diameter >= CUT_FROM and last is not None and last[1] == look
        area = (dab.beyond(last[0]) if alike and last else dab.rect).intersected(document.rect)
        if area:
            document.mask.about_to_change(area)
            coverage = dab.coverage[area.moved(-dab.origin[0], -dab.origin[1]).slices]
            self._blend(document.mask.array[area.slices], coverage, flow)
        return area
