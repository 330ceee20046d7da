"""Every operation from the window: choosing, filling in, starting, and what becomes of the result."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.fake_window import LINKS, FakeRunner, FakeSession, attempt, status

from editor.domain.attempt import JobStarted
from editor.domain.errors import AllPlatformsFailed, EditorError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, OperationType, Outcome, UpscaleMode
from editor.domain.status import KeySource, Standing
from editor.imaging.picture import Picture
from editor.tools.base import PointerEvent
from editor.ui.background_field import BackgroundPicker
from editor.ui.command_palette import CommandPalette
from editor.ui.edit_fields import Field
from editor.ui.fold import Fold
from editor.ui.main_window import MainWindow
from editor.ui.segments import Segments
from editor.ui.strokes_field import StrokesPicker

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    made = FakeSession(tmp_path)
    keyed = [status(link.platform, Standing.READY, key_source=KeySource.KEYRING) for link in LINKS[:3]]
    made.statuses = [*keyed, status("local", Standing.READY)]
    return made


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    window.resize(1280, 900)
    return window


def field(window: MainWindow, name: str) -> Field:
    return window.panels.edit.form.fields[name]


def write(window: MainWindow, name: str, words: str) -> None:
    control = field(window, name).control
    assert isinstance(control, QLineEdit | QPlainTextEdit)
    control.setText(words) if isinstance(control, QLineEdit) else control.setPlainText(words)


def put(window: MainWindow, name: str, value: float) -> None:
    field(window, name).control.setValue(value)  # type: ignore[attr-defined]


def paint(window: MainWindow, x: float = 80, y: float = 60) -> None:
    window.canvas.begin_stroke(PointerEvent(x=x, y=y))
    window.canvas.finish_stroke()


def current(window: MainWindow) -> Picture:
    picture = window.workspace.current
    assert picture is not None
    return picture


def run(window: MainWindow, runner: FakeRunner) -> str:
    """Start the chosen edit as a key would."""
    before = len(runner.jobs)
    window.commands["run_edit"].trigger()
    assert len(runner.jobs) == before + 1, window.panels.edit.line
    return list(runner.jobs)[-1]


def test_the_grid_is_walked_with_the_arrow_keys(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panels.edit
    tiles = panel.grid.tiles
    tiles["Erase"].setFocus()
    qtbot.keyClick(tiles["Erase"], Qt.Key.Key_Right)
    assert panel.operation is Operation.INPAINT
    qtbot.keyClick(tiles["Inpaint"], Qt.Key.Key_Down)
    assert panel.operation is Operation.UPSCALE
    assert tiles["Upscale"].hasFocus()
    assert window.commands["upscale"].isChecked()


def test_every_operation_is_a_command(window: MainWindow) -> None:
    (menu,) = [action.menu() for action in window.menuBar().actions() if action.text() == "&AI"]
    entries = [action.objectName() for action in menu.actions()]  # type: ignore[union-attr]
    for operation in Operation:
        assert operation.value in entries
        window.commands[operation.value].trigger()
        assert window.panels.edit.operation is operation
    palette = CommandPalette(window.commands, window)
    assert {f"Edit: {operation.caption}" for operation in Operation} <= set(palette.shown)
    palette.close()


def test_a_command_shows_the_panel_and_puts_the_cursor_into_its_first_field(window: MainWindow) -> None:
    window.commands["edit_panel"].trigger()
    assert not window.panels.edit.isVisible()
    window.activateWindow()
    window.commands["search-and-replace"].trigger()
    assert window.panels.edit.isVisible()
    assert window.focusWidget() is field(window, "search").control


def test_recolor_and_the_new_background_are_choices_of_their_tiles(window: MainWindow) -> None:
    panel = window.panels.edit
    panel.grid.tiles["Replace"].click()
    assert panel.operation is Operation.SEARCH_AND_REPLACE
    panel.choices["Replace"].parts[1].click()
    assert panel.operation is Operation.SEARCH_AND_RECOLOR
    panel.grid.tiles["Cut out"].click()
    assert panel.operation is Operation.REMOVE_BACKGROUND
    assert not panel.choices["Replace"].isVisible()
    panel.grid.tiles["Replace"].click()
    assert panel.operation is Operation.SEARCH_AND_RECOLOR, "what was chosen last"


def test_values_are_kept_for_each_operation(window: MainWindow) -> None:
    panel = window.panels.edit
    panel.choose(Operation.SEARCH_AND_REPLACE)
    write(window, "search", "cup")
    write(window, "prompt", "bowl")
    panel.choose(Operation.INPAINT)
    assert panel.options.prompt == ""
    panel.choose(Operation.SEARCH_AND_REPLACE)
    assert (panel.options.search, panel.options.prompt) == ("cup", "bowl")
    assert panel.run_button.text() == "Replace “cup”"
    assert window.commands["run_edit"].text() == "Replace “cup”"


def test_the_operation_is_remembered_but_no_words_are(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.panels.edit.choose(Operation.SEARCH_AND_RECOLOR)
    write(window, "search", "secret wish")
    write(window, "prompt", "secret colour")
    window.close()
    assert "secret" not in json.dumps(session.settings.values)
    again = MainWindow(session, FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(again)
    assert again.panels.edit.operation is Operation.SEARCH_AND_RECOLOR
    assert again.commands["search-and-recolor"].isChecked()
    assert again.panels.edit.options.search == ""


def test_a_setting_that_makes_no_sense_begins_with_erase(session: FakeSession, qtbot: QtBot) -> None:
    session.settings.set("operation", "juggle")
    window = MainWindow(session, FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(window)
    assert window.panels.edit.operation is Operation.ERASE


def test_fields_give_the_options(window: MainWindow) -> None:
    panel = window.panels.edit
    panel.choose(Operation.OUTPAINT)
    for name, value in (("left", 10), ("down", 20), ("variations", 3)):
        put(window, name, value)
    write(window, "negative_prompt", "people")
    write(window, "seed", "4294967295")
    options = panel.options
    assert (options.expansion.left, options.expansion.right, options.expansion.down) == (10, 0, 20)
    assert (options.variations, options.negative_prompt, options.seed) == (3, "people", 4294967295)
    panel.choose(Operation.UPSCALE)
    (double,) = [part for part in panel.form.findChildren(QPushButton) if part.text() == "×2"]
    double.click()
    segments = field(window, "mode").control
    assert isinstance(segments, Segments)
    segments.parts[1].click()
    assert (panel.options.scale, panel.options.mode) == (2.0, UpscaleMode.CONSERVATIVE)
    assert panel.run_button.text() == "Enlarge ×2"


def test_rare_fields_are_folded_away(window: MainWindow) -> None:
    panel = window.panels.edit
    panel.choose(Operation.INPAINT)
    (fold,) = panel.form.findChildren(Fold)
    assert field(window, "prompt").isVisible()
    assert not field(window, "seed").isVisible()
    fold.head.click()
    assert field(window, "seed").isVisible()
    assert field(window, "variations").isVisible()


def test_a_field_grows_with_its_words(window: MainWindow) -> None:
    window.panels.edit.choose(Operation.INPAINT)
    control = field(window, "prompt").control
    low = control.height()
    write(window, "prompt", "many words " * 30)
    assert low < control.height() < 200


def test_a_number_takes_the_wheel_only_with_the_keys(window: MainWindow) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    window.panels.edit.choose(Operation.OUTPAINT)
    control = field(window, "left").control
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 120),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, turn)
    assert window.panels.edit.options.expansion.left == 0


def test_the_keys_do_not_wander_when_their_field_goes(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panels.edit
    panel.choose(Operation.INPAINT)
    field(window, "prompt").control.setFocus()
    panel.grid.tiles["Upscale"].click()
    assert panel.grid.tiles["Upscale"].hasFocus()


def test_a_cut_out_keeps_the_mask_and_is_undone(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    picture = current(window)
    mask = picture.document.mask.array.copy()
    window.panels.edit.choose(Operation.REMOVE_BACKGROUND)
    runner.serve(run(window, runner), "fal")
    assert picture.document.history.current.label == "Cut out"
    assert np.array_equal(picture.document.mask.array, mask)
    assert not picture.opaque
    assert picture.document.pixels.array[0, 0, 3] == 0
    window.commands["undo"].trigger()
    assert picture.opaque
    assert picture.document.pixels.array[0, 0, 3] == 255


def test_a_cut_out_is_not_saved_over_a_file_without_transparency(
    window: MainWindow, session: FakeSession, runner: FakeRunner
) -> None:
    document = current(window).document
    document.path = Path("/pictures/photo.jpg")
    document.metadata = replace(document.metadata, format="JPEG")
    window.panels.edit.choose(Operation.REMOVE_BACKGROUND)
    runner.serve(run(window, runner), "fal")
    window.commands["save"].trigger()
    assert session.pictures.saved_paths == []
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.defaultSuffix() == "png"
    dialog.reject()
    window.commands["undo"].trigger()
    window.commands["save"].trigger()
    assert session.pictures.saved_paths == [Path("/pictures/photo.jpg")]


def test_what_a_file_could_not_hold_is_told(window: MainWindow) -> None:
    current(window).document.path = Path("/pictures/photo.webp")
    window.commands["save"].trigger()
    assert window.messages.notice is not None
    assert window.messages.notice.words == "The file holds no profile."


def test_an_enlargement_is_one_step_of_the_picture(window: MainWindow, runner: FakeRunner) -> None:
    picture = current(window)
    paint(window)
    window.panels.edit.choose(Operation.UPSCALE)
    put(window, "scale", 2)
    runner.serve(run(window, runner), "replicate")
    assert current(window) is picture
    assert len(window.workspace.pictures) == 1
    assert picture.document.size == (320, 240)
    assert picture.document.modified
    assert picture.coverage > 0, "the mask grew with it"
    assert window.commands["receipt"].isEnabled()
    window.commands["undo"].trigger()
    assert picture.document.size == (160, 120)
    assert not picture.document.modified


def test_an_enlargement_of_what_has_changed_meanwhile_opens_as_a_new_picture(
    window: MainWindow, runner: FakeRunner
) -> None:
    old = current(window)
    window.panels.edit.choose(Operation.UPSCALE)
    put(window, "scale", 2)
    job = run(window, runner)
    old.document.pixels.write(Rect(0, 0, 9, 9), np.zeros((9, 9, 4), np.uint8))
    runner.serve(job, "replicate")
    new = current(window)
    assert new is not old
    assert new.document.name == "photo – enlarged"
    assert new.document.size == (320, 240)
    assert new.document.modified
    assert new.document.path is None
    assert new.document.history.current.label == "Upscale"
    assert new.document.history.current.receipt is not None
    assert not old.document.modified
    assert window.status.sentence.endswith("“photo – enlarged” is open in a tab of its own.")
    assert window.commands["receipt"].isEnabled()


def test_variations_are_candidates_of_one_step(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    old = current(window)
    window.panels.edit.choose(Operation.INPAINT)
    put(window, "variations", 3)
    before = old.document.pixels.array.copy()
    runner.serve(run(window, runner), "stability")
    assert current(window) is old
    names = [picture.document.name for picture in window.workspace.pictures]
    assert names == ["photo.png"]
    values = []
    for tile in window.candidates.tiles:
        tile.click()
        values.append(int(old.document.pixels.array[60, 80, 0]))
        assert np.array_equal(old.document.pixels.array[0], before[0]), "outside the mask nothing changes"
    assert values == [128, 129, 130]
    assert [tile.accessibleName() for tile in window.candidates.tiles] == ["Variation 1", "Variation 2", "Variation 3"]
    assert len(old.document.history.entries) == 3


def test_notes_of_a_result_are_told(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    runner.serve(run(window, runner), "fal", notes=("The seed was not used.",))
    assert window.messages.notice is not None
    assert window.messages.notice.words == "The seed was not used."
    assert not window.messages.notice.bad


def test_two_edits_are_counted_in_the_strip(window: MainWindow, runner: FakeRunner) -> None:
    window.panels.edit.choose(Operation.REMOVE_BACKGROUND)
    first = run(window, runner)
    window.panels.edit.choose(Operation.UPSCALE)
    second = run(window, runner)
    for job in (first, second):
        runner.reported.emit(JobStarted(job=job, operation_type=OperationType.IMAGE_EDITING, links=LINKS))
    assert window.strip.others == "1 more edit runs"
    assert window.status.sentence == "Enlarging…"
    runner.serve(second)
    assert window.strip.others == ""


def test_the_same_edit_with_other_words_is_another_edit(window: MainWindow, runner: FakeRunner) -> None:
    paint(window)
    window.panels.edit.choose(Operation.INPAINT)
    run(window, runner)
    window.commands["run_edit"].trigger()
    assert len(runner.jobs) == 1
    write(window, "prompt", "a bird")
    run(window, runner)
    assert len(runner.jobs) == 2


def test_trying_again_is_about_the_edit_that_failed(window: MainWindow, runner: FakeRunner) -> None:
    window.panels.edit.choose(Operation.SEARCH_AND_RECOLOR)
    write(window, "search", "cup")
    write(window, "prompt", "green")
    job = run(window, runner)
    window.panels.edit.choose(Operation.UPSCALE)
    failed = AllPlatformsFailed(OperationType.IMAGE_EDITING, (attempt("fal", Outcome.UNAVAILABLE),))
    runner.failed.emit(job, failed)
    (again,) = [button for button in window.messages.buttons if button.text() == "Try again"]
    again.click()
    prepared = runner.jobs["job-2"]
    assert prepared.operation is Operation.SEARCH_AND_RECOLOR
    assert prepared.source.options.search == "cup"


def test_a_background_is_a_color_or_a_picture(window: MainWindow, runner: FakeRunner) -> None:
    panel = window.panels.edit
    panel.choose(Operation.REPLACE_BACKGROUND)
    assert not panel.run_button.isEnabled()
    (picker,) = panel.form.findChildren(BackgroundPicker)
    picker.show_colour(QColor("#336699"))
    assert panel.options.background == (0x33, 0x66, 0x99)
    assert panel.run_button.isEnabled()
    picker.picture_wanted.emit(Path("/pictures/sky.png"))
    background = panel.options.background
    assert isinstance(background, np.ndarray)
    assert background.shape == (120, 160, 3)
    picker.picture_wanted.emit(Path("/pictures/notes.txt"))
    assert window.messages.notice is not None
    picker.clear()
    assert panel.options.background is None
    assert not panel.run_button.isEnabled()


def test_strokes_say_what_to_keep_and_what_to_drop(window: MainWindow) -> None:
    panel = window.panels.edit
    panel.choose(Operation.REMOVE_BACKGROUND)
    keep, drop = panel.form.findChildren(StrokesPicker)
    keep.mask_wanted.emit()
    assert window.messages.notice is not None
    assert panel.options.keep is None
    paint(window)
    picture = window.workspace.current
    assert picture is not None
    painted = picture.document.mask.array.copy()
    assert painted.any()
    keep.mask_wanted.emit()
    assert np.array_equal(panel.options.keep, painted)
    assert not picture.document.mask.array.any(), "the mask is free for other strokes"
    window.commands["undo"].trigger()
    assert np.array_equal(picture.document.mask.array, painted)
    drop.mask_wanted.emit()
    assert np.array_equal(panel.options.drop, painted)
    drop.clear()
    assert panel.options.drop is None
    window.open_paths([Path("/pictures/other.png")])
    assert panel.options.keep is None, "strokes belong to their picture"


def test_the_subject_becomes_the_mask_as_one_step(window: MainWindow, session: FakeSession, runner: FakeRunner) -> None:
    picture = window.workspace.current
    assert picture is not None
    mask = picture.document.mask.array
    paint(window, x=150, y=100)
    painted = mask.copy()
    window.commands["select_subject"].trigger()
    assert (mask[:, :80] == 255).all()
    assert not mask[:, 80:].any()
    assert picture.document.effective.array.any()
    assert window.status.sentence == "The subject is masked, found by U²-Net. A note."
    window.commands["undo"].trigger()
    assert np.array_equal(mask, painted)
    session.selecting.trouble = EditorError("No subject stands out.")
    window.commands["select_subject"].trigger()
    assert np.array_equal(mask, painted)
    assert window.messages.notice is not None
    assert window.messages.notice.words == "No subject stands out."


def test_a_subject_found_too_late_changes_nothing(window: MainWindow, runner: FakeRunner) -> None:
    first = window.workspace.current
    assert first is not None
    runner.holding = True
    window.commands["select_subject"].trigger()
    window.commands["select_subject"].trigger()
    assert len(runner.held) == 1, "one search at a time"
    window.workspace.remove(first)
    runner.holding = False
    runner.held.pop()()
    assert not first.document.mask.array.any()
    window.open_paths([Path("/pictures/other.png")])
    window.commands["select_subject"].trigger()
    assert window.workspace.current is not None
    assert window.workspace.current.document.mask.array.any()


def test_without_keys_an_operation_says_what_to_do(
    window: MainWindow, session: FakeSession, qtbot: QtBot, runner: FakeRunner
) -> None:
    session.statuses = [status(link.platform) for link in LINKS[:3]] + [status("local", Standing.READY)]
    window.view.refresh_platforms()
    panel = window.panels.edit
    panel.choose(Operation.REMOVE_BACKGROUND)
    assert panel.line == "This computer cannot cut out a subject. Add a key for Stability AI, Replicate or FAL."
    assert not panel.run_button.isEnabled()
    assert panel.grid.tiles["Cut out"].isEnabled()
    assert panel.link.text() == "Add a key…"
    panel.choose(Operation.ERASE)
    paint(window)
    assert panel.run_button.isEnabled()
    assert panel.link.text() == "Add a key…", "the first start's hint"


def test_local_only_is_left_by_a_link(window: MainWindow, session: FakeSession) -> None:
    window.commands["local_only"].trigger()
    session.statuses = [status(link.platform, Standing.OFF) for link in LINKS[:3]] + [status("local", Standing.READY)]
    window.view.refresh_platforms()
    panel = window.panels.edit
    panel.choose(Operation.UPSCALE)
    assert panel.link.text() == "Use all platforms"
    panel.link.click()
    assert not session.local_only
    assert not window.commands["local_only"].isChecked()


def test_everything_in_the_panel_has_a_name(window: MainWindow) -> None:
    for operation in Operation:
        window.panels.edit.choose(operation)
        for one in window.panels.edit.form.fields.values():
            assert one.control.accessibleName() or isinstance(one.control, BackgroundPicker)


def test_the_platforms_name_their_models_for_the_chosen_edit(window: MainWindow) -> None:
    rows = window.panels.platforms.rows
    window.panels.edit.choose(Operation.UPSCALE)
    assert "replicate-upscale" in rows[1].accessibleName()
    assert "not for this edit" in rows[3].accessibleName()
    window.panels.edit.choose(Operation.ERASE)
    assert "local-erase" in rows[3].accessibleName()
