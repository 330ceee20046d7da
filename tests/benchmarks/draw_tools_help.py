"""Draw the pictures of the help page about tools: the real canvas, with the real tools at work on it.

    python tests/benchmarks/draw_tools_help.py

Run it anew when a tool looks different, and look at what it writes into ``resources/help``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

import numpy as np
from numpy.typing import NDArray
from photos import photographs
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from editor.domain.document import Document
from editor.domain.options import Expansion
from editor.engine.select.find import select_at, select_box
from editor.engine.weights import Models
from editor.imaging.picture import Picture
from editor.tools.base import Combine, PointerEvent, Search, Tool
from editor.tools.colour_picker import ColourPicker
from editor.tools.colour_select import ColourSelect
from editor.tools.crop import Crop
from editor.tools.ellipse import Ellipse
from editor.tools.extend_frame import ExtendFrame
from editor.tools.lasso import Lasso
from editor.tools.magic_wand import MagicWand
from editor.tools.marquee import Marquee
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.move_mask import MoveMask
from editor.tools.object_select import ObjectSelect
from editor.tools.polygon import Polygon
from editor.tools.selection import combined
from editor.tools.stroke import BrushSettings
from editor.tools.zoom import Zoom
from editor.ui.canvas import Canvas
from editor.ui.canvas_overlay import MaskView

Pixels = NDArray[np.uint8]
Place = tuple[float, float]

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "resources" / "help"
MODELS = Models([ROOT / "resources" / "models"])
WIDTH, HEIGHT, GAP, QUALITY = 420, 290, 8, 88


class Scene:
    """A canvas with a photograph on it."""

    def __init__(self, image: Pixels) -> None:
        self.image = image
        pixels = np.dstack((image[..., ::-1], np.full(image.shape[:2], 255, np.uint8)))
        self.canvas = Canvas()
        self.canvas.resize(WIDTH, HEIGHT)
        self.canvas.show()
        self.canvas.show_picture(Picture.of(Document(np.ascontiguousarray(pixels), name="photo", grow=0, feather=2)))
        self.canvas.search_wanted.connect(self._search)

    def use(self, tool: Tool, *places: Place, release: bool = True, shift: bool = False) -> Scene:
        """Drag the tool through places of the picture, given as shares of its width and height."""
        canvas = self.canvas
        canvas.set_tool(tool)
        events = [self._event(place, shift=shift) for place in places]
        canvas.begin_stroke(events[0])
        for event in events[1:]:
            canvas.continue_stroke(event)
        if release:
            canvas.finish_stroke()
        self._point(places[-1])
        return self

    def click(self, tool: Tool, *places: Place) -> Scene:
        """Click with the tool from place to place."""
        for place in places:
            if self.canvas.tool is not tool:
                self.canvas.set_tool(tool)
            self.canvas.begin_stroke(self._event(place))
            self.canvas.finish_stroke()
        return self

    def hover(self, place: Place) -> Scene:
        """The pointer is here."""
        self.canvas.hand.hover(self._event(place))
        self._point(place)
        return self

    def drawn(self) -> QImage:
        """What the canvas shows."""
        return self.canvas.grab().toImage()

    def _event(self, place: Place, *, shift: bool = False) -> PointerEvent:
        height, width = self.image.shape[:2]
        return PointerEvent(x=place[0] * width, y=place[1] * height, step=1 / self.canvas.zoom, shift=shift)

    def _point(self, place: Place) -> None:
        left, top = self.canvas.viewport.origin
        event = self._event(place)
        self.canvas.place_pointer(QPointF(event.x * self.canvas.zoom + left, event.y * self.canvas.zoom + top))

    def _search(self, search: Search) -> None:
        if search.point is not None:
            found = select_at(self.image, search.point, models=MODELS)
        else:
            assert search.box is not None
            found = select_box(self.image, search.box, models=MODELS)
        picture = self.canvas.picture
        assert picture is not None
        step = combined(picture.document, found.mask, picture.document.rect, how=search.how, label="Object select")
        if step is not None:
            self.canvas.follow_step(step)  # type: ignore[arg-type]


def wave(start: Place, end: Place) -> list[Place]:
    """A way from one place to another with a bend in it."""
    return [
        (start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s + 0.04 * np.sin(3 * s))
        for s in np.linspace(0, 1, 30)
    ]


ROCKET_SIDE = ((0.475, 0.28), (0.53, 0.28), (0.55, 0.6), (0.56, 0.93), (0.45, 0.93), (0.46, 0.6))


def brushing(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """The brush with its ring, and the eraser."""
    brush = MaskBrush(BrushSettings(size=70, hardness=0.7))
    yield Scene(photos["coffee"]).use(brush, *wave((0.72, 0.25), (0.62, 0.72)))
    scene = Scene(photos["coffee"]).use(MaskBrush(BrushSettings(size=190, hardness=0.3)), (0.58, 0.68), (0.7, 0.45))
    yield scene.use(MaskEraser(BrushSettings(size=60, hardness=1)), *wave((0.5, 0.52), (0.78, 0.6)))


def outlining(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """The lasso, and the polygon with its corners."""
    turns = np.linspace(0, 2 * np.pi * 0.93, 60)
    around = [(0.505 + 0.075 * np.cos(t), 0.6 + 0.37 * np.sin(t)) for t in turns]
    yield Scene(photos["rocket"]).use(Lasso(), *around, release=False)
    yield Scene(photos["rocket"]).click(Polygon(), *ROCKET_SIDE[:5]).hover(ROCKET_SIDE[5])


def boxing(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """Marquee and ellipse."""
    yield Scene(photos["coffee"]).use(Marquee(), (0.3, 0.1), (0.7, 0.62), release=False)
    yield Scene(photos["coffee"]).use(Ellipse(), (0.29, 0.06), (0.69, 0.54), release=False)


def colouring(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """The wand, and one colour everywhere."""
    wand, everywhere = MagicWand(), ColourSelect()
    wand.take("wand_tolerance", 40)
    everywhere.take("wand_tolerance", 45)
    yield Scene(photos["rocket"]).click(wand, (0.62, 0.15))
    yield Scene(photos["coffee"]).click(everywhere, (0.2, 0.62))


def finding(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """A thing at a click, and a second one in a box."""
    yield Scene(photos["rocket"]).click(ObjectSelect(), (0.505, 0.6))
    scene = Scene(photos["rocket"]).click(ObjectSelect(), (0.505, 0.6))
    yield scene.use(ObjectSelect(), (0.66, 0.25), (0.77, 0.98), shift=True)


def framing(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """A crop that is turned, and a picture about to grow."""
    crop, scene = Crop(), Scene(photos["coffee"])
    scene.canvas.set_tool(crop)
    crop.take("crop_angle", 8.0)
    scene.canvas.follow_tool()
    yield scene
    frame, grown = ExtendFrame(20_000), Scene(photos["rocket"])
    grown.canvas.hand.show_frame(frame)
    frame.expansion = Expansion(left=20, right=20, up=24, down=0)
    grown.canvas.zoom_by(0.9)
    grown.canvas.follow_tool()
    yield grown


def viewing(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """Outline alone in yellow, and black and white."""
    for view, hue in ((MaskView.OUTLINE, QColor(255, 255, 0)), (MaskView.COVERAGE, QColor(255, 0, 0))):
        scene = Scene(photos["rocket"]).click(ObjectSelect(), (0.505, 0.6))
        scene.canvas.set_tool(None)
        scene.canvas.look.set_tint(hue, 0.45)
        scene.canvas.look.set_mask_view(view)
        yield scene


def picking(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """The picker, and a selection that takes away from the mask."""
    picker, scene = ColourPicker(), Scene(photos["coffee"])
    scene.canvas.set_tool(picker)
    yield scene.hover((0.42, 0.38))
    rest = Scene(photos["coffee"]).use(Ellipse(), (0.1, 0.16), (0.82, 0.98))
    tool = Ellipse()
    tool.take("select_combine", Combine.SUBTRACT.value)
    yield rest.use(tool, (0.29, 0.06), (0.69, 0.54))


def moving(photos: dict[str, Pixels]) -> Iterator[Scene]:
    """A mask on its way, and the magnifier's box."""
    scene = Scene(photos["rocket"]).click(ObjectSelect(), (0.505, 0.6))
    yield scene.use(MoveMask(), (0.505, 0.6), (0.66, 0.56), release=False)
    yield Scene(photos["coffee"]).use(Zoom(), (0.32, 0.2), (0.66, 0.58), release=False)


SHEETS: dict[str, Callable[[dict[str, Pixels]], Iterator[Scene]]] = {
    "tools-brush": brushing,
    "tools-lasso": outlining,
    "tools-box": boxing,
    "tools-color": colouring,
    "tools-object": finding,
    "tools-frame": framing,
    "tools-view": viewing,
    "tools-pick": picking,
    "tools-move": moving,
}


def sheet(pictures: Sequence[QImage]) -> QImage:
    """Pictures side by side."""
    result = QImage(len(pictures) * (WIDTH + GAP) - GAP, HEIGHT, QImage.Format.Format_RGB32)
    result.fill(QColor(255, 255, 255))
    painter = QPainter(result)
    for place, picture in enumerate(pictures):
        painter.drawImage(place * (WIDTH + GAP), 0, picture)
    painter.end()
    return result


def main() -> None:
    """Write every sheet."""
    application = QApplication([])
    photos = {photo.name: photo.pixels for photo in photographs() if photo.package == "scikit-image"}
    for name, scenes_of in SHEETS.items():
        path = HELP / f"{name}.jpg"
        sheet([scene.drawn() for scene in scenes_of(photos)]).save(str(path), "JPG", QUALITY)
        print(path.relative_to(ROOT), f"{path.stat().st_size / 1000:.0f} kB")
    del application


if __name__ == "__main__":
    main()
