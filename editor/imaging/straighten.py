"""Cutting a turned rectangle out of a document, so that what was crooked stands upright."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.domain.changes import Extent
from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.mask import Mask
from editor.domain.original import Original
from editor.domain.raster import Raster
from editor.domain.samples import Samples, full
from editor.imaging.sizes import cropped

TILE = 1024
"""Side of the squares that are turned at once: bounded memory, and within OpenCV's largest width."""
MARGIN = 3
"""Pixels round a square that cubic interpolation looks at."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle round ``x``, ``y`` (picture pixels) with ``width`` and ``height``, turned clockwise by ``angle``
    degrees."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    @classmethod
    def of(cls, rect: Rect) -> Frame:
        """An upright one."""
        return cls(rect.x + rect.width / 2, rect.y + rect.height / 2, rect.width, rect.height)

    def place(self, across: float, down: float) -> tuple[float, float]:
        """Where a place lies in the picture that is ``across`` and ``down`` of the frame's middle, along its sides."""
        turn = math.radians(self.angle)
        cosine, sine = math.cos(turn), math.sin(turn)
        return self.x + across * cosine - down * sine, self.y + across * sine + down * cosine

    def within(self, place: tuple[float, float]) -> tuple[float, float]:
        """The opposite of :meth:`place`."""
        turn = math.radians(self.angle)
        cosine, sine = math.cos(turn), math.sin(turn)
        x, y = place[0] - self.x, place[1] - self.y
        return x * cosine + y * sine, y * cosine - x * sine

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Clockwise from the upper left one."""
        across, down = self.width / 2, self.height / 2
        return tuple(self.place(x, y) for x, y in ((-across, -down), (across, -down), (across, down), (-across, down)))

    def inside(self, rect: Rect, slack: float = 1e-6) -> bool:
        """Whether all of it lies on ``rect``."""
        return all(
            rect.x - slack <= x <= rect.right + slack and rect.y - slack <= y <= rect.bottom + slack
            for x, y in self.corners
        )

    @property
    def rect(self) -> Rect:
        """The whole pixels of an upright frame, at least one."""
        width, height = self.size
        return Rect(round(self.x - width / 2), round(self.y - height / 2), width, height)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture that it cuts out, at least a pixel."""
        return max(1, round(self.width)), max(1, round(self.height))


def straightened(document: Document, frame: Frame) -> Extent:
    """What lies in ``frame``. An upright one keeps pixels and layers as they are; a turned one makes pixels anew
    (bicubic), and what lay on the picture in layers becomes part of it.

    ValueError where the frame reaches beyond the picture.
    """
    if not frame.inside(document.rect, slack=1.0):
        raise ValueError("a crop lies inside the picture")
    if frame.angle == 0:
        rect, picture = frame.rect, document.rect
        # Half a pixel may have been rounded over the picture's edge.
        rect = rect.moved(min(0, picture.right - rect.right), min(0, picture.bottom - rect.bottom))
        return cropped(document, rect.moved(max(0, -rect.x), max(0, -rect.y)))
    pixels: Raster[Any] = Raster(turned(document.pixels.array, frame))
    mask = Mask(np.asarray(turned(document.mask.array, frame), np.uint8))
    return Extent(pixels, mask, Original(pixels), ())


def turned(source: Samples, frame: Frame) -> Samples:
    """The part of ``source``, (height, width) or (height, width, 4) blue green red alpha, that lies in ``frame``."""
    width, height = frame.size
    result = np.empty((height, width, *source.shape[2:]), source.dtype)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            tile = Rect(left, top, TILE, TILE).intersected(Rect(0, 0, width, height))
            result[tile.slices] = _turned_tile(source, frame, tile)
    return result


def _turned_tile(source: Samples, frame: Frame, tile: Rect) -> Samples:
    import cv2

    width, height = frame.size
    corners = [frame.place(x - width / 2, y - height / 2) for x in (tile.x, tile.right) for y in (tile.y, tile.bottom)]
    xs, ys = zip(*corners, strict=True)
    needed = Rect.from_edges(math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys)))
    needed = needed.expanded(MARGIN).intersected(Rect(0, 0, source.shape[1], source.shape[0]))
    turn = math.radians(frame.angle)
    cosine, sine = math.cos(turn), math.sin(turn)
    # From the middle of the tile's first pixel; OpenCV counts from the middles of pixels.
    x, y = frame.place(tile.x + 0.5 - width / 2, tile.y + 0.5 - height / 2)
    way = np.array([[cosine, -sine, x - 0.5 - needed.x], [sine, cosine, y - 0.5 - needed.y]])
    part = source[needed.slices]
    through = part.ndim == 3 and int(part[..., 3].min()) < full(part)
    flags = (cv2.INTER_LINEAR if part.ndim == 2 else cv2.INTER_CUBIC) | cv2.WARP_INVERSE_MAP
    size = tile.width, tile.height
    ready = _multiplied(part) if through else part
    found = cv2.warpAffine(ready, way, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return _divided(found, source) if through else np.asarray(found, source.dtype)


def _multiplied(part: Samples) -> NDArray[np.float32]:
    """Colours times alpha, so that what is transparent lends no colour to its neighbours."""
    result = part.astype(np.float32)
    result[..., :3] *= result[..., 3:] / full(part)
    return result


def _divided(found: NDArray[Any], like: Samples) -> Samples:
    most = full(like)
    alpha = np.clip(found[..., 3:], 0, most)
    colours = found[..., :3] * (most / np.maximum(alpha, 1e-3))
    result = np.concatenate((np.where(alpha > 0, colours, 0), alpha), axis=2)
    return np.asarray(np.rint(np.clip(result, 0, most)), like.dtype)


def upright_angle(start: tuple[float, float], end: tuple[float, float]) -> float:
    """By how many degrees a frame is turned in which the line from ``start`` to ``end`` is level or plumb, whichever
    is nearer: −45 to 45."""
    slope = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    return (slope + 45) % 90 - 45
