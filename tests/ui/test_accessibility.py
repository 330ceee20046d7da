from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.repainting import pixels_of

from editor.domain.kinds import Operation
from editor.tools.registry import TOOLS
from editor.ui.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

INTERACTIVE = (QAbstractButton, QSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTabBar)
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    window.resize(1400, 900)
    return window


def _tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None:
            yield from _tree(child)


def _nameless(root: QWidget) -> list[str]:
    """What can have the focus, is seen, and says nothing."""
    return [
        str(one)
        for one in _tree(QAccessible.queryAccessibleInterface(root))
        if one.state().focusable
        and not one.state().invisible
        and not one.text(QAccessible.Text.Name).strip()
        and one.role() not in (QAccessible.Role.Window, QAccessible.Role.Client, QAccessible.Role.LayeredPane)
    ]


@pytest.mark.parametrize("operation", Operation)
def test_all_that_can_have_the_focus_says_what_it_is(window: MainWindow, operation: Operation) -> None:
    window.panels.edit.choose(operation)

    assert _nameless(window) == []


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_of_every_tool_says_what_it_is(window: MainWindow, tool: type) -> None:
    window.tools.choose(tool.id)

    assert _nameless(window.option_bar) == []


DIALOGS = ("keys", "shortcuts", "about", "help_tools", "file_settings", "grow_mask", "remember_mask", "ai_settings")


@pytest.mark.parametrize("command", DIALOGS)
def test_every_dialog_says_what_its_parts_are(window: MainWindow, command: str) -> None:
    window.commands["mask_everything"].trigger()
    before = set(QApplication.topLevelWidgets())
    window.commands[command].trigger()
    opened = [one for one in set(QApplication.topLevelWidgets()) - before if one.isVisible()]

    assert opened
    for dialog in opened:
        assert _nameless(dialog) == []
        dialog.close()


def _reached(window: MainWindow) -> set[QWidget]:
    """Where the Tab key leads, and what stands for others there."""
    start = walked = window.canvas
    found: set[QWidget] = set()
    while True:
        found.add(walked)
        walked = walked.nextInFocusChain()  # type: ignore[assignment]
        if walked is start:
            return {one for one in found if one.focusPolicy() & Qt.FocusPolicy.TabFocus}


@pytest.mark.parametrize("operation", [Operation.ERASE, Operation.OUTPAINT, Operation.REPLACE_BACKGROUND])
def test_the_tab_key_reaches_everything_that_is_seen(window: MainWindow, operation: Operation) -> None:
    window.panels.edit.choose(operation)
    window.tools.choose("polygon")
    reached = _reached(window)

    def within(part: QWidget, kinds: tuple[type, ...]) -> bool:
        parent = part.parentWidget()
        return parent is not None and (isinstance(parent, kinds) or within(parent, kinds))

    left_out = [
        f"{type(part).__name__} {part.accessibleName()!r}"
        for part in window.findChildren(QWidget)
        if isinstance(part, INTERACTIVE)
        and part.isVisible()
        and part.isEnabled()
        and not within(part, (QAbstractSpinBox, QComboBox, QAbstractItemView, QTabBar))
        and part not in reached
    ]
    assert left_out == []


def test_the_focus_is_seen_on_everything(window: MainWindow) -> None:
    window.activateWindow()
    window.panels.edit.choose(Operation.REPLACE_BACKGROUND)
    unseen, seen = [], 0
    for part in sorted(_reached(window), key=lambda one: one.accessibleName()):
        if not part.isVisible() or not part.isEnabled() or part is window.canvas:
            continue
        window.canvas.setFocus()
        QApplication.processEvents()
        without = pixels_of(part.grab().toImage())
        part.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        seen += part.hasFocus()
        if part.hasFocus() and np.array_equal(pixels_of(part.grab().toImage()), without):
            unseen.append(f"{type(part).__name__} {part.accessibleName()!r}")
    assert unseen == []
    assert seen > 25


def test_with_reduced_motion_the_route_strip_goes_at_once(window: MainWindow, qtbot: QtBot) -> None:
    strip = window.strip
    assert strip.animated is not window.commands["reduce_motion"].isChecked()
    if strip.animated:
        window.commands["reduce_motion"].trigger()
    strip.show()
    strip._linger.timeout.emit()
    assert not strip.isVisible()

    window.commands["reduce_motion"].trigger()
    strip.show()
    strip._linger.timeout.emit()
    assert strip.isVisible(), "it fades"
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_the_canvas_says_its_role_its_name_and_what_goes_on(window: MainWindow) -> None:
    canvas = window.canvas
    interface = QAccessible.queryAccessibleInterface(canvas)
    window.tools.choose("mask_brush")
    canvas.actual_size()

    assert interface.role() is QAccessible.Role.Canvas
    assert interface.text(QAccessible.Text.Name) == "Canvas"
    assert interface.text(QAccessible.Text.Value) == "Mask brush, zoom 100 %, 0.0 % masked"
    assert interface.text(QAccessible.Text.Help).startswith("Paint over what the edit shall change.")
    canvas.setFocus()
    canvas.place_pointer(QPointF(canvas.rect().center()))
    QTest.keyClick(canvas, Qt.Key.Key_Space, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Space, SHIFT)
    words = interface.text(QAccessible.Text.Value)
    assert words.startswith("Mask brush, zoom 100 %, ")
    assert "0.0 %" not in words
    assert words.endswith(tuple("0123456789")), "the place of the pointer is told last"
    assert "Released at" in words


def test_without_a_picture_the_canvas_has_no_value(qtbot: QtBot, tmp_path: Path) -> None:
    made = MainWindow(FakeSession(tmp_path), FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    interface = QAccessible.queryAccessibleInterface(made.canvas)

    assert interface.text(QAccessible.Text.Value) == ""
    assert interface.text(QAccessible.Text.Description) == "No picture is open."
