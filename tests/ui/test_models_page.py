"""The list of the engine's models, over real downloads from a server on this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox, QProgressBar, QWidget
from pytestqt.qtbot import QtBot
from support.file_server import FileServer, served
from support.model_parts import CONTENT, tiny_model

from editor.engine.model_catalogue import KnownModel
from editor.session.model_downloads import ModelDownloads
from editor.storage.settings import Settings
from editor.ui.job_runner import JobRunner
from editor.ui.model_row import ModelRow
from editor.ui.models_page import ModelsDialog

# What Qt's offscreen platform says of a question.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GREY = tiny_model(
    remark="Trained on grey pictures.", peak_megabytes=7000, urls=("https://models.example.org/tiny.onnx",)
)
Make = Callable[..., ModelsDialog]


@pytest.fixture
def place(tmp_path: Path) -> SimpleNamespace:
    return SimpleNamespace(folder=tmp_path, local_only=False, settings=Settings(tmp_path / "settings.json"))


@pytest.fixture
def make(place: SimpleNamespace, qtbot: QtBot) -> Iterator[Make]:
    async def close() -> None: ...

    runner = JobRunner(SimpleNamespace(close=close))  # type: ignore[arg-type]
    made: list[ModelsDialog] = []

    def make(*models: KnownModel, server: FileServer | None = None) -> ModelsDialog:
        downloads = ModelDownloads(
            folder=place.folder / "models",
            packaged=place.folder / "packaged",
            settings=place.settings,
            local_only=lambda: place.local_only,
            catalogue={model.name: model for model in models},
        )
        if server is not None:
            downloads.mirror = server.address
        parent = QWidget()
        qtbot.addWidget(parent)
        dialog = ModelsDialog(downloads, runner, parent)
        dialog.held = parent  # type: ignore[attr-defined]
        dialog.show()
        made.append(dialog)
        return dialog

    yield make
    runner.shut_down()


def press(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def answer(dialog: ModelsDialog, qtbot: QtBot, words: str) -> str:
    """Press a button of the question that is open; returns what it asked."""
    (box,) = (one for one in dialog.findChildren(QMessageBox) if one.isVisible())
    asked = f"{box.text()} {box.informativeText()}"
    (wanted,) = (one for one in box.buttons() if one.text().replace("&", "") == words)
    press(qtbot, wanted)
    return asked


def only_row(dialog: ModelsDialog) -> ModelRow:
    (row,) = dialog.rows.values()
    return row


def settled(qtbot: QtBot, row: ModelRow, words: str) -> None:
    qtbot.waitUntil(lambda: row.state.text().startswith(words), timeout=10_000)


def test_a_row_tells_what_the_model_is_good_for_and_what_it_costs(make: Make) -> None:
    dialog = make(GREY)
    words = [one.text() for one in dialog.findChildren(QWidget) if hasattr(one, "text")]
    assert "Tiny" in words
    assert "Erase. Fills tiny holes." in words
    assert "0.2 MB · MIT · takes up to 7 GB of memory · Trained on grey pictures" in words
    row = only_row(dialog)
    assert row.state.text() == "Not installed"
    assert row.action.text() == "Install"
    assert not row.progress.isVisible()
    assert not row.discard.isVisible()


def test_size_and_licence_are_shown_and_agreed_to_once(make: Make, qtbot: QtBot) -> None:
    with served(FileServer(CONTENT)) as server:
        dialog = make(GREY, server=server)
        row = only_row(dialog)
        press(qtbot, row.action)
        asked = answer(dialog, qtbot, "Cancel")
        assert "Fetch Tiny?" in asked
        assert "0.2 MB from 127.0.0.1. Licence: MIT. Trained on grey pictures." in asked
        assert row.state.text() == "Not installed"
        assert server.asked == []
        press(qtbot, row.action)
        with qtbot.waitSignal(dialog.changed, timeout=10_000):
            answer(dialog, qtbot, "Fetch")
        settled(qtbot, row, "Installed")
        assert dialog.answer.text() == "Tiny is installed; edits use it from now on."
        with qtbot.waitSignal(dialog.changed, timeout=10_000):
            press(qtbot, row.action)  # Delete
        settled(qtbot, row, "Not installed")
        press(qtbot, row.action)
        settled(qtbot, row, "Installed")
        assert len(server.asked) == 2


def test_progress_is_shown_and_cancelling_keeps_what_came(make: Make, qtbot: QtBot, place: SimpleNamespace) -> None:
    with served(FileServer(CONTENT, stall_after=len(CONTENT) // 2)) as server:
        dialog = make(GREY, server=server)
        row = only_row(dialog)
        dialog._downloads.agree(row.offer)
        press(qtbot, row.action)
        assert row.progress.isVisible()
        settled(qtbot, row, "Being fetched: 0.1 of 0.2 MB")
        assert row.progress.value() > 0
        dialog.refresh()  # as the window does when the user comes back to it
        assert row.action.text() == "Cancel"
        press(qtbot, row.action)
        settled(qtbot, row, "Not installed; 0.1 MB of it are here")
        assert row.fault.text() == "Stopped. What came of it is kept, and the next time goes on from there."
        assert row.discard.isVisible()
        press(qtbot, row.discard)
        settled(qtbot, row, "Not installed")
        qtbot.waitUntil(lambda: not row.discard.isVisible(), timeout=10_000)
        assert list((place.folder / "models").iterdir()) == []


def test_a_failure_is_told_at_its_row_and_it_can_be_tried_again(make: Make, qtbot: QtBot) -> None:
    with served(FileServer(CONTENT, missing=("/tiny.onnx",))) as server:
        dialog = make(GREY, server=server)
        row = only_row(dialog)
        dialog._downloads.agree(row.offer)
        press(qtbot, row.action)
        qtbot.waitUntil(row.fault.isVisible, timeout=10_000)
    assert row.fault.text() == "Tiny could not be fetched: 127.0.0.1 does not serve it now."
    assert row.fault.accessibleName() == row.fault.text()
    assert row.action.text() == "Install"
    assert row.action.isEnabled()


def test_what_came_with_the_program_has_no_button(make: Make, place: SimpleNamespace) -> None:
    (place.folder / "packaged").mkdir()
    (place.folder / "packaged" / "tiny.onnx").write_bytes(CONTENT)
    row = only_row(make(GREY))
    assert row.state.text() == "Built in"
    assert not row.action.isVisible()


def test_local_only_is_said_and_nothing_can_be_fetched(make: Make, place: SimpleNamespace) -> None:
    place.local_only = True
    dialog = make(GREY)
    assert dialog.note.isVisible()
    assert not only_row(dialog).action.isEnabled()
    assert only_row(dialog).action.toolTip() == "“Local only” is on"
    place.local_only = False
    dialog.refresh()
    assert not dialog.note.isVisible()
    assert only_row(dialog).action.isEnabled()


def test_a_mirror_is_kept_and_an_unusable_one_is_refused(make: Make, qtbot: QtBot, place: SimpleNamespace) -> None:
    dialog = make(GREY)
    for words, kept in (("ftp://mirror", ""), ("https://mirror.example.org/m", "https://mirror.example.org/m")):
        dialog.mirror.clear()
        qtbot.keyClicks(dialog.mirror, words)
        qtbot.keyClick(dialog.mirror, Qt.Key.Key_Return)
        assert place.settings.get("model_mirror", "") == kept
        assert dialog.answer.isVisible() == (kept == "")
    assert dialog.isVisible()


def test_without_models_it_says_so(make: Make) -> None:
    dialog = make()
    assert dialog.rows == {}
    assert "There are no models for this computer." in [
        one.text() for one in dialog.findChildren(QWidget) if hasattr(one, "text")
    ]


def test_everything_that_can_be_used_has_a_name_of_its_own(make: Make) -> None:
    dialog = make(GREY, tiny_model(name="other", title="Other", urls=GREY.urls))
    names = [
        one.accessibleName()
        for kind in (QAbstractButton, QLineEdit, QProgressBar, ModelRow)
        for one in dialog.findChildren(kind)
        if not one.objectName().startswith("qt_")
    ]
    assert all(names)
    assert len(set(names)) == len(names)
    assert "Install Tiny" in names
