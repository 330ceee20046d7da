"""The dashed line round a mask, where it passes half coverage."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.ui.canvas_texture import Texture

HALF = 128
"""The line runs where the mask passes this coverage."""
DASH = 4

Colours = NDArray[np.uint32]
Level = tuple[Pixels, Texture]
"""A level of the mask and how it lies on the screen."""
Places = NDArray[np.intp]


class Scratch:
    """Memory that is used again from cell to cell: fresh pages cost more than what is written to them."""

    def __init__(self) -> None:
        self._memory: Colours = np.empty(0, np.uint32)

    def of(self, height: int, width: int) -> Colours:
        """A contiguous array of this shape, holding anything; the one handed out before is given up."""
        if self._memory.size < height * width:
            self._memory = np.empty(height * width, np.uint32)
        return self._memory[: height * width].reshape(height, width)


class MaskOutline:
    """Draws on the inner side of the edge, a device pixel thick at ``ratio`` 1."""

    def __init__(self) -> None:
        self.ratio = 1.0
        self._lines = Scratch()
        self.set_tint((255, 0, 0))

    def set_tint(self, channels: tuple[int, int, int]) -> None:
        """Dashes in a light and a dark form of the tint (red, green, blue)."""
        light = [channel + (255 - channel) * 3 // 4 for channel in channels]
        dark = [channel * 3 // 4 for channel in channels]
        self._dashes = np.array([packed(255, *light), packed(255, *dark)], np.uint32)

    def draw_on(self, colours: Colours, mask: Pixels, source: Rect) -> bool:
        """Draw into ``colours``, the image of ``source`` of the mask one to one; False where no edge runs there."""
        thick = self._thick
        rows, columns = _edge(mask, source, thick)
        if not rows.size:
            return False
        along = rows + columns
        colours[rows - source.y, columns - source.x] = self._dashes[along // (DASH * thick) % 2]
        return True

    def paint(self, painter: QPainter, area: Rect, mask: Pixels, texture: Texture) -> None:
        """Draw what runs through ``area``, in device pixels."""
        source = texture.source(area, mask.shape)
        if not source:
            return
        # As thick on the screen as one to one, as nearly as whole pixels of the level allow.
        rows, columns = _edge(mask, source, max(1, round(self._thick * texture.step)))
        if not rows.size:
            return
        # Nothing has to be looked at but where the edge is.
        near = Rect.from_edges(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        area = area.intersected(_shown(near, texture, self._thick))
        if not area:
            return
        if texture.step >= 1:
            down, across = _places(rows, texture.step, texture.frame.y), _places(columns, texture.step, texture.frame.x)
        else:
            down, across = self._magnified(mask, area, source, texture)
        self._draw(painter, area, down, across, texture)

    def _magnified(self, mask: Pixels, area: Rect, source: Rect, texture: Texture) -> tuple[Places, Places]:
        """Pixels of the mask are squares on the screen: the line follows their sides."""
        thick = self._thick
        around = area.expanded(thick)
        inside = _sampled(mask[source.slices], around, source, texture)
        rows, columns = _edge(inside, Rect(thick, thick, area.width, area.height), thick)
        return rows + (area.y - thick), columns + (area.x - thick)

    def _draw(self, painter: QPainter, area: Rect, down: Places, across: Places, texture: Texture) -> None:
        thick = self._thick
        line = self._lines.of(area.height, area.width)
        line.fill(0)
        inside = (down >= area.y) & (down < area.bottom) & (across >= area.x) & (across < area.right)
        down, across = down[inside], across[inside]
        along = down + across - (texture.frame.y + texture.frame.x)
        line[down - area.y, across - area.x] = self._dashes[along // (DASH * thick) % 2]
        height, width = line.shape
        image = QImage(line.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(QPoint(area.x, area.y), image)

    @property
    def _thick(self) -> int:
        return max(1, round(self.ratio))


def packed(alpha: int, red: int, green: int, blue: int) -> int:
    """A colour as Qt lays it into 32 bits."""
    return alpha << 24 | red << 16 | green << 8 | blue


def _edge(mask: Pixels, source: Rect, thick: int) -> tuple[Places, Places]:
    """Rows and columns of the mask, inside ``source``, that lie in it but not deeper than ``thick``."""
    import cv2

    wide = source.expanded(thick).intersected(Rect(0, 0, mask.shape[1], mask.shape[0]))
    _, inside = cv2.threshold(mask[wide.slices], HALF - 1, 1, cv2.THRESH_BINARY)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (2 * thick + 1, 2 * thick + 1))
    deep = cv2.erode(inside, cross, borderType=cv2.BORDER_REPLICATE)
    line = cv2.subtract(inside, deep)[source.moved(-wide.x, -wide.y).slices]
    found = cv2.findNonZero(line)
    if found is None:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    places = found.reshape(-1, 2).astype(np.intp)
    return places[:, 1] + source.y, places[:, 0] + source.x


def _shown(source: Rect, texture: Texture, thick: int) -> Rect:
    """The device pixels that show ``source``, a part of a level."""
    left, top = texture.frame.x, texture.frame.y
    return Rect.from_edges(
        math.floor(source.x / texture.step) + left - thick,
        math.floor(source.y / texture.step) + top - thick,
        math.ceil(source.right / texture.step) + left + thick,
        math.ceil(source.bottom / texture.step) + top + thick,
    )


def _places(along: Places, step: float, start: int) -> Places:
    """The device pixels in which the middles of a level's rows or columns lie."""
    return np.asarray(np.floor((along + 0.5) / step), np.intp) + start


def _sampled(part: Pixels, area: Rect, source: Rect, texture: Texture) -> Pixels:
    """The mask at the middle of every device pixel of ``area``; at the picture's edge it goes on as it is there."""
    rows = _nearest(area.y - texture.frame.y, area.height, texture.step) - source.y
    columns = _nearest(area.x - texture.frame.x, area.width, texture.step) - source.x
    rows = np.clip(rows, 0, part.shape[0] - 1)
    columns = np.clip(columns, 0, part.shape[1] - 1)
    return part.take(rows, axis=0).take(columns, axis=1)


def _nearest(start: int, count: int, step: float) -> Places:
    places: Places = np.floor((np.arange(start, start + count) + 0.5) * step).astype(np.intp)
    return places
