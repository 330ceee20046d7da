from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.fake_window import LINKS, FakeRunner, FakeSession, attempt, status

from editor.domain.attempt import AttemptEnded, AttemptProgress, AttemptStarted, JobStarted, PlatformProgress
from editor.domain.errors import AllPlatformsFailed, Cancelled
from editor.domain.kinds import CancelEnding, OperationType, Outcome, Phase
from editor.domain.status import KeySource, Standing
from editor.tools.base import PointerEvent
from editor.tools.stroke import StrokeTool
from editor.ui.command_palette import CommandPalette
from editor.ui.facts_dialogs import FactsDialog
from editor.ui.key_dialog import KeyDialog, KeyForm
from editor.ui.main_window import MainWindow
from editor.ui.platform_dialog import PlatformDialog
from editor.ui.theme import ThemeChoice

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(empty_window: MainWindow) -> MainWindow:
    return empty_window


def opened(window: MainWindow, name: str = "photo.png") -> None:
    window.open_paths([Path("/pictures") / name])


def paint(window: MainWindow, x: float = 80, y: float = 60) -> None:
    window.canvas.begin_stroke(PointerEvent(x=x, y=y))
    window.canvas.finish_stroke()


def answer(window: MainWindow, button: QMessageBox.StandardButton) -> None:
    (box,) = [child for child in window.findChildren(QMessageBox) if child.isVisible()]
    box.button(button).click()


def test_open_paint_erase_undo(window: MainWindow, runner: FakeRunner, qtbot: QtBot) -> None:
    assert window.panels.edit.line == "Open a picture first."
    opened(window)
    assert window.panels.edit.line == "Paint over what you want to remove first."
    assert not window.panels.edit.run_button.isEnabled()
    picture = window.workspace.current
    assert picture is not None
    before = picture.document.pixels.array.copy()

    paint(window)
    assert window.panels.edit.line == "Free · about 3 s"
    qtbot.mouseClick(window.panels.edit.run_button, Qt.MouseButton.LeftButton)
    (job,) = runner.jobs
    runner.reported.emit(JobStarted(job=job, operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    runner.reported.emit(AttemptStarted(job=job, cycle=1, link=LINKS[0], model="erase"))
    refused = attempt("stability", Outcome.OUT_OF_CREDIT, started=datetime(2026, 1, 1, tzinfo=UTC))
    runner.reported.emit(AttemptEnded(job=job, attempt=refused))
    runner.reported.emit(AttemptStarted(job=job, cycle=1, link=LINKS[1], model="flux"))
    progress = PlatformProgress(Phase.PROCESSING, fraction=0.5)
    runner.reported.emit(AttemptProgress(job=job, platform="replicate", progress=progress))
    assert window.strip.isVisible()
    words = [cell.words for cell in window.strip.cells]
    assert words[0] == "Stability AI · stability-model: out of credits · 1.5 s"
    assert words[1].startswith("Replicate · flux: processing 50 % · ")
    assert window.status.sentence == "Erasing with Replicate · flux – Stability AI: out of credits"

    runner.serve(job, "replicate")
    assert window.status.sentence == "Replicate finished the edit."
    history = picture.document.history
    assert [entry.label for entry in history.entries] == ["Opened photo.png", "Mask stroke", "Erase"]
    assert all(entry.thumbnail is not None for entry in history.entries)
    assert not np.array_equal(picture.document.pixels.array, before)
    assert not picture.document.effective.array.any()
    row = window.panels.history.model.index(0).data()
    assert row == "Erase, Replicate · replicate-model, 0.0 s · free"
    assert window.tabs.bar.tabText(0) == "photo.png ●"

    window.commands["undo"].trigger()
    assert np.array_equal(picture.document.pixels.array, before)
    assert picture.document.effective.array.any()
    assert window.panels.history.model.index(0).data().endswith("undone")
    window.commands["redo"].trigger()
    assert not np.array_equal(picture.document.pixels.array, before)


def test_a_result_waits_for_the_end_of_the_stroke_under_way(
    window: MainWindow, runner: FakeRunner, qtbot: QtBot
) -> None:
    opened(window)
    picture = window.workspace.current
    assert picture is not None
    paint(window)
    masked = picture.document.mask.array.copy()
    window.handlers.run_edit()
    window.canvas.begin_stroke(PointerEvent(x=30, y=30))
    (job,) = runner.jobs
    runner.serve(job, "replicate")
    assert len(picture.document.history.entries) == 2, "nothing lands in the middle of a stroke"
    window.canvas.finish_stroke()
    qtbot.waitUntil(lambda: len(picture.document.history.entries) == 4)
    window.commands["undo"].trigger()
    window.commands["undo"].trigger()
    assert np.array_equal(picture.document.mask.array, masked), "undo brings back the mask to the byte"


def test_a_stroke_that_is_painted_while_the_edit_runs_stays(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    window.option_bar.show_value("brush_size", 20)
    window.tools.larger()
    paint(window, 30, 30)
    window.handlers.run_edit()
    (job,) = runner.jobs
    picture = window.workspace.current
    assert picture is not None
    paint(window, 120, 90)
    runner.serve(job)
    mask = picture.document.mask.array
    assert mask[30, 30] == 0
    assert mask[90, 120] == 255


def test_the_history_is_travelled_by_a_click(window: MainWindow, qtbot: QtBot) -> None:
    opened(window)
    paint(window, 30, 30)
    paint(window, 90, 90)
    view = window.panels.history.findChild(QAbstractItemView)
    assert view is not None
    area = view.visualRect(window.panels.history.model.index(2))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    picture = window.workspace.current
    assert picture is not None
    assert picture.document.history.position == 0
    assert not picture.document.mask.array.any()


def test_a_failed_edit_offers_remedies(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    attempts = (attempt("stability", Outcome.MISSING_KEY), attempt("local", Outcome.BAD_RESULT))
    runner.failed.emit("job-1", AllPlatformsFailed(OperationType.IMAGE_EDITING, attempts))
    assert window.messages.isVisible()
    assert [button.text() for button in window.messages.buttons] == ["Add key…", "Try again", "Show details"]
    window.messages.buttons[2].click()
    assert not window.messages.isVisible()
    (details,) = [dialog for dialog in window.findChildren(FactsDialog) if dialog.isVisible()]
    assert not details.isModal()
    details.close()

    runner.failed.emit("job-1", AllPlatformsFailed(OperationType.IMAGE_EDITING, attempts))
    window.handlers.run_edit()
    runner.failed.emit("job-2", AllPlatformsFailed(OperationType.IMAGE_EDITING, attempts))
    window.messages.buttons[1].click()
    assert list(runner.jobs) == ["job-1", "job-2", "job-3"]


def test_a_second_press_for_the_same_starts_nothing(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    window.handlers.run_edit()
    assert len(runner.jobs) == 1
    assert window.status.sentence == "This edit is running already."
    paint(window, 20, 20)
    window.handlers.run_edit()
    assert len(runner.jobs) == 2, "another mask is another edit"


def test_cancel(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    runner.reported.emit(JobStarted(job="job-1", operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    (button,) = [b for b in window.strip.findChildren(QPushButton) if b.text() == "Cancel"]
    button.click()
    assert runner.cancelled == ["job-1"]
    runner.failed.emit("job-1", Cancelled(CancelEnding.STOPPED))
    assert window.status.sentence == "The edit was cancelled; nothing was charged."
    assert not window.messages.isVisible()


def test_the_strip_fades_when_the_job_is_done(window: MainWindow, runner: FakeRunner, qtbot: QtBot) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    runner.reported.emit(JobStarted(job="job-1", operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    runner.serve("job-1")
    qtbot.waitUntil(lambda: not window.strip.isVisible(), timeout=5000)


def test_an_edit_that_comes_back_to_a_closed_picture_is_kept(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    window.commands["close"].trigger()
    answer(window, QMessageBox.StandardButton.Discard)
    assert window.workspace.pictures == ()
    runner.serve("job-1")
    window.messages.buttons[0].click()
    (picture,) = window.workspace.pictures
    assert picture.document.history.current.label == "Erase"


def test_a_file_that_is_no_picture(window: MainWindow) -> None:
    opened(window, "notes.txt")
    assert window.messages.notice is not None
    assert window.messages.notice.words == "notes.txt is not a picture that can be opened."
    assert window.workspace.pictures == ()


def test_files_open_in_order_and_a_bad_one_stops_nothing(window: MainWindow) -> None:
    window.open_paths([Path("/pictures") / name for name in ("a.png", "b.txt", "c.png")])
    assert [picture.document.name for picture in window.workspace.pictures] == ["a.png", "c.png"]
    assert window.workspace.index == 1
    assert window.messages.isVisible()


def test_every_picture_has_its_tab(window: MainWindow) -> None:
    opened(window, "one.png")
    opened(window, "two.png")
    opened(window, "one.png")
    assert [window.tabs.bar.tabText(i) for i in range(window.tabs.bar.count())] == ["one.png", "two.png"]
    assert window.workspace.index == 0
    window.tabs.bar.setCurrentIndex(1)
    assert window.workspace.current is window.workspace.pictures[1]
    assert window.canvas.picture is window.workspace.current
    window.commands["close"].trigger()
    assert window.workspace.index == 0
    window.commands["close"].trigger()
    assert window.canvas.picture is None


def test_closing_asks_about_what_is_not_saved(window: MainWindow, session: FakeSession) -> None:
    opened(window)
    picture = window.workspace.current
    assert picture is not None
    picture.document.modified = True
    window.close()
    assert window.isVisible()
    answer(window, QMessageBox.StandardButton.Cancel)
    assert window.isVisible()
    window.close()
    answer(window, QMessageBox.StandardButton.Save)
    assert session.pictures.saved_paths == [Path("/pictures/photo.png")]
    assert not window.isVisible()


def test_discarding_closes_without_saving(window: MainWindow, session: FakeSession) -> None:
    opened(window)
    picture = window.workspace.current
    assert picture is not None
    picture.document.modified = True
    window.close()
    answer(window, QMessageBox.StandardButton.Discard)
    assert session.pictures.saved_paths == []
    assert not window.isVisible()


def test_closing_asks_about_a_mask_that_is_in_no_project(window: MainWindow, session: FakeSession) -> None:
    opened(window)
    paint(window)
    window.commands["close"].trigger()
    (box,) = (one for one in window.findChildren(QMessageBox) if one.isVisible())
    assert box.text() == "Save the mask of photo.png in a project?"
    answer(window, QMessageBox.StandardButton.Save)
    (dialog,) = (one for one in window.findChildren(QFileDialog) if one.isVisible())
    assert dialog.defaultSuffix() == "ora"
    dialog.fileSelected.emit("/pictures/photo.ora")

    assert session.pictures.saved_paths == [Path("/pictures/photo.ora")]
    assert window.workspace.pictures == ()


def test_a_mask_that_is_in_a_project_or_gone_is_not_asked_about(window: MainWindow) -> None:
    opened(window)
    paint(window)
    picture = window.workspace.current
    assert picture is not None
    assert picture.document.masks_unsaved
    picture.document.masks_saved_at(picture.document.mask_state)
    assert not picture.document.unsaved
    window.commands["invert_mask"].trigger()
    assert picture.document.masks_unsaved
    window.commands["clear_mask"].trigger()
    assert not picture.document.unsaved
    window.commands["undo"].trigger()
    assert picture.document.masks_unsaved
    window.commands["close"].trigger()
    answer(window, QMessageBox.StandardButton.Discard)

    assert window.workspace.pictures == ()


def test_a_save_that_fails_offers_another_place(window: MainWindow) -> None:
    opened(window, "full.png")
    window.commands["save"].trigger()
    assert window.messages.notice is not None
    assert "disk is full" in window.messages.notice.words
    assert [button.text() for button in window.messages.buttons] == ["Save as…"]
    bottom = window.messages.buttons[0].geometry().bottom()
    assert bottom < window.messages.height() == window.messages.heightForWidth(window.messages.width())
    picture = window.workspace.current
    assert picture is not None
    picture.document.path = Path("/pictures/elsewhere.png")
    window.commands["save"].trigger()
    assert window.messages.notice is None, "what it was about is done"


@pytest.mark.parametrize("name", ["photo.heic", "pages.tif"])
def test_a_file_that_cannot_be_written_or_holds_more_is_not_saved_over(
    window: MainWindow, session: FakeSession, name: str
) -> None:
    opened(window)
    picture = window.workspace.current
    assert picture is not None
    document = picture.document
    document.path = Path("/pictures") / name
    if name == "pages.tif":
        document.metadata = replace(document.metadata, save_options={"holds_more": str(document.path)})
    window.commands["save"].trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert session.pictures.saved_paths == []
    dialog.close()


def test_paste(window: MainWindow) -> None:
    image = QImage(7, 5, QImage.Format.Format_RGB888)
    image.fill(QColor(1, 2, 3))
    QGuiApplication.clipboard().setImage(image)
    window.commands["paste"].trigger()
    picture = window.workspace.current
    assert picture is not None
    assert picture.document.size == (7, 5)
    assert picture.document.modified, "it is in no file yet"
    assert picture.document.pixels.array[4, 6].tolist() == [3, 2, 1, 255]
    picture.document.pixels.write(picture.document.rect, np.zeros((5, 7, 4), np.uint8))


def test_keys(window: MainWindow, session: FakeSession) -> None:
    window.commands["keys"].trigger()
    (dialog,) = window.findChildren(KeyDialog)
    assert not dialog.isModal()
    assert list(dialog.forms) == ["stability", "replicate", "fal"]
    form: KeyForm = dialog.forms["fal"]
    assert form.field.echoMode() is QLineEdit.EchoMode.Password
    assert not form.save.isEnabled()
    form.field.setText("  secret ")
    form.test.click()
    assert form.answer.text() == "FAL accepts the key."
    form.save.click()
    assert session.keys.kept == {"fal": "secret"}
    assert form.field.text() == ""
    assert form.answer.text() == "Saved in this computer’s keyring."
    assert form.delete.isEnabled()
    form.delete.click()
    assert session.keys.kept == {}
    form.field.setText("wrong")
    form.test.click()
    assert form.answer.text() == "FAL does not accept this key."
    session.keys.keyring_works = False
    form.save.click()
    assert form.answer.text() == "No keyring works here: the key is kept for this session only."
    dialog.close()


def test_a_form_that_waits_for_an_answer_stays_off(window: MainWindow, runner: FakeRunner) -> None:
    window.commands["keys"].trigger()
    (dialog,) = window.findChildren(KeyDialog)
    first, second = dialog.forms["stability"], dialog.forms["fal"]
    for form in (first, second):
        form.field.setText("a key")
    runner.holding = True
    first.test.click()
    second.test.click()
    runner.held[1]()
    assert second.test.isEnabled()
    assert not first.test.isEnabled()
    assert first.answer.text() == "Asking Stability AI…"
    dialog.close()


def test_a_platforms_details_name_the_error_and_the_remedy(window: MainWindow, session: FakeSession) -> None:
    session.statuses[0] = status(
        "stability",
        Standing.OUT_OF_CREDIT,
        retry_in=252.0,
        message="Stability AI is out of credits.",
        key_source=KeySource.KEYRING,
        billing_page="https://example.org/billing",
    )
    window.view.refresh_platforms()
    assert window.panels.platforms.counting
    window.panels.platforms.rows[0].click()
    (dialog,) = window.findChildren(PlatformDialog)
    names = [button.text() for button in dialog.findChildren(QPushButton)]
    assert names == ["Key…", "Top up", "Try it with the next edit", "Close"]
    dialog.findChildren(QPushButton)[2].click()
    assert not window.panels.platforms.counting


def test_the_receipt_can_be_copied(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    runner.serve("job-1")
    window.commands["receipt"].trigger()
    (dialog,) = [found for found in window.findChildren(FactsDialog) if found.isVisible()]
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy as JSON").click()
    assert json.loads(QGuiApplication.clipboard().text())["served_by"]["platform"] == "local"
    dialog.close()


def test_the_palette_runs_a_command(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["palette"].trigger()
    (palette,) = window.findChildren(CommandPalette)
    field = palette.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "light")
    assert palette.shown == ("Theme: light",)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.theme.choice is ThemeChoice.LIGHT


def test_pictures_in_turn_both_ways(window: MainWindow) -> None:
    assert not window.commands["previous_picture"].isEnabled()
    for name in ("a.png", "b.png", "c.png"):
        opened(window, name)
    shown = []
    for command in ("previous_picture", "previous_picture", "previous_picture", "next_picture"):
        window.commands[command].trigger()
        assert window.workspace.current is not None
        shown.append(window.workspace.current.document.name)
    assert shown == ["b.png", "a.png", "c.png", "a.png"]


def test_tools_and_sizes_by_key(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    opened(window)
    window.canvas.setFocus()
    size = window.option_bar.value("brush_size")
    qtbot.keyClick(window.canvas, Qt.Key.Key_BracketRight)
    assert window.option_bar.value("brush_size") > size
    assert session.settings.values["brush_size"] == window.option_bar.value("brush_size")
    tool = window.canvas.tool
    assert isinstance(tool, StrokeTool)
    assert tool.size == window.option_bar.value("brush_size")
    qtbot.keyClick(window.canvas, Qt.Key.Key_E)
    assert window.canvas.tool is not None
    assert window.canvas.tool.id == "mask_eraser"
    assert window.commands["mask_eraser"].isChecked()
    qtbot.keyClick(window.canvas, Qt.Key.Key_H)
    assert window.canvas.tool.id == "pan"


def test_grow_reaches_the_mask_and_is_remembered(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    opened(window)
    paint(window)
    picture = window.workspace.current
    assert picture is not None
    before = picture.coverage
    window.option_bar.option_changed.emit("grow", 20)
    window.option_bar.show_value("grow", 20)
    qtbot.waitUntil(lambda: picture.coverage > before)
    assert session.settings.values["grow"] == 20


def test_what_the_window_remembers(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    opened(window)
    window.commands["theme_light"].trigger()
    window.commands["history_panel"].trigger()
    window.commands["local_only"].trigger()
    window.close()
    assert session.settings.values["recent_files"] == ["/pictures/photo.png"]
    assert session.settings.values["last_folder"] == "/pictures"
    again = MainWindow(session, FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(again)
    assert again.theme.choice is ThemeChoice.LIGHT
    assert again.panels.history.isHidden()
    assert again.commands["local_only"].isChecked()
    again.theme.choose(ThemeChoice.DARK)


def test_the_first_start_says_what_to_press(window: MainWindow, session: FakeSession) -> None:
    window.show_sample()
    hint = [part for part in window.panels.edit.findChildren(QWidget) if part.isVisible()]
    texts = [part.property("text") for part in hint]
    assert "Press Erase – it runs on this computer. Add a key to use Stability, Replicate or FAL." in texts
    assert window.panels.edit.run_button.isEnabled()


CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QAbstractItemView, QTabBar, QLineEdit)


def nameless(root: QWidget) -> list[str]:
    found = [part for part in root.findChildren(QWidget) if isinstance(part, CONTROLS) and part.isVisibleTo(root)]
    inner = (QScrollBar,)
    return [
        f"{type(part).__name__} in {type(part.parent()).__name__}"
        for part in found
        if not isinstance(part, inner)
        and not part.accessibleName()
        and not isinstance(part.parent(), QAbstractSpinBox | QTabBar | QAbstractItemView)
    ]


def test_every_control_has_a_name(window: MainWindow, runner: FakeRunner) -> None:
    opened(window)
    paint(window)
    window.handlers.run_edit()
    attempts = (attempt("local", Outcome.BAD_RESULT),)
    runner.failed.emit("job-1", AllPlatformsFailed(OperationType.IMAGE_EDITING, attempts))
    window.handlers.run_edit()
    runner.reported.emit(JobStarted(job="job-2", operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    assert nameless(window) == []
    window.dialogs.show_keys()
    window.dialogs.show_platform("stability")
    window.dialogs.show_shortcuts()
    for dialog in [*window.findChildren(KeyDialog), *window.findChildren(FactsDialog)]:
        assert nameless(dialog) == []
        dialog.close()
    window.dialogs.show_palette()
    (palette,) = window.findChildren(CommandPalette)
    assert nameless(palette) == []
    palette.close()


def test_the_tab_key_walks_from_the_top_left_to_the_lower_right(window: MainWindow) -> None:
    opened(window)
    paint(window)
    sliders = window.option_bar.findChildren(QAbstractSlider)
    start = walked = next(slider for slider in sliders if slider.isVisible())
    names: list[str] = []
    while (walked := walked.nextInFocusChain()) is not start:  # type: ignore[assignment]
        reachable = walked.focusPolicy() & Qt.FocusPolicy.TabFocus and walked.isVisible() and walked.isEnabled()
        if reachable and walked.focusProxy() is None:
            names.append(walked.accessibleName())
    landmarks = (
        *("Size in pixels", "Undo", "Pan", "Mask eraser", "Open pictures", "Canvas", "Erase masked area"),
        *("Stability AI, stability-erase, No key, add a key", "History", "Local only"),
    )
    places = [names.index(name) for name in landmarks]
    assert places == sorted(places)


def test_every_tool_tip_names_the_key(window: MainWindow) -> None:
    assert window.commands["mask_brush"].toolTip() == "Mask brush (B)"
    for action in window.commands:
        assert action.toolTip()


def test_a_small_window_holds_everything(window: MainWindow, runner: FakeRunner, qtbot: QtBot) -> None:
    opened(window)
    paint(window)
    window.resize(1024, 640)
    window.handlers.run_edit()
    runner.reported.emit(JobStarted(job="job-1", operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    runner.reported.emit(AttemptStarted(job="job-1", cycle=1, link=LINKS[1], model="a-model-with-a-very-long-name"))
    stage = window.strip.parentWidget()
    assert stage is not None
    qtbot.waitUntil(lambda: window.strip.geometry().right() <= stage.width())
    assert window.strip.geometry().left() >= 0
    assert (window.width(), window.height()) == (1024, 640)
    corner = window.panels.mapTo(window, QPoint(window.panels.width(), window.panels.height()))
    assert corner.x() <= 1024
    assert corner.y() <= 640


def test_themes_change_every_colour(window: MainWindow) -> None:
    opened(window)
    dark = window.grab().toImage().pixelColor(10, 300)
    window.theme.choose(ThemeChoice.LIGHT)
    light = window.grab().toImage().pixelColor(10, 300)
    assert light.lightness() > dark.lightness() + 100
    window.theme.choose(ThemeChoice.SYSTEM)
    window.theme.choose(ThemeChoice.DARK)


def test_what_had_to_be_left_out_at_the_start_is_said(qtbot: QtBot, session: FakeSession, runner: FakeRunner) -> None:
    session.notices = ("The file models.toml cannot be read; the models that come with the program are used.",)
    window = MainWindow(session, runner)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.messages.isVisible())
    assert window.messages.notice is not None
    assert "models.toml" in window.messages.notice.words
