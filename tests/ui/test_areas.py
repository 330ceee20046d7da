"""One press of the run button, an edit for each separate area of the mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from support.fake_window import FakeRunner, FakeSession, attempt

from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled
from editor.domain.history import Dirty
from editor.domain.kinds import Areas, CancelEnding, Operation, OperationType, Outcome
from editor.ui.main_window import MainWindow

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PLACES = ((10, 10), (70, 20), (130, 90))
SIDE = 20


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    made = FakeSession(tmp_path)
    made.parallel_jobs = 2
    return made


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    paint(window)
    return window


def document_of(window: MainWindow) -> Document:
    picture = window.workspace.current
    assert picture is not None
    return picture.document


def paint(window: MainWindow) -> None:
    """Three squares, and an edit each."""
    picture = window.workspace.current
    assert picture is not None
    for x, y in PLACES:
        picture.document.mask.array[y : y + SIDE, x : x + SIDE] = 255
    window.workspace.touch(picture, Dirty(mask=picture.document.rect))
    choose(window, Areas.APART)


def choose(window: MainWindow, areas: Areas) -> None:
    control = window.panels.edit.form.fields["areas"].control
    control.choose(tuple(Areas).index(areas))  # type: ignore[attr-defined]


def test_each_area_lands_as_a_step_and_uses_up_its_part_of_the_mask(window: MainWindow, runner: FakeRunner) -> None:
    window.handlers.run_edit()
    assert [job.title for job in window.edits.jobs] == [
        f"Erasing area {number} of 3 in photo.png" for number in (1, 2, 3)
    ]
    assert [job.waits for job in window.edits.jobs] == [False, False, True]
    document = document_of(window)
    for done, job in enumerate(("job-2", "job-1", "job-3"), start=1):
        hole = runner.jobs[job].source.hole
        runner.serve(job)
        assert len(document.history.entries) == 1 + done
        assert not document.mask.array[hole.slices].any()
        assert int(np.count_nonzero(document.mask.array)) == (3 - done) * SIDE * SIDE
    assert window.edits.jobs == ()
    window.commands["undo"].trigger()
    assert int(np.count_nonzero(document.mask.array)) == SIDE * SIDE, "one area at a time comes back"


def test_pressed_twice_is_a_slip_for_as_long_as_an_area_is_under_way(window: MainWindow, runner: FakeRunner) -> None:
    window.handlers.run_edit()
    for ended in ("job-1", "job-2"):
        window.handlers.run_edit()
        assert window.status.sentence == "This edit is running already."
        runner.serve(ended)
    window.handlers.run_edit()
    assert list(runner.jobs) == ["job-1", "job-2", "job-3"]


def test_one_cancel_stops_all_areas_of_a_press(window: MainWindow, runner: FakeRunner) -> None:
    window.handlers.run_edit()
    window.commands["cancel"].trigger()
    assert sorted(runner.cancelled) == ["job-1", "job-2"]
    assert list(runner.jobs) == ["job-1", "job-2"], "the third one has never begun"
    for job in runner.cancelled:
        runner.failed.emit(job, Cancelled(CancelEnding.STOPPED))
    assert window.edits.jobs == ()


def test_what_failed_is_tried_again_and_nothing_else(window: MainWindow, runner: FakeRunner) -> None:
    window.handlers.run_edit()
    failure = AllPlatformsFailed(OperationType.IMAGE_EDITING, (attempt("local", Outcome.UNAVAILABLE),))
    holes = [job.prepared.source.hole for job in window.edits.jobs]
    runner.failed.emit("job-1", failure)
    runner.serve("job-2")
    runner.failed.emit("job-3", failure)
    window.edits.try_again()
    assert [job.prepared.source.hole for job in window.edits.jobs] == [holes[0], holes[2]]
    window.edits.try_again()
    assert len(window.edits.jobs) == 2, "a slip"
    for job in ("job-4", "job-5"):
        runner.failed.emit(job, failure)
    window.edits.try_again()
    assert [job.prepared.source.hole for job in window.edits.jobs] == [holes[0], holes[2]]


@pytest.mark.parametrize("areas", [Areas.AUTO, Areas.TOGETHER])
def test_a_small_picture_is_one_edit(window: MainWindow, runner: FakeRunner, areas: Areas) -> None:
    choose(window, areas)
    window.handlers.run_edit()
    (job,) = window.edits.jobs
    assert job.title == "Erasing in photo.png"
    runner.serve("job-1")
    assert not document_of(window).mask.array.any()


def test_only_operations_with_a_mask_ask_for_it(window: MainWindow) -> None:
    assert "areas" in window.panels.edit.form.fields
    window.panels.edit.choose(Operation.UPSCALE)
    assert "areas" not in window.panels.edit.form.fields


def test_the_number_of_edits_stands_below_the_button(window: MainWindow) -> None:
    panel = window.panels.edit
    panel.show_hint(False)
    panel.show_ready("3 areas: 3 edits\nAbout $0.15")
    assert panel.line == "3 areas: 3 edits\nAbout $0.15"
    assert "3 areas: 3 edits" in [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    panel.show_ready("About $0.05")
    assert panel.line == "About $0.05"
