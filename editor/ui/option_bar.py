"""The bar below the menus: the current tool's options at the left, undo and redo at the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QFrame, QHBoxLayout, QSlider, QSpinBox, QToolButton, QWidget

from editor.ui.actions import Actions
from editor.ui.icons import IconLabel, Icons
from editor.ui.labels import label

STEPS = 1000
"""Positions of a slider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A number that the user may set. ``curve`` > 1 gives small values more of the slider's way."""

    id: str
    text: str
    unit: str
    least: int
    most: int
    default: int
    curve: float = 1.0
    slider: bool = True


OPTIONS = (
    Option(id="size", text="Size", unit="px", least=1, most=2000, default=64, curve=2.6),
    Option(id="hardness", text="Hardness", unit="%", least=0, most=100, default=80),
    Option(id="feather", text="Feather", unit="px", least=0, most=100, default=6, curve=2.0),
    Option(id="grow", text="Grow", unit="px", least=0, most=100, default=4, slider=False),
)


class OptionField(QWidget):
    """A word, a slider and a number for one option."""

    changed = Signal(str, int)

    def __init__(self, option: Option) -> None:
        super().__init__()
        self._option = option
        layout = self._content = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        caption = label(option.text, "muted")
        layout.addWidget(caption)
        self._slider = self._made_slider() if option.slider else None
        if self._slider is not None:
            layout.addWidget(self._slider)
        self._number = self._made_number()
        caption.setBuddy(self._number)
        layout.addWidget(self._number)
        self.show_value(option.default)

    def show_slider(self, visible: bool) -> None:
        """Show or hide the slider; the number stays."""
        if self._slider is not None:
            self._slider.setVisible(visible)
            self._content.activate()

    @property
    def value(self) -> int:
        """The option's value."""
        return self._number.value()

    def show_value(self, value: int) -> None:
        """Show a value without telling anyone."""
        with QSignalBlocker(self._number):
            self._number.setValue(value)
        self._place(self._number.value())

    def _made_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setPageStep(STEPS // 10)
        slider.setSingleStep(STEPS // 100)
        slider.setMinimumWidth(48)
        slider.setMaximumWidth(110)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName(f"{self._option.text} slider")
        slider.valueChanged.connect(self._slid)
        return slider

    def _made_number(self) -> QSpinBox:
        number = QSpinBox()
        number.setProperty("role", "value")
        number.setRange(self._option.least, self._option.most)
        number.setSuffix(f" {self._option.unit}")
        number.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        number.setAccessibleName(f"{self._option.text} in {'percent' if self._option.unit == '%' else 'pixels'}")
        number.setFixedWidth(68 if self._option.most > 999 else 56)
        number.setKeyboardTracking(False)
        number.valueChanged.connect(self._typed)
        number.lineEdit().returnPressed.connect(number.clearFocus)
        return number

    def _slid(self, position: int) -> None:
        share = (position / STEPS) ** self._option.curve
        value = round(self._option.least + share * (self._option.most - self._option.least))
        with QSignalBlocker(self._number):
            self._number.setValue(value)
        self.changed.emit(self._option.id, value)

    def _typed(self, value: int) -> None:
        self._place(value)
        self.changed.emit(self._option.id, value)

    def _place(self, value: int) -> None:
        if self._slider is None:
            return
        share = (value - self._option.least) / (self._option.most - self._option.least)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(STEPS * share ** (1 / self._option.curve)))


class OptionBar(QFrame):
    """Names the tool in use and holds its options. ``option_changed`` carries the option's id and value."""

    option_changed = Signal(str, int)

    def __init__(self, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("optionBar")
        self.setFixedHeight(41)
        self._icon = IconLabel(icons, "brush")
        self._name = label("", "strong")
        self._hint = label("", "muted")
        self._fields = {option.id: OptionField(option) for option in OPTIONS}
        layout = self._content = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 12, 0)
        layout.setSpacing(20)
        layout.addWidget(self._icon)
        layout.addWidget(self._name)
        layout.addWidget(self._hint)
        for field in self._fields.values():
            field.changed.connect(self.option_changed)
            layout.addWidget(field, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        for id in ("undo", "redo"):
            layout.addWidget(_tool_button(actions, id))
            layout.setSpacing(16)

    def value(self, option: str) -> int:
        """The value of an option by id."""
        return self._fields[option].value

    def show_value(self, option: str, value: int) -> None:
        """Show an option's value without telling anyone."""
        self._fields[option].show_value(value)

    def show_tool(self, *, name: str, icon: str, hint: str, options: tuple[str, ...]) -> None:
        """Show a tool with those of the options that it has, and a hint where it has none."""
        self._icon.show_icon(icon)
        self._name.setText(name)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        for id, field in self._fields.items():
            field.setVisible(id in options)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the window."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Do without the sliders where they would cut the words short."""
        for visible in (True, False):
            for field in self._fields.values():
                field.show_slider(visible)
            self._content.invalidate()
            if self._content.minimumSize().width() <= self.width():
                return


def _tool_button(actions: Actions, id: str) -> QToolButton:
    result = QToolButton()
    result.setDefaultAction(actions[id])
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAccessibleName(actions[id].text())
    return result
