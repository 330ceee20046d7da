from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSlider, QTreeWidget
from pytestqt.qtbot import QtBot
from support.fake_window import LINKS, FakeRunner, FakeSession

from editor.domain.attempt import AttemptStarted, JobStarted
from editor.domain.kinds import OperationType
from editor.tools.base import PointerEvent
from editor.ui.command_palette import CommandPalette
from editor.ui.main_window import LEAST_SIZE, MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, runner: FakeRunner) -> Iterator[MainWindow]:
    """A window as small as it can be."""
    made = MainWindow(FakeSession(tmp_path), runner)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(*LEAST_SIZE)
    made.show()
    qtbot.waitUntil(lambda: bool(made.panels.platforms.rows))
    QApplication.processEvents()
    return made


def test_no_words_of_the_platforms_lie_over_one_another(window: MainWindow) -> None:
    for row in window.panels.platforms.rows:
        lines = [part.geometry() for part in row.findChildren(QLabel) if part.text()]
        assert not any(a.intersects(b) for place, a in enumerate(lines) for b in lines[place + 1 :])
        assert all(part.height() >= part.fontMetrics().height() for part in row.findChildren(QLabel) if part.text())


def test_the_panels_scroll_only_where_they_must(window: MainWindow) -> None:
    assert window.panels.verticalScrollBar().maximum() > 0
    window.resize(1000, 860)
    QApplication.processEvents()
    assert window.panels.verticalScrollBar().maximum() == 0


def test_no_word_of_the_options_is_cut(window: MainWindow) -> None:
    for part in window.option_bar.findChildren(QLabel):
        if part.isVisible() and part.text():
            assert part.width() >= part.fontMetrics().horizontalAdvance(part.text())
    window.resize(1440, 900)
    QApplication.processEvents()
    sliders = [slider.accessibleName() for slider in window.option_bar.findChildren(QSlider) if slider.isVisible()]
    assert sliders == ["Size slider", "Hardness slider", "Feather slider"]


def test_the_route_strip_stays_within_the_canvas(window: MainWindow, runner: FakeRunner) -> None:
    window.open_paths([Path("/pictures/photo.png")])
    window.canvas.begin_stroke(PointerEvent(x=80, y=60))
    window.canvas.finish_stroke()
    window.commands["run_edit"].trigger()
    (job,) = runner.jobs
    runner.reported.emit(JobStarted(job=job, operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    runner.reported.emit(AttemptStarted(job=job, cycle=1, link=LINKS[1], model="a-model-with-a-rather-long-name"))
    QApplication.processEvents()
    assert window.strip.isVisible()
    assert window.strip.geometry().left() >= 0
    assert window.strip.geometry().right() <= window.strip.parentWidget().width()


def test_the_palette_passes_over_what_cannot_be_done(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["palette"].trigger()
    (palette,) = window.findChildren(CommandPalette)
    field, commands = palette.findChild(QLineEdit), palette.findChild(QTreeWidget)
    assert field is not None
    assert commands is not None
    qtbot.keyClicks(field, "the")
    able = {action.data() or action.text() for action in window.commands if action.isEnabled()}
    possible = [words for words in palette.shown if words in able]
    assert palette.shown[0] not in able, "what cannot be done comes first here"
    taken = []
    for _ in range(3):
        taken.append(commands.currentItem().text(0))
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert taken == possible[:3]


def test_files_that_were_refused_together_are_told_together(window: MainWindow) -> None:
    window.open_paths([Path(f"/pictures/{name}") for name in ("a.txt", "photo.png", "b.txt")])
    notice = window.messages.notice
    assert notice is not None
    assert notice.words.splitlines() == [
        "a.txt is not a picture that can be opened.",
        "b.txt is not a picture that can be opened.",
    ]
    window.open_paths([Path(f"/pictures/{place}.txt") for place in range(8)])
    assert window.messages.notice is not None
    assert window.messages.notice.words.endswith("\n3 more could not be opened.")


def test_the_message_is_high_enough_for_its_words(window: MainWindow) -> None:
    window.open_paths([Path("/pictures/a.txt")])
    low = window.messages.height()
    window.open_paths([Path(f"/pictures/{place}.txt") for place in range(5)])
    assert window.messages.height() >= 5 * window.messages.fontMetrics().height() + 24
    window.open_paths([Path("/pictures/a.txt")])
    assert window.messages.height() == low


def test_the_first_window_leaves_room_for_its_title_bar(qtbot: QtBot, tmp_path: Path, runner: FakeRunner) -> None:
    made = MainWindow(FakeSession(tmp_path), runner)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    assert made.height() <= made.screen().availableSize().height() - 40
