"""Picks a colour from the picture."""

from __future__ import annotations

import math

import numpy as np

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.samples import full
from editor.tools.base import Outcome, Picked, PointerEvent, Tool
from editor.tools.options import Choice, Value
from editor.tools.sketch import NOTHING, Label, Sketch

SAMPLE = Choice(
    id="picker_sample",
    text="Sample",
    choices=(("1", "One pixel"), ("3", "3 × 3 mean"), ("5", "5 × 5 mean"), ("11", "11 × 11 mean")),
    default="1",
    hint="How many pixels the color is the mean of",
)


class ColourPicker(Tool):
    """Shows the colour under the pointer, and gives it at the release."""

    id = "colour_picker"
    caption = "Color picker"
    key = "I"
    icon = "pipette"
    hint = "Click to pick a color. It is copied, and taken where the chosen edit asks for a background."
    options = (SAMPLE,)
    masks = False

    def __init__(self) -> None:
        self._side = 1
        self._colour: tuple[int, int, int] | None = None
        self._at = (0.0, 0.0)
        self._pressed = False

    def take(self, option: str, value: Value) -> None:
        """Use another sample size."""
        if option != SAMPLE.id:
            raise KeyError(option)
        self._side = int(value)

    @property
    def sketch(self) -> Sketch:
        """The colour beside the pointer."""
        if self._colour is None:
            return NOTHING
        return Sketch(label=Label(place=self._at, words=words_of(self._colour), colour=self._colour))

    def hover(self, document: Document, event: PointerEvent) -> None:
        """Look at the colour here."""
        self._look(document, event)

    def press(self, document: Document, event: PointerEvent) -> Rect:
        """Look at the colour here."""
        self._pressed = True
        self._look(document, event)
        return NOWHERE

    def move(self, document: Document, event: PointerEvent) -> Rect:
        """Look at the colour here."""
        self._look(document, event)
        return NOWHERE

    def release(self, document: Document) -> Outcome | None:
        """Give the colour that was seen last; None beside the picture."""
        pressed, self._pressed = self._pressed, False
        return Picked(self._colour) if pressed and self._colour is not None else None

    def cancel(self, document: Document) -> Rect:
        """Look no more."""
        self._pressed, self._colour = False, None
        return NOWHERE

    def _look(self, document: Document, event: PointerEvent) -> None:
        self._at = event.place
        x, y, half = math.floor(event.x), math.floor(event.y), self._side // 2
        if not document.rect.contains(Rect(x, y, 1, 1)):
            self._colour = None
            return
        area = Rect(x - half, y - half, self._side, self._side).intersected(document.rect)
        part = document.pixels.array[area.slices]
        mean = part[..., :3].reshape(-1, 3).mean(axis=0) * (255 / full(part))
        blue, green, red = (int(value) for value in np.rint(mean))
        self._colour = red, green, blue


def words_of(colour: tuple[int, int, int]) -> str:
    """A colour as the web writes it: ``#c05a1f``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
