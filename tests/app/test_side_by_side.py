"""Several edits at once from the real window, through the real session, against the simulated platforms."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pytestqt.qtbot import QtBot

from editor.app.composition import make_session
from editor.imaging.picture import Picture
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms
from editor.tools.base import PointerEvent
from editor.ui.compare_dialog import CompareDialog
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PATIENCE_MS = 15_000


@pytest.fixture
def simulated() -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms(polls=0) as platforms:
        yield platforms


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, simulated: SimulatedPlatforms) -> Iterator[MainWindow]:
    paths = []
    for name, ground in (("warm", (210, 180, 150)), ("cold", (150, 180, 210))):
        picture = Image.new("RGB", (240, 160), ground)
        ImageDraw.Draw(picture).ellipse((90, 50, 150, 110), fill=(220, 30, 30))
        picture.save(tmp_path / f"{name}.png")
        paths.append(tmp_path / f"{name}.png")
    environment = {**os.environ, **simulated.environment(), "IMAGE_EDITOR_HOME": str(tmp_path / "home")}
    chain = ["fal", "replicate", "stability", "local"]
    session = make_session(environment=environment, chain=chain, with_window=True, use_keyring=False)
    runner = JobRunner(session)
    made = MainWindow(session, runner)
    made.show()
    made.open_paths(paths)
    qtbot.waitUntil(lambda: len(made.workspace.pictures) == 2 and bool(made.panels.platforms.rows), timeout=PATIENCE_MS)
    yield made
    for each in made.workspace.pictures:
        each.document.modified = False
    made.close()
    runner.shut_down()
    made.deleteLater()


def mask(window: MainWindow, place: int) -> Picture:
    """Bring a picture to the front and paint over its disc."""
    window.workspace.select(place)
    window.option_bar.show_value("brush_size", 90)
    window.canvas.begin_stroke(PointerEvent(x=120, y=80))
    window.canvas.finish_stroke()
    picture = window.workspace.current
    assert picture is not None
    return picture


def run(window: MainWindow) -> None:
    assert window.panels.edit.run_button.isEnabled(), window.panels.edit.line
    window.panels.edit.run_button.click()


def middle(picture: Picture) -> np.ndarray:
    return picture.document.pixels.array[80, 120, :3].astype(int)


def ground(picture: Picture) -> np.ndarray:
    return picture.document.pixels.array[4, 4, :3].astype(int)


def is_erased(picture: Picture) -> bool:
    return bool(np.abs(middle(picture) - ground(picture)).max() < 40)


def test_two_pictures_edited_side_by_side_each_get_their_own_result(window: MainWindow, qtbot: QtBot) -> None:
    pictures = []
    with qtbot.waitSignal(window._runner.idle, timeout=PATIENCE_MS):
        for place in range(2):
            pictures.append(mask(window, place))
            run(window)
        assert len(window.edits.jobs) == 2
        assert window.status.jobs.text() == "2 edits running"
    assert all(is_erased(picture) for picture in pictures)
    assert [len(picture.document.history.entries) for picture in pictures] == [3, 3]


def test_cancelling_one_leaves_the_other_alone(window: MainWindow, simulated: SimulatedPlatforms, qtbot: QtBot) -> None:
    simulated.server("fal").next(Script.HANG)
    first = mask(window, 0)
    run(window)
    hanging = window.edits.jobs[0]
    qtbot.waitUntil(lambda: hanging.phase.startswith("FAL"), timeout=PATIENCE_MS)
    second = mask(window, 1)
    run(window)
    qtbot.waitUntil(lambda: is_erased(second), timeout=PATIENCE_MS)
    assert [job.order.picture for job in window.edits.jobs] == [first]
    with qtbot.waitSignal(window._runner.idle, timeout=PATIENCE_MS):
        window.edits.cancel_number(hanging.number)
    assert not is_erased(first)
    assert is_erased(second)


def test_a_waiting_edit_that_is_cancelled_frees_at_once_and_costs_nothing(
    window: MainWindow, simulated: SimulatedPlatforms, qtbot: QtBot
) -> None:
    window._session.settings.set("parallel_jobs", 1)
    simulated.script("fal", Script.HANG)
    mask(window, 0)
    run(window)
    waiting = mask(window, 1)
    run(window)
    assert [job.waits for job in window.edits.jobs] == [False, True]
    began = time.perf_counter()
    window.edits.cancel_number(window.edits.jobs[1].number)
    assert time.perf_counter() - began < 0.1
    assert len(window.edits.jobs) == 1
    with qtbot.waitSignal(window._runner.idle, timeout=PATIENCE_MS):
        window.edits.cancel_all()
    assert not is_erased(waiting)
    assert len(waiting.document.history.entries) == 2


def test_platforms_compared_in_the_window(window: MainWindow, simulated: SimulatedPlatforms, qtbot: QtBot) -> None:
    simulated.script("stability", Script.OUT_OF_CREDIT)
    picture = mask(window, 0)
    window.commands["compare"].trigger()
    (dialog,) = [child for child in window.findChildren(CompareDialog) if child.isVisible()]
    assert dialog.chosen == ("fal", "replicate", "stability", "local")
    assert dialog.total.startswith("Together about $")
    with qtbot.waitSignal(window._runner.idle, timeout=PATIENCE_MS):
        dialog.run.click()
    assert [tile.accessibleName().split(",")[0] for tile in window.candidates.tiles] == [
        "FAL",
        "Replicate",
        "This computer",
    ]
    assert window.messages.notice is not None
    assert "Stability AI made no candidate: out of credits." in window.messages.notice.words
    for tile in window.candidates.tiles:
        tile.click()
        assert is_erased(picture)
    assert len(picture.document.history.entries) == 3
