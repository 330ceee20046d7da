"""The Edit panel: which operation, its fields, the run button, and what the edit will cost or why it can't start."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QVBoxLayout, QWidget

from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.ui.actions import Actions
from editor.ui.commands import RUN
from editor.ui.edit_readiness import Obstacle, WayOut
from editor.ui.edit_words import DESCRIPTIONS, TILES, Tile, run_words
from editor.ui.icons import Icons
from editor.ui.labels import ElidedLabel, button, label, row
from editor.ui.operation_form import OperationForm
from editor.ui.operation_grid import OperationGrid
from editor.ui.segments import Segments

ADD_A_KEY = "Add a key to use Stability, Replicate or FAL."
FIRST_START = f"Press Erase – it runs on this computer. {ADD_A_KEY}"


class EditPanel(QFrame):
    """One operation at a time; what was chosen for the others is kept.

    ``changed`` tells that the operation or one of its values is another, ``operation_chosen`` carries the new
    operation, ``form_made`` that the panel got new fields, ``way_out_chosen`` the :class:`WayOut` of the link under
    the button, ``picture_wanted`` a background's file and who takes its pixels, ``mask_wanted`` who takes what is
    painted.
    """

    changed = Signal()
    operation_chosen = Signal(object)
    form_made = Signal()
    way_out_chosen = Signal(object)
    picture_wanted = Signal(object, object)
    mask_wanted = Signal(object)

    def __init__(self, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self.setAccessibleName("Edit panel")
        self._icons = icons
        self._run = actions[RUN]
        self._tile = TILES[0]
        self._operation = Operation.ERASE
        self._latest = {tile.text: tile.operations[0] for tile in TILES}
        self._forms: dict[Operation, OperationForm] = {}
        self._first_start = False
        self._count = ""
        self._obstacle: Obstacle | None = None
        self.grid = OperationGrid(icons)
        self.choices = {
            tile.text: Segments([choice.text for choice in tile.choices], name=tile.text)
            for tile in TILES
            if len(tile.choices) > 1
        }
        self._description = label("", "small", wrap=True)
        self._fields = QWidget()
        self._places = QVBoxLayout(self._fields)
        self._places.setContentsMargins(0, 0, 0, 0)
        self._button = self._run_button()
        self._estimate = ElidedLabel("", "small")
        self._spent = label("", "small")
        self._spent.setToolTip("Spent today, and the cap for a day (AI settings)")
        self._reason = label("", "small", wrap=True)
        self._link = button("", "link")
        self.outgoing = button("Show what will be sent", "link")
        self._build()
        self.grid.chosen.connect(self._choose_tile)
        for tile in TILES:
            if tile.text in self.choices:
                self.choices[tile.text].chosen.connect(lambda place, tile=tile: self.choose(tile.operations[place]))
        self._link.clicked.connect(self._follow_link)
        self.outgoing.clicked.connect(actions["outgoing"].trigger)
        self.choose(Operation.ERASE)

    @property
    def operation(self) -> Operation:
        """The chosen operation."""
        return self._operation

    @property
    def form(self) -> OperationForm:
        """The chosen operation's fields."""
        return self._forms[self._operation]

    @property
    def options(self) -> EditOptions:
        """The values of the chosen operation's fields."""
        return self.form.options

    def take_colour(self, colour: tuple[int, int, int]) -> bool:
        """Give a picked colour to the chosen operation; False where it asks for none."""
        return self.form.take_colour(colour)

    @property
    def run_button(self) -> QPushButton:
        """The button that starts the edit."""
        return self._button

    @property
    def link(self) -> QPushButton:
        """The way out of what keeps the edit from starting."""
        return self._link

    @property
    def line(self) -> str:
        """What stands under the button: the estimate, or why the button is off."""
        if self._obstacle is not None:
            return self._obstacle.words
        return "\n".join(part for part in (self._count, self._estimate.whole) if part)

    def choose(self, operation: Operation) -> None:
        """Choose an operation."""
        if operation is self._operation and operation in self._forms:
            return
        self._operation = operation
        self._tile = next(tile for tile in TILES if operation in tile.operations)
        self._latest[self._tile.text] = operation
        if operation not in self._forms:
            self._make_form(operation)
        self.grid.show_operation(operation)
        focus = QApplication.focusWidget()
        if focus is not None and self._fields.isAncestorOf(focus):
            # Qt would hand the keys to whatever comes next when the field is hidden.
            self.grid.tiles[self._tile.text].setFocus()
        for text, segments in self.choices.items():
            segments.setVisible(text == self._tile.text)
        if self._tile.text in self.choices:
            self.choices[self._tile.text].choose(self._tile.operations.index(operation))
        for known, form in self._forms.items():
            form.setVisible(known is operation)
        self._fields.setVisible(not self.form.empty)
        self.operation_chosen.emit(operation)
        self._change()

    def forget_strokes(self) -> None:
        """Another picture is shown: strokes over the one before mean nothing on it."""
        for form in self._forms.values():
            form.forget_strokes()

    def show_size(self, size: str) -> None:
        """Say in a sentence how large the result will be, where that is not the picture's size."""
        words = DESCRIPTIONS[self._operation]
        self._description.setText(f"{words} {size}" if size else words)

    def show_ready(self, estimate: str) -> None:
        """The edit can start; ``estimate`` says price and time, and on a line before it how many edits it will be."""
        self._count, _, price = estimate.rpartition("\n")
        self._estimate.show_text(price)
        self._show(None)

    def show_obstacle(self, obstacle: Obstacle) -> None:
        """The edit can't start, and why."""
        self._show(obstacle)

    def show_spent(self, words: str) -> None:
        """Show what was spent so far; empty where it is not known."""
        self._spent.setText(words)
        self._spent.setVisible(self._obstacle is None and bool(words))

    def show_hint(self, visible: bool) -> None:
        """Show or hide the first start's line."""
        self._first_start = visible
        self._show(self._obstacle)

    def _show(self, obstacle: Obstacle | None) -> None:
        self._obstacle = obstacle
        ready = obstacle is None
        self._run.setEnabled(ready)
        self._button.setEnabled(ready)
        self._button.setToolTip(self._run.toolTip() if ready else "")
        self._button.setAccessibleDescription(self.line)
        self._estimate.setVisible(ready)
        self._spent.setVisible(ready and bool(self._spent.text()))
        hint = self._first_start and self._operation is Operation.ERASE
        words = (
            self._count if obstacle is None else obstacle.words,
            (FIRST_START if ready else ADD_A_KEY) if hint else "",
        )
        self._reason.setText("\n".join(part for part in words if part))
        self._reason.setVisible(any(words))
        way_out = WayOut.NONE if obstacle is None else obstacle.way_out
        if hint and way_out is WayOut.NONE:
            way_out = WayOut.ADD_KEY
        self._link.setText(way_out.value)
        self._link.setAccessibleName(way_out.value)
        self._link.setVisible(way_out is not WayOut.NONE)
        self.outgoing.setVisible(ready)

    def _follow_link(self) -> None:
        self.way_out_chosen.emit(WayOut(self._link.text()))

    def _choose_tile(self, tile: Tile) -> None:
        self.choose(self._latest[tile.text])

    def _change(self) -> None:
        words = run_words(self._operation, self.options)
        self._run.setText(words.replace("&", "&&"))
        self._button.setText(words.replace("&", "&&"))
        self._button.setAccessibleName(words)
        self.changed.emit()

    def _make_form(self, operation: Operation) -> None:
        form = self._forms[operation] = OperationForm(operation, self._icons)
        form.changed.connect(self._change)
        form.picture_wanted.connect(self.picture_wanted)
        form.mask_wanted.connect(self.mask_wanted)
        self._places.addWidget(form)
        self.form_made.emit()

    def _run_button(self) -> QPushButton:
        result = button("", "primary")
        result.setMinimumHeight(38)
        result.clicked.connect(self._run.trigger)
        return result

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(label("Edit", "title"))
        layout.addWidget(self.grid)
        for segments in self.choices.values():
            layout.addWidget(segments)
        layout.addWidget(self._description)
        layout.addWidget(self._fields)
        layout.addWidget(self._button)
        layout.addWidget(self._estimate)
        layout.addWidget(self._reason)
        layout.addLayout(row(self._link, self.outgoing, 1, self._spent, spacing=16))
