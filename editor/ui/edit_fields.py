"""Fields that ask for an operation's parameters: words, numbers, choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from editor.operations.parameters import Parameter, ParameterKind
from editor.ui.labels import button, label, row
from editor.ui.segments import Segments

HEIGHT = 30
"""Of a field of one line, in device-independent pixels."""
LEAST_LINES, MOST_LINES = 2, 6
SEED_DIGITS = 10
USUAL = (2.0, 4.0, 8.0)
"""Scales with a button each."""
MOST_NUMBER = 1_000_000
"""For numbers without a bound of their own."""


class Field(QWidget):
    """A label over a control that asks for one parameter. ``changed`` tells that :attr:`value` is another."""

    changed = Signal()

    def __init__(
        self,
        parameter: Parameter,
        control: QWidget,
        read: Callable[[], Any],
        write: Callable[[Any], object] | None = None,
    ) -> None:
        super().__init__()
        self.parameter = parameter
        self.control = control
        self._read = read
        self._write = write
        control.setAccessibleName(parameter.label)
        control.setAccessibleDescription(parameter.help)
        control.setToolTip(_sentence(parameter.help))
        if isinstance(control, QLineEdit | QAbstractSpinBox):
            control.setFixedHeight(HEIGHT)
        caption = label(parameter.label, "small")
        caption.setBuddy(control)
        self._line = row(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(caption)
        column.addLayout(self._line)

    @property
    def value(self) -> Any:
        """What was chosen; None where it is left to others."""
        return self._read()

    def show_value(self, value: Any) -> None:
        """Choose ``value``. TypeError where only the user can choose."""
        if self._write is None:
            raise TypeError(f"{self.parameter.label} is chosen by the user alone")
        self._write(value)

    def offer(self, usual: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Put buttons for usual values beside the control: what stands on each, and what it does."""
        for word, take in usual:
            part = button(word)
            part.setAccessibleName(f"{self.parameter.label} {word}")
            part.clicked.connect(take)
            self._line.addWidget(part)


class WheelGuard(QObject):
    """Lets the wheel change a number only where the number has the keys: otherwise the panel scrolls."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the wheel from a number that nobody has chosen."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class WordsEdit(QPlainTextEdit):
    """Some lines of words; it grows with them. Tab leaves it, as the arrow keys do not."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A plain text counts its height in lines.
        lines = min(max(round(self.document().size().height()), LEAST_LINES), MOST_LINES)
        margins = self.contentsMargins()
        frame = margins.top() + margins.bottom() + 2 * round(self.document().documentMargin())
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + frame)


class ScaleBox(QDoubleSpinBox):
    """A number without needless zeros: ``×2``, ``×1.5``."""

    def textFromValue(self, value: float) -> str:
        """The number as short as it can be."""
        return f"{value:g}"


def field_of(parameter: Parameter) -> Field:
    """The field that suits ``parameter``; a background has one of its own, :mod:`editor.ui.background_field`."""
    if parameter.kind is ParameterKind.CHOICE:
        return _choice(parameter)
    if parameter.kind is ParameterKind.NUMBER:
        return _number(parameter)
    if parameter.kind is ParameterKind.INTEGER:
        return _optional_number(parameter) if parameter.default is None else _whole_number(parameter)
    return _line(parameter) if parameter.name == "search" else _words(parameter)


def _words(parameter: Parameter) -> Field:
    edit = WordsEdit()
    edit.setPlaceholderText(_sentence(parameter.help))
    field = Field(parameter, edit, edit.toPlainText)
    edit.textChanged.connect(field.changed)
    return field


def _line(parameter: Parameter) -> Field:
    edit = QLineEdit()
    edit.setPlaceholderText(_sentence(parameter.help))
    field = Field(parameter, edit, edit.text)
    edit.textChanged.connect(field.changed)
    return field


def _optional_number(parameter: Parameter) -> Field:
    edit = QLineEdit()
    edit.setPlaceholderText("Any")
    edit.setValidator(QRegularExpressionValidator(QRegularExpression(rf"\d{{0,{SEED_DIGITS}}}"), edit))
    field = Field(parameter, edit, lambda: int(edit.text()) if edit.text() else None)
    edit.textChanged.connect(field.changed)
    return field


def _whole_number(parameter: Parameter) -> Field:
    box = QSpinBox()
    box.setRange(int(parameter.least or 0), int(parameter.most or MOST_NUMBER))
    box.setValue(int(parameter.default))
    return _boxed(parameter, box)


def _number(parameter: Parameter) -> Field:
    box = ScaleBox()
    # Fine enough to reach any size in pixels.
    box.setDecimals(4)
    box.setRange(parameter.least or 0.0, parameter.most or MOST_NUMBER)
    box.setSingleStep(0.5)
    box.setPrefix("×")
    box.setValue(parameter.default)
    field = _boxed(parameter, box)
    field.offer([(f"×{value:g}", partial(box.setValue, value)) for value in USUAL if value <= box.maximum()])
    return field


def _boxed(parameter: Parameter, box: QSpinBox | QDoubleSpinBox) -> Field:
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.installEventFilter(WheelGuard(box))
    field = Field(parameter, box, box.value, box.setValue)
    box.valueChanged.connect(lambda: field.changed.emit())
    return field


def _choice(parameter: Parameter) -> Field:
    segments = Segments([word.capitalize() for word in parameter.choices], name=parameter.label)
    segments.choose(parameter.choices.index(parameter.default))
    field = Field(parameter, segments, lambda: parameter.choices[segments.place])
    segments.chosen.connect(lambda: field.changed.emit())
    return field


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
