"""The route strip: one cell a platform in the order of trying, over the canvas's lower edge while a job runs."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QGridLayout, QHBoxLayout, QLabel, QWidget

from editor.domain.kinds import Outcome
from editor.ui.icons import IconLabel, Icons
from editor.ui.labels import button, label, set_role
from editor.ui.route_model import Cell, CellState, RouteModel

TICK_MS = 100
LINGER_MS = 1400
FADE_MS = 350

_LOOKS = {
    CellState.WAITING: ("clock", "faint", "muted"),
    CellState.RUNNING: ("sparkles", "local", "strong"),
    CellState.SERVED: ("circle-check", "ok", "strong"),
    CellState.FAILED: ("circle-x", "bad", ""),
    CellState.LEFT_OUT: ("skip-forward", "faint", "muted"),
}
_OUTCOME_LOOKS = {
    Outcome.OUT_OF_CREDIT: ("circle-alert", "warn", ""),
    Outcome.RATE_LIMITED: ("hourglass", "warn", ""),
    Outcome.MISSING_KEY: ("key-round", "faint", "muted"),
    Outcome.REFUSED_KEY: ("key-round", "bad", ""),
    Outcome.CANCELLED: ("ban", "muted", ""),
}
_SPEAKING = (CellState.RUNNING, CellState.SERVED)
"""The states that keep their words in a narrow window."""


class Density(IntEnum):
    """How much of the links is shown, from all to the running one alone."""

    FULL = 0
    COMPACT = 1
    SHORT = 2
    ALONE = 3


class CellView(QWidget):
    """One link. In a narrow window a link that is not running shows its icon alone, and the running one no model;
    in a very narrow one only the running link is there at all."""

    def __init__(self, icons: Icons, *, first: bool) -> None:
        super().__init__()
        self._first = first
        self._arrow = IconLabel(icons, "arrow-right", tint="faint", size=14)
        self._icon = IconLabel(icons, "clock", tint="faint")
        self._title = label()
        self._detail = label("", "small")
        # One grid, nothing nested: a nested layout would go on giving its old size until the next turn of the loop.
        layout = self._content = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(1)
        layout.addWidget(self._arrow, 0, 0, 2, 1)
        layout.addWidget(self._icon, 0, 1, 2, 1)
        layout.addWidget(self._title, 0, 2)
        layout.addWidget(self._detail, 1, 2)

    @property
    def words(self) -> str:
        """Title and detail, as a screen reader says them."""
        return self.accessibleName()

    def show_cell(self, cell: Cell, density: Density, *, side_by_side: bool = False) -> None:
        """Show a link as it is now."""
        compact = density >= Density.COMPACT
        icon, tint, role = _LOOKS[cell.state]
        if cell.state is not CellState.WAITING and cell.outcome in _OUTCOME_LOOKS:
            icon, tint, role = _OUTCOME_LOOKS[cell.outcome]
        self._icon.show_icon(icon, tint=tint)
        set_role(self._title, role)
        for part in (self._title, self._detail):
            part.ensurePolished()
            part.setVisible(not compact or cell.state in _SPEAKING)
        self._arrow.setVisible(not self._first and not side_by_side and density < Density.ALONE)
        self._content.setColumnMinimumWidth(0, 22 if self._arrow.isVisibleTo(self) else 0)
        self._title.setText(cell.name if density >= Density.SHORT else cell.title)
        self._detail.setText(cell.detail)
        _grow_only(self._detail, reset=cell.state is not CellState.RUNNING)
        self.setAccessibleName(f"{cell.title}: {cell.detail}")
        self.setToolTip(f"{cell.title}: {cell.detail}" if compact else "")
        # Said outright: the strip's layout keeps a hint from before the style sheet made the title bold.
        self._content.invalidate()
        self.setMinimumWidth(self._content.totalSizeHint().width())
        self.updateGeometry()


class RouteStrip(QFrame):
    """Shows a :class:`RouteModel`. ``cancel_wanted`` carries the job's id."""

    cancel_wanted = Signal(str)
    resized = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Platforms of the running edit")
        self._icons = icons
        self._model: RouteModel | None = None
        self._others = 0
        self._room = 10_000
        self._cells: list[CellView] = []
        self._round = label("", "small")
        self._cancel = button("Cancel")
        self._cancel.clicked.connect(self._ask_cancel)
        layout = self._content = QHBoxLayout(self)
        layout.setContentsMargins(16, 9, 12, 9)
        layout.setSpacing(16)
        layout.addWidget(self._round)
        layout.addWidget(self._cancel)
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self.draw)
        self._linger = QTimer(self)
        self._linger.setSingleShot(True)
        self._linger.setInterval(LINGER_MS)
        self._linger.timeout.connect(self._fade)
        self._opacity = QGraphicsOpacityEffect(self)
        self._opacity.setEnabled(False)
        self.setGraphicsEffect(self._opacity)
        self._fading = QPropertyAnimation(self._opacity, b"opacity", self)
        self._fading.setDuration(FADE_MS)
        self._fading.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._fading.setStartValue(1.0)
        self._fading.setEndValue(0.0)
        self._fading.finished.connect(self._gone)
        self.animated = True
        """Whether it fades away; else it goes at once."""
        self.hide()

    @property
    def model(self) -> RouteModel | None:
        """The job that is shown."""
        return self._model

    @property
    def others(self) -> str:
        """What is said of the edits that run besides the one shown."""
        if not self._others:
            return ""
        return "1 more edit runs" if self._others == 1 else f"{self._others} more edits run"

    @property
    def cells(self) -> tuple[CellView, ...]:
        """The links' views that are in use, in order."""
        shown = len(self._model.cells) if self._model is not None else 0
        return tuple(self._cells[:shown])

    def show_job(self, model: RouteModel, others: int = 0) -> None:
        """Show a running job, and how many others run."""
        self._stop_fading()
        self._model = model
        self._others = others
        self._cancel.setVisible(True)
        self._cancel.setEnabled(True)
        self._ticker.start()
        self.draw()
        self.setVisible(bool(model.cells))
        self.raise_()

    def end_job(self) -> None:
        """The job is done: stay a moment, then fade away."""
        self._others = 0
        self._ticker.stop()
        self._cancel.setVisible(False)
        self.draw()
        self._linger.start()

    def fit(self, room: int) -> None:
        """Use at most ``room`` pixels of width."""
        self._room = room
        self.draw()

    def draw(self) -> None:
        """Show the model as it is now."""
        if self._model is None:
            return
        cells = self._model.cells
        if cells and self._ticker.isActive():
            self.show()
        while len(self._cells) < len(cells):
            view = CellView(self._icons, first=not self._cells)
            self._cells.append(view)
            self._content.insertWidget(len(self._cells) - 1, view)
        before = self.sizeHint()
        for density in Density:
            self._show(cells, density)
            if self.sizeHint().width() <= self._room:
                break
        if self.sizeHint() != before or self.size() != self.sizeHint():
            self.resized.emit()

    def sizeHint(self) -> QSize:
        """What the cells need now."""
        self._content.activate()
        return self._content.sizeHint()

    def _show(self, cells: tuple[Cell, ...], density: Density) -> None:
        side_by_side = self._model is not None and self._model.side_by_side
        alone = density is Density.ALONE and any(cell.state in _SPEAKING for cell in cells)
        for place, view in enumerate(self._cells):
            used = place < len(cells)
            view.setVisible(used and (not alone or cells[place].state in _SPEAKING))
            if used:
                view.show_cell(cells[place], density, side_by_side=side_by_side)
        cycle = self._model.round if self._model is not None else ""
        words = " · ".join(part for part in (cycle, self.others) if part)
        self._round.setText(words)
        self._round.setVisible(bool(words))

    def _ask_cancel(self) -> None:
        if self._model is not None:
            self._cancel.setEnabled(False)
            self.cancel_wanted.emit(self._model.job)

    def _fade(self) -> None:
        if not self.animated:
            self._gone()
            return
        self._opacity.setOpacity(1.0)
        self._opacity.setEnabled(True)
        self._fading.start()

    def _stop_fading(self) -> None:
        self._linger.stop()
        self._fading.stop()
        self._opacity.setEnabled(False)

    def _gone(self) -> None:
        self.hide()
        self._opacity.setEnabled(False)
        self._model = None


def _grow_only(words: QLabel, *, reset: bool) -> None:
    """Keep a label from shrinking while its seconds count, so that the strip does not tremble."""
    needed = words.fontMetrics().horizontalAdvance(words.text())
    words.setMinimumWidth(0 if reset else max(words.minimumWidth(), needed))
    words.setAlignment(Qt.AlignmentFlag.AlignLeft)
