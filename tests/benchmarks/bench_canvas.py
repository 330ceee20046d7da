"""How quick the canvas is, as ratios to plain memory copies and to Qt alone in the same run.

Every figure is the best of many, in milliseconds; ratios of one run are comparable between machines, the milliseconds
are not. The bare copy that painting is held against takes the same pixels from the picture to a screen's memory: rows
that lie far apart, and of a dab those that were not touched just now.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QApplication
from ratios import FRAME_120_HZ, Row, best, show, timed

from editor.domain.document import Document
from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent
from editor.tools.dab import DabCache
from editor.tools.mask_brush import MaskBrush
from editor.tools.stroke import BrushSettings
from editor.ui.canvas import Canvas

SIZES = {12: (4000, 3000), 24: (6000, 4000), 50: (8660, 5774), 100: (11600, 8700)}
"""Megapixels to width and height."""
SCREENS = {"1080p": (1920, 1080), "4K": (3840, 2160)}


def picture(width: int, height: int, *, grow: int = 4, feather: int = 6) -> Picture:
    """A grainy picture of this size without a mask."""
    grain = np.random.default_rng(0).integers(0, 256, (1000, 1000, 4), dtype=np.uint8)
    pixels = np.tile(grain, (-(-height // 1000), -(-width // 1000), 1))[:height, :width]
    pixels = np.ascontiguousarray(pixels)
    pixels[..., 3] = 255
    return Picture.of(Document(pixels, name="grain", grow=grow, feather=feather))


def cover(shown: Picture) -> None:
    """A mask over the whole picture, nowhere the same: soft waves between half and full."""
    mask = shown.document.mask.array
    rows, columns = (np.sin(np.arange(side) / 90) * 60 for side in mask.shape)
    for top in range(0, mask.shape[0], 256):
        mask[top : top + 256] = np.clip(195 + rows[top : top + 256, None] + columns, 128, 255)
    shown.refresh(Dirty(mask=shown.document.rect))


def opened(shown: Picture, screen: tuple[int, int]) -> Canvas:
    """A canvas of that size in device pixels on ``shown`` at 100 %."""
    canvas = Canvas()
    canvas.resize(*screen)
    canvas.show_picture(shown)
    canvas.show()
    canvas.actual_size()
    QApplication.processEvents()
    return canvas


def copy_of(shown: Picture, width: int, height: int) -> float:
    """Milliseconds for copying a rectangle of the picture to the screen, from two places in turn."""
    source = shown.pixels.level(0)
    target = np.full((height, width, 4), 7, np.uint8)
    middle = source.shape[0] // 2 - height // 2, source.shape[1] // 2 - width // 2
    offsets = iter([0, min(width, middle[1])] * 1000)

    def once() -> None:
        left = middle[1] + next(offsets)
        np.copyto(target, source[middle[0] : middle[0] + height, left : left + width])

    return best(once, 40)


def kernel(shown: Picture, radius: int) -> Row:
    """One dab of a running stroke on the mask alone, against the maximum of the same two arrays."""
    document, brush = shown.document, MaskBrush(BrushSettings(size=2 * radius, hardness=0.7, spacing=1))
    middle = PointerEvent(x=document.size[0] / 2, y=document.size[1] / 2)
    brush.press(document, middle)
    events = itertools.cycle([replace(middle, x=middle.x + 2 * radius), middle])
    ours = best(lambda: brush.move(document, next(events)), 200)
    brush.cancel(document)
    stamp = DabCache().at(middle.x, middle.y, diameter=2 * radius, hardness=0.7)
    side = stamp.coverage.shape[0]
    left, top = stamp.origin
    region = document.mask.array[top : top + side, left : left + side]
    theirs = best(lambda: np.maximum(region, stamp.coverage, out=region), 200)
    region.fill(0)
    return Row(f"dab-kernel-{radius}", ours, theirs, 1.5, "Python around the two calls, 0.02 ms a dab")


def dab(canvas: Canvas, radius: int) -> float:
    """One dab of a running stroke with its repaint."""
    brush = MaskBrush(BrushSettings(size=2 * radius, hardness=0.7, spacing=1))
    canvas.set_tool(brush)
    middle = canvas.to_picture(QPointF(canvas.width() / 2, canvas.height() / 2))
    canvas.begin_stroke(PointerEvent(x=middle.x, y=middle.y))
    QApplication.processEvents()
    places = iter(range(1, 1000))

    def once() -> None:
        # Back and forth by one spacing: every event lays exactly one dab.
        offset = 2 * radius * (next(places) % 2)
        canvas.continue_stroke(PointerEvent(x=middle.x + offset, y=middle.y))
        QApplication.processEvents()

    taken = best(once, 40)
    canvas.cancel_stroke()
    QApplication.processEvents()
    return taken


def stroke_frames(canvas: Canvas, radius: int, events: int = 8) -> float:
    """The 95th percentile of a frame of a stroke with ``events`` pointer events in it."""
    canvas.set_tool(MaskBrush(BrushSettings(size=2 * radius, hardness=0.7)))
    start = canvas.to_picture(QPointF(canvas.width() / 6, canvas.height() / 2))
    canvas.begin_stroke(PointerEvent(x=start.x, y=start.y))
    QApplication.processEvents()
    steps = iter(range(1, 100_000))

    def frame() -> None:
        for _ in range(events):
            canvas.continue_stroke(PointerEvent(x=start.x + 2.5 * next(steps), y=start.y))
        QApplication.processEvents()

    taken = timed(frame, 120)
    canvas.cancel_stroke()
    QApplication.processEvents()
    return taken[int(len(taken) * 0.95)]


def whole_frame(canvas: Canvas) -> None:
    """Paint all of the canvas now."""
    canvas.repaint()


def smooth_alone(shown: Picture, zoom: float, screen: tuple[int, int]) -> float:
    """What Qt needs to draw the level of this zoom smoothly, without anything of ours."""
    level = shown.pixels.level_for(zoom)
    array = shown.pixels.level(level)
    image = QImage(array.data, array.shape[1], array.shape[0], array.strides[0], QImage.Format.Format_RGB32)
    memory = QImage(*screen, QImage.Format.Format_RGB32)

    def draw() -> None:
        with QPainter(memory) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(QTransform.fromScale(zoom * 2**level, zoom * 2**level))
            painter.drawImage(0, 0, image)

    return best(draw)


def gesture(canvas: Canvas) -> float:
    """The slowest step of a zoom from 100 % down and up again, every step the best of five such gestures."""
    factors = [0.9] * 14 + [1 / 0.9] * 20
    middle = QPointF(canvas.width() / 2, canvas.height() / 2)

    def run() -> list[float]:
        canvas.actual_size()
        taken = []
        for factor in factors:
            start = time.perf_counter()
            canvas.zoom_by(factor, middle)
            QApplication.processEvents()
            taken.append((time.perf_counter() - start) * 1000)
        return taken

    return max(min(steps) for steps in zip(*(run() for _ in range(5)), strict=True))


def settled(canvas: Canvas, zoom: float) -> float:
    """A smooth repaint of everything at this zoom."""
    canvas.viewport.zoom_to(zoom)
    canvas._painter.smooth = True
    whole_frame(canvas)
    return best(lambda: whole_frame(canvas))


def level_change(canvas: Canvas) -> Row:
    """The first frame at a zoom of another level, and those after it."""
    firsts = []
    for _ in range(10):
        canvas.actual_size()
        QApplication.processEvents()
        canvas.viewport.zoom_to(0.4)
        start = time.perf_counter()
        whole_frame(canvas)
        firsts.append((time.perf_counter() - start) * 1000)
    return Row("level-change", min(firsts), best(lambda: whole_frame(canvas), 10), 1.5)


def pan(canvas: Canvas) -> float:
    """A step of panning with its repaint."""
    canvas.actual_size()
    QApplication.processEvents()
    ways = iter([(13, 7), (-13, -7)] * 100)

    def step() -> None:
        canvas.pan_by(*next(ways))
        QApplication.processEvents()

    return best(step, 40)


def dabs(canvas: Canvas, shown: Picture) -> Iterator[Row]:
    """What painting costs."""
    yield from (kernel(shown, radius) for radius in (100, 500))
    for radius, target in ((20, None), (100, 30.0), (500, 12.0)):
        why = "0.2 ms of Python and Qt a repaint, then tint and line; the copy has neither"
        yield Row(f"dab-paint-{radius}", dab(canvas, radius), copy_of(shown, 2 * radius, 2 * radius), target, why)
    shown.document.grow, shown.document.feather = 4, 6
    for radius in (20, 100, 500):
        case = f"stroke-1k-{radius}, grow 4, feather 6 (p95)"
        why = "grow and feather of what half a dab covers take half of it"
        yield Row(case, stroke_frames(canvas, radius), FRAME_120_HZ, 0.5, why)
    shown.document.grow = shown.document.feather = 0


def frames(canvas: Canvas, shown: Picture, screen: tuple[int, int]) -> Iterator[Row]:
    """What showing costs, first without a mask, then with one everywhere."""
    bare, alone = copy_of(shown, *screen), smooth_alone(shown, 0.33, screen)
    canvas.actual_size()
    for words in ("no mask", "mask everywhere"):
        target, tinted = (1.3, "") if words == "no mask" else (3.0, "the tint is made anew for every pixel of a frame")
        yield Row(f"frame-100, {words}", best(lambda: whole_frame(canvas)), bare, target, tinted)
        yield Row(f"pan, {words}", pan(canvas), bare, 1.0, "two strips to paint, and their fixed cost")
        coarse = tinted and "the tint, though at half the screen's fineness"
        yield Row(f"zoom-gesture, {words}", gesture(canvas), FRAME_120_HZ, 1.0, coarse)
        around = tinted or "the surround is painted as well"
        yield Row(f"zoom-settled, {words}", settled(canvas, 0.33), alone, 1.5, around)
        yield level_change(canvas)
        cover(shown)
        canvas.actual_size()
        QApplication.processEvents()


def main() -> None:
    """Measure every size on every screen."""
    application = QApplication.instance() or QApplication([])
    by_size: dict[tuple[int, str], float] = {}
    for megapixels, (width, height) in SIZES.items():
        for name, screen in SCREENS.items():
            shown = picture(width, height, grow=0, feather=0)
            canvas = opened(shown, screen)
            rows = list(dabs(canvas, shown)) + list(frames(canvas, shown, screen))
            show(f"{megapixels} megapixels, {name} (milliseconds)", rows)
            by_size[megapixels, name] = next(row.ours for row in rows if row.case == "dab-paint-100")
            canvas.close()
    cases = (Row(f"dab-size-independence, {name}", by_size[100, name], by_size[12, name], 1.3) for name in SCREENS)
    show("100 megapixels against 12", cases)
    del application


if __name__ == "__main__":
    main()
