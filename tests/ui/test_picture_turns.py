"""Pictures are turned and flipped from the Image menu."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from support.repainting import screen_is_true
from support.windows import document_of

from editor.domain.geometry import Rect
from editor.domain.history import EntryKind
from editor.ui.history_panel import ICONS
from editor.ui.main_window import MainWindow
from editor.ui.picture_turns import TURNS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.mark.parametrize("command", TURNS)
def test_a_turn_is_a_step_that_is_seen(window: MainWindow, command: str) -> None:
    document, canvas = document_of(window), window.canvas
    width, height = document.size
    assert width != height
    document.mask.write(Rect(3, 4, 10, 20), np.full((20, 10), 255, np.uint8))
    canvas.zoom_at((0, 0), 3)

    window.commands[command].trigger()

    quarter = command in ("rotate_right", "rotate_left")
    assert document.size == ((height, width) if quarter else (width, height))
    assert document.mask.bounds[2:] == ((20, 10) if quarter else (10, 20))
    assert document.history.current.kind is EntryKind.TURN
    assert ICONS[document.history.current.kind]
    assert document.history.undo_label == window.commands[command].text()
    assert document.modified
    assert canvas.viewport.picture_rect.width <= canvas.width()
    assert screen_is_true(canvas)
    window.commands["undo"].trigger()
    assert document.size == (width, height)
    assert document.mask.bounds == Rect(3, 4, 10, 20)
    assert screen_is_true(canvas)


def test_corners_that_were_set_are_not_carried_into_the_turned_picture(window: MainWindow) -> None:
    canvas = window.canvas
    window.tools.choose("polygon")
    for place in (QPoint(300, 200), QPoint(360, 200), QPoint(360, 260)):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert canvas.hand.open
    window.commands["mirror"].trigger()
    assert not canvas.hand.open
    assert not document_of(window).mask.bounds


def test_without_a_picture_nothing_can_be_turned(window: MainWindow) -> None:
    window.commands["close"].trigger()
    assert not any(window.commands[command].isEnabled() for command in TURNS)
