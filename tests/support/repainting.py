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


def screen_is_true(widget: QWidget) -> bool:
    """Whether the window's memory shows ``widget`` as a whole repaint would."""
    QApplication.processEvents()
    window = widget.window()
    store = window.backingStore().paintDevice()
    assert isinstance(store, QImage)
    ratio = widget.devicePixelRatioF()
    corner = widget.mapTo(window, QPoint(0, 0)) * ratio
    whole = pixels_of(widget.grab().toImage())
    height, width = whole.shape[:2]
    part = store.copy(corner.x(), corner.y(), width, height)
    return np.array_equal(pixels_of(part), whole)
