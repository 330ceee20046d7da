"""How quick the canvas is, as ratios to plain memory copies and to Qt alone in the same run.

Run with the project's interpreter; prints a table. Every figure is the best of many, in milliseconds; ratios of one
run are comparable between machines, the milliseconds are not.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QApplication

from editor.domain.document import Document
from editor.domain.history import Dirty
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent
from editor.tools.mask_brush import MaskBrush
from editor.tools.stroke import BrushSettings
from editor.ui.canvas import Canvas

FRAME_120_HZ = 1000 / 120


@dataclass(frozen=True)
class Row:
    """One line of the table: ours and the reference in milliseconds, and the ratio that should not be exceeded."""

    case: str
    ours: float
    reference: float
    target: float

    def __str__(self) -> str:
        ratio = self.ours / self.reference
        verdict = "" if ratio <= self.target else "  missed"
        return f"{self.case:34}{self.ours:10.3f}{self.reference:12.3f}{ratio:9.2f}{self.target:9.2f}{verdict}"


def timed(work: Callable[[], object], repeats: int = 15) -> list[float]:
    """Milliseconds of every repeat, sorted."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def best(work: Callable[[], object], repeats: int = 15) -> float:
    """Milliseconds of the quickest repeat."""
    return timed(work, repeats)[0]


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


def opened(shown: Picture, width: int = 3840, height: int = 2160) -> Canvas:
    """A 4K canvas on ``shown`` at 100 %."""
    canvas = Canvas()
    canvas.resize(width, height)
    canvas.show_picture(shown)
    canvas.show()
    canvas.actual_size()
    QApplication.processEvents()
    return canvas


def copy_of(width: int, height: int) -> float:
    """Milliseconds for copying a screen rectangle of four channels."""
    source = np.full((height, width, 4), 7, np.uint8)
    target = source.copy()
    return best(lambda: np.copyto(target, source), 40)


def dab(canvas: Canvas, radius: int) -> float:
    """One dab of a running stroke with its repaint."""
    brush = MaskBrush(BrushSettings(size=2 * radius, hardness=0.7, spacing=1))
    canvas.set_tool(brush)
    middle = canvas.to_picture(QPointF(1920, 1080))
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
    start = canvas.to_picture(QPointF(600, 1080))
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


def smooth_alone(shown: Picture, zoom: float) -> float:
    """What Qt needs to draw the level of this zoom smoothly to a 4K screen, without anything of ours."""
    level = shown.pixels.level_for(zoom)
    array = shown.pixels.level(level)
    image = QImage(array.data, array.shape[1], array.shape[0], array.strides[0], QImage.Format.Format_RGB32)
    screen = QImage(3840, 2160, QImage.Format.Format_RGB32)

    def draw() -> None:
        with QPainter(screen) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(QTransform.fromScale(zoom * 2**level, zoom * 2**level))
            painter.drawImage(0, 0, image)

    return best(draw)


def gesture(canvas: Canvas) -> float:
    """The slowest frame of a zoom from 100 % down and up again, best of three gestures."""
    canvas.actual_size()

    def run() -> float:
        factors = [0.9] * 14 + [1 / 0.9] * 20
        worst = 0.0
        for factor in factors:
            start = time.perf_counter()
            canvas.zoom_by(factor, QPointF(1920, 1080))
            QApplication.processEvents()
            worst = max(worst, (time.perf_counter() - start) * 1000)
        return worst

    return min(run() for _ in range(3))


def settled(canvas: Canvas, zoom: float) -> float:
    """A smooth repaint of everything at this zoom."""
    canvas.viewport.zoom_to(zoom)
    canvas._painter.smooth = True
    whole_frame(canvas)
    return best(lambda: whole_frame(canvas))


def pan(canvas: Canvas) -> float:
    """A step of panning with its repaint."""
    canvas.actual_size()
    QApplication.processEvents()
    ways = iter([(13, 7), (-13, -7)] * 100)

    def step() -> None:
        canvas.pan_by(*next(ways))
        QApplication.processEvents()

    return best(step, 40)


def main() -> None:
    """Measure every case and print the table."""
    application = QApplication.instance() or QApplication([])
    rows: list[Row] = []
    screen = copy_of(3840, 2160)
    plain = picture(11600, 8700, grow=0, feather=0)
    build = best(lambda: Picture.of(plain.document), 2) / 1000
    canvas = opened(plain)
    for radius, target in ((20, 60.0), (100, 30.0), (500, 12.0)):
        rows.append(Row(f"dab-paint-{radius}", dab(canvas, radius), copy_of(2 * radius, 2 * radius), target))
    plain.document.grow, plain.document.feather = 4, 6
    for radius in (100, 500):
        rows.append(Row(f"dab-paint-{radius}, grow 4 feather 6", dab(canvas, radius), FRAME_120_HZ, 0.5))
    for radius in (20, 100, 500):
        rows.append(Row(f"stroke-1k-{radius} (p95)", stroke_frames(canvas, radius), FRAME_120_HZ, 0.5))
    rows.append(Row("frame-100, no mask", best(lambda: whole_frame(canvas)), screen, 1.3))
    rows.append(Row("zoom-settled-4k, no mask", settled(canvas, 0.33), smooth_alone(plain, 0.33), 1.5))
    rows.append(Row("pan-4k, no mask", pan(canvas), screen, 1.0))
    cover(plain)
    canvas.actual_size()
    rows.append(Row("frame-100, mask everywhere", best(lambda: whole_frame(canvas)), screen, 3.0))
    rows.append(Row("pan-4k, mask everywhere", pan(canvas), screen, 1.0))
    rows.append(Row("zoom-gesture-4k, mask everywhere", gesture(canvas), FRAME_120_HZ, 1.0))
    rows.append(Row("zoom-settled-4k, mask everywhere", settled(canvas, 0.33), smooth_alone(plain, 0.33), 3.0))
    canvas.close()
    small = opened(picture(4000, 3000))
    large = opened(picture(11600, 8700))
    rows.append(Row("dab-size-independence, 100 / 12 MP", dab(large, 100), dab(small, 100), 1.3))
    lines = [f"{'case':34}{'ours ms':>10}{'reference':>12}{'ratio':>9}{'target':>9}", *map(str, rows)]
    lines.append(f"a 100 megapixel picture is made ready in {build:.2f} s")
    sys.stdout.write("\n".join(lines) + "\n")
    small.close()
    large.close()
    del application


if __name__ == "__main__":
    main()
