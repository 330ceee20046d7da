"""The fields of one operation, drawn from its declared parameters; those for experts are folded away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.operations.parameters import SIDES, Parameter, ParameterKind, options_of
from editor.operations.registry import operation_of
from editor.ui.background_field import BackgroundPicker, background_field
from editor.ui.edit_fields import Field, field_of
from editor.ui.fold import Fold
from editor.ui.icons import Icons
from editor.ui.strokes_field import StrokesPicker, strokes_field

ADVANCED = frozenset({"negative_prompt", "context", "areas", "seed", "variations"})
"""The parameters that stand under “More”."""
_RARE = {Operation.UPSCALE: frozenset({"prompt"})}
"""Further ones of single operations."""
SPACING = 10
_NARROW = frozenset({*SIDES, "seed", "variations", "keep", "drop"})
"""Those that share a line with their neighbours."""


class OperationForm(QWidget):
    """Keeps what was chosen for one operation as long as it lives.

    ``picture_wanted`` carries the path of a background's file and a function that takes its pixels and name,
    ``mask_wanted`` a function that takes what is painted.
    """

    changed = Signal()
    mask_wanted = Signal(object)
    picture_wanted = Signal(object, object)

    def __init__(self, operation: Operation, icons: Icons) -> None:
        super().__init__()
        self.operation = operation
        self._icons = icons
        self._strokes: list[StrokesPicker] = []
        self._background: BackgroundPicker | None = None
        parameters = operation_of(operation).parameters
        self.fields = {parameter.name: self._made(parameter) for parameter in parameters}
        self._folded = ADVANCED | _RARE.get(operation, frozenset())
        plain = [field for name, field in self.fields.items() if name not in self._folded]
        advanced = [field for name, field in self.fields.items() if name in self._folded]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        _lay_out(layout, plain)
        if advanced:
            more = Fold(icons, "More", name="More options")
            more.head.setAccessibleDescription(", ".join(field.parameter.label for field in advanced))
            more.body.setSpacing(SPACING)
            _lay_out(more.body, advanced)
            layout.addWidget(more)

    @property
    def options(self) -> EditOptions:
        """What is chosen now."""
        return options_of({name: field.value for name, field in self.fields.items()})

    @property
    def empty(self) -> bool:
        """Whether there is nothing to ask."""
        return not self.fields

    def forget_strokes(self) -> None:
        """Let go of what was painted over another picture."""
        for strokes in self._strokes:
            strokes.clear()

    def take_colour(self, colour: tuple[int, int, int]) -> bool:
        """Let a picked colour, red, green and blue, be the background; False where none is asked for."""
        if self._background is None:
            return False
        self._background.show_colour(QColor(*colour))
        return True

    def take_expansion(self, expansion: Expansion) -> None:
        """Let the picture grow by this much, where the form asks for it."""
        for side in SIDES:
            if side in self.fields:
                self.fields[side].show_value(getattr(expansion, side))

    def focus_first(self) -> None:
        """Put the cursor into the first field that takes words."""
        for field in self.fields.values():
            if field.parameter.kind is ParameterKind.TEXT and field.parameter.name not in self._folded:
                field.control.setFocus()
                return

    def _made(self, parameter: Parameter) -> Field:
        if parameter.kind is ParameterKind.BACKGROUND:
            field, picker = background_field(parameter, self._icons)
            self._background = picker
            picker.picture_wanted.connect(lambda path: self.picture_wanted.emit(path, picker.show_picture))
        elif parameter.kind is ParameterKind.STROKES:
            field, strokes = strokes_field(parameter, self._icons)
            strokes.mask_wanted.connect(lambda: self.mask_wanted.emit(strokes.take))
            self._strokes.append(strokes)
        else:
            field = field_of(parameter)
        field.changed.connect(self.changed)
        return field


def _lay_out(layout: QVBoxLayout, fields: Sequence[Field]) -> None:
    """Put fields below one another; narrow neighbours stand side by side."""
    line: QHBoxLayout | None = None
    for field in fields:
        if field.parameter.name not in _NARROW:
            layout.addWidget(field)
            line = None
            continue
        if line is None:
            line = QHBoxLayout()
            line.setSpacing(8)
            layout.addLayout(line)
        line.addWidget(field, 1)
