from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.repainting import screen_is_true
from support.windows import document_of

from editor.domain.samples import Pixels
from editor.imaging import effective_mask
from editor.ui.main_window import MainWindow
from editor.ui.mask_commands import use_up_mask
from editor.ui.mask_shaping import MEANWHILE, NOTHING_LEFT, PixelsDialog
from editor.ui.remedies import RemedyKind

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def _paint_square(window: MainWindow) -> Pixels:
    document = document_of(window)
    mask = np.zeros_like(document.mask.array)
    mask[30:60, 30:70] = 255
    from editor.ui.mask_commands import set_mask

    window.handlers.change(lambda one: set_mask(one, mask, "Square"))
    return mask


def _notice(window: MainWindow) -> str:
    return "" if window.messages.notice is None else window.messages.notice.words


def _answer(window: MainWindow, pixels: int) -> None:
    (dialog,) = [one for one in window.findChildren(PixelsDialog) if one.isVisible()]
    dialog.number.setValue(pixels)
    dialog.accept()


@pytest.mark.parametrize(
    ("command", "pixels", "inside", "outside"),
    [
        ("grow_mask", 5, [(45, 26), (45, 50)], [(45, 20)]),
        ("shrink_mask", 5, [(45, 50)], [(45, 32)]),
        ("feather_mask", 8, [(45, 28)], [(45, 10)]),
        ("smooth_mask", 4, [(45, 50)], [(10, 10)]),
        ("border_mask", 6, [(45, 31), (45, 28)], [(45, 50)]),
    ],
)
def test_a_shape_is_asked_for_and_is_one_step(
    window: MainWindow,
    session: FakeSession,
    command: str,
    pixels: int,
    inside: list[tuple[int, int]],
    outside: list[tuple[int, int]],
) -> None:
    before = _paint_square(window)
    window.commands[command].trigger()
    _answer(window, pixels)

    mask = document_of(window).mask.array
    assert all(mask[place] for place in inside)
    assert not any(mask[place] for place in outside)
    assert session.settings.values[command] == pixels
    window.commands["undo"].trigger()
    assert np.array_equal(mask, before)
    window.commands[command].trigger()
    (dialog,) = [one for one in window.findChildren(PixelsDialog) if one.isVisible()]
    assert dialog.number.value() == pixels


def test_a_shape_is_seen_before_it_is_taken(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    before = _paint_square(window)
    document, painter = document_of(window), window.canvas._painter
    window.commands["grow_mask"].trigger()
    (dialog,) = [one for one in window.findChildren(PixelsDialog) if one.isVisible()]
    dialog.number.setValue(10)
    qtbot.waitUntil(lambda: painter.mask_preview is not None)
    assert painter.mask_preview is not None
    reach = 10 + effective_mask.reach(document.grow, document.feather)
    assert painter.mask_preview.bounds == document.mask.bounds.expanded(reach).intersected(document.rect)
    assert np.array_equal(document.mask.array, before), "a preview changes nothing"

    dialog.preview.setChecked(False)
    assert painter.mask_preview is None
    assert session.settings.values["preview_masks"] is False
    dialog.preview.setChecked(True)
    qtbot.waitUntil(lambda: painter.mask_preview is not None)
    dialog.reject()
    assert painter.mask_preview is None


def test_a_preview_goes_where_somebody_paints_and_comes_again(window: MainWindow, qtbot: QtBot) -> None:
    from editor.ui.mask_commands import invert_mask

    _paint_square(window)
    painter = window.canvas._painter
    window.commands["shrink_mask"].trigger()
    qtbot.waitUntil(lambda: painter.mask_preview is not None)
    old = painter.mask_preview
    window.handlers.change(invert_mask)
    window.canvas.repaint()
    assert painter.mask_preview is None
    qtbot.waitUntil(lambda: painter.mask_preview is not None)
    assert painter.mask_preview is not old
    (dialog,) = [one for one in window.findChildren(PixelsDialog) if one.isVisible()]
    dialog.accept()
    assert painter.mask_preview is None


def test_the_question_closes_with_its_picture(window: MainWindow) -> None:
    _paint_square(window)
    window.commands["grow_mask"].trigger()
    (dialog,) = [one for one in window.findChildren(PixelsDialog) if one.isVisible()]
    window.workspace.remove(window.workspace.pictures[0])

    assert not dialog.isVisible()


def test_holes_are_filled_without_a_question(window: MainWindow) -> None:
    _paint_square(window)
    document_of(window).mask.array[40:45, 40:45] = 0
    window.commands["fill_holes"].trigger()

    assert (document_of(window).mask.array[30:60, 30:70] == 255).all()


def test_a_shape_that_would_leave_nothing_changes_nothing(window: MainWindow) -> None:
    before = _paint_square(window)
    window.commands["shrink_mask"].trigger()
    _answer(window, 40)

    assert _notice(window) == NOTHING_LEFT
    assert np.array_equal(document_of(window).mask.array, before)


def test_a_mask_painted_on_meanwhile_is_left_alone(window: MainWindow, runner: FakeRunner) -> None:
    _paint_square(window)
    runner.holding_work = True
    window.commands["fill_holes"].trigger()
    window.commands["invert_mask"].trigger()
    inverted = document_of(window).mask.array.copy()
    runner.held.pop()()

    assert _notice(window) == MEANWHILE
    assert np.array_equal(document_of(window).mask.array, inverted)


@pytest.mark.parametrize("command", ["grow_mask", "fill_holes", "mask_to_file", "remember_mask"])
def test_without_a_mask_it_is_said_what_to_do(window: MainWindow, command: str) -> None:
    window.commands[command].trigger()

    assert _notice(window).startswith("Nothing is masked. Paint over something first")


def test_everything_and_nothing_and_back(window: MainWindow) -> None:
    square = _paint_square(window)
    mask = document_of(window).mask.array
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert not mask.any()
    QTest.keyClick(window.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert np.array_equal(mask, square)
    QTest.keyClick(window.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert (mask == 255).all()


def test_a_mask_used_up_by_an_edit_can_be_brought_back(window: MainWindow) -> None:
    square = _paint_square(window)
    document = document_of(window)
    window.handlers.change(lambda one: use_up_mask(one, one.layers[0] if one.layers else None, whole=True))  # type: ignore[arg-type]
    assert not document.mask.array.any()
    window.commands["bring_back"].trigger()
    assert np.array_equal(document.mask.array, square)


def test_without_a_last_mask_it_says_so(window: MainWindow) -> None:
    window.commands["bring_back"].trigger()
    assert _notice(window) == "No mask was cleared or used up on this picture yet."


def test_what_is_transparent_becomes_the_mask(window: MainWindow) -> None:
    window.commands["mask_transparent"].trigger()
    assert _notice(window).startswith("Nothing of this picture is transparent")
    document_of(window).pixels.array[:20, :, 3] = 55
    window.commands["mask_transparent"].trigger()
    assert (document_of(window).mask.array[:20] == 200).all()
    assert not document_of(window).mask.array[20:].any()


def test_a_mask_goes_to_a_file_and_comes_back(window: MainWindow, tmp_path: Path) -> None:
    square = _paint_square(window)
    picture = window.workspace.current
    assert picture is not None
    path = tmp_path / "mask.png"
    window.mask_files.save(picture, path)
    with Image.open(path) as file:
        assert file.mode == "L"
        assert np.array_equal(np.asarray(file), square)
    window.commands["clear_mask"].trigger()
    window.mask_files.open(picture, path)
    assert np.array_equal(document_of(window).mask.array, square)
    assert window.status.sentence == "mask.png is the mask now."


def test_a_mask_of_another_size_is_offered_scaled(window: MainWindow, tmp_path: Path) -> None:
    square = _paint_square(window)
    picture = window.workspace.current
    assert picture is not None
    path = tmp_path / "half.png"
    halves = np.zeros((10, 10), np.uint8)
    halves[:, :5] = 255
    Image.fromarray(halves).save(path)
    window.mask_files.open(picture, path)
    assert "10 × 10 pixels" in _notice(window)
    assert np.array_equal(document_of(window).mask.array, square)

    window.messages.remedy_chosen.emit(RemedyKind.SCALE_MASK)
    mask = document_of(window).mask.array
    width = mask.shape[1]
    assert (mask[:, : width * 2 // 5] == 255).all()
    assert not mask[:, width * 3 // 5 :].any()
    assert document_of(window).history.undo_label == "Mask from file"


def test_a_cut_out_is_a_mask_by_its_alpha(window: MainWindow, tmp_path: Path) -> None:
    square = _paint_square(window)
    picture = window.workspace.current
    assert picture is not None
    Image.fromarray(np.dstack((square // 5, square // 7, square // 9, square))).save(tmp_path / "cut.png")
    window.commands["clear_mask"].trigger()
    window.mask_files.open(picture, tmp_path / "cut.png")
    assert np.array_equal(document_of(window).mask.array, square)


def test_masks_are_remembered_used_added_and_forgotten(window: MainWindow) -> None:
    assert not window.remembered_menu.isEnabled()
    square = _paint_square(window)
    window.commands["remember_mask"].trigger()
    (dialog,) = [one for one in window.findChildren(QInputDialog) if one.isVisible()]
    dialog.setTextValue("Left & right")
    dialog.accept()
    window.commands["clear_mask"].trigger()
    window.remembered_masks.fill()
    (menu,) = [action.menu() for action in window.remembered_menu.actions()]
    use, add, _separator, forget = menu.actions()  # type: ignore[union-attr]
    use.trigger()
    assert np.array_equal(document_of(window).mask.array, square)
    assert document_of(window).history.undo_label == "Mask “Left & right”"

    window.commands["invert_mask"].trigger()
    add.trigger()
    assert (document_of(window).mask.array == 255).all()
    forget.trigger()
    assert not window.remembered_menu.isEnabled()


def test_a_remembered_mask_of_another_size_says_where_it_belongs(window: MainWindow) -> None:
    _paint_square(window)
    picture = window.workspace.current
    assert picture is not None
    window.remembered_masks.remember(picture, "Square")
    window.commands["crop"].trigger()
    window.remembered_masks.fill()
    window.remembered_menu.actions()[0].menu().actions()[0].trigger()  # type: ignore[union-attr]

    assert _notice(window).startswith("This mask belongs to the picture when it had")


def _shown(window: MainWindow, x: int, y: int) -> tuple[int, int, int]:
    canvas = window.canvas
    left, top = canvas.viewport.origin
    place = QPoint(round((x + 0.5) * canvas.zoom + left), round((y + 0.5) * canvas.zoom + top))
    colour = canvas.grab().toImage().pixelColor(place)
    return colour.red(), colour.green(), colour.blue()


def test_the_mask_is_shown_as_it_was_chosen_and_so_again(
    window: MainWindow, session: FakeSession, runner: FakeRunner, qtbot: QtBot
) -> None:
    _paint_square(window)
    plain, tinted = _shown(window, 5, 5), _shown(window, 50, 45)
    assert tinted[0] > plain[0]

    window.commands["tint_blue"].trigger()
    window.commands["opacity_85"].trigger()
    assert _shown(window, 50, 45)[2] > 200
    window.commands["mask_outline"].trigger()
    window.commands["show_mask"].trigger()
    bare = _shown(window, 50, 45)
    window.commands["show_mask"].trigger()
    assert _shown(window, 50, 45) == bare
    window.commands["mask_coverage"].trigger()
    assert _shown(window, 50, 45) == (255, 255, 255)
    assert _shown(window, 5, 5) == (0, 0, 0)
    assert screen_is_true(window.canvas)

    again = MainWindow(session, runner)  # type: ignore[arg-type]
    qtbot.addWidget(again)
    assert [again.commands[id].isChecked() for id in ("mask_coverage", "tint_blue", "opacity_85")] == [True] * 3


def test_the_keys_of_everything_belong_to_a_text_that_is_being_written(window: MainWindow, qtbot: QtBot) -> None:
    field = QPlainTextEdit("a red kite", window)
    field.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert field.textCursor().selectedText() == "a red kite"
    assert not document_of(window).mask.array.any()
