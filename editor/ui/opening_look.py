"""What the canvas shows while a large picture is still being read: the same picture, smaller, where it will lie."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from editor.domain.geometry import Rect
from editor.imaging.preview import Preview
from editor.ui.canvas_backdrop import Backdrop
from editor.ui.viewport import Viewport


class OpeningLook:
    """A preview, fitted into the canvas as the picture will be."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        height, width = preview.pixels.shape[:2]
        # On the preview's own memory, which is kept for as long.
        self._image = QImage(preview.pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)

    def paint(self, painter: QPainter, view: Rect, backdrop: Backdrop) -> None:
        """Paint all of the canvas, ``view``; ``painter`` works in device pixels."""
        viewport = Viewport()
        viewport.resize(view.width, view.height)
        viewport.show(*self._preview.size)
        frame = viewport.picture_rect
        backdrop.paint_around(painter, view, frame)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(frame.x, frame.y, frame.width, frame.height), self._image)
