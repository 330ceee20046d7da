"""View › Show mask as, Mask color, Mask opacity: how the mask looks on the canvas, remembered from start to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from editor.ui.canvas_overlay import MaskView

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.actions import Actions
    from editor.ui.canvas import Canvas

VIEWS = (
    (MaskView.TINT, "Tint and outline"),
    (MaskView.OUTLINE, "Outline alone"),
    (MaskView.COVERAGE, "Black and white"),
)
HUES = (
    ("red", "Red"),
    ("lime", "Green"),
    ("blue", "Blue (seen by all eyes)"),
    ("yellow", "Yellow (seen by all eyes)"),
    ("magenta", "Magenta"),
    ("cyan", "Cyan"),
    ("white", "White (seen by all eyes)"),
)
"""The seven pure hues by their names on the web (where “green” is half as bright), which are drawn several times
quicker than others. Who cannot tell red from green still tells blue, yellow and white apart."""
OPACITIES = (25, 45, 65, 85)
"""In per cent."""
USUAL = {"mask_view": f"mask_{MaskView.TINT}", "tint": "tint_red", "opacity": "opacity_45"}
"""The command of each group that is on at first."""


class MaskViewChoice(QObject):
    """Follows the three groups of commands."""

    def __init__(self, session: Session, canvas: Canvas, commands: Actions) -> None:
        super().__init__(canvas)
        self._settings = session.settings
        self._look = canvas.look
        self._commands = commands
        for group, usual in USUAL.items():
            ids = [action.objectName() for action in commands.group(group)]
            kept = self._settings.get(group, usual)
            commands[kept if kept in ids else usual].setChecked(True)
        self._show()

    def follow(self) -> None:
        """Another command is on: show the mask so, and remember it."""
        for group in USUAL:
            self._settings.set(group, self._chosen(group))
        self._show()

    def _show(self) -> None:
        self._look.set_mask_view(MaskView(self._chosen("mask_view").removeprefix("mask_")))
        hue = QColor(self._chosen("tint").removeprefix("tint_"))
        self._look.set_tint(hue, int(self._chosen("opacity").removeprefix("opacity_")) / 100)

    def _chosen(self, group: str) -> str:
        return next(action.objectName() for action in self._commands.group(group) if action.isChecked())
