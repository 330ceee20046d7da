"""A row of words of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton


class Segments(QFrame):
    """One of a few words. ``chosen`` carries its place; the arrow keys go from one to the next."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], *, name: str) -> None:
        super().__init__()
        self.setObjectName("segments")
        self.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for place, word in enumerate(words):
            part = QToolButton()
            part.setProperty("role", "segment")
            part.setText(word)
            part.setAccessibleName(f"{name}: {word}")
            part.setCheckable(True)
            part.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(part, place)
            layout.addWidget(part, 1)
        self._group.idToggled.connect(self._toggled)
        self.choose(0)

    @property
    def place(self) -> int:
        """Which is chosen, counted from 0."""
        return self._group.checkedId()

    @property
    def parts(self) -> tuple[QToolButton, ...]:
        """The buttons in order."""
        return tuple(part for part in self._group.buttons() if isinstance(part, QToolButton))

    def choose(self, place: int) -> None:
        """Choose one."""
        self._group.button(place).setChecked(True)

    def _toggled(self, place: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(place)
