"""The mask on the screen: a tint as strong as the mask, and a dashed line round it."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.ui.canvas_texture import Texture

HALF = 128
"""The line runs where the mask passes this coverage."""
DASH = 4

Colours = NDArray[np.uint32]

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
        self.opacity = 0.45
        self.ratio = 1.0
        self._tints = Scratch()
        self._lines = Scratch()
        self.set_tint(QColor(255, 0, 0))

    def set_tint(self, tint: QColor) -> None:
        """The colour where the mask is full."""
        self.tint = tint
        channels = (tint.red(), tint.green(), tint.blue())
        self._factor = _packed(1, *(channel // 255 for channel in channels)) if set(channels) <= {0, 255} else None
        steps = range(256)
        self._table = np.array(
            [_packed(step, *(channel * step // 255 for channel in channels)) for step in steps], np.uint32
        )
        light = [channel + (255 - channel) * 3 // 4 for channel in channels]
        dark = [channel * 3 // 4 for channel in channels]
        self._dashes = np.array([_packed(255, *light), _packed(255, *dark)], np.uint32)

    def paint(self, painter: QPainter, area: Rect, mask: Pixels, texture: Texture) -> None:
        """Paint the part of ``mask``, a level of the effective mask, that lies on ``area`` in device pixels."""
        source = texture.source(area, mask.shape)
        if not source:
            return
        if self.view is MaskView.COVERAGE:
            texture.draw(painter, area, self._greys(mask[source.slices]), (source.x, source.y))
            return
        highest = mask[source.slices].max(axis=0)
        columns = np.flatnonzero(highest)
        if not columns.size:
            return
        area = area.intersected(texture.shown(source.x + int(columns[0]), source.x + int(columns[-1]) + 1, area))
        if not area:
            return
        source = texture.source(area, mask.shape)
        part = mask[source.slices]
        if self.view is MaskView.TINT:
            painter.setOpacity(self.opacity)
            texture.draw(painter, area, self._tinted(part), (source.x, source.y))
            painter.setOpacity(1)
        if int(highest.max()) >= HALF and int(part.min()) < HALF:
            self._outline(painter, area, part, source, texture)

    def _greys(self, part: Pixels) -> QImage:
        colours = self._tints.of(*part.shape)
        np.multiply(part, np.uint32(GREY), out=colours, dtype=np.uint32, casting="unsafe")
        np.bitwise_or(colours, np.uint32(OPAQUE), out=colours)
        return _image(colours)

    def _tinted(self, part: Pixels) -> QImage:
        colours = self._tints.of(*part.shape)
        if self._factor is not None:
            np.multiply(part, np.uint32(self._factor), out=colours, dtype=np.uint32, casting="unsafe")
        else:
            np.take(self._table, part, out=colours, mode="clip")
        return _image(colours)

    def _outline(self, painter: QPainter, cell: Rect, part: Pixels, source: Rect, texture: Texture) -> None:
        thick = max(1, round(self.ratio))
        inside = _sampled(part, cell.expanded(thick), source, texture) >= HALF
        middle = inside[thick:-thick, thick:-thick]
        deep = inside[: -2 * thick, thick:-thick] & inside[2 * thick :, thick:-thick]
        deep &= inside[thick:-thick, : -2 * thick]
        deep &= inside[thick:-thick, 2 * thick :]
        # Searching a flat array is several times quicker than searching rows and columns.
        places = np.flatnonzero(middle & ~deep)
        if not places.size:
            return
        rows, columns = np.divmod(places, cell.width)
        along = rows + columns + (cell.y - texture.frame.y + cell.x - texture.frame.x)
        line = self._lines.of(cell.height, cell.width)
        line.fill(0)
        line.reshape(-1)[places] = self._dashes[along // (DASH * thick) % 2]
        painter.drawImage(QPoint(cell.x, cell.y), _image(line))


class Scratch:
    """Memory that is used again from cell to cell: fresh pages cost more than what is written to them."""

    def __init__(self) -> None:
        self._memory: Colours = np.empty(0, np.uint32)

    def of(self, height: int, width: int) -> Colours:
        """A contiguous array of this shape, holding anything; the one handed out before is given up."""
        if self._memory.size < height * width:
            self._memory = np.empty(height * width, np.uint32)
        return self._memory[: height * width].reshape(height, width)


def _sampled(part: Pixels, area: Rect, source: Rect, texture: Texture) -> Pixels:
    """The mask at the middle of every device pixel of ``area``; at the picture's edge it goes on as it is there."""
    if texture.step == 1:
        # One to one, and nothing to go on with: the mask itself.
        plain = area.moved(-texture.frame.x - source.x, -texture.frame.y - source.y)
        if Rect(0, 0, source.width, source.height).contains(plain):
            return part[plain.slices]
    rows = _nearest(area.y - texture.frame.y, area.height, texture.step) - source.y
    columns = _nearest(area.x - texture.frame.x, area.width, texture.step) - source.x
    rows = np.clip(rows, 0, part.shape[0] - 1)
    columns = np.clip(columns, 0, part.shape[1] - 1)
    return part.take(rows, axis=0).take(columns, axis=1)


def _nearest(start: int, count: int, step: float) -> NDArray[np.intp]:
    places: NDArray[np.intp] = np.floor((np.arange(start, start + count) + 0.5) * step).astype(np.intp)
    return places


def _packed(alpha: int, red: int, green: int, blue: int) -> int:
    return alpha << 24 | red << 16 | green << 8 | blue


def _image(colours: Colours) -> QImage:
    height, width = colours.shape
    return QImage(colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
