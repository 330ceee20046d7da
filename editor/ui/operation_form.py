"""The fields of one operation, drawn from its declared parameters; those for experts are folded away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.operations.parameters import SIDES, Parameter, ParameterKind, options_of
from editor.operations.registry import operation_of
from editor.ui.background_field import background_field
from editor.ui.edit_fields import Field, field_of
from editor.ui.icons import Icons

ADVANCED = ("negative_prompt", "seed", "variations")
"""The parameters that stand under “More”."""
_NARROW = frozenset({*SIDES, "seed", "variations"})
"""Those that share a line with their neighbours."""


class OperationForm(QWidget):
    """Keeps what was chosen for one operation as long as it lives.

    ``picture_wanted`` carries the path of a background's file and a function that takes its pixels and name.
    """

    changed = Signal()
    picture_wanted = Signal(object, object)

    def __init__(self, operation: Operation, icons: Icons) -> None:
        super().__init__()
        self.operation = operation
        self._icons = icons
        parameters = operation_of(operation).parameters
        self.fields = {parameter.name: self._made(parameter) for parameter in parameters}
        plain = [field for name, field in self.fields.items() if name not in ADVANCED]
        advanced = [field for name, field in self.fields.items() if name in ADVANCED]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        _lay_out(layout, plain)
        if advanced:
            self._fold(layout, advanced)

    @property
    def options(self) -> EditOptions:
        """What is chosen now."""
        return options_of({name: field.value for name, field in self.fields.items()})

    @property
    def empty(self) -> bool:
        """Whether there is nothing to ask."""
        return not self.fields

    def focus_first(self) -> None:
        """Put the cursor into the first field that takes words."""
        for field in self.fields.values():
            if field.parameter.kind is ParameterKind.TEXT and field.parameter.name not in ADVANCED:
                field.control.setFocus()
                return

    def _made(self, parameter: Parameter) -> Field:
        if parameter.kind is ParameterKind.BACKGROUND:
            field, picker = background_field(parameter, self._icons)
            picker.picture_wanted.connect(lambda path: self.picture_wanted.emit(path, picker.show_picture))
        else:
            field = field_of(parameter)
        field.changed.connect(self.changed)
        return field

    def _fold(self, layout: QVBoxLayout, fields: Sequence[Field]) -> None:
        folded = QWidget()
        inside = QVBoxLayout(folded)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(10)
        _lay_out(inside, fields)
        more = QToolButton()
        more.setProperty("role", "fold")
        more.setText("More")
        more.setAccessibleName("More options")
        more.setAccessibleDescription(", ".join(field.parameter.label for field in fields))
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        more.setIconSize(QSize(14, 14))
        more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        more.setCheckable(True)
        draw = partial(self._draw_fold, more)
        more.toggled.connect(folded.setVisible)
        more.toggled.connect(draw)
        self._icons.theme.changed.connect(draw)
        draw()
        folded.hide()
        layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(folded)

    def _draw_fold(self, more: QToolButton) -> None:
        more.setIcon(self._icons.icon("chevron-down" if more.isChecked() else "chevron-right", tint="muted", size=14))


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
