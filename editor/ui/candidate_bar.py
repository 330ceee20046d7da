"""The candidates of one edit side by side, over the canvas's lower edge: which of them stands in the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from editor.domain.candidate import Candidate
from editor.domain.samples import Pixels
from editor.ui.edit_words import candidate_title
from editor.ui.history_model import figures_words
from editor.ui.labels import button, label

THUMBNAIL = (132, 99)
"""The most that a small picture is wide and high, in device-independent pixels."""
LEAST_WIDTH = 48
PADDING = 8
SPACING = 6


class CandidateTile(QPushButton):
    """One candidate: what it makes of its place, who made it, how long that took and what it cost."""

    def __init__(self, candidate: Candidate, *, title: str, figures: str) -> None:
        super().__init__()
        self.setProperty("role", "candidate")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._picture = _pixmap(candidate.thumbnail)
        self._image = QLabel()
        self._image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(title, "strong")
        self._figures = label(figures, "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, 6)
        layout.setSpacing(3)
        layout.addWidget(self._image, 0, Qt.AlignmentFlag.AlignHCenter)
        for words in (self._title, self._figures):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(words)
        for part in (self._image, self._title, self._figures):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._figures.setVisible(bool(figures))
        self.setAccessibleName(", ".join(part for part in (title, figures) if part))
        self.setToolTip(self.accessibleName())

    def fit(self, width: int) -> None:
        """Show the small picture at most ``width`` wide, and words only where they have room."""
        # A style sheet sets bounds of its own when it is first applied: those below are to be the last.
        self.ensurePolished()
        ratio = self.devicePixelRatioF()
        most = QSize(round(width * ratio), round(THUMBNAIL[1] * ratio))
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        small = self._picture.scaled(most, keep, smooth)
        small.setDevicePixelRatio(ratio)
        self._image.setPixmap(small)
        # Said outright: a layout leaves out what was never shown, and the first fit comes before that.
        self._image.setVisible(True)
        for words in (self._title, self._figures):
            words.ensurePolished()
            words.setVisible(bool(words.text()) and width == THUMBNAIL[0])
        content = self.layout()
        if content is not None:
            content.invalidate()
            self.setFixedSize(content.sizeHint().expandedTo(QSize(width + 2 * PADDING, 0)))


class CandidateBar(QFrame):
    """``chosen`` carries the place of a candidate, ``kept`` tells that the choice is made. The arrow keys go from one
    candidate to the next."""

    chosen = Signal(int)
    kept = Signal()
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Candidates of the edit")
        self._tiles: list[CandidateTile] = []
        self._candidates: tuple[Candidate, ...] = ()
        self._room = 10_000
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._toggled)
        self._hint = label("", "small")
        self._keep = button("Keep", "primary")
        self._keep.setToolTip("Close the choice; it stays with its step in the history")
        self._keep.clicked.connect(self.kept)
        self._content = QHBoxLayout(self)
        self._content.setContentsMargins(10, 10, 14, 10)
        self._content.setSpacing(SPACING)
        side = QVBoxLayout()
        side.setContentsMargins(8, 0, 0, 0)
        side.addStretch(1)
        side.addWidget(self._hint)
        side.addWidget(self._keep)
        side.addStretch(1)
        self._content.addLayout(side)
        self.hide()

    @property
    def tiles(self) -> tuple[CandidateTile, ...]:
        """The candidates in order."""
        return tuple(self._tiles)

    @property
    def keep_button(self) -> QPushButton:
        """The button that closes the choice."""
        return self._keep

    def show_candidates(
        self, candidates: Sequence[Candidate], place: int, names: Mapping[str, str], *, may_choose: bool
    ) -> None:
        """Show ``candidates``, of which the one at ``place`` stands in the picture."""
        if tuple(candidates) != self._candidates:
            self._make(tuple(candidates), names)
        self._group.blockSignals(True)
        self._tiles[place].setChecked(True)
        self._group.blockSignals(False)
        for tile in self._tiles:
            tile.setEnabled(may_choose)
        self._hint.setText("" if may_choose else "A later edit lies on top.")
        self._hint.setVisible(not may_choose)
        self.fit(self._room)
        self.show()
        self.raise_()
        self.resized.emit()

    def dismiss(self) -> None:
        """Go away."""
        self.hide()
        self.resized.emit()

    def fit(self, room: int) -> None:
        """Use at most ``room`` pixels of width, with smaller pictures where there are many."""
        self._room = room
        if not self._tiles:
            return
        side = self._keep.sizeHint().width() + self._hint.sizeHint().width() * self._hint.isVisibleTo(self) + 40
        each = (room - side) // len(self._tiles) - SPACING - 2 * PADDING
        for tile in self._tiles:
            tile.fit(min(THUMBNAIL[0], max(LEAST_WIDTH, each)))
        self._content.invalidate()

    def sizeHint(self) -> QSize:
        """What the candidates need now."""
        self._content.activate()
        return self._content.sizeHint()

    def _make(self, candidates: tuple[Candidate, ...], names: Mapping[str, str]) -> None:
        for tile in self._tiles:
            self._group.removeButton(tile)
            self._content.removeWidget(tile)
            tile.deleteLater()
        self._candidates, self._tiles = candidates, []
        alike = len({id(candidate.receipt) for candidate in candidates}) == 1
        for place, candidate in enumerate(candidates):
            title = f"Variation {place + 1}" if alike else candidate_title(candidate.receipt, names)
            tile = CandidateTile(candidate, title=title, figures="" if alike else figures_words(candidate.receipt))
            self._tiles.append(tile)
            self._group.addButton(tile, place)
            self._content.insertWidget(place, tile)

    def _toggled(self, place: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(place)


def _pixmap(pixels: Pixels) -> QPixmap:
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32)
    return QPixmap.fromImage(image)
