"""Cuts the picture to a frame that is dragged over it, and turns it upright."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto
from weakref import WeakKeyDictionary

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, EntryKind
from editor.imaging.straighten import Frame, straightened, upright_angle
from editor.tools.base import Outcome, PointerEvent, Step, Tool
from editor.tools.crop_frame import HANDLES, ROTATING, dragged, filled, grabbed, moved, with_ratio
from editor.tools.options import Choice, Number, Value
from editor.tools.sketch import NOTHING, Label, Path, Place, Sketch

RATIO = Choice(
    id="crop_ratio",
    text="Ratio",
    choices=(
        ("free", "Free"),
        ("original", "As the picture"),
        ("1:1", "1 : 1"),
        ("5:4", "5 : 4"),
        ("4:3", "4 : 3"),
        ("3:2", "3 : 2"),
        ("16:9", "16 : 9"),
        ("4:5", "4 : 5"),
        ("3:4", "3 : 4"),
        ("2:3", "2 : 3"),
        ("9:16", "9 : 16"),
    ),
    default="free",
    hint="Width to height; Shift while dragging keeps the one that is there",
)
ANGLE = Number(
    id="crop_angle",
    text="Straighten",
    unit="°",
    least=-45,
    most=45,
    default=0,
    decimals=1,
    remembered=False,
    hint="Turns the frame. Or drag outside of it, or draw along a horizon with Ctrl held",
)


class _Grip(Enum):
    NOTHING = auto()
    NEW = auto()
    MOVE = auto()
    HANDLE = auto()
    TURN = auto()
    HORIZON = auto()


class Crop(Tool):
    """The frame starts as the whole picture. Enter cuts, Esc begins again."""

    id = "crop_frame"
    caption = "Crop"
    key = "C"
    icon = "crop"
    hint = "Drag the frame’s handles; Enter crops, Esc begins again."
    options = (RATIO, ANGLE)
    masks = False
    framed = True

    def __init__(self) -> None:
        self._picture = NOWHERE
        self._left: WeakKeyDictionary[Document, tuple[Rect, Frame, Frame]] = WeakKeyDictionary()
        """Of pictures that were left with a frame open: how large they were, and the frame."""
        self._frame = self._wanted = Frame(0, 0, 0, 0)
        self._ratio = RATIO.default
        self._grip = _Grip.NOTHING
        self._handle = (0, 0)
        self._first = PointerEvent(x=0, y=0)
        self._last = self._first
        self._before = self._wanted_before = self._frame

    @property
    def frame(self) -> Frame:
        """What would be kept."""
        return self._frame

    @property
    def open(self) -> bool:
        """Whether the frame is another than the whole picture."""
        return bool(self._picture) and self._frame != Frame.of(self._picture)

    @property
    def shown(self) -> Mapping[str, Value]:
        """The angle, which dragging changes as well."""
        return {ANGLE.id: round(self._frame.angle, 1)}

    @property
    def sketch(self) -> Sketch:
        """The frame with its thirds and handles, or the horizon that is drawn."""
        if not self._picture:
            return NOTHING
        frame = self._frame
        across, down = frame.width / 2, frame.height / 2
        thirds = [
            Path((frame.place(x * across, -down), frame.place(x * across, down)), faint=True) for x in (-1 / 3, 1 / 3)
        ] + [Path((frame.place(-across, y * down), frame.place(across, y * down)), faint=True) for y in (-1 / 3, 1 / 3)]
        if self._grip is _Grip.HORIZON:
            thirds = [Path((self._first.place, self._last.place))]
        handles: tuple[Place, ...] = tuple(frame.place(x * across, y * down) for x, y in HANDLES)
        width, height = frame.size
        return Sketch(
            paths=(Path(frame.corners, closed=True), *thirds),
            handles=handles,
            kept=frame.corners,
            label=Label(place=frame.place(across, down), words=f"{width} × {height}") if self.open else None,
        )

    def take(self, option: str, value: Value) -> None:
        """Use another ratio or angle."""
        if option == RATIO.id:
            self._ratio = str(value)
            if self._picture and self._fixed_ratio() is not None:
                self._frame = self._wanted = with_ratio(self._frame, self._fixed_ratio() or 1.0, self._picture)
        elif option == ANGLE.id:
            if self._picture and float(value) != round(self._frame.angle, 1):
                self._turn(float(value))
        else:
            raise KeyError(option)

    def enter(self, document: Document) -> None:
        """Begin with the whole picture, or go on with the frame that was left on it."""
        self._picture = document.rect
        self._frame = self._wanted = Frame.of(document.rect)
        self._grip = _Grip.NOTHING
        rect, frame, wanted = self._left.pop(document, (document.rect, self._frame, self._wanted))
        if rect == document.rect:
            self._frame, self._wanted = frame, wanted

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Take hold of a handle, the frame, what is outside, or begin another frame."""
        if document.rect != self._picture:
            self.enter(document)
        self._first = self._last = event
        self._before, self._wanted_before = self._frame, self._wanted
        place = grabbed(self._frame, event)
        if event.ctrl:
            self._grip = _Grip.HORIZON
        elif place == ROTATING:
            self._grip = _Grip.TURN
        elif place is not None:
            self._grip, self._handle = _Grip.HANDLE, place
        else:
            self._grip = _Grip.MOVE if self.open else _Grip.NEW
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Follow."""
        self._last = event
        first, before = self._first, self._before
        match self._grip:
            case _Grip.MOVE:
                self._frame = moved(before, event.x - first.x, event.y - first.y, self._picture)
                self._wanted = replace(self._wanted, x=self._frame.x, y=self._frame.y)
            case _Grip.NEW:
                self._frame = self._wanted = self._begun(event)
            case _Grip.HANDLE:
                ratio = self._fixed_ratio() or (before.width / before.height if event.shift else None)
                self._frame = self._wanted = dragged(before, self._handle, event, ratio=ratio, picture=self._picture)
            case _Grip.TURN:
                self._turn(self._turned(event))
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Let go; a horizon that was drawn turns the frame."""
        if self._grip is _Grip.HORIZON and math.dist(self._first.place, self._last.place) > 4 * self._last.step:
            angle = round(upright_angle(self._first.place, self._last.place), 1)
            self._turn(angle)
        self._grip = _Grip.NOTHING
        return None

    def confirm(self, document: Document) -> Outcome | None:
        """Cut the picture to the frame, as one step."""
        if not self.open or document.rect != self._picture:
            return None
        label = "Crop" if self._frame.angle == 0 else "Crop and straighten"
        extent = straightened(document, self._frame)
        dirty = document.resize(extent, label=label, kind=EntryKind.CROP)
        self.enter(document)
        return Step(document.history.current, dirty)

    def cancel(self, document: Document) -> Rect:
        """Take back the drag under way, or begin again with the whole picture."""
        if self._grip is not _Grip.NOTHING:
            self._frame, self._grip = self._before, _Grip.NOTHING
            self._wanted = self._wanted_before
        else:
            self.enter(document)
        return NOWHERE

    def leave(self, document: Document) -> Outcome | None:
        """Nothing is cut that was not asked for; the frame is kept for when the tool comes back."""
        if self.open:
            self._left[document] = self._picture, self._frame, self._wanted
        self._picture, self._grip = NOWHERE, _Grip.NOTHING
        return None

    def _turn(self, angle: float) -> None:
        """Turn the frame that was dragged, smaller where it has to be to stay on the picture. Turned back it is as
        large as it was."""
        self._frame = filled(replace(self._wanted, angle=angle), self._picture) or self._frame

    def _fixed_ratio(self) -> float | None:
        if self._ratio == "original":
            return self._picture.width / self._picture.height
        across, colon, down = self._ratio.partition(":")
        return float(across) / float(down) if colon else None

    def _begun(self, event: PointerEvent) -> Frame:
        """A frame from where the drag began to ``event``."""
        first = self._first
        corner = Frame(first.x, first.y, 0.0, 0.0)
        if not Frame(first.x, first.y, 0, 0).inside(self._picture):
            return self._before
        way = 1 if event.x >= first.x else -1, 1 if event.y >= first.y else -1
        ratio = self._fixed_ratio() or (1.0 if event.shift else None)
        frame = dragged(corner, way, event, ratio=ratio, picture=self._picture)
        return frame if min(frame.width, frame.height) >= 1 else self._before

    def _turned(self, event: PointerEvent) -> float:
        middle = self._before.x, self._before.y

        def direction(place: PointerEvent) -> float:
            return math.degrees(math.atan2(place.y - middle[1], place.x - middle[0]))

        angle = self._before.angle + direction(event) - direction(self._first)
        angle = (angle + 180) % 360 - 180
        return min(max(round(angle, 1), -45.0), 45.0)
