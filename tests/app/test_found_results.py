"""The program dies while a platform works for it: the next window offers the result and lays it into its place."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pytestqt.qtbot import QtBot
from support.platform_bench import make_request
from support.vault_killing import kill_an_edit

from editor.app.composition import make_session
from editor.domain.kinds import CancelEnding, Operation
from editor.platforms.orders.intent import NOT_KEPT
from editor.simulator.simulated import SimulatedPlatforms
from editor.tools.base import PointerEvent
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow
from editor.ui.remedies import Notice

pytestmark = [
    # What Qt's offscreen platform says of every window.
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is for other systems"),
]

PATIENCE_MS = 15_000
OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def simulated() -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms(polls=0) as platforms:
        yield platforms


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """The picture that the killed program edited."""
    path = tmp_path / "harbour.png"
    Image.fromarray(make_request().image).save(path)
    return path


@pytest.fixture
def open_window(qtbot: QtBot, home: Path, simulated: SimulatedPlatforms) -> Iterator[OpenWindow]:
    opened: list[tuple[MainWindow, JobRunner]] = []

    def close() -> None:
        while opened:
            window, runner = opened.pop()
            for each in window.workspace.pictures:
                each.document.modified = False
            window.close()
            runner.shut_down()
            window.deleteLater()

    def make(*paths: Path, chain: tuple[str, ...] = ("fal",), local_only: bool = False) -> MainWindow:
        """A new start of the program; the one before has ended."""
        close()
        environment = {**os.environ, **simulated.environment(), "IMAGE_EDITOR_HOME": str(home)}
        session = make_session(environment=environment, chain=chain, with_window=True, use_keyring=False)
        session.local_only = local_only
        runner = JobRunner(session)
        window = MainWindow(session, runner)
        opened.append((window, runner))
        window.show()
        window.open_paths(list(paths))
        qtbot.waitUntil(lambda: len(window.workspace.pictures) == len(paths), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: bool(window.panels.platforms.rows), timeout=PATIENCE_MS)
        return window

    yield make
    close()


def offered(window: MainWindow, qtbot: QtBot) -> str:
    """What the message bar says, once it says something."""
    qtbot.waitUntil(lambda: window.messages.notice is not None, timeout=PATIENCE_MS)
    assert window.messages.notice is not None
    return window.messages.notice.words


def press(window: MainWindow, text: str) -> None:
    next(button for button in window.messages.buttons if button.text() == text).click()


def pixels(window: MainWindow) -> np.ndarray:
    assert window.workspace.current is not None
    return window.workspace.current.document.pixels.array.copy()


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """Until the vault knows that a result is delivered."""
    with qtbot.waitSignal(window.found.changed, timeout=PATIENCE_MS):
        pass


@pytest.mark.parametrize("platform", ["replicate", "fal"])
def test_what_ran_when_the_program_was_killed_lands_in_its_place(
    open_window, simulated, home, harbour, qtbot, platform
) -> None:
    kill_an_edit(platform, "running", home / "data" / "vault", simulated.environment())
    window = open_window(harbour)
    name = {"replicate": "Replicate", "fal": "FAL"}[platform]
    assert offered(window, qtbot) == f"{name} finished an edit while you were away: Erase in harbour.png."
    assert [button.text() for button in window.messages.buttons] == ["Open", "Later"]
    before, mask = pixels(window), make_request().mask
    press(window, "Open")
    settled(window, qtbot)
    after, document = pixels(window), window.workspace.current.document
    assert np.array_equal(after[mask == 0], before[mask == 0]), "outside the mask every bit is as it was"
    assert (after[mask == 255].astype(int) - before[mask == 255]).any(axis=1).mean() > 0.9
    assert document.history.current.label == "Erase"
    receipt = document.history.current.receipt
    assert (receipt.served_by.platform, receipt.cost.words) == (platform, "cost unknown")
    window.commands["undo"].trigger()
    assert np.array_equal(pixels(window), before)
    assert simulated.server(platform).runs == 1, "nothing was ordered anew"

    again = open_window(harbour)
    kept = again.found
    again.commands["results_kept"].trigger()
    qtbot.waitUntil(lambda: kept._dialog.list.topLevelItemCount() == 1, timeout=PATIENCE_MS)
    assert again.messages.notice is None, "what was delivered is not offered again"
    item = kept._dialog.list.topLevelItem(0)
    assert [item.text(column) for column in (0, 1, 2, 4)] == ["harbour.png", "Erase", name, "delivered"]
    kept._dialog.open_button.click()
    settled(again, qtbot)
    assert np.array_equal(pixels(again), after), "it landed once, was never saved, and is not lost"


def test_what_was_fetched_and_never_landed_is_offered_without_asking_anybody(
    open_window, simulated, home, qtbot
) -> None:
    kill_an_edit("replicate", "complete", home / "data" / "vault", simulated.environment())
    asked = len(simulated.replicate.requests)
    window = open_window(local_only=True)
    assert "Replicate finished an edit while you were away" in offered(window, qtbot)
    press(window, "Open")
    qtbot.waitUntil(lambda: len(window.workspace.pictures) == 1, timeout=PATIENCE_MS)
    document = window.workspace.current.document
    assert (document.name, document.size, document.modified) == ("harbour – erase", (200, 150), True)
    assert offered(window, qtbot) == (
        "The result is open as a picture of its own: harbour.png is not open in the size that was sent."
    )
    assert len(simulated.replicate.requests) == asked


def test_with_local_only_nobody_is_asked(open_window, simulated, home, harbour, qtbot) -> None:
    kill_an_edit("replicate", "running", home / "data" / "vault", simulated.environment())
    asked = len(simulated.replicate.requests)
    window = open_window(harbour, local_only=True)
    window.commands["results_kept"].trigger()
    dialog = window.found._dialog
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1, timeout=PATIENCE_MS)
    assert dialog.list.topLevelItem(0).text(4) == "may still be running"
    assert not dialog.collect_button.isEnabled()
    assert not dialog.open_button.isEnabled()
    assert window.messages.notice is None
    assert len(simulated.replicate.requests) == asked
    window.commands["local_only"].trigger()
    qtbot.waitUntil(lambda: dialog.list.topLevelItem(0).text(4) == "ready", timeout=PATIENCE_MS)
    assert dialog.collect_button.isEnabled()
    assert "Replicate finished an edit" in offered(window, qtbot)
    dialog.open_button.click()
    settled(window, qtbot)
    assert window.workspace.current.document.history.current.label == "Erase"


def test_another_picture_of_the_same_name_is_left_alone(open_window, simulated, home, harbour, qtbot) -> None:
    Image.fromarray(255 - make_request().image).save(harbour)
    kill_an_edit("fal", "complete", home / "data" / "vault", simulated.environment())
    window = open_window(harbour)
    offered(window, qtbot)
    before = pixels(window)
    press(window, "Open")
    qtbot.waitUntil(lambda: len(window.workspace.pictures) == 2, timeout=PATIENCE_MS)
    assert offered(window, qtbot) == (
        "The result is open as a picture of its own: it was made of another picture of this name."
    )
    assert np.array_equal(window.workspace.pictures[0].document.pixels.array, before)


def states(home: Path) -> list[str]:
    """How the runs stand, as far as it is known on disk."""
    path = home / "data" / "vault" / "records.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        try:
            return [state for (state,) in connection.execute("SELECT state FROM vault_run")]
        except sqlite3.OperationalError:
            return []  # the program is just making its tables


def test_a_run_that_could_not_be_stopped_is_offered_in_the_same_session(
    open_window, simulated, home, harbour, qtbot
) -> None:
    chance = np.random.default_rng(3)
    ground = np.linspace(90, 170, 240)[:, None, None] + chance.normal(0, 9, (240, 320, 3))
    picture = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((100, 60, 220, 180), fill=(230, 20, 20), outline=(20, 20, 20), width=6)
    picture.save(harbour)
    window = open_window(harbour, chain=("stability",))
    before = pixels(window)
    window.commands[Operation.REPLACE_BACKGROUND.value].trigger()
    window.panels.edit.form.fields["prompt"].control.setPlainText("a blue wall")
    window.panels.edit.run_button.click()
    qtbot.waitUntil(lambda: states(home) == ["running"], timeout=PATIENCE_MS)
    with qtbot.waitSignal(window._runner.failed, timeout=PATIENCE_MS) as failed:
        window.commands["cancel"].trigger()
    assert failed.args[1].ending is CancelEnding.TO_BE_COLLECTED
    words = "Stability AI finished an edit after all: Replace background in harbour.png."
    assert offered(window, qtbot) == words
    window.messages.tell(Notice(words="Something more urgent."))
    window.messages.dismiss()
    qtbot.waitUntil(lambda: window.messages.notice is not None, timeout=PATIENCE_MS)
    assert window.messages.notice.words == words, "an offer that was covered comes back"
    press(window, "Open")
    settled(window, qtbot)
    assert not np.array_equal(pixels(window), before)
    assert window.workspace.current.document.history.current.label == "Replace background"
    window.commands["undo"].trigger()
    assert np.array_equal(pixels(window), before)
    assert simulated.stability.runs == 1


def test_several_results_are_reviewed(open_window, simulated, home, harbour, qtbot) -> None:
    for platform in ("replicate", "fal"):
        kill_an_edit(platform, "complete", home / "data" / "vault", simulated.environment())
    window = open_window(harbour, local_only=True)
    words = offered(window, qtbot)
    press(window, "Review…")
    dialog = window.found._dialog
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() > 0, timeout=PATIENCE_MS)
    assert words == "2 edits that you have paid for are ready and in no picture yet."
    assert dialog.list.topLevelItemCount() == 2


def test_a_vault_that_cannot_be_opened_is_told_once_and_edits_work(
    open_window, simulated, home, harbour, qtbot, caplog
) -> None:
    (home / "data" / "vault" / "records.sqlite").mkdir(parents=True)
    window = open_window(harbour)
    words = "Results cannot be kept: the folder for them cannot be written."
    rest = "Edits work all the same, but one that is under way when the program ends may be lost."
    assert offered(window, qtbot) == f"{words} {rest}"
    window.messages.dismiss()
    window.canvas.begin_stroke(PointerEvent(x=100, y=75))
    window.canvas.finish_stroke()
    with qtbot.waitSignal(window._runner.idle, timeout=PATIENCE_MS):
        window.panels.edit.run_button.click()
    document = window.workspace.current.document
    assert document.history.current.label == "Erase"
    assert NOT_KEPT in document.history.current.receipt.notes
    assert str(home) not in caplog.text


def test_more_than_is_allowed_is_said_and_deleted_only_on_demand(open_window, simulated, home, harbour, qtbot) -> None:
    kill_an_edit("replicate", "delivered", home / "data" / "vault", simulated.environment())
    kill_an_edit("fal", "complete", home / "data" / "vault", simulated.environment())
    with closing(sqlite3.connect(home / "data" / "vault" / "records.sqlite")) as connection, connection:
        connection.execute("UPDATE vault_run SET changed = '2020-01-01T00:00:00+00:00'")
    window = open_window(harbour, local_only=True)
    assert "FAL finished an edit" in offered(window, qtbot)
    press(window, "Later")
    words = "2 kept results are older than 30 days. Nothing is deleted unless you say so."
    assert offered(window, qtbot) == words
    assert [button.text() for button in window.messages.buttons] == [
        "Review…",
        "Delete 1 delivered result older than 30 days",
    ]
    press(window, "Delete 1 delivered result older than 30 days")
    settled(window, qtbot)
    window.commands["results_kept"].trigger()
    dialog = window.found._dialog
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1, timeout=PATIENCE_MS)
    assert dialog.list.topLevelItem(0).text(2) == "FAL"
