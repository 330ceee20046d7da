"""The mask on the screen: a tint as strong as the mask, and a dashed line round it; or black and white."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.ui.canvas_texture import Texture
from editor.ui.mask_outline import Colours, Level, MaskOutline, Scratch, packed

OPAQUE = 0xFF000000
GREY = 0x00010101


class MaskView(StrEnum):
    """How a mask is shown."""

    TINT = "tint"
    OUTLINE = "outline"
    COVERAGE = "coverage"
    """Instead of the picture: white where it is full, black where nothing is masked."""


class MaskOverlay:
    """Paints a mask level over the picture. One of the seven pure hues is several times quicker than another tint."""

    def __init__(self) -> None:
        self.view = MaskView.TINT
        self._tints = Scratch()
        self._outline = MaskOutline()
        self.set_tint(QColor(255, 0, 0), 0.45)

    @property
    def ratio(self) -> float:
        """The screen's device pixel ratio: how thick the line is."""
        return self._outline.ratio

    @ratio.setter
    def ratio(self, ratio: float) -> None:
        self._outline.ratio = ratio

    def set_tint(self, tint: QColor, opacity: float) -> None:
        """The colour where the mask is full, and how much it hides of the picture, 0 to 1."""
        self.tint, self.opacity = tint, opacity
        channels = (tint.red(), tint.green(), tint.blue())
        self._factor = packed(1, *(channel // 255 for channel in channels)) if set(channels) <= {0, 255} else None
        steps = [round(step * opacity) for step in range(256)]
        self._table = np.array(
            [packed(step, *(channel * step // 255 for channel in channels)) for step in steps], np.uint32
        )
        self._outline.set_tint(channels)

    def paint(self, painter: QPainter, area: Rect, mask: Pixels, texture: Texture, *, line: Level) -> None:
        """Paint the part of ``mask``, a level of the effective mask, that lies on ``area`` in device pixels.

        ``line`` is the level that the line follows, which may be a finer one.
        """
        if self.view is MaskView.COVERAGE:
            source = texture.source(area, mask.shape)
            if source:
                texture.draw(painter, area, self._greys(mask[source.slices]), (source.x, source.y))
            return
        if texture.step == 1:
            self._paint_whole(painter, area, mask, texture)
            return
        if self.view is MaskView.TINT:
            self._paint_tint(painter, area, mask, texture)
        self._outline.paint(painter, area, *line)

    def _paint_whole(self, painter: QPainter, area: Rect, mask: Pixels, texture: Texture) -> None:
        """One to one, tint and line are one image."""
        import cv2

        height, width = mask.shape
        source = area.moved(-texture.frame.x, -texture.frame.y).intersected(Rect(0, 0, width, height))
        if not source or not cv2.hasNonZero(mask[source.slices]):
            return
        colours = self._tints.of(source.height, source.width)
        if self.view is MaskView.TINT:
            self._expand(mask[source.slices], colours)
        else:
            colours.fill(0)
        drawn = self._outline.draw_on(colours, mask, source)
        if drawn or self.view is MaskView.TINT:
            painter.drawImage(QPoint(source.x + texture.frame.x, source.y + texture.frame.y), _image(colours))

    def _paint_tint(self, painter: QPainter, area: Rect, mask: Pixels, texture: Texture) -> None:
        import cv2

        source = texture.source(area, mask.shape)
        if not source or not cv2.hasNonZero(mask[source.slices]):
            return
        columns = np.flatnonzero(cv2.reduce(mask[source.slices], 0, cv2.REDUCE_MAX))
        area = area.intersected(texture.shown(source.x + int(columns[0]), source.x + int(columns[-1]) + 1, area))
        source = texture.source(area, mask.shape)
        if area and source:
            colours = self._tints.of(source.height, source.width)
            self._expand(mask[source.slices], colours)
            texture.draw(painter, area, _image(colours), (source.x, source.y))

    def _expand(self, part: Pixels, colours: Colours) -> None:
        """Coverage to premultiplied colours."""
        if self._factor is None:
            np.take(self._table, part, out=colours, mode="clip")
            return
        import cv2

        weak = cv2.convertScaleAbs(part, alpha=self.opacity)
        np.multiply(weak, np.uint32(self._factor), out=colours, dtype=np.uint32, casting="unsafe")

    def _greys(self, part: Pixels) -> QImage:
        colours = self._tints.of(*part.shape)
        np.multiply(part, np.uint32(GREY), out=colours, dtype=np.uint32, casting="unsafe")
        np.bitwise_or(colours, np.uint32(OPAQUE), out=colours)
        return _image(colours)


def _image(colours: Colours) -> QImage:
    height, width = colours.shape
    return QImage(colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
