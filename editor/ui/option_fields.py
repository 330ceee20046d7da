"""The controls of the option bar, one kind for each kind of option."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSlider,
    QWidget,
)

from editor.tools.options import Choice, Flag, Number, Option, Value
from editor.ui.icons import IconButton, Icons
from editor.ui.labels import label
from editor.ui.number_box import NumberBox

STEPS = 1000
"""Positions of a slider."""
UNITS = {"px": "pixels", "%": "percent", "°": "degrees"}


class _Field(QWidget):
    """``changed`` carries the option's id and the value that the user gave."""

    changed = Signal(str, object)
    left = Signal()
    """There is no more to type."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.option = option
        self._content = QHBoxLayout(self)
        self._content.setContentsMargins(0, 0, 0, 0)
        self._content.setSpacing(8)
        self.setToolTip(option.hint)

    def show_slider(self, visible: bool) -> None:
        """Show or hide what the field can do without."""

    def _tell(self, value: Value) -> None:
        self.changed.emit(self.option.id, value)


class NumberField(_Field):
    """A word, a slider and a number."""

    def __init__(self, option: Number) -> None:
        super().__init__(option)
        self._option = option
        caption = self._caption = label(option.text, "muted")
        self._content.addWidget(caption)
        self._slider = self._made_slider() if option.slider else None
        if self._slider is not None:
            self._content.addWidget(self._slider)
        self._number = self._made_number()
        caption.setBuddy(self._number)
        self._content.addWidget(self._number)
        self.show_value(option.default)

    @property
    def caption_width(self) -> int:
        """What the word takes by itself."""
        return self._caption.sizeHint().width()

    def align(self, width: int) -> None:
        """Give the word so much room, that of others below one another."""
        self._caption.setMinimumWidth(width)

    @property
    def value(self) -> float:
        """The number; whole where it has no decimals."""
        value = self._number.value()
        return value if self._option.decimals else round(value)

    def show_value(self, value: object) -> None:
        """Show a number."""
        with QSignalBlocker(self._number):
            self._number.setValue(self._option.fitted(value))
        self._place(self._number.value())

    def show_slider(self, visible: bool) -> None:
        """Show or hide the slider; the number stays."""
        if self._slider is not None:
            self._slider.setVisible(visible)
            self._content.activate()

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

    def _made_number(self) -> NumberBox:
        option, number = self._option, NumberBox()
        number.setProperty("role", "value")
        number.setDecimals(option.decimals)
        number.setRange(option.least, option.most)
        if option.unit:
            number.setSuffix(f" {option.unit}")
        number.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        number.setAccessibleName(f"{option.text} in {UNITS[option.unit]}" if option.unit else option.text)
        number.setFixedWidth(68 if option.most > 999 or option.decimals else 56)
        number.valueChanged.connect(self._typed)
        number.left.connect(self.left)
        return number

    def _slid(self, position: int) -> None:
        option = self._option
        share = (position / STEPS) ** option.curve
        with QSignalBlocker(self._number):
            self._number.setValue(option.fitted(option.least + share * (option.most - option.least)))
        self._tell(self.value)

    def _typed(self, value: float) -> None:
        self._place(value)
        self._tell(self.value)

    def _place(self, value: float) -> None:
        if self._slider is None:
            return
        share = (value - self._option.least) / (self._option.most - self._option.least)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(STEPS * share ** (1 / self._option.curve)))


class FlagField(_Field):
    """A box to tick."""

    def __init__(self, option: Flag) -> None:
        super().__init__(option)
        self._box = QCheckBox(option.text)
        self._box.setToolTip(option.hint)
        self._box.toggled.connect(self._tell)
        self._content.addWidget(self._box)
        self.show_value(option.default)

    @property
    def value(self) -> bool:
        """Whether it is ticked."""
        return self._box.isChecked()

    def show_value(self, value: object) -> None:
        """Tick it or not."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(self.option.fitted(value)))


class ChoiceField(_Field):
    """A list that drops down."""

    def __init__(self, option: Choice) -> None:
        super().__init__(option)
        caption = label(option.text, "muted")
        self._list = QComboBox()
        self._list.setAccessibleName(option.text)
        for id, words in option.choices:
            self._list.addItem(words, id)
        caption.setBuddy(self._list)
        self._list.currentIndexChanged.connect(lambda _place: self._tell(self.value))
        # Who points at a choice is done; who walks through them with the arrow keys is not.
        self._pointed = False
        self._list.view().pressed.connect(self._point)
        self._list.activated.connect(self._take)
        self._content.addWidget(caption)
        self._content.addWidget(self._list)
        self.show_value(option.default)

    @property
    def value(self) -> str:
        """The word in the settings."""
        return str(self._list.currentData())

    def show_value(self, value: object) -> None:
        """Show one of the choices."""
        with QSignalBlocker(self._list):
            self._list.setCurrentIndex(self._list.findData(self.option.fitted(value)))

    def _point(self) -> None:
        self._pointed = True

    def _take(self) -> None:
        pointed, self._pointed = self._pointed, False
        if pointed:
            self.left.emit()


class IconChoiceField(_Field):
    """A button for each choice, side by side."""

    def __init__(self, option: Choice, icons: Icons) -> None:
        super().__init__(option)
        self._ids = [id for id, _words in option.choices]
        self._group = QButtonGroup(self)
        frame = QFrame()
        frame.setObjectName("segments")
        parts = QHBoxLayout(frame)
        parts.setContentsMargins(2, 2, 2, 2)
        parts.setSpacing(2)
        for place, ((_id, words), icon) in enumerate(zip(option.choices, option.icons, strict=True)):
            part = IconButton(icons, icon, size=16)
            part.setIconSize(QSize(16, 16))
            part.setProperty("role", "segment")
            part.setCheckable(True)
            part.setToolTip(f"{words}\n{option.hint}")
            part.setAccessibleName(f"{option.text}: {words}")
            self._group.addButton(part, place)
            parts.addWidget(part)
        self._group.idClicked.connect(lambda _place: self._tell(self.value))
        self._content.addWidget(frame)
        self.show_value(option.default)

    @property
    def value(self) -> str:
        """The word in the settings."""
        return self._ids[self._group.checkedId()]

    def show_value(self, value: object) -> None:
        """Press one of the buttons."""
        self._group.button(self._ids.index(str(self.option.fitted(value)))).setChecked(True)


OptionField = NumberField | FlagField | ChoiceField | IconChoiceField
"""Shows the ``value`` of one option; ``show_value`` shows another, where it makes sense, and tells nobody."""


def field_of(option: Option, icons: Icons) -> OptionField:
    """The control for an option."""
    match option:
        case Number():
            return NumberField(option)
        case Flag():
            return FlagField(option)
        case Choice():
            return IconChoiceField(option, icons) if option.icons else ChoiceField(option)
