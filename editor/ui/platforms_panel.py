"""The Platforms panel: a row a platform, in the order of trying."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from editor.domain.status import PlatformStatus, Standing
from editor.ui.labels import label
from editor.ui.platform_row import PlatformRow
from editor.ui.platform_words import is_local
from editor.ui.theme import Theme


class PlatformsPanel(QFrame):
    """All platforms of image editing in the order of trying. ``chosen`` carries the platform's id, ``reordered`` those
    of all of them in the order that the user has dragged them into.

    The clock ticks once a second, and only while a retry is being counted down on the screen. ``expired`` says that a
    state is over: a countdown has ended, or an answer is too old to count.
    """

    chosen = Signal(str)
    expired = Signal()
    reordered = Signal(tuple)

    def __init__(self, theme: Theme, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.setAccessibleName("Platforms panel")
        self._theme = theme
        self._clock = clock
        self._taken = clock()
        self._statuses: tuple[PlatformStatus, ...] = ()
        self._models: dict[str, str] = {}
        self._rows: list[PlatformRow] = []
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._ageing = QTimer(self)
        self._ageing.setSingleShot(True)
        self._ageing.timeout.connect(self.expired)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 10)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 8, 6)
        head.addWidget(label("Platforms", "title"))
        head.addStretch(1)
        self._head = label("", "small")
        head.addWidget(self._head)
        layout.addLayout(head)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        layout.addLayout(self._list)
        self._mark = QFrame(self)
        self._mark.setProperty("role", "drop")
        self._mark.setFixedHeight(2)
        self._mark.hide()

    @property
    def counting(self) -> bool:
        """Whether the clock ticks."""
        return self._timer.isActive()

    @property
    def rows(self) -> tuple[PlatformRow, ...]:
        """The rows, top to bottom."""
        return tuple(self._rows)

    def show_statuses(self, statuses: Sequence[PlatformStatus]) -> None:
        """Show fresh states."""
        self._statuses = tuple(statuses)
        self._taken = self._clock()
        while len(self._rows) < len(self._statuses):
            self._add_row()
        for row in self._rows[len(self._statuses) :]:
            row.setVisible(False)
        self._draw()

    def show_operation(self, caption: str) -> None:
        """Say which operation the states are about."""
        self._head.setText(caption)

    def show_models(self, models: Mapping[str, str]) -> None:
        """Name other models than those of the statuses: the chosen edit's, by platform."""
        if models != self._models:
            self._models = dict(models)
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on counting."""
        super().showEvent(event)
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no further while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()
        self._ageing.stop()

    def _add_row(self) -> None:
        row = PlatformRow(self._theme)
        place = len(self._rows)
        row.clicked.connect(lambda: self.chosen.emit(self._statuses[place].platform))
        row.dragged.connect(lambda height: self._show_mark(self._gap_at(row.y() + height)))
        row.dropped.connect(lambda height: self._drop(place, self._gap_at(row.y() + height)))
        row.stepped.connect(lambda step: self._step(place, step))
        self._rows.append(row)
        self._list.addWidget(row)

    def _gap_at(self, height: int) -> int:
        """Before which row, counted from 0, something that is dropped at ``height`` belongs."""
        middles = [row.geometry().center().y() for row in self._rows[: len(self._statuses)]]
        return sum(height > middle for middle in middles)

    def _show_mark(self, gap: int) -> None:
        rows = self._rows[: len(self._statuses)]
        edge = rows[gap].y() if gap < len(rows) else rows[-1].geometry().bottom() + 1
        self._mark.setGeometry(rows[0].x() + 4, edge - 1, rows[0].width() - 8, 2)
        self._mark.raise_()
        self._mark.show()

    def _drop(self, place: int, gap: int) -> None:
        self._mark.hide()
        names = [status.platform for status in self._statuses]
        moved = names.pop(place)
        names.insert(gap - (gap > place), moved)
        if names != [status.platform for status in self._statuses]:
            self.reordered.emit(tuple(names))

    def _step(self, place: int, step: int) -> None:
        target = place + step
        if 0 <= target < len(self._statuses):
            self._drop(place, target + (step > 0))
            self._rows[target].setFocus()

    def _tick(self) -> None:
        if not self._draw():
            self.expired.emit()

    def _draw(self) -> bool:
        waited = self._clock() - self._taken
        for row, status in zip(self._rows, self._statuses, strict=False):
            row.setVisible(True)
            model = self._models.get(status.platform, status.model)
            row.show_status(replace(status, model=model), waited=waited)
        counting = any((status.retry_in or 0) - waited > 0 for status in self._statuses if not is_local(status))
        if counting and self.isVisible():
            self._timer.start()
        elif not counting:
            self._timer.stop()
        self._await_age(waited)
        return counting

    def _await_age(self, waited: float) -> None:
        """Ask for fresh states when the first answer that counts is too old to."""
        counted = (Standing.READY, Standing.SLOW)
        ages = [
            status.relied_on - status.age - waited
            for status in self._statuses
            if status.age is not None and status.standing in counted and not is_local(status)
        ]
        if ages and self.isVisible():
            self._ageing.start(int(max(0.0, min(ages)) * 1000) + 500)
        else:
            self._ageing.stop()
