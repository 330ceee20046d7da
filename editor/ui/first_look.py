"""What an edit will be like, shown in its place on the canvas while it is still being made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage, QPainter

from editor.domain.attempt import PlatformProgress
from editor.domain.geometry import Rect
from editor.domain.samples import Pixels
from editor.imaging.effective_mask import bounds
from editor.imaging.picture import Picture
from editor.ui.canvas_texture import qrect
from editor.ui.edit_order import EditJob
from editor.ui.viewport import Viewport

MOST_PIXELS = 1_500_000
"""Of the picture that is shown: a first look is not sharp, and must not keep the window waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstLook:
    """An early result over ``picture``: ``image`` fills ``rect``, in picture pixels, and is clear where nothing
    changes."""

    picture: Picture
    rect: Rect
    image: QImage

    @classmethod
    def of(cls, picture: Picture, place: Rect, pixels: Pixels, mask: Pixels) -> FirstLook | None:
        """``pixels``, (height, width, 3) RGB, over ``place`` where ``mask`` (height, width) marks; None where it marks
        nothing."""
        area = bounds(mask)
        if not area:
            return None
        step = max(1, round((area.area / MOST_PIXELS) ** 0.5 + 0.5))
        rows, columns = area.slices
        colours = pixels[rows, columns][::step, ::step].astype(np.uint16)
        alpha = mask[rows, columns][::step, ::step, None].astype(np.uint16)
        # Qt takes colours already multiplied by their alpha, blue first.
        multiplied = (colours[..., ::-1] * alpha + 127) // 255
        samples = np.ascontiguousarray(np.dstack((multiplied, alpha)), np.uint8)
        height, width = samples.shape[:2]
        form = QImage.Format.Format_ARGB32_Premultiplied
        return cls(picture, area.moved(place.x, place.y), QImage(samples.data, width, height, 4 * width, form).copy())

    def paint(self, painter: QPainter, area: Rect, viewport: Viewport) -> None:
        """Paint what of it lies in ``area``, in device pixels of the canvas."""
        frame, zoom = viewport.picture_rect, viewport.zoom
        target = QRectF(
            frame.x + self.rect.x * zoom, frame.y + self.rect.y * zoom, self.rect.width * zoom, self.rect.height * zoom
        )
        painter.save()
        painter.setClipRect(qrect(area))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self.image)
        painter.restore()


class FirstLooks(QObject):
    """The newest first look at a result. ``changed`` carries a :class:`FirstLook`, or None when its edit has ended."""

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = ""

    def follow(self, job: EditJob, progress: PlatformProgress) -> None:
        """An edit reports: show its picture, if it brings one."""
        mask, place, pixels = job.prepared.source.mask, progress.place, progress.picture
        if mask is None or place is None or pixels is None:
            return
        look = FirstLook.of(job.order.picture, place, pixels, mask.read(place))
        if look is not None:
            self._name = job.name
            self.changed.emit(look)

    def forget(self, name: str) -> None:
        """The edit called ``name`` has ended."""
        if self._name == name:
            self._name = ""
            self.changed.emit(None)
