"""The window with a photo open, which most tests of it begin with. A warning of Qt's fails the test in which it
appears."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.windows import forget_changes

from editor.ui.main_window import MainWindow

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def empty_window(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> MainWindow:
    """Without a picture."""
    window = MainWindow(session, runner)  # type: ignore[arg-type]
    qtbot.addWidget(window, before_close_func=forget_changes)
    window.resize(1280, 800)
    window.show()
    qtbot.waitUntil(lambda: bool(window.panels.platforms.rows))
    return window


@pytest.fixture
def window(empty_window: MainWindow) -> MainWindow:
    """With a photo of 160 × 120 pixels."""
    empty_window.open_paths([Path("/pictures/photo.png")])
    return empty_window
