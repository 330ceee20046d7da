"""The mask on the screen: a tint as strong as the mask, and a dashed line round it; or black and white.

The mask is brought to the screen's pixels in its 8 bits and gets its colours there: a quarter of the memory to move.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.ui.canvas_texture import Lie, qrect
from editor.ui.mask_outline import HALF, Colours, MaskOutline


class MaskView(StrEnum):
    """How a mask is shown."""

    TINT = "tint"
    OUTLINE = "outline"
    COVERAGE = "coverage"
    """Instead of the picture: white where it is full, black where nothing is masked."""


class MaskOverlay:
    """Paints a mask level over the picture."""

    def __init__(self) -> None:
        self.view = MaskView.TINT
        self._memory: Colours = np.empty(0, np.uint32)
        self._nothing: Pixels = np.zeros(0, np.uint8)
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
        self._outline.set_tint((tint.red(), tint.green(), tint.blue()))

    def paint(self, painter: QPainter, area: Rect, mask: Pixels, lie: Lie) -> None:
        """Paint the part of ``mask``, a level of the effective mask, that lies on ``area`` in device pixels, at most
        :data:`~editor.ui.mask_outline.MOST` squared."""
        import cv2

        thick = self._outline.thickness
        around = area.expanded(thick)
        lowest, highest, *_ = cv2.minMaxLoc(lie.source(mask, around))
        if highest == 0 and self.view is not MaskView.COVERAGE:
            return
        if lowest == highest:
            self._fill(painter, area, int(highest))
            return
        wide = lie.sampled(mask, around)
        part = wide[thick:-thick, thick:-thick]
        colours = self._coloured(part)
        lined = lowest < HALF <= highest and self.view is not MaskView.COVERAGE
        if lined:
            self._outline.draw_on(colours, wide, area.x - lie.frame.x + area.y - lie.frame.y)
        if lined or self.view is not MaskView.OUTLINE:
            form = QImage.Format.Format_ARGB32_Premultiplied
            image = QImage(colours.data, area.width, area.height, 4 * area.width, form)
            painter.drawImage(QPoint(area.x, area.y), image)

    def _fill(self, painter: QPainter, area: Rect, value: int) -> None:
        """The same everywhere: no line, and one colour."""
        if self.view is MaskView.COVERAGE:
            painter.fillRect(qrect(area), QColor(value, value, value))
        elif self.view is MaskView.TINT:
            single = self._coloured(np.full((1, 1), value, np.uint8))
            painter.fillRect(qrect(area), _unmultiplied(int(single[0, 0])))

    def _coloured(self, part: Pixels) -> Colours:
        """Premultiplied colours, contiguous; the array handed out before is given up."""
        import cv2

        height, width = part.shape
        if self._memory.size < part.size:
            # Fresh pages cost more than what is written to them.
            self._memory = np.empty(part.size, np.uint32)
        colours = self._memory[: part.size].reshape(height, width)
        target = colours.view(np.uint8).reshape(height, width, 4)
        if self.view is MaskView.COVERAGE:
            cv2.cvtColor(part, cv2.COLOR_GRAY2BGRA, dst=target)
        elif self.view is MaskView.OUTLINE:
            colours.fill(0)
        else:
            channels = (self.tint.blue(), self.tint.green(), self.tint.red(), 255)
            planes = {channel: self._plane(part, channel) for channel in set(channels)}
            cv2.merge([planes[channel] for channel in channels], target)
        return colours

    def _plane(self, part: Pixels, channel: int) -> Pixels:
        import cv2

        if channel:
            return np.asarray(cv2.convertScaleAbs(part, alpha=self.opacity * channel / 255), np.uint8)
        if self._nothing.size < part.size:
            self._nothing = np.zeros(part.size, np.uint8)
        return self._nothing[: part.size].reshape(part.shape)


def _unmultiplied(colour: int) -> QColor:
    """The colour that Qt premultiplies to just these 32 bits."""
    alpha, *channels = (colour >> shift & 255 for shift in (24, 16, 8, 0))
    if not alpha:
        return QColor(0, 0, 0, 0)
    full = 65535
    red, green, blue = (min(full, round(channel / alpha * full)) for channel in channels)
    return QColor.fromRgba64(red, green, blue, alpha * 257)
