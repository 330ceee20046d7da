"""What every pointer tool offers to the canvas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerEvent:
    """Where the pointer is, in picture pixels: pixel (0, 0) reaches from 0.0 to 1.0.

    ``pressure`` is 0 to 1, and 1 for a mouse.
    """

    x: float
    y: float
    pressure: float = 1.0
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


class Tool(ABC):
    """Reacts to the pointer between press and release. Knows no widget.

    ``press``, ``move`` and ``cancel`` return the rectangle of the painted mask that they changed, in picture pixels.
    """

    id: ClassVar[str]
    """The word in settings and for the icon: ``mask-brush``."""
    caption: ClassVar[str]
    """The name a person sees: ``Mask brush``."""
    key: ClassVar[str]
    """The key that selects the tool: ``B``."""
    moves_view: ClassVar[bool] = False
    """Whether dragging moves the picture on the screen and never changes it."""

    @property
    def diameter(self) -> float | None:
        """The size of the ring round the pointer in picture pixels, or None for a tool without one."""
        return None

    @abstractmethod
    def press(self, document: Document, event: PointerEvent) -> Rect:
        """The button went down."""

    @abstractmethod
    def move(self, document: Document, event: PointerEvent) -> Rect:
        """The pointer moved while the button is down."""

    @abstractmethod
    def release(self, document: Document) -> HistoryEntry | None:
        """The button went up where the last event was; the finished step, or None where nothing was touched."""

    @abstractmethod
    def cancel(self, document: Document) -> Rect:
        """Take back what happened since the press."""
