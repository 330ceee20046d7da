"""What every pointer tool offers to the canvas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty, HistoryEntry
from editor.tools.options import Option, Value
from editor.tools.sketch import NOTHING, Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerEvent:
    """Where the pointer is, in picture pixels: pixel (0, 0) reaches from 0.0 to 1.0.

    ``pressure`` is 0 to 1, and 1 for a mouse. ``step`` is how many picture pixels one pixel of the screen shows: what
    is near enough to be hit depends on it.
    """

    x: float
    y: float
    pressure: float = 1.0
    step: float = 1.0
    shift: bool = False
    alt: bool = False
    ctrl: bool = False

    @property
    def place(self) -> tuple[float, float]:
        """x and y."""
        return self.x, self.y


NOTHING_MORE = Dirty()


@dataclass(frozen=True, slots=True)
class Step:
    """A finished step of the history, and what of the picture and the painted mask changed that was not told before."""

    entry: HistoryEntry
    dirty: Dirty = NOTHING_MORE


class Combine(StrEnum):
    """What a selection does with the mask that is there."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A thing is to be found: at ``point`` (x, y) or in ``box``, in picture pixels. Its mask is then combined with what
    is painted."""

    point: tuple[int, int] | None = None
    box: Rect | None = None
    how: Combine = Combine.REPLACE


@dataclass(frozen=True, slots=True)
class Picked:
    """A colour was picked: red, green and blue from 0 to 255, as the file has them."""

    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Another part of the picture is to be seen: ``rect``, in picture pixels, as large as it fits; or what there is,
    ``factor`` times as large about ``place``."""

    rect: Rect | None = None
    place: tuple[float, float] = (0.0, 0.0)
    factor: float = 1.0


Outcome = Step | Search | Picked | View


class Pointer(StrEnum):
    """How the pointer looks over the picture."""

    RING = "ring"
    CROSS = "cross"
    HAND = "hand"
    MOVE = "move"


class Tool(ABC):
    """Reacts to the pointer between press and release. Knows no widget.

    ``press``, ``move`` and ``cancel`` return the rectangle of the painted mask that they changed, in picture pixels.
    A tool that needs several presses is :attr:`open` between them, until it is confirmed or cancelled.
    """

    id: ClassVar[str]
    """The word in settings and commands: ``mask_brush``."""
    caption: ClassVar[str]
    """The name a person sees: ``Mask brush``."""
    key: ClassVar[str]
    """The key that selects the tool: ``B``."""
    icon: ClassVar[str]
    """The name of its picture."""
    hint: ClassVar[str]
    """How it is used, in a sentence or two."""
    options: ClassVar[tuple[Option, ...]] = ()
    """What may be set about it."""
    masks: ClassVar[bool] = True
    """Whether it makes masks, so that *grow* and *feather* of the mask matter to its user."""
    framed: ClassVar[bool] = False
    """Whether it has handles of its own round the picture."""
    nudged: ClassVar[bool] = False
    """Whether the arrow keys move what it moves, rather than the view."""
    pointer: ClassVar[Pointer] = Pointer.CROSS

    @property
    def diameter(self) -> float | None:
        """The size of the ring round the pointer in picture pixels, or None for a tool without one."""
        return None

    @property
    def open(self) -> bool:
        """Whether something is under way between a release and the next press."""
        return False

    @property
    def sketch(self) -> Sketch:
        """What is shown over the picture now."""
        return NOTHING

    @property
    def shown(self) -> Mapping[str, Value]:
        """The values of options that the tool itself changes."""
        return {}

    def take(self, option: str, value: Value) -> None:
        """Use another value for one of :attr:`options`, of the kind that it has."""
        raise KeyError(option)

    def enter(self, document: Document) -> None:  # noqa: B027 - most tools have nothing to prepare
        """The tool is taken for ``document``, or the document got another size."""

    def hover(self, document: Document, event: PointerEvent) -> None:  # noqa: B027 - nor to show
        """The pointer moved without a button."""

    @abstractmethod
    def press(self, document: Document, event: PointerEvent) -> Rect:
        """The button went down."""

    @abstractmethod
    def move(self, document: Document, event: PointerEvent) -> Rect:
        """The pointer moved while the button is down."""

    @abstractmethod
    def release(self, document: Document) -> Outcome | None:
        """The button went up where the last event was; what came of it, or None where nothing did."""

    @abstractmethod
    def cancel(self, document: Document) -> Rect:
        """Take back what happened since the press, and what was left open before it."""

    def confirm(self, document: Document) -> Outcome | None:
        """Finish what is open. Raises EditorError where it cannot be, and stays open."""
        return None

    def nudge(self, document: Document, across: int, down: int) -> Outcome | None:
        """An arrow key was pressed: move by so many picture pixels. Only where :attr:`nudged`."""
        return None

    def step_back(self) -> bool:
        """Take back the last press of several; False where there is none."""
        return False

    def leave(self, document: Document) -> Outcome | None:
        """Another tool or another picture is taken: nothing stays open."""
        self.cancel(document)
        return None
