"""What the window does so that nothing is lost: autosave, the offer after a crash, files of others, running again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession

from editor.domain.attempt import Cost
from editor.domain.kept import KeptUnavailable
from editor.domain.kinds import CostSource
from editor.domain.left_open import LeftOpen
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent
from editor.ui.autosaver import Autosaver
from editor.ui.file_settings import FileSettings
from editor.ui.main_window import MainWindow
from editor.ui.recovered_pictures import left_words
from editor.ui.remedies import Notice, RemedyKind
from editor.ui.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PHOTO = Path("/pictures/photo.png")


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> Iterator[MainWindow]:
    made = opened(qtbot, session, runner)
    made.open_paths([PHOTO])
    yield made
    for picture in made.workspace.pictures:
        picture.document.modified = False


def opened(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> MainWindow:
    made = MainWindow(session, runner)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(lambda: bool(made.panels.platforms.rows))
    return made


def current(window: MainWindow) -> Picture:
    picture = window.workspace.current
    assert picture is not None
    return picture


def paint(window: MainWindow) -> None:
    window.canvas.begin_stroke(PointerEvent(x=80, y=60))
    window.canvas.finish_stroke()


def offered(window: MainWindow) -> list[RemedyKind]:
    notice = window.messages.notice
    return [] if notice is None else [remedy.kind for remedy in notice.remedies]


def press(window: MainWindow, words: str) -> None:
    next(button for button in window.messages.buttons if button.text() == words).click()


# Autosave


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def saver(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> Autosaver:
    workspace = Workspace()
    made = Autosaver(session, runner, workspace, may_save=lambda: made.allowed, now=Clock())  # type: ignore[arg-type, attr-defined]
    made.allowed, made.workspace = True, workspace  # type: ignore[attr-defined]
    picture = session.pictures.open(PHOTO)
    workspace.add(picture)
    session.autosave.needs.add(picture.document)
    return made


def test_the_first_change_is_kept_soon_and_the_next_when_its_time_has_come(
    saver: Autosaver, session: FakeSession
) -> None:
    document = saver.workspace.pictures[0].document  # type: ignore[attr-defined]
    assert session.autosave.followed == [document]
    saver.look()
    assert session.autosave.kept == [document]
    session.autosave.needs.add(document)
    saver._now.now += 119  # type: ignore[attr-defined]
    saver.look()
    assert len(session.autosave.kept) == 1
    saver._now.now += 1  # type: ignore[attr-defined]
    saver.look()
    assert len(session.autosave.kept) == 2
    session.settings.set("autosave_seconds", 10)
    session.autosave.needs.add(document)
    saver._now.now += 10  # type: ignore[attr-defined]
    saver.look()
    assert len(session.autosave.kept) == 3


def test_nothing_is_kept_in_the_middle_of_a_stroke_nor_without_a_change(saver: Autosaver, session: FakeSession) -> None:
    saver.allowed = False  # type: ignore[attr-defined]
    saver.look()
    assert session.autosave.kept == []
    saver.allowed = True  # type: ignore[attr-defined]
    session.autosave.needs.clear()
    saver.look()
    assert session.autosave.kept == []


def test_a_disk_that_refuses_is_told_once_until_it_takes_again(saver: Autosaver, session: FakeSession) -> None:
    document = saver.workspace.pictures[0].document  # type: ignore[attr-defined]
    told: list[object] = []
    saver.noticed.connect(told.append)
    for refuses in (True, True, False, True):
        session.autosave.refuses = refuses
        session.autosave.needs.add(document)
        saver._now.now += 200  # type: ignore[attr-defined]
        saver.look()
    assert len(told) == 2


def test_what_was_paid_for_is_kept_at_once(window: MainWindow, session: FakeSession, runner: FakeRunner) -> None:
    paint(window)
    document = current(window).document
    session.autosave.needs.add(document)
    window.commands["run_edit"].trigger()
    runner.serve(next(reversed(runner.jobs)), "local")
    assert session.autosave.kept == [], "what was free can wait"
    paint(window)
    window.commands["run_edit"].trigger()
    runner.serve(next(reversed(runner.jobs)), "stability", cost=Cost(0.05, None, CostSource.ESTIMATED))
    assert session.autosave.kept == [document]


def test_a_picture_that_is_closed_is_not_brought_back(window: MainWindow, session: FakeSession) -> None:
    document = current(window).document
    window.files.close(current(window))
    assert session.autosave.forgotten == [document]


def test_the_file_settings_are_kept(window: MainWindow, session: FakeSession) -> None:
    window.commands["file_settings"].trigger()
    (dialog,) = window.findChildren(FileSettings)
    assert (dialog.seconds.value(), dialog.backups.isChecked(), dialog.history.isChecked()) == (120, True, True)
    dialog.seconds.setValue(30)
    dialog.backups.click()
    dialog.history.click()
    names = ("autosave_seconds", "backups", "project_history")
    assert [session.settings.get(name, None) for name in names] == [30, False, False]


# After a crash


def left(name: str) -> LeftOpen:
    return LeftOpen(Path("kept") / name, name, None, (300, 200), 5, datetime(2026, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a.png"], "while a.png was open"),
        (["a.png", "b.png"], "while a.png and b.png were open"),
        (["a.png", "b.png", "c.png"], "while a.png, b.png and c.png were open"),
        (["a.png"] * 9, "while 9 pictures were open"),
    ],
)
def test_the_offer_names_the_pictures(names: list[str], words: str) -> None:
    assert words in left_words([left(name) for name in names])


def test_pictures_are_brought_back(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> None:
    session.autosave.left = [left("a.png"), left("b.png")]
    window = opened(qtbot, session, runner)
    qtbot.waitUntil(lambda: RemedyKind.BRING_BACK in offered(window))
    press(window, "Bring back")
    assert [picture.document.name for picture in window.workspace.pictures] == ["a.png", "b.png"]
    assert "is back, with its history" in window.status.sentence
    assert window.messages.notice is None


@pytest.mark.parametrize("answer", ["Cancel", "Delete"])
def test_only_the_user_deletes(qtbot: QtBot, session: FakeSession, runner: FakeRunner, answer: str) -> None:
    session.autosave.left = [left("a.png")]
    window = opened(qtbot, session, runner)
    qtbot.waitUntil(lambda: RemedyKind.DELETE_LEFT in offered(window))
    press(window, "Delete…")
    (box,) = window.findChildren(QMessageBox)
    assert "a.png" in box.text()
    assert session.autosave.deleted == []
    next(button for button in box.buttons() if button.text().replace("&", "") == answer).click()
    assert len(session.autosave.deleted) == (answer == "Delete")


def test_later_is_at_the_next_start(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> None:
    session.autosave.left = [left("a.png")]
    window = opened(qtbot, session, runner)
    qtbot.waitUntil(lambda: bool(offered(window)))
    press(window, "Later")
    assert session.autosave.deleted == []
    assert window.workspace.pictures == ()


# Files of others


def test_a_file_that_somebody_else_changed_is_saved_over_when_that_is_said(
    window: MainWindow, session: FakeSession
) -> None:
    session.pictures.changed.add(PHOTO)
    window.commands["save"].trigger()
    assert session.pictures.saved_paths == []
    assert offered(window) == [RemedyKind.SAVE_OVER, RemedyKind.SAVE_AS]
    press(window, "Save over it")
    assert session.pictures.saved_paths == [PHOTO]
    assert window.status.sentence == "Saved photo.png."


def edited(window: MainWindow, runner: FakeRunner, grey: int) -> None:
    paint(window)
    window.commands["run_edit"].trigger()
    runner.serve(next(reversed(runner.jobs)), "local", grey=grey)


def test_what_is_done_while_a_file_is_written_is_not_taken_for_saved(window: MainWindow, runner: FakeRunner) -> None:
    document = current(window).document
    edited(window, runner, 40)
    runner.holding_work = True
    window.commands["save"].trigger()
    window.commands["undo"].trigger()
    assert not document.modified
    runner.held.pop(0)()
    assert document.modified, "the file holds what was undone"
    window.commands["redo"].trigger()
    assert not document.modified
    runner.holding_work = True
    window.commands["save"].trigger()
    window.commands["run_elsewhere"].trigger()
    runner.serve(next(reversed(runner.jobs)), "replicate", grey=200)
    runner.held.pop(0)()
    assert document.modified, "the file holds the other candidate"


def test_a_picture_is_written_once_at_a_time_and_the_newest_last(
    window: MainWindow, runner: FakeRunner, session: FakeSession
) -> None:
    runner.holding_work = True
    window.commands["save"].trigger()
    window.commands["save"].trigger()
    assert (len(runner.held), session.pictures.saved_paths) == (1, [])
    runner.held.pop(0)()
    assert session.pictures.saved_paths == [PHOTO, PHOTO]


# Undo


class Gone:
    """What lies on a disk that is gone."""

    stored = 1

    def read(self) -> np.ndarray:
        raise KeptUnavailable("Part of what was kept cannot be read.")


def test_a_step_that_is_lost_is_told_and_changes_nothing(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    document = current(window).document
    mask = document.mask.array.copy()
    for kept in document.history.current.kept():
        kept.pack(Gone())
    window.commands["undo"].trigger()
    assert np.array_equal(document.mask.array, mask)
    assert document.history.position == 1
    assert window.messages.notice is not None
    assert "cannot be read" in window.messages.notice.words
    assert "Undone" not in window.status.sentence


def test_steps_that_become_final_are_told_once(window: MainWindow) -> None:
    document = current(window).document
    document.history.memory = 10
    told: list[Notice] = []
    window.undo_bounds.noticed.connect(told.append)
    for _ in range(6):
        paint(window)
        window.commands["clear_mask"].trigger()
    assert document.history.floor > 0
    assert len(told) == 1
    assert "photo.png" in told[0].words


def test_a_crop_keeps_what_is_painted_over_and_is_undone_in_one_step(window: MainWindow) -> None:
    document = current(window).document
    window.commands["crop"].trigger()
    assert document.size == (160, 120)
    assert window.messages.notice is not None, "nothing is painted"
    paint(window)
    inside = document.pixels.array[60, 80].copy()
    window.commands["crop"].trigger()
    assert document.size[0] < 160
    assert document.size[1] < 120
    width, height = document.size
    assert np.array_equal(document.pixels.array[height // 2, width // 2], inside)
    assert not document.mask.array.any()
    assert document.modified
    window.commands["undo"].trigger()
    assert document.size == (160, 120)
    assert document.mask.array.any()


# Run again


def test_a_step_runs_again_on_another_platform_and_becomes_a_candidate(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    document = current(window).document
    window.commands["run_edit"].trigger()
    runner.serve(next(reversed(runner.jobs)), "stability", grey=40)
    entry, first = document.history.current, document.pixels.array.copy()
    window.commands["run_elsewhere"].trigger()
    prepared = runner.jobs[next(reversed(runner.jobs))]
    assert prepared.without == ("stability",)
    assert prepared.source.mask is not None
    runner.serve(next(reversed(runner.jobs)), "replicate", grey=200)
    assert document.history.current is entry
    assert len(entry.candidates) == 2
    assert not np.array_equal(document.pixels.array, first)
    assert window.candidates.isVisible()


def test_a_step_that_is_no_edit_does_not_run(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    window.commands["run_again"].trigger()
    assert runner.jobs == {}
