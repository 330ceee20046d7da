"""The bar below the menus: the current tool's options at the left, undo and redo at the right."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from editor.tools.base import Tool
from editor.tools.options import Number, Option, Value
from editor.tools.registry import TOOLS
from editor.ui.actions import Actions
from editor.ui.icons import IconButton, IconLabel, Icons
from editor.ui.labels import ElidedLabel, button, label
from editor.ui.option_fields import NumberField, OptionField, field_of

FEATHER = Number(
    id="feather",
    text="Feather",
    unit="px",
    least=0,
    most=100,
    default=6,
    curve=2.0,
    hint="Softens the edge of the whole mask",
)
GROW = Number(
    id="grow",
    text="Grow",
    unit="px",
    least=0,
    most=100,
    default=4,
    slider=False,
    hint="Makes the whole mask larger by so many pixels",
)
MASK_OPTIONS = (FEATHER, GROW)
"""What belongs to the picture's mask, whichever tool painted it."""
GAP = 6


class MoreOptions(QFrame):
    """The options of a tool that are seldom changed, in a small window of their own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popover")
        self.setAccessibleName("More options")
        self._anchor: QWidget | None = None
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(14, 12, 14, 12)
        self.rows.setSpacing(8)

    def open_below(self, anchor: QWidget) -> None:
        """Show it below a button."""
        self._anchor = anchor
        fields = [field for field in self.findChildren(NumberField) if field.isVisibleTo(self)]
        widest = max((field.caption_width for field in fields), default=0)
        for field in fields:
            field.align(widest)
        self.adjustSize()
        self.move(anchor.mapToGlobal(QPoint(0, anchor.height() + GAP)))
        self.show()
        self.focusNextChild()

    def hideEvent(self, event: QHideEvent) -> None:
        """The button is not told that the pointer left it while the small window had the pointer."""
        super().hideEvent(event)
        if self._anchor is not None:
            inside = self._anchor.rect().contains(self._anchor.mapFromGlobal(QCursor.pos()))
            self._anchor.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, inside)
            self._anchor.update()


class OptionBar(QFrame):
    """Names the tool in use and holds its options. ``option_changed`` carries the option's id and value."""

    option_changed = Signal(str, object)
    left = Signal()
    """A number was typed: the keys are the canvas's again."""
    confirmed = Signal()
    cancelled = Signal()

    def __init__(self, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("optionBar")
        self.setFixedHeight(41)
        self._fields: dict[str, OptionField] = {}
        self._icon = IconLabel(icons, "brush")
        self._name = label("", "strong")
        self._popover = MoreOptions(self)
        self._places = QHBoxLayout()
        self._places.setSpacing(18)
        # Made in the order in which the Tab key walks through them.
        for option in (*(option for tool in TOOLS for option in tool.options), *MASK_OPTIONS):
            self._add(option, icons)
        self._more = IconButton(icons, "sliders-horizontal", size=16)
        self._more.setAccessibleName("More options")
        self._more.setToolTip("More options of the brush")
        self._more.clicked.connect(lambda: self._popover.open_below(self._more))
        self.apply = button("Apply", "primary")
        self.apply.setToolTip("Finish (Enter)")
        self.apply.clicked.connect(self.confirmed)
        self.reset = button("Reset")
        self.reset.setToolTip("Begin again (Esc)")
        self.reset.clicked.connect(self.cancelled)
        self._hint = ElidedLabel("", "muted")
        layout = self._content = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 12, 0)
        layout.setSpacing(16)
        layout.addWidget(self._icon)
        layout.addWidget(self._name)
        layout.addLayout(self._places)
        for part in (self._more, self.apply, self.reset):
            layout.addWidget(part)
        layout.addWidget(self._hint, 1)
        for id in ("undo", "redo"):
            layout.addWidget(_tool_button(actions, id))
        self.apply.hide()
        self.reset.hide()

    def value(self, option: str) -> Value:
        """The value of an option by id."""
        return self._fields[option].value

    def number(self, option: str) -> int:
        """The value of an option that is a whole number."""
        return round(float(self.value(option)))

    def show_value(self, option: str, value: object) -> None:
        """Show an option's value without telling anyone."""
        self._fields[option].show_value(value)

    def show_tool(self, tool: type[Tool]) -> None:
        """Show a tool with its options."""
        self._icon.show_icon(tool.icon)
        self._name.setText(tool.caption)
        self._hint.show_text("" if any(not option.more for option in tool.options) and tool.masks else tool.hint)
        self.setToolTip(tool.hint)
        shown = {option.id for option in tool.options} | ({one.id for one in MASK_OPTIONS} if tool.masks else set())
        for id, field in self._fields.items():
            field.setVisible(id in shown)
        self._more.setVisible(any(option.more for option in tool.options))
        self._fit()

    def show_open(self, open: bool) -> None:
        """Whether the tool keeps something open that can be applied or begun again."""
        if open != self.apply.isVisibleTo(self):
            self.apply.setVisible(open)
            self.reset.setVisible(open)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the window."""
        super().resizeEvent(event)
        self._fit()

    def _add(self, option: Option, icons: Icons) -> None:
        """Make the control of an option; tools that name the same one share it."""
        if option.id in self._fields:
            return
        field = self._fields[option.id] = field_of(option, icons)
        field.changed.connect(self.option_changed)
        if option.more:
            self._popover.rows.addWidget(field)
        else:
            field.left.connect(self.left)
            self._places.addWidget(field, 0, Qt.AlignmentFlag.AlignVCenter)

    def _fit(self) -> None:
        """Do without the sliders where they would cut the words short."""
        for visible in (True, False):
            for field in self._fields.values():
                field.show_slider(visible or field.option.more)
            self._places.invalidate()
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
