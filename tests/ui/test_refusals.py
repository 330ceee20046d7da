"""After a platform has refused a picture: the next one, a question, or the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession, attempt

from editor.domain.errors import AllPlatformsFailed
from editor.domain.kinds import OperationType, Outcome
from editor.tools.base import PointerEvent
from editor.ui.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

REFUSED = AllPlatformsFailed(OperationType.IMAGE_EDITING, (attempt("stability", Outcome.CONTENT_REFUSED),))


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, runner: FakeRunner) -> Iterator[MainWindow]:
    made = MainWindow(FakeSession(tmp_path), runner)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.panels.platforms.rows))
    made.open_paths([Path("/pictures/photo.png")])
    made.canvas.begin_stroke(PointerEvent(x=80, y=60))
    made.canvas.finish_stroke()
    yield made
    for picture in made.workspace.pictures:
        picture.document.modified = False


def refused(window: MainWindow, runner: FakeRunner, after_refusal: str) -> list[str]:
    """The remedies that are offered once the edit was refused."""
    window.handlers._session.settings.set("after_refusal", after_refusal)
    window.handlers.run_edit()
    runner.failed.emit("job-1", REFUSED)
    return [button.text() for button in window.messages.buttons]


def test_whoever_wants_to_be_asked_may_go_on_without_the_platform_that_refused(
    window: MainWindow, runner: FakeRunner
) -> None:
    assert refused(window, runner, "ask") == ["Try the next platform", "Show details"]
    assert window.messages.notice is not None
    assert window.messages.notice.words.startswith("Stability AI refused the picture or the words. No other platform")
    window.messages.buttons[0].click()
    assert runner.jobs["job-2"].without == ("stability",)
    second = AllPlatformsFailed(OperationType.IMAGE_EDITING, (attempt("fal", Outcome.CONTENT_REFUSED),))
    runner.failed.emit("job-2", second)
    window.messages.buttons[0].click()
    assert runner.jobs["job-3"].without == ("stability", "fal")


def test_whoever_wants_it_to_stop_is_offered_no_other_platform(window: MainWindow, runner: FakeRunner) -> None:
    assert refused(window, runner, "stop") == ["Show details"]


def test_an_edit_that_went_through_all_platforms_says_so(window: MainWindow, runner: FakeRunner) -> None:
    assert refused(window, runner, "next") == ["Try again", "Show details"]


def test_another_press_of_the_button_asks_everybody_again(window: MainWindow, runner: FakeRunner) -> None:
    refused(window, runner, "ask")
    window.messages.buttons[0].click()
    runner.failed.emit("job-2", REFUSED)
    window.handlers.run_edit()
    assert runner.jobs["job-3"].without == ()
