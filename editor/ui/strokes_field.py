"""Asks for strokes over the picture: what was painted as the mask, kept aside under another meaning."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor.domain.samples import Pixels
from editor.operations.parameters import Parameter
from editor.ui.edit_fields import Field
from editor.ui.icons import IconButton, Icons
from editor.ui.labels import button


class StrokesPicker(QWidget):
    """A button that takes what is painted, and one that lets it go again.

    ``mask_wanted`` asks somebody to give the painted mask to :meth:`take`.
    """

    changed = Signal()
    mask_wanted = Signal()

    def __init__(self, label: str, icons: Icons) -> None:
        super().__init__()
        self.value: Pixels | None = None
        self._label = label
        self._take = button("")
        self._take.clicked.connect(self.mask_wanted)
        self._clear = IconButton(icons, "x", tint="muted", size=14)
        self._clear.setAccessibleName(f"Forget what to {label.lower()}")
        self._clear.setToolTip("Let these strokes go")
        self._clear.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._take, 1)
        layout.addWidget(self._clear)
        self.clear()

    def take(self, mask: Pixels) -> None:
        """Hold ``mask``, (height, width), as the strokes; what was held before is part of them."""
        held = self.value
        self._show(mask if held is None or held.shape != mask.shape else np.maximum(held, mask))

    def clear(self) -> None:
        """Hold none."""
        self._show(None)

    def _show(self, value: Pixels | None) -> None:
        self.value = value
        words, name = "What is painted", f"{self._label} what is painted"
        if value is not None:
            words = f"{100.0 * np.count_nonzero(value) / value.size:.2g} %"
            name = f"{self._label}: {words} of the picture"
        self._take.setText(words)
        self._take.setAccessibleName(name)
        self._clear.setVisible(value is not None)
        self.changed.emit()


def strokes_field(parameter: Parameter, icons: Icons) -> tuple[Field, StrokesPicker]:
    """The field for strokes, and what is in it."""
    picker = StrokesPicker(parameter.label, icons)
    field = Field(parameter, picker, lambda: picker.value)
    picker.changed.connect(field.changed)
    return field, picker
