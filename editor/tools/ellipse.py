"""Selects an ellipse."""

from __future__ import annotations

from editor.tools.box_selection import BoxSelection
from editor.tools.outline import ellipse
from editor.tools.sketch import Path, Place


class Ellipse(BoxSelection):
    """The ellipse that fills the dragged rectangle, with a smooth edge."""

    id = "ellipse"
    caption = "Ellipse"
    key = "Shift+M"
    icon = "circle-dashed"
    hint = "Drag an ellipse. Shift keeps it round, Alt or Ctrl draws it from the middle."

    def _outline(self) -> tuple[Place, ...]:
        left, top, right, bottom = self._edges()
        return ellipse(left, top, right, bottom) if left < right and top < bottom else ()

    def _more_paths(self) -> tuple[Path, ...]:
        return (Path(self._outline(), closed=True),)
