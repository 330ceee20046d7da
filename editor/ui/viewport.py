"""The zoom and offset of a canvas, without Qt.

Lengths on the screen are *device pixels*, so that 100 % is one picture pixel on one pixel of the screen whatever the
desktop's scaling is. The zoom is rounded (by 0.003 % at most) so that the step from one device pixel to the next is
a whole number of 1/65536 picture pixels on the level that is drawn. Qt steps through a texture in that unit: a
rectangle painted alone then comes out exactly as when everything is painted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from editor.domain.geometry import Rect

SMALLEST_ZOOM = 1 / 64
LARGEST_ZOOM = 64.0
STEPS = (
    1 / 64,
    1 / 32,
    1 / 16,
    1 / 12,
    1 / 8,
    1 / 6,
    1 / 4,
    1 / 3,
    1 / 2,
    2 / 3,
    1,
    1.5,
    2,
    3,
    4,
    6,
    8,
    12,
    16,
    24,
    32,
    48,
    64,
)
"""The zooms that the zoom-in and zoom-out commands stop at."""
UNIT = 32768
FITTED_AT_MOST = 2.0
FITTED_SIDE = 512
"""Device pixels up to which the longer side of a small picture is doubled further: an icon is to be seen."""
KEPT_IN_VIEW = 48
"""Device pixels of the picture that always stay in sight while panning."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in picture or screen pixels."""

    x: float
    y: float


class Viewport:
    """Which part of a picture is on the screen, and how large."""

    def __init__(self) -> None:
        self._view = (1, 1)
        self._picture = (1, 1)
        self._x = 0.0
        self._y = 0.0
        self._step = 1.0
        self._zoom = 1.0
        self.fitted = True
        """Whether the whole picture is kept in sight when the widget changes its size."""

    @property
    def zoom(self) -> float:
        """Device pixels a picture pixel: 1.0 is 100 %."""
        return self._zoom

    @property
    def step(self) -> float:
        """Picture pixels a device pixel: 1 / zoom, exactly a fraction of a power of two."""
        return self._step

    @property
    def origin(self) -> tuple[int, int]:
        """Where the picture's top left corner lies on the screen."""
        return math.floor(self._x + 0.5), math.floor(self._y + 0.5)

    @property
    def view_size(self) -> tuple[int, int]:
        """Width and height of the widget."""
        return self._view

    @property
    def picture_rect(self) -> Rect:
        """The picture on the screen; may reach beyond the widget.

        A pixel belongs to it where the picture surely covers the pixel's middle, so that all of it gets painted.
        """
        left, top = self.origin
        width, height = (max(1, math.ceil(side * self._zoom - 0.5 - 1e-4)) for side in self._picture)
        return Rect(left, top, width, height)

    def show(self, width: int, height: int) -> None:
        """Another picture of this size, all of it in sight."""
        self._picture = max(1, width), max(1, height)
        self.fit()

    def resize(self, width: int, height: int) -> None:
        """The widget has another size; a fitted picture is fitted again, else the middle stays in the middle."""
        before = self._view
        self._view = max(1, width), max(1, height)
        if self.fitted:
            self.fit()
        else:
            self._move_to(self._x + (self._view[0] - before[0]) / 2, self._y + (self._view[1] - before[1]) / 2)

    def fit(self, margin: float = 0.06) -> None:
        """The whole picture in the middle with a margin around it, a share of the widget; at most 200 %, or by what a
        small picture can be doubled within :data:`FITTED_SIDE`."""
        room = 1 - 2 * margin
        doubled = math.floor(math.log2(max(1, FITTED_SIDE / max(self._picture))))
        most = min(LARGEST_ZOOM, max(FITTED_AT_MOST, 2.0**doubled))
        scale = min(most, *(room * view / side for view, side in zip(self._view, self._picture, strict=True)))
        self._set_zoom(scale)
        self._x, self._y = (
            (view - side * self._zoom) / 2 for view, side in zip(self._view, self._picture, strict=True)
        )
        self.fitted = True

    def show_part(self, rect: Rect) -> None:
        """``rect``, in picture pixels and not empty, in the middle and as large as it fits."""
        sides = zip(self._view, (rect.width, rect.height), strict=True)
        self._set_zoom(min(view / side for view, side in sides))
        self.fitted = False
        self._move_to(
            self._view[0] / 2 - (rect.x + rect.width / 2) * self._zoom,
            self._view[1] / 2 - (rect.y + rect.height / 2) * self._zoom,
        )

    def zoom_to(self, zoom: float, anchor: Point | None = None) -> None:
        """Another zoom; the picture stays where it is under ``anchor`` (screen), or in the middle of the widget."""
        anchor = anchor or Point(self._view[0] / 2, self._view[1] / 2)
        held = Point((anchor.x - self._x) * self._step, (anchor.y - self._y) * self._step)
        self._set_zoom(zoom)
        self.fitted = False
        self._move_to(anchor.x - held.x * self._zoom, anchor.y - held.y * self._zoom)

    def zoom_in(self) -> None:
        """The next larger of :data:`STEPS`, about the middle."""
        self.zoom_to(next((step for step in STEPS if step > self._zoom * 1.01), LARGEST_ZOOM))

    def zoom_out(self) -> None:
        """The next smaller of :data:`STEPS`, about the middle."""
        self.zoom_to(next((step for step in reversed(STEPS) if step < self._zoom * 0.99), SMALLEST_ZOOM))

    def pan(self, dx: float, dy: float) -> tuple[int, int]:
        """Move the picture on the screen; returns by how many whole pixels it really moved."""
        before = self.origin
        self.fitted = False
        self._move_to(self._x + dx, self._y + dy)
        after = self.origin
        return after[0] - before[0], after[1] - before[1]

    def to_picture(self, point: Point) -> Point:
        """From the screen to the picture; pixel (0, 0) reaches from 0.0 to 1.0."""
        left, top = self.origin
        return Point((point.x - left) * self._step, (point.y - top) * self._step)

    def to_screen(self, point: Point) -> Point:
        """From the picture to the screen."""
        left, top = self.origin
        return Point(point.x * self._zoom + left, point.y * self._zoom + top)

    def rect_to_screen(self, rect: Rect, margin: int = 0) -> Rect:
        """The device pixels that picture pixels in ``rect`` touch, grown by ``margin``."""
        if not rect:
            return rect
        low, high = self.to_screen(Point(rect.x, rect.y)), self.to_screen(Point(rect.right, rect.bottom))
        return Rect.from_edges(
            math.floor(low.x) - margin,
            math.floor(low.y) - margin,
            math.ceil(high.x) + margin,
            math.ceil(high.y) + margin,
        )

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        power = max(0, math.floor(math.log2(1 / zoom)))
        unit = UNIT / 2**power
        self._step = max(1, round(unit / zoom)) / unit
        self._zoom = 1 / self._step

    def _move_to(self, x: float, y: float) -> None:
        moved = []
        for place, view, side in zip((x, y), self._view, self._picture, strict=True):
            shown = side * self._zoom
            kept = min(KEPT_IN_VIEW, shown, view)
            moved.append(min(max(place, kept - shown), view - kept))
        self._x, self._y = moved
