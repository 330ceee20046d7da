"""The engine's models in the whole program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.file_server import FileServer, served

from editor.app.composition import make_session
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow
from editor.ui.models_page import ModelsDialog

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MODEL = "modnet"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    environment = {**os.environ, "IMAGE_EDITOR_HOME": str(tmp_path)}
    session = make_session(environment=environment, with_window=True, use_keyring=False)
    runner = JobRunner(session)
    made = MainWindow(session, runner)
    made.show()
    yield made
    made.close()
    runner.shut_down()
    made.deleteLater()


def dialog_of(window: MainWindow) -> ModelsDialog:
    window.commands["local_models"].trigger()
    (dialog,) = window.findChildren(ModelsDialog)
    assert dialog.isVisible()
    return dialog


def test_the_command_opens_one_list_and_opens_it_again(window: MainWindow) -> None:
    dialog = dialog_of(window)
    assert {"u2netp", "lama", "mobile-sam-encoder"} <= dialog.rows.keys()
    dialog.close()
    assert dialog_of(window) is dialog


def test_local_only_is_seen_when_the_list_is_opened(window: MainWindow) -> None:
    window.commands["local_only"].trigger()
    assert dialog_of(window).note.isVisible()


def test_closing_the_program_stops_a_download_and_keeps_what_came(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with served(FileServer(bytes(200_000), announced=False, stall_after=100_000)) as server:
        dialog = dialog_of(window)
        dialog.mirror.setText(server.address)
        dialog.mirror.editingFinished.emit()
        row = dialog.rows[MODEL]
        dialog._downloads.agree(row.offer)
        row.action.click()
        qtbot.waitUntil(lambda: row.state.text().startswith("Being fetched: 0.1"), timeout=10_000)
        window.close()
        window._runner.shut_down()
    (part,) = (tmp_path / "data" / "models").iterdir()
    assert part.name.startswith(f"{MODEL}.")
    assert part.stat().st_size == 100_000
