"""Paints any rectangle of a canvas from the picture's levels; remembers nothing about what it painted.

Every pixel is a function of the picture and the viewport alone: a rectangle painted by itself equals the same
rectangle of a whole repaint to the pixel (how, says :mod:`editor.ui.canvas_texture`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.imaging.pyramid import Pyramid
from editor.ui.canvas_backdrop import Backdrop
from editor.ui.canvas_overlay import MaskOverlay, MaskView
from editor.ui.canvas_texture import Lie, qrect
from editor.ui.first_look import FirstLook
from editor.ui.mask_outline import MOST
from editor.ui.previewed_mask import PreviewedMask
from editor.ui.viewport import Viewport

CELL_PIXELS = 256 * 1024
"""Device pixels that are composed at once: the mask meets the picture in the processor's cache."""
NEAR = 8
"""Device pixels round the mask that its line may touch."""
MOST_TINTED = 1_500_000
"""With more device pixels under the mask than this a gesture is painted at half the screen's fineness."""


class CanvasPainter:
    """Surround, shadow, checkerboard, picture and mask, in device pixels."""

    def __init__(self, *, most_tinted: int = MOST_TINTED) -> None:
        self._most_tinted = most_tinted
        self.backdrop = Backdrop()
        self.overlay = MaskOverlay()
        self.smooth = True
        """Whether a picture below 200 % is smoothed; off while a zoom gesture runs."""
        self.mask_shown = True
        self.first_look: FirstLook | None = None
        """Shown over picture and mask, where it is of this picture."""
        self.mask_preview: PreviewedMask | None = None
        """Shown instead of the mask, where it is of this picture."""
        self.mask_moved = (0, 0)
        """By how many picture pixels to the right and down the mask is shown elsewhere."""
        self._picture: Picture | None = None
        self._images: dict[tuple[int, bool], QImage] = {}
        self._halves = QImage()

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
        if self._coarse(self._picture, viewport):
            self._paint_coarsely(painter, self._picture, area, viewport)
        else:
            self._compose(painter, self._picture, area, frame, viewport.step)
        if self.first_look is not None and self.first_look.picture is self._picture:
            self.first_look.paint(painter, area, viewport)

    def _coarse(self, picture: Picture, viewport: Viewport) -> bool:
        """Whether there is more to tint than a frame of a gesture has time for."""
        if self.smooth or not self.mask_shown:
            return False
        view = Rect(0, 0, *viewport.view_size)
        return viewport.rect_to_screen(self._mask(picture)[1]).intersected(view).area > self._most_tinted

    def _paint_coarsely(self, painter: QPainter, picture: Picture, area: Rect, viewport: Viewport) -> None:
        """Every pixel stands for two by two of the screen, counted from the frame's corner."""
        frame = viewport.picture_rect
        plain = area.moved(-frame.x, -frame.y)
        half = Rect.from_edges(plain.x // 2, plain.y // 2, -(-plain.right // 2), -(-plain.bottom // 2))
        if self._halves.width() < half.width or self._halves.height() < half.height:
            self._halves = QImage(half.width, half.height, QImage.Format.Format_RGB32)
        with QPainter(self._halves) as target:
            local = half.moved(-half.x, -half.y)
            self._compose(target, picture, local, _halved(frame).moved(-half.x, -half.y), 2 * viewport.step)
        painter.save()
        painter.setClipRect(qrect(area), Qt.ClipOperation.IntersectClip)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.setTransform(QTransform(2, 0, 0, 2, frame.x + 2 * half.x, frame.y + 2 * half.y), True)
        painter.drawImage(QPoint(0, 0), self._halves, QRect(0, 0, half.width, half.height))
        painter.restore()

    def _compose(self, painter: QPainter, picture: Picture, area: Rect, frame: Rect, step: float) -> None:
        """Checkerboard, picture and mask over ``area`` inside ``frame``, at ``step`` picture pixels a pixel."""
        across, down = self.mask_moved
        mask_frame = frame.moved(round(across / step), round(down / step))
        masked = self._masked(picture, area, mask_frame, step)
        mask = _mask_level(self._mask(picture)[0], mask_frame, step) if masked else None
        if self.mask_shown and self.overlay.view is MaskView.COVERAGE:
            self._compose_mask(painter, area, masked, mask)
            return
        if not picture.opaque:
            self.backdrop.paint_checkerboard(painter, area, frame)
        # Scaled images cost Qt something for every part.
        together = mask is None or step != 2 ** picture.pixels.level_for(1 / step)
        if together:
            self._paint_picture(painter, picture, area, frame, step)
        if mask is None:
            return
        for cell in _cells(area):
            if not together:
                self._paint_picture(painter, picture, cell, frame, step)
            shown = cell.intersected(masked)
            if shown:
                self.overlay.paint(painter, shown, *mask)

    def _compose_mask(self, painter: QPainter, area: Rect, masked: Rect, mask: tuple[Pixels, Lie] | None) -> None:
        """The mask alone; nothing is masked where it was moved away from the picture's edge."""
        if masked != area:
            painter.fillRect(qrect(area), QColor(0, 0, 0))
        if mask is not None:
            for cell in _cells(masked):
                self.overlay.paint(painter, cell, *mask)

    def _masked(self, picture: Picture, area: Rect, frame: Rect, step: float) -> Rect:
        """The part of ``area`` that the mask, which lies in ``frame``, may show in."""
        if not self.mask_shown:
            return NOWHERE
        if self.overlay.view is MaskView.COVERAGE:
            return area.intersected(frame)
        found = self._mask(picture)[1]
        if not found:
            return NOWHERE
        shown = Rect.from_edges(
            math.floor(found.x / step),
            math.floor(found.y / step),
            math.ceil(found.right / step),
            math.ceil(found.bottom / step),
        )
        return shown.moved(frame.x, frame.y).expanded(NEAR).intersected(frame).intersected(area)

    def _mask(self, picture: Picture) -> tuple[Pyramid, Rect]:
        """The mask that is shown, and a rectangle around it."""
        preview = self.mask_preview
        if preview is not None and preview.picture is picture:
            return preview.levels, preview.bounds
        return picture.mask, picture.masked

    def _paint_picture(self, painter: QPainter, picture: Picture, area: Rect, frame: Rect, step: float) -> None:
        level = picture.pixels.level_for(1 / step)
        painter.setCompositionMode(_composition(picture.opaque))
        lie = Lie(frame, step / 2**level)
        lie.draw(painter, area, self._image(picture, level), smooth=self.smooth)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

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


def _mask_level(mask: Pyramid, frame: Rect, step: float) -> tuple[Pixels, Lie]:
    """The level whose pixels are at least as large as the screen's, so that none is left out, and its lie."""
    level = mask.level_for(1 / step)
    if step / 2**level > 1 and level + 1 < mask.depth:
        level += 1
    return mask.level(level), Lie(frame, step / 2**level)


def _halved(frame: Rect) -> Rect:
    """A frame at its own corner, in pixels twice as large."""
    return Rect(0, 0, -(-frame.width // 2), -(-frame.height // 2))


def _cells(area: Rect) -> Iterator[Rect]:
    width = min(area.width, MOST)
    height = min(CELL_PIXELS // width, MOST)
    for top in range(area.y, area.bottom, height):
        for left in range(area.x, area.right, width):
            yield Rect(left, top, width, height).intersected(area)
