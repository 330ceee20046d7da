"""One row of the Platforms panel: state, name, success, speed and money; it can be pressed and dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from editor.domain.status import PlatformStatus
from editor.ui.labels import ElidedLabel, column, label
from editor.ui.platform_words import DOTS, age_words, detail_words, money_words, spoken, standing, state_words, token
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
    """One platform; pressing it opens its details, dragging it or Alt with the arrow keys moves it.

    ``dragged`` and ``dropped`` carry the pointer's height in the row's own coordinates, ``stepped`` -1 or 1.
    """

    dragged = Signal(int)
    dropped = Signal(int)
    stepped = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._pressed_at: QPoint | None = None
        self._dragging = False
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may have begun."""
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the row once the pointer has moved far enough to mean it."""
        place = event.position().toPoint()
        start = self._pressed_at
        if start is not None and not self._dragging:
            self._dragging = (place - start).manhattanLength() >= QApplication.startDragDistance()
        if not self._dragging:
            super().mouseMoveEvent(event)
            return
        self.setDown(False)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.dragged.emit(place.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the row, or take the press for a click."""
        self._pressed_at = None
        if not self._dragging:
            super().mouseReleaseEvent(event)
            return
        self._dragging = False
        self.unsetCursor()
        self.dropped.emit(event.position().toPoint().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with the arrow keys moves the row."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(step)
            return
        super().keyPressEvent(event)

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
