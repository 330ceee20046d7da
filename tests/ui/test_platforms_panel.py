"""The Platforms panel: rows in the order of trying, dragged with the pointer or moved with the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.fake_window import status

from editor.domain.status import KeySource, Standing
from editor.ui.platforms_panel import PlatformsPanel
from editor.ui.theme import Theme

# What Qt says of every window on its offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NAMES = ["stability", "replicate", "fal", "local"]


@pytest.fixture
def panel(qtbot: QtBot) -> PlatformsPanel:
    made = PlatformsPanel(Theme())
    qtbot.addWidget(made)
    made.resize(330, 260)
    made.show_statuses([status(name, Standing.READY, key_source=KeySource.KEYRING) for name in NAMES])
    made.show()
    return made


def drag(panel: PlatformsPanel, place: int, gap_row: int, *, below: bool = False) -> None:
    """Drag the row at ``place`` to the upper or lower edge of another one."""
    row, target = panel.rows[place], panel.rows[gap_row]
    start = row.rect().center()
    edge = target.geometry().bottom() - 2 if below else target.y() + 2
    end = QPoint(start.x(), edge - row.y())
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(row, (start + end) / 2)
    QTest.mouseMove(row, end)
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=end)


@pytest.mark.parametrize(
    "place, target, below, order",
    [
        (2, 0, False, ["fal", "stability", "replicate", "local"]),
        (0, 2, True, ["replicate", "fal", "stability", "local"]),
        (0, 3, True, ["replicate", "fal", "local", "stability"]),
        (1, 2, True, ["stability", "fal", "replicate", "local"]),
    ],
)
def test_a_dragged_row_lands_where_it_is_dropped(
    panel: PlatformsPanel, place: int, target: int, below: bool, order: list[str]
) -> None:
    orders: list[tuple[str, ...]] = []
    chosen: list[str] = []
    panel.reordered.connect(orders.append)
    panel.chosen.connect(chosen.append)
    drag(panel, place, target, below=below)
    assert [list(one) for one in orders] == [order]
    assert chosen == [], "a drag is no press"


def test_a_row_dropped_in_its_own_place_changes_nothing(panel: PlatformsPanel) -> None:
    orders: list[tuple[str, ...]] = []
    panel.reordered.connect(orders.append)
    drag(panel, 1, 1, below=True)
    drag(panel, 1, 1)
    assert orders == []


def test_a_press_opens_the_details(panel: PlatformsPanel, qtbot: QtBot) -> None:
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    qtbot.mouseClick(panel.rows[1], Qt.MouseButton.LeftButton)
    assert chosen == ["replicate"]


def test_the_keys_move_a_row_up_and_down(panel: PlatformsPanel, qtbot: QtBot) -> None:
    orders: list[tuple[str, ...]] = []
    panel.reordered.connect(orders.append)
    qtbot.keyClick(panel.rows[2], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(panel.rows[0], Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(panel.rows[0], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [list(one) for one in orders] == [
        ["stability", "fal", "replicate", "local"],
        ["replicate", "stability", "fal", "local"],
    ]


def test_an_old_answer_asks_for_fresh_states(qtbot: QtBot) -> None:
    panel = PlatformsPanel(Theme(), clock=lambda: 0.0)
    qtbot.addWidget(panel)
    panel.show()
    ready = status("fal", Standing.READY, key_source=KeySource.KEYRING, age=299.9, relied_on=300.0)
    with qtbot.waitSignal(panel.expired, timeout=3000):
        panel.show_statuses([ready])
