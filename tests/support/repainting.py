"""Whether what stands on the screen, painted bit by bit, is what a whole repaint gives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """An image as (height, width, 3), blue green red."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


NEARLY = 40
"""Levels that interpolation along the edge of a turned picture may differ by."""
FEW = 0.001


def screen_is_true(widget: QWidget) -> bool:
    """Whether the window's memory shows ``widget`` as a whole repaint would."""
    return not _differences(widget).any()


def screen_is_nearly_true(widget: QWidget) -> bool:
    """The same for a turned view, where rounding may tip single pixels."""
    return float((_differences(widget) > NEARLY).mean()) < FEW


def _differences(widget: QWidget) -> NDArray[np.int16]:
    QApplication.processEvents()
    window = widget.window()
    store = window.backingStore().paintDevice()
    assert isinstance(store, QImage)
    ratio = widget.devicePixelRatioF()
    corner = widget.mapTo(window, QPoint(0, 0)) * ratio
    whole = pixels_of(widget.grab().toImage())
    height, width = whole.shape[:2]
    part = pixels_of(store.copy(corner.x(), corner.y(), width, height))
    return np.abs(part.astype(np.int16) - whole)
