"""Exports from the window: the dialog, the size that follows the choices, and what becomes of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession

from editor.domain.document import Document
from editor.domain.errors import EditorError
from editor.domain.export_options import ExportOptions, MetadataChoice, SizeEstimate
from editor.domain.metadata import Metadata
from editor.imaging.picture import Picture
from editor.session import Session
from editor.tools.base import PointerEvent
from editor.ui.export_choices import SETTING, ExportMemory, size_words
from editor.ui.export_dialog import MEASURING, NO_RECEIPTS, ExportDialog
from editor.ui.file_exporting import FileExporting
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow
from editor.ui.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PHOTO = Path("/pictures/photo.png")


class PatientRunner(FakeRunner):
    """Background work waits until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []
        self.patient = False

    def background(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[EditorError], None]
    ) -> None:
        if self.patient:
            self.waiting.append(lambda: FakeRunner.background(self, work, done, failed))
        else:
            super().background(work, done, failed)


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def runner() -> PatientRunner:
    return PatientRunner()


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, runner: PatientRunner) -> Iterator[MainWindow]:
    made = MainWindow(session, runner)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(lambda: bool(made.panels.platforms.rows))
    made.open_paths([PHOTO])
    yield made
    for picture in made.workspace.pictures:
        picture.document.modified = False


def asked(window: MainWindow) -> ExportDialog:
    window.commands["export"].trigger()
    dialog = window.files.exporting.dialog
    assert dialog is not None
    return dialog


def choose_file(dialog: ExportDialog, path: str) -> None:
    dialog.export.click()
    (files,) = dialog.findChildren(QFileDialog)
    files.fileSelected.emit(path)
    files.close()


def measured(dialog: ExportDialog, qtbot: QtBot, words: str) -> None:
    qtbot.waitUntil(lambda: dialog.size_told == words)


def test_an_export_is_no_save(window: MainWindow, session: FakeSession) -> None:
    document = window.workspace.current.document  # type: ignore[union-attr]
    document.modified = True
    dialog = asked(window)
    assert not dialog.isModal()
    choose_file(dialog, "/elsewhere/copy.jpg")
    assert session.exports.written == [(Path("/elsewhere/copy.jpg"), ExportOptions())]
    assert document.modified
    assert document.path == PHOTO
    assert window.status.sentence == "Exported copy.jpg."
    assert window.files.recent == (PHOTO,), "an export is no picture that one works on"
    assert session.settings.get("last_folder", "") == "/pictures"
    assert window.files.exporting.dialog is None


def test_nothing_that_tells_of_the_user_goes_out_unasked(window: MainWindow) -> None:
    options = asked(window).options
    assert not options.location
    assert not options.receipt


def test_the_choices_come_back_by_format(window: MainWindow, session: FakeSession) -> None:
    dialog = asked(window)
    dialog.quality.number.setValue(40)
    dialog.subsampling.choose(2)
    dialog.location.setChecked(True)
    dialog.formats.choose(2)
    assert dialog.quality.value == 90
    dialog.lossless.setChecked(True)
    dialog.metadata.choose(1)
    choose_file(dialog, "/elsewhere/copy.webp")
    dialog = asked(window)
    assert dialog.options == ExportOptions(format="WEBP", lossless=True, metadata=MetadataChoice.COPYRIGHT)
    dialog.formats.choose(1)
    assert dialog.quality.value == 90, "what was not exported is not remembered"
    dialog.quality.number.setValue(55)
    choose_file(dialog, "/elsewhere/copy.jpg")
    assert ExportMemory(session.settings).of("JPEG").quality == 55
    assert ExportMemory(session.settings).of("WEBP").lossless
    assert not asked(window).options.location, "where it was taken is asked for each time"


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {"format": 7, "JPEG": 5},
        {"format": "BMP", "JPEG": {"quality": 0, "subsampling": "1:1:1", "metadata": "some", "to_srgb": 1}},
        {"JPEG": {"quality": True, "lossless": "yes", "location": True, "receipt": True}},
    ],
)
def test_settings_that_cannot_be_are_passed_over(session: FakeSession, kept: object) -> None:
    session.settings.set(SETTING, kept)
    memory = ExportMemory(session.settings)
    assert memory.of(memory.format) == ExportOptions()
    memory.keep(ExportOptions(quality=10))
    assert memory.of("JPEG").quality == 10


def test_only_what_a_format_can_be_told_is_asked(window: MainWindow) -> None:
    dialog = asked(window)
    parts = {
        "quality": dialog.quality,
        "lossless": dialog.lossless,
        "subsampling": dialog.subsampling,
        "eight_bits": dialog.eight_bits,
    }
    shown = {}
    for place, name in enumerate(("PNG", "JPEG", "WEBP", "TIFF", "AVIF")):
        dialog.formats.choose(place)
        shown[name] = [word for word, part in parts.items() if part.isVisible()]
    lossy = ["quality", "subsampling"]
    assert shown == {"PNG": [], "JPEG": lossy, "WEBP": ["quality", "lossless"], "TIFF": [], "AVIF": lossy}
    dialog.formats.choose(2)
    dialog.lossless.setChecked(True)
    assert not dialog.quality.isEnabled()
    dialog.metadata.choose(2)
    assert not dialog.location.isEnabled(), "there is no place without metadata"


def test_sixteen_bits_can_be_reduced(window: MainWindow) -> None:
    deep = Document(np.full((5, 5, 4), 65_535, np.uint16), name="deep.tif")
    window.workspace.add(Picture.of(deep))
    dialog = asked(window)
    dialog.formats.choose(3)
    assert dialog.eight_bits.isVisible()


def test_receipts_are_offered_where_there_are_some_and_it_is_said_what_they_tell(
    window: MainWindow, runner: PatientRunner
) -> None:
    dialog = asked(window)
    assert not dialog.receipts.isEnabled()
    assert NO_RECEIPTS in sentences(dialog)
    dialog.close()
    window.canvas.begin_stroke(PointerEvent(x=80, y=60))
    window.canvas.finish_stroke()
    window.handlers.run_edit()
    runner.serve("job-1")
    dialog = asked(window)
    assert dialog.receipts.isEnabled()
    assert not dialog.options.receipt
    assert any("prompts" in words for words in sentences(dialog))


def sentences(dialog: ExportDialog) -> list[str]:
    return [part.text() for part in dialog.findChildren(QLabel) if part.property("role") == "small"]


def test_the_size_follows_the_choices(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    session.exports.losses = ("JPEG has no transparency; what was transparent is white in the file.",)
    dialog = asked(window)
    assert dialog.size_told == MEASURING
    measured(dialog, qtbot, "about 90 kB")
    assert dialog.losses_told == session.exports.losses[0]
    session.exports.losses = ()
    dialog.quality.slider.setValue(50)
    assert dialog.size_told == "about 90 kB", "close enough until the new one is known"
    measured(dialog, qtbot, "about 50 kB")
    assert dialog.losses_told == ""
    dialog.formats.choose(0)
    assert dialog.size_told == MEASURING


def test_a_step_in_the_picture_is_measured_anew(window: MainWindow, qtbot: QtBot, runner: PatientRunner) -> None:
    dialog = asked(window)
    measured(dialog, qtbot, "about 90 kB")
    window.commands["invert_mask"].trigger()
    assert dialog.size_told == MEASURING
    measured(dialog, qtbot, "about 90 kB")


def test_the_newest_answer_is_told_and_one_is_asked_for_at_a_time(
    window: MainWindow, runner: PatientRunner, qtbot: QtBot
) -> None:
    runner.patient = True
    dialog = asked(window)
    qtbot.waitUntil(lambda: len(runner.waiting) == 1)
    for quality in (80, 70, 60):
        dialog.quality.number.setValue(quality)
    qtbot.wait(200)
    assert len(runner.waiting) == 1, "one at a time"
    runner.waiting[0]()
    assert dialog.size_told == MEASURING, "an answer to what is no longer asked"
    assert len(runner.waiting) == 2
    runner.waiting[1]()
    assert dialog.size_told == "about 60 kB"
    dialog.quality.number.setValue(20)
    qtbot.waitUntil(lambda: len(runner.waiting) == 3)
    dialog.close()
    runner.waiting[2]()
    again = asked(window)
    assert again.size_told == MEASURING


def test_what_cannot_be_encoded_cannot_be_exported(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    session.exports.refusal = "The picture cannot be exported: WebP holds at most 16383 pixels a side."
    dialog = asked(window)
    qtbot.waitUntil(lambda: dialog.losses_told == session.exports.refusal)
    assert not dialog.export.isEnabled()
    session.exports.refusal = ""
    dialog.formats.choose(0)
    qtbot.waitUntil(dialog.export.isEnabled)


def test_a_file_that_cannot_be_written_is_offered_again_as_it_was(window: MainWindow, session: FakeSession) -> None:
    dialog = asked(window)
    dialog.location.setChecked(True)
    dialog.quality.number.setValue(33)
    choose_file(dialog, "/elsewhere/full.jpg")
    assert window.messages.notice is not None
    assert "disk is full" in window.messages.notice.words
    (remedy,) = window.messages.buttons
    remedy.click()
    again = window.files.exporting.dialog
    assert again is not None
    assert again.options == ExportOptions(quality=33, location=True)
    choose_file(again, "/elsewhere/copy.jpg")
    assert [path.name for path, _ in session.exports.written] == ["copy.jpg"]
    assert window.messages.notice is None, "what it was about is done"


def test_an_open_picture_is_never_exported_over(window: MainWindow, session: FakeSession) -> None:
    dialog = asked(window)
    dialog.formats.choose(0)
    dialog.export.click()
    (files,) = dialog.findChildren(QFileDialog)
    assert [Path(name).name for name in files.selectedFiles()] == ["photo-export.png"]
    files.fileSelected.emit(str(PHOTO))
    files.close()
    assert session.exports.written == []
    assert window.messages.notice is not None
    assert window.messages.notice.words.startswith("photo.png is open here")


def test_what_was_lost_is_said(window: MainWindow, session: FakeSession) -> None:
    session.exports.losses = ("WebP cannot hold IPTC data, and it was left out.",)
    choose_file(asked(window), "/elsewhere/copy.jpg")
    assert window.messages.notice is not None
    assert window.messages.notice.words == session.exports.losses[0]
    assert not window.messages.notice.bad


def test_the_dialog_goes_with_its_picture(window: MainWindow) -> None:
    dialog = asked(window)
    assert asked(window) is dialog
    window.open_paths([Path("/pictures/other.png")])
    other = asked(window)
    assert other is not dialog
    window.commands["close"].trigger()
    assert window.files.exporting.dialog is None
    window.commands["close"].trigger()
    assert not window.commands["export"].isEnabled()


def test_every_control_has_a_name_and_the_keys_reach_it(window: MainWindow) -> None:
    dialog = asked(window)
    controls = [
        part
        for kind in (QAbstractButton, QAbstractSlider, QAbstractSpinBox)
        for part in dialog.findChildren(kind)
        if part.isVisible()
    ]
    assert len(controls) >= 15
    for part in controls:
        assert part.accessibleName() or part.property("text")
        # Of segments the chosen one alone is on the way; the arrow keys go on from there.
        chosen = not isinstance(part, QToolButton) or part.isChecked()
        assert bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) or not chosen
    assert [part.text() for part in dialog.findChildren(QPushButton)] == ["Export…", "Close"]


def test_sizes_in_words() -> None:
    assert size_words(SizeEstimate(1_234_000, 0.1)) == "about 1.2 MB"
    assert size_words(SizeEstimate(34_000, 0.0)) == "34 kB"


def test_real_files(qtbot: QtBot, tmp_path: Path) -> None:
    """The real session, in its worker: what is told of the file is what is written."""

    def never() -> Any:
        raise AssertionError("an export needs no platforms")

    session = Session(settings=FakeSession(tmp_path).settings, build_services=never, sample=tmp_path / "sample.png")
    runner = JobRunner(session)
    pixels = np.full((300, 400, 4), 255, np.uint8)
    pixels[..., :3] = np.random.default_rng(1).integers(0, 255, (300, 400, 3))
    pixels[:40, :40, 3] = 0
    workspace = Workspace()
    picture = Picture.of(Document(pixels, name="noise", metadata=Metadata(dpi=(300.0, 300.0))))
    workspace.add(picture)
    parent = QWidget()
    qtbot.addWidget(parent)
    exporting = FileExporting(parent, session, runner, workspace, folder=lambda: str(tmp_path))
    try:
        for place, name in enumerate(("png", "jpg", "webp", "tif", "avif")):
            path = tmp_path / f"noise.{name}"
            exporting.ask(picture)
            dialog = exporting.dialog
            assert dialog is not None
            dialog.formats.choose(place)
            qtbot.waitUntil(lambda dialog=dialog: dialog.size_told not in (MEASURING, ""), timeout=20_000)  # type: ignore[misc]
            told, losses = dialog.size_told, dialog.losses_told
            with qtbot.waitSignal(exporting.exported, timeout=20_000):
                choose_file(dialog, str(path))
            assert told == size_words(SizeEstimate(path.stat().st_size, 0.0))
            assert ("transparency" in losses) == (name == "jpg")
            with Image.open(path) as written:
                assert written.size == (400, 300)
                assert ("A" in written.getbands()) == (name != "jpg")
    finally:
        runner.shut_down()
