"""Paints any rectangle of a canvas from the picture's levels; remembers nothing about what it painted.

Every pixel is a function of the picture and the viewport alone: a rectangle painted by itself equals the same
rectangle of a whole repaint to the pixel (how, says :mod:`editor.ui.canvas_texture`).
"""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from editor.domain.geometry import Rect
from editor.imaging.picture import Picture
from editor.ui.canvas_backdrop import Backdrop
from editor.ui.canvas_overlay import MaskOverlay, MaskView
from editor.ui.canvas_texture import Texture, qrect
from editor.ui.first_look import FirstLook
from editor.ui.mask_outline import Level
from editor.ui.viewport import Viewport

STRIP = 1 << 20
"""About as many device pixels are composed at once."""
NEAR = 8
"""Device pixels round the mask that its line and smoothing may touch."""


class CanvasPainter:
    """Surround, shadow, checkerboard, picture and mask, in device pixels."""

    def __init__(self) -> None:
        self.backdrop = Backdrop()
        self.overlay = MaskOverlay()
        self.smooth = True
        """Whether a picture below 200 % is smoothed; off while a zoom gesture runs."""
        self.mask_shown = True
        self.first_look: FirstLook | None = None
        """Shown over picture and mask, where it is of this picture."""
        self._picture: Picture | None = None
        self._images: dict[tuple[int, bool], QImage] = {}

    def show(self, picture: Picture | None) -> None:
        """Paint this picture from now on."""
        self._picture = picture
        self._images = {}

    def paint(self, painter: QPainter, area: Rect, viewport: Viewport) -> None:
        """Paint ``area``; ``painter`` works in device pixels of the canvas and keeps its state."""
        if self._picture is None:
            painter.fillRect(qrect(area), self.backdrop.surround)
            return
        frame = viewport.picture_rect
        if not frame.contains(area):
            self.backdrop.paint_around(painter, area, frame)
        area = area.intersected(frame)
        if not area:
            return
        if not self._picture.opaque:
            self.backdrop.paint_checkerboard(painter, area, frame)
        look = self.first_look if self.first_look is not None and self.first_look.picture is self._picture else None
        # Strip by strip, so that the mask meets the picture while that is still in the processor's cache; scaled
        # images cost Qt something for every strip.
        rows = max(1, (STRIP if viewport.zoom == 1 else area.area) // area.width)
        for top in range(area.y, area.bottom, rows):
            strip = Rect(area.x, top, area.width, rows).intersected(area)
            self._paint_picture(painter, self._picture, strip, viewport)
            if self.mask_shown:
                self._paint_mask(painter, self._picture, strip, viewport)
            if look is not None:
                look.paint(painter, strip, viewport)

    def _paint_picture(self, painter: QPainter, picture: Picture, area: Rect, viewport: Viewport) -> None:
        level = picture.pixels.level_for(viewport.zoom)
        texture = Texture(viewport.picture_rect, viewport.step / 2**level, smooth=self.smooth)
        painter.setCompositionMode(_composition(picture.opaque))
        texture.draw(painter, area, self._image(picture, level))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _paint_mask(self, painter: QPainter, picture: Picture, area: Rect, viewport: Viewport) -> None:
        if self.overlay.view is not MaskView.COVERAGE:
            area = viewport.rect_to_screen(picture.masked, margin=NEAR).intersected(area)
        if not area:
            return
        level = picture.mask.level_for(viewport.zoom)
        line = self._level(picture, level, viewport)
        if viewport.step / 2**level > 1 and level + 1 < picture.mask.depth:
            # The next level has a quarter of the pixels to tint, and is nearly as fine as the screen.
            level += 1
        mask, texture = self._level(picture, level, viewport)
        self.overlay.paint(painter, area, mask, texture, line=line if self.smooth else (mask, texture))

    def _level(self, picture: Picture, level: int, viewport: Viewport) -> Level:
        texture = Texture(viewport.picture_rect, viewport.step / 2**level, smooth=self.smooth)
        return picture.mask.level(level), texture

    def _image(self, picture: Picture, level: int) -> QImage:
        """The level as Qt sees it, on the same memory."""
        array = picture.pixels.level(level)
        key = level, picture.opaque
        image = self._images.get(key)
        if image is None:
            height, width = array.shape[:2]
            form = QImage.Format.Format_RGB32 if picture.opaque else QImage.Format.Format_ARGB32
            image = self._images[key] = QImage(array.data, width, height, array.strides[0], form)
        return image


def _composition(opaque: bool) -> QPainter.CompositionMode:
    modes = QPainter.CompositionMode
    return modes.CompositionMode_Source if opaque else modes.CompositionMode_SourceOver
