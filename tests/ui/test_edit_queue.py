"""Several edits at once: order, how many run, and each cancelled alone."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.fake_window import LINKS, FakeRunner, FakeSession

from editor.domain.attempt import AttemptProgress, AttemptStarted, JobStarted, PlatformProgress
from editor.domain.errors import Cancelled
from editor.domain.geometry import Rect
from editor.domain.kinds import CancelEnding, OperationType, Phase
from editor.tools.base import PointerEvent
from editor.ui.first_look import FirstLook
from editor.ui.main_window import MainWindow

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    made = FakeSession(tmp_path)
    made.parallel_jobs = 2
    return made


def ask(window: MainWindow, count: int) -> None:
    for number in range(count):
        window.canvas.begin_stroke(PointerEvent(x=30 + 30 * number, y=60))
        window.canvas.finish_stroke()
        window.handlers.run_edit()


def phases(window: MainWindow) -> list[str]:
    return [job.phase for job in window.edits.jobs]


def test_edits_wait_in_order_and_begin_when_another_ends(window: MainWindow, runner: FakeRunner) -> None:
    ask(window, 4)
    assert list(runner.jobs) == ["job-1", "job-2"]
    assert phases(window) == ["begins", "begins", "waiting for its turn", "waiting for its turn"]
    assert window.status.jobs.text() == "4 edits: 2 running, 2 waiting"
    waiting = window.edits.jobs[2]
    runner.serve("job-2")
    assert list(runner.jobs) == ["job-1", "job-2", "job-3"]
    assert waiting.name == "job-3", "first in, first out"
    runner.failed.emit("job-1", Cancelled(CancelEnding.STOPPED))
    assert window.status.jobs.text() == "2 edits running"
    runner.serve("job-3")
    assert not window.status.jobs.isVisible(), "the strip tells of a single one"
    runner.serve("job-4")
    assert window.edits.jobs == ()
    assert not window.edits.running


def test_a_waiting_edit_is_cancelled_at_once_and_nothing_was_sent(window: MainWindow, runner: FakeRunner) -> None:
    ask(window, 3)
    waiting = window.edits.jobs[2]
    began = time.perf_counter()
    window.edits.cancel_number(waiting.number)
    assert time.perf_counter() - began < 0.1
    assert len(window.edits.jobs) == 2
    assert runner.cancelled == []
    assert window.status.sentence == "The edit was cancelled; nothing was charged."
    runner.serve("job-1")
    assert list(runner.jobs) == ["job-1", "job-2"]


def test_a_waiting_edit_does_what_was_asked_for_then(window: MainWindow, runner: FakeRunner) -> None:
    ask(window, 3)
    picture = window.workspace.current
    assert picture is not None
    prepared = window.edits.jobs[2].prepared
    assert prepared.source.mask is not None
    asked = prepared.source.mask.read(picture.document.rect)
    window.commands["clear_mask"].trigger()
    assert not picture.document.effective.array.any()
    assert (prepared.source.mask.read(picture.document.rect) == asked).all()


def test_the_same_waiting_edit_is_not_asked_for_twice(window: MainWindow, runner: FakeRunner) -> None:
    ask(window, 3)
    window.handlers.run_edit()
    assert len(window.edits.jobs) == 3
    assert window.status.sentence == "This edit is running already."


def test_the_list_has_a_row_an_edit_and_each_cancels_alone(
    window: MainWindow, runner: FakeRunner, qtbot: QtBot
) -> None:
    ask(window, 3)
    runner.reported.emit(JobStarted(job="job-1", operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    runner.reported.emit(AttemptStarted(job="job-1", cycle=1, link=LINKS[1], model="flux"))
    progress = PlatformProgress(Phase.PROCESSING, fraction=0.5)
    runner.reported.emit(AttemptProgress(job="job-1", platform="replicate", progress=progress))
    button = window.status.jobs
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.list.isVisible()
    assert [row.words for row in button.list.rows] == [
        "Erasing in photo.png: Replicate: processing 50 %",
        "Erasing in photo.png: begins",
        "Erasing in photo.png: waiting for its turn",
    ]
    qtbot.mouseClick(button.list.rows[2].cancel, Qt.MouseButton.LeftButton)
    assert len(button.list.rows) == 2
    assert runner.cancelled == []
    qtbot.mouseClick(button.list.rows[0].cancel, Qt.MouseButton.LeftButton)
    assert runner.cancelled == ["job-1"]
    button.list.cancel_all_wanted.emit()
    assert runner.cancelled == ["job-1", "job-2"], "nobody is told twice"
    for job in ("job-1", "job-2"):
        runner.failed.emit(job, Cancelled(CancelEnding.STOPPED))
    assert not button.list.isVisible()


def test_closing_the_window_drops_what_waits(window: MainWindow, runner: FakeRunner) -> None:
    ask(window, 3)
    picture = window.workspace.current
    assert picture is not None
    picture.document.modified = False
    window.close()
    assert [job.waits for job in window.edits.jobs] == [False, False]
    assert runner.cancelled == ["job-1", "job-2"]


def test_cancelling_frees_the_user_at_once_though_the_platform_takes_its_time(
    window: MainWindow, runner: FakeRunner
) -> None:
    ask(window, 3)
    runner.reported.emit(JobStarted(job="job-1", operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    runner.reported.emit(AttemptStarted(job="job-1", cycle=1, link=LINKS[0], model="m"))
    began = time.perf_counter()
    window.edits.cancel_number(window.edits.jobs[0].number)
    assert time.perf_counter() - began < 0.1
    assert runner.cancelled == ["job-1"]
    assert list(runner.jobs) == ["job-1", "job-2", "job-3"], "the next one moves up"
    assert "stopping" in phases(window)[0]
    runner.reported.emit(
        AttemptProgress(job="job-1", platform=LINKS[0].platform, progress=PlatformProgress(Phase.PROCESSING))
    )
    assert "stopping" in phases(window)[0], "what it still tells changes nothing"
    runner.failed.emit("job-1", Cancelled(CancelEnding.COULD_NOT_STOP))
    assert len(window.edits.jobs) == 2


def test_the_same_edit_may_begin_anew_while_the_cancelled_one_is_being_stopped(
    window: MainWindow, runner: FakeRunner
) -> None:
    ask(window, 1)
    window.handlers.run_edit()
    assert len(runner.jobs) == 1, "a slip"
    window.edits.cancel()
    window.handlers.run_edit()
    assert list(runner.jobs) == ["job-1", "job-2"]
    runner.failed.emit("job-1", Cancelled(CancelEnding.STOPPED))
    runner.serve("job-2")
    assert window.edits.jobs == ()


@pytest.mark.parametrize("ending", ["served", "cancelled", "failed"])
def test_a_first_look_is_shown_until_its_edit_ends(window: MainWindow, runner: FakeRunner, ending: str) -> None:
    seen: list[FirstLook | None] = []
    window.edits.looks.changed.connect(seen.append)
    ask(window, 2)
    picture, place = window.workspace.current, Rect(0, 0, 60, 100)
    assert picture is not None
    shown = PlatformProgress(Phase.PROCESSING, picture=np.zeros((100, 60, 3), np.uint8), place=place)
    runner.reported.emit(AttemptProgress(job="job-1", platform="local", progress=shown))
    assert [look.picture for look in seen if look is not None] == [picture]
    runner.serve("job-2")
    assert None not in seen, "another edit has ended"
    if ending == "served":
        runner.serve("job-1")
    elif ending == "cancelled":
        window.edits.cancel()
    else:
        runner.failed.emit("job-1", Cancelled(CancelEnding.STOPPED))
    assert seen[-1] is None
    runner.reported.emit(AttemptProgress(job="job-1", platform="local", progress=shown))
    assert seen[-1] is None, "what comes late is not shown"
