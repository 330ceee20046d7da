"""Icons are sharp on every screen, also on one that is plugged in later."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from editor.ui.icons import IconButton, Icons
from editor.ui.theme import Theme


@pytest.fixture
def icons(qtbot: QtBot) -> Icons:
    return Icons(Theme())


def sides(icons: Icons, scale: float) -> int:
    """How many pixels wide the icon is that a screen of this ratio gets."""
    return icons.icon("eraser").pixmap(QSize(20, 20), scale).width()


def test_an_icon_is_drawn_for_the_screens_there_are_and_for_one_that_comes(icons: Icons, qtbot: QtBot) -> None:
    button = IconButton(icons, "eraser")
    qtbot.addWidget(button)
    assert sides(icons, 2.0) == 20
    before = button.icon().cacheKey()

    icons.sharpen(2.0)

    assert sides(icons, 2.0) == 40
    assert sides(icons, 1.0) == 20
    assert button.icon().cacheKey() != before


def test_a_ratio_that_is_known_draws_nothing_anew(icons: Icons) -> None:
    icon = icons.icon("eraser")
    icons.sharpen(1.0)
    assert icons.icon("eraser") is icon
