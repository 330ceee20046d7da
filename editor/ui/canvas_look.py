"""How the canvas looks besides the picture: the mask's tint, the surround, the words where no picture is open."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from editor.domain.geometry import Rect
from editor.imaging.preview import Preview
from editor.ui.canvas_overlay import MaskView
from editor.ui.canvas_painter import CanvasPainter
from editor.ui.canvas_welcome import paint_welcome
from editor.ui.first_look import FirstLook
from editor.ui.opening_look import OpeningLook
from editor.ui.previewed_mask import PreviewedMask


class CanvasLook:
    """Each change repaints the canvas."""

    def __init__(self, canvas: QWidget, painter: CanvasPainter) -> None:
        self._canvas = canvas
        self._painter = painter
        self._welcome = QColor("#e6e7ea"), QColor("#9a9ea8")
        self._opening: OpeningLook | None = None

    def set_tint(self, colour: QColor, opacity: float) -> None:
        """The mask's colour and how much of the picture it hides (0 to 1); pure hues are quickest."""
        self._painter.overlay.set_tint(colour, opacity)
        self._canvas.update()

    def set_mask_view(self, view: MaskView) -> None:
        """Show the mask as a tint, as its outline, or alone in black and white."""
        self._painter.overlay.view = view
        self._canvas.update()

    def set_surround(self, colour: QColor) -> None:
        """The colour round the picture."""
        self._painter.backdrop.surround = colour
        self._canvas.update()

    def set_welcome_colours(self, text: QColor, muted: QColor) -> None:
        """The colours of the words that stand where no picture is open."""
        self._welcome = text, muted
        self._canvas.update()

    @property
    def mask_shown(self) -> bool:
        """Whether tint or outline are to be seen."""
        return self._painter.mask_shown

    def set_mask_shown(self, shown: bool) -> None:
        """Show or hide tint and outline; painting works either way."""
        self._painter.mask_shown = shown
        self._canvas.update()

    def show_first_look(self, look: FirstLook | None) -> None:
        """Show what an edit will be like until it has ended; None shows the picture as it is."""
        self._painter.first_look = look
        self._canvas.update()

    def show_mask_preview(self, preview: PreviewedMask | None) -> None:
        """Show a mask as it would be, until somebody paints on it; None shows it as it is."""
        self._painter.mask_preview = preview
        self._canvas.update()

    def drop_old_preview(self) -> None:
        """Show the mask as it is where it was painted on since its preview was made."""
        preview = self._painter.mask_preview
        if preview is not None and not preview.current:
            self.show_mask_preview(None)

    def show_opening(self, preview: Preview | None) -> None:
        """Show a picture that is being read, where none is open; None shows how to open one."""
        self._opening = None if preview is None else OpeningLook(preview)
        self._canvas.update()

    def paint_welcome(self, painter: QPainter) -> None:
        """Say how to open a picture, or show the one that is coming; ``painter`` works in the widget's own units."""
        if self._opening is not None:
            ratio = self._canvas.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            view = Rect(0, 0, round(self._canvas.width() * ratio), round(self._canvas.height() * ratio))
            self._opening.paint(painter, view, self._painter.backdrop)
            return
        paint_welcome(painter, self._canvas.rect(), self._canvas.font(), self._welcome)
