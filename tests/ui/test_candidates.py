"""Comparing platforms in the window, and choosing among an edit's candidates."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession, status

from editor.domain.kinds import Operation
from editor.domain.status import Standing
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent
from editor.ui.compare_dialog import CompareDialog, price_words, total_words
from editor.ui.main_window import MainWindow

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    made = FakeSession(tmp_path)
    made.statuses = [
        status("stability", Standing.READY),
        status("replicate", Standing.READY),
        status("fal"),
        status("local", Standing.READY),
    ]
    return made


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    paint(window)
    return window


def paint(window: MainWindow, x: float = 80, y: float = 60) -> None:
    window.canvas.begin_stroke(PointerEvent(x=x, y=y))
    window.canvas.finish_stroke()


def current(window: MainWindow) -> Picture:
    picture = window.workspace.current
    assert picture is not None
    return picture


def value(window: MainWindow) -> int:
    return int(current(window).document.pixels.array[60, 80, 0])


def compare(window: MainWindow) -> CompareDialog:
    window.commands["compare"].trigger()
    (dialog,) = [child for child in window.findChildren(CompareDialog) if child.isVisible()]
    return dialog


def compared(window: MainWindow, runner: FakeRunner, **ways: tuple[str, ...]) -> None:
    compare(window).run.click()
    runner.serve_compared("job-1", **ways)


def test_the_dialog_offers_who_can_serve_with_prices_and_their_sum(window: MainWindow, runner: FakeRunner) -> None:
    dialog = compare(window)
    assert dialog.chosen == ("stability", "replicate", "local")
    assert not dialog.boxes["fal"].isEnabled()
    assert dialog.total == "Together about $0.10"
    dialog.boxes["stability"].setChecked(False)
    assert dialog.total == "Together about $0.05"
    dialog.boxes["local"].setChecked(False)
    assert dialog.total == "Choose two platforms or more."
    assert not dialog.run.isEnabled()
    dialog.boxes["local"].setChecked(True)
    dialog.run.click()
    assert runner.compared == {"job-1": ("replicate", "local")}
    assert not dialog.isVisible()


def test_prices_in_words() -> None:
    assert [price_words(usd) for usd in (None, 0.0, 0.05, 0.003)] == [
        "price unknown",
        "free",
        "about $0.05",
        "about $0.0030",
    ]
    assert total_words([None, None]) == "Together: price unknown"
    assert total_words([None, 0.05]) == "Together about $0.05, and what has no known price"


def test_candidates_change_places_in_one_step(window: MainWindow, runner: FakeRunner, qtbot: QtBot) -> None:
    before = value(window)
    compared(window, runner)
    bar, history = window.candidates, current(window).document.history
    assert bar.isVisible()
    assert [tile.accessibleName() for tile in bar.tiles] == [
        "Stability AI, 0.0 s · free",
        "Replicate, 0.0 s · free",
        "On this computer, 0.0 s · free",
    ]
    assert value(window) == 128
    assert [entry.label for entry in history.entries] == ["Opened photo.png", "Mask stroke", "Erase"]
    qtbot.mouseClick(bar.tiles[1], Qt.MouseButton.LeftButton)
    assert value(window) == 129
    assert history.current.receipt is not None and history.current.receipt.served_by is not None
    assert history.current.receipt.served_by.platform == "replicate"
    assert history.current.thumbnail is not None
    bar.tiles[1].setFocus()
    qtbot.keyClick(bar.tiles[1], Qt.Key.Key_Right)
    assert value(window) == 130
    assert len(history.entries) == 3
    assert len(runner.jobs) == 1, "nothing is spent anew"
    window.commands["undo"].trigger()
    assert value(window) == before
    assert not bar.isVisible()
    window.commands["redo"].trigger()
    assert value(window) == 130
    assert bar.isVisible()


def test_keep_closes_and_the_history_leads_back(window: MainWindow, runner: FakeRunner, qtbot: QtBot) -> None:
    compared(window, runner)
    qtbot.mouseClick(window.candidates.keep_button, Qt.MouseButton.LeftButton)
    assert not window.candidates.isVisible()
    window.panels.history.show_candidates()
    assert window.candidates.isVisible()


def test_a_later_edit_lies_on_top(window: MainWindow, runner: FakeRunner) -> None:
    compared(window, runner)
    paint(window, 82, 62)
    assert all(tile.isEnabled() for tile in window.candidates.tiles), "a mask is not in the way"
    window.handlers.run_edit()
    runner.serve("job-2")
    assert not any(tile.isEnabled() for tile in window.candidates.tiles)
    window.commands["undo"].trigger()
    assert all(tile.isEnabled() for tile in window.candidates.tiles)


def test_one_that_fails_is_told_and_one_candidate_is_no_choice(window: MainWindow, runner: FakeRunner) -> None:
    compared(window, runner, failing=("replicate", "local"))
    assert not window.candidates.isVisible()
    assert value(window) == 128
    assert window.messages.notice is not None
    assert "Replicate made no candidate: out of credits." in window.messages.notice.words


def test_candidates_of_another_size_open_in_tabs(window: MainWindow, runner: FakeRunner) -> None:
    window.panels.edit.choose(Operation.UPSCALE)
    compared(window, runner)
    names = [picture.document.name for picture in window.workspace.pictures]
    assert names == [
        "photo.png",
        "photo – enlarged, Stability AI",
        "photo – enlarged, Replicate",
        "photo – enlarged, On this computer",
    ]


def test_the_choice_belongs_to_its_picture(window: MainWindow, runner: FakeRunner) -> None:
    compared(window, runner)
    window.open_paths([Path("/pictures/other.png")])
    assert not window.candidates.isVisible()
    window.workspace.select(0)
    assert window.candidates.isVisible()


@pytest.mark.parametrize("width", [820, 1000, 1600])
def test_the_bar_fits_into_the_window(window: MainWindow, runner: FakeRunner, qtbot: QtBot, width: int) -> None:
    compared(window, runner)
    window.resize(width, 640)
    qtbot.waitUntil(lambda: window.width() == width)
    stage = window.candidates.parentWidget()
    assert stage is not None
    assert stage.rect().contains(window.candidates.geometry())
