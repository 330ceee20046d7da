"""A picture with a mask, and what a canvas painter makes of it in one go and in parts."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.imaging.picture import Picture
from editor.ui.canvas_painter import CanvasPainter
from editor.ui.viewport import Viewport

WIDTH, HEIGHT = 700, 500


def noise_picture(*, opaque: bool = True, width: int = 2311, height: int = 1703) -> Picture:
    chance = np.random.default_rng(5)
    pixels = chance.integers(0, 256, (height, width, 4), dtype=np.uint8)
    if opaque:
        pixels[..., 3] = 255
    document = Document(pixels, name="noise")
    for _ in range(60):
        left, top = int(chance.integers(0, width)), int(chance.integers(0, height))
        rect = Rect(left, top, int(chance.integers(1, 400)), int(chance.integers(1, 200))).intersected(document.rect)
        document.mask.array[rect.slices] = chance.integers(0, 256)
    return Picture.of(document)


def blank(ratio: float = 1.0) -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#00ff00"))
    return image


def colours(image: QImage) -> NDArray[np.uint8]:
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


def painted(painter: CanvasPainter, viewport: Viewport, areas: list[Rect], ratio: float = 1.0) -> NDArray[np.uint8]:
    image = blank(ratio)
    with QPainter(image) as target:
        target.scale(1 / ratio, 1 / ratio)
        for area in areas:
            painter.paint(target, area, viewport)
    return colours(image)


def cut(chance: np.random.Generator) -> list[Rect]:
    """The whole area, in rectangles cut at random places."""
    columns = [0, *sorted(int(x) for x in chance.choice(np.arange(1, WIDTH), 6, replace=False)), WIDTH]
    rows = [0, *sorted(int(y) for y in chance.choice(np.arange(1, HEIGHT), 5, replace=False)), HEIGHT]
    return [
        Rect.from_edges(left, top, right, bottom)
        for left, right in itertools.pairwise(columns)
        for top, bottom in itertools.pairwise(rows)
    ]


def fitted(picture: Picture) -> Viewport:
    viewport = Viewport()
    viewport.resize(WIDTH, HEIGHT)
    viewport.show(*picture.document.size)
    return viewport
