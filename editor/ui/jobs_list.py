"""The edits under way: a button in the status bar that counts them, and the list that it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from editor.ui.edit_order import EditJob, jobs_words
from editor.ui.labels import ElidedLabel, button, label

TICK_MS = 200
WIDTH = 400
GAP = 6

Seconds = Callable[[EditJob], float]


class JobRow(QWidget):
    """One edit: what and where, how far it is, how long it has taken, and a button that stops it alone."""

    cancel_wanted = Signal(int)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self._title = ElidedLabel("", "strong")
        self._phase = ElidedLabel("", "small")
        self._seconds = label("", "muted")
        self._seconds.setMinimumWidth(52)
        self._seconds.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = button("Cancel")
        self.cancel.clicked.connect(self._ask_cancel)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._phase)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(12)
        layout.addLayout(words, 1)
        layout.addWidget(self._seconds)
        layout.addWidget(self.cancel)

    @property
    def words(self) -> str:
        """What the row says, for a screen reader."""
        return self.accessibleName()

    def show_job(self, job: EditJob, seconds: float) -> None:
        """Show the edit as it is now."""
        self._title.show_text(job.title)
        self._phase.show_text(job.phase)
        self._seconds.setText("" if job.waits else f"{seconds:.0f} s")
        self.setAccessibleName(f"{job.title}: {job.phase}")
        self.cancel.setAccessibleName(f"Cancel {job.title}")

    def _ask_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.cancel_wanted.emit(self.number)


class JobsList(QFrame):
    """A row an edit, in the order of their turns. ``cancel_wanted`` carries a job's number."""

    cancel_wanted = Signal(int)
    cancel_all_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popover")
        self.setAccessibleName("Edits under way")
        self.setFixedWidth(WIDTH)
        self._rows: dict[int, JobRow] = {}
        self._counted = label("", "title")
        self._all = button("Cancel all")
        self._all.clicked.connect(self.cancel_all_wanted)
        head = QHBoxLayout()
        head.addWidget(self._counted, 1)
        head.addWidget(self._all)
        self._places = QVBoxLayout()
        self._places.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self._places)

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The rows in order."""
        return tuple(self._rows.values())

    def show_jobs(self, jobs: Sequence[EditJob], seconds: Seconds) -> None:
        """Show the edits as they are now; rows stay as long as their edit does."""
        numbers = [job.number for job in jobs]
        for number in [known for known in self._rows if known not in numbers]:
            self._places.removeWidget(row := self._rows.pop(number))
            row.deleteLater()
        for job in jobs:
            if job.number not in self._rows:
                row = self._rows[job.number] = JobRow(job.number)
                row.cancel_wanted.connect(self.cancel_wanted)
                self._places.addWidget(row)
            self._rows[job.number].show_job(job, seconds(job))
        waiting = sum(job.waits for job in jobs)
        self._counted.setText(jobs_words(len(jobs) - waiting, waiting))
        self._all.setVisible(len(jobs) > 1)


class JobsButton(QToolButton):
    """Says how many edits run and wait; pressing it lists them. Not there while a single one runs: the strip over the
    picture tells of that."""

    cancel_wanted = Signal(int)
    cancel_all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("The edits under way, in the order of their turns")
        self._jobs: tuple[EditJob, ...] = ()
        self._seconds: Seconds = lambda job: 0.0
        self.list = JobsList(self)
        self.list.cancel_wanted.connect(self.cancel_wanted)
        self.list.cancel_all_wanted.connect(self.cancel_all_wanted)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._ticker.timeout.connect(self._draw)
        self.clicked.connect(self.open_list)
        self.hide()

    def show_jobs(self, jobs: Sequence[EditJob], seconds: Seconds) -> None:
        """The edits under way, and how long each has taken."""
        self._jobs, self._seconds = tuple(jobs), seconds
        waiting = sum(job.waits for job in jobs)
        words = jobs_words(len(jobs) - waiting, waiting)
        if self.text() != words:
            self.setText(words)
            self.setAccessibleName(words)
        self.setVisible(len(jobs) > 1)
        if not jobs:
            self.list.hide()
        if self.list.isVisible():
            self._draw()

    def open_list(self) -> None:
        """List the edits above the button, away from its window's edges."""
        self._draw()
        size = self.list.sizeHint()
        window = self.window()
        corner = self.mapToGlobal(QPoint(self.width() - WIDTH, -size.height() - GAP))
        corner.setX(max(corner.x(), window.mapToGlobal(QPoint(GAP, 0)).x()))
        self.list.move(corner)
        self.list.show()
        self._ticker.start()

    def _draw(self) -> None:
        bottom = self.list.geometry().bottom()
        self.list.show_jobs(self._jobs, self._seconds)
        if not self.list.isVisible():
            self._ticker.stop()
            return
        height = self.list.sizeHint().height()
        if height != self.list.height():
            self.list.setGeometry(self.list.x(), bottom - height + 1, WIDTH, height)
