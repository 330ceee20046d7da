"""A field for a number that takes what is typed and makes the best of it."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QDoubleSpinBox

_BEGUN = frozenset({"", "-", "+", ".", "-.", "+."})


class NumberBox(QDoubleSpinBox):
    """Decimals behind a point or a comma. A number beyond the range becomes the nearest one inside once typing ends."""

    left = Signal()
    """Enter or Esc was pressed: there is no more to type."""

    def __init__(self) -> None:
        super().__init__()
        self.setKeyboardTracking(False)
        self.lineEdit().returnPressed.connect(self.left)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed that can become a number."""
        bare = self._bare(text)
        if bare in _BEGUN:
            return QValidator.State.Intermediate, text, place
        try:
            value = _number(bare)
        except ValueError:
            return QValidator.State.Invalid, text, place
        inside = self.minimum() <= value <= self.maximum()
        return QValidator.State.Acceptable if inside else QValidator.State.Intermediate, text, place

    def fixup(self, text: str) -> str:
        """The nearest number inside the range, or the one there was."""
        try:
            value = _number(self._bare(text))
        except ValueError:
            value = self.value()
        return self.textFromValue(min(max(value, self.minimum()), self.maximum()))

    def valueFromText(self, text: str) -> float:
        """The number that stands there."""
        try:
            return round(_number(self._bare(text)), self.decimals())
        except ValueError:
            return self.value()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the number as it was."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        self.lineEdit().setText(self.prefix() + self.textFromValue(self.value()) + self.suffix())
        self.left.emit()

    def _bare(self, text: str) -> str:
        return text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip().replace(",", ".").replace("−", "-")


def _number(text: str) -> float:
    """Raises ValueError where there is none, and for what floating point has besides numbers."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value
