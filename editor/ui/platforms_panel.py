"""The Platforms panel: a row a platform with its state, success, speed and money."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from editor.domain.status import PlatformStatus, Standing
from editor.ui.labels import ElidedLabel, column, label
from editor.ui.platform_words import (
    DOTS,
    age_words,
    detail_words,
    is_local,
    money_words,
    spoken,
    standing,
    state_words,
    token,
)
from editor.ui.theme import Theme


class Dot(QWidget):
    """A state's mark: disc, ring, half or cross in the state's colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shape = "ring"
        self._token = "faint"
        self.setFixedSize(10, 10)
        theme.changed.connect(self.update)

    def show_state(self, *, shape: str, token: str) -> None:
        """Show another state."""
        self._shape, self._token = shape, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour(self._token)
        area = QRectF(1, 1, 8, 8)
        painter.setPen(QPen(colour, 1.5))
        if self._shape == "disc":
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(area)
        elif self._shape == "cross":
            painter.drawLine(QPointF(2, 2), QPointF(8, 8))
            painter.drawLine(QPointF(8, 2), QPointF(2, 8))
        else:
            painter.drawEllipse(area.adjusted(0.75, 0.75, -0.75, -0.75))
            if self._shape == "half":
                painter.setBrush(colour)
                painter.drawPie(area.adjusted(0.75, 0.75, -0.75, -0.75), 90 * 16, 180 * 16)
        painter.end()


class PlatformRow(QPushButton):
    """One platform; pressing it opens its details."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dot = Dot(theme)
        self._name = ElidedLabel("", "strong")
        self._model = ElidedLabel("", "small")
        self._state = ElidedLabel()
        self._detail = ElidedLabel("", "small")
        self._money = label("", "muted")
        self._money.setMinimumWidth(44)
        self._money.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = self._content = QHBoxLayout(self)
        layout.setContentsMargins(6, 5, 8, 5)
        layout.setSpacing(7)
        layout.addWidget(self._dot)
        layout.addLayout(column(self._name, self._model, spacing=1), 11)
        layout.addLayout(column(self._state, self._detail, spacing=1), 9)
        layout.addWidget(self._money)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """What the labels need."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """What the labels need at least."""
        return self._content.minimumSize()

    def show_status(self, status: PlatformStatus, *, waited: float = 0.0) -> None:
        """Show a state that is ``waited`` seconds old."""
        self._dot.show_state(shape=DOTS[standing(status)], token=token(status))
        self._name.show_text(status.name)
        self._model.show_text("changed address" if status.address else status.model)
        self._state.show_text(state_words(status))
        self._detail.show_text(detail_words(status, waited=waited))
        self._money.setText(money_words(status))
        self.setAccessibleName(spoken(status))
        self.setToolTip("\n".join(part for part in (status.message, age_words(status, waited=waited)) if part))


class PlatformsPanel(QFrame):
    """All platforms of image editing in the order of trying. ``chosen`` carries the platform's id.

    The clock ticks once a second, and only while a retry is being counted down on the screen. ``expired`` says that a
    state is over: a countdown has ended, or an answer is too old to count.
    """

    chosen = Signal(str)
    expired = Signal()

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
        self._rows.append(row)
        self._list.addWidget(row)

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
