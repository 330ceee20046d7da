"""Selects a rectangle."""

from __future__ import annotations

from editor.tools.box_selection import BoxSelection
from editor.tools.sketch import Place, rectangle


class Marquee(BoxSelection):
    """The dragged rectangle itself."""

    id = "marquee"
    caption = "Marquee"
    key = "M"
    icon = "square-dashed"
    hint = "Drag a rectangle. Shift keeps it square, Alt or Ctrl draws it from the middle."

    def _outline(self) -> tuple[Place, ...]:
        return rectangle(*self._edges()).places
