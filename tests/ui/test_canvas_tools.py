from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.repainting import pixels_of, screen_is_nearly_true, screen_is_true
from support.windows import document_of

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import Expansion
from editor.tools.registry import TOOLS
from editor.ui.canvas import Canvas
from editor.ui.canvas_overlay import MaskView
from editor.ui.commands import RUN
from editor.ui.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def _place(canvas: Canvas, x: float, y: float) -> QPoint:
    left, top = canvas.viewport.origin
    return QPoint(round(x * canvas.zoom + left), round(y * canvas.zoom + top))


def _move(canvas: Canvas, place: QPoint, held: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
    at = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), Qt.MouseButton.NoButton, held, keys)
    QApplication.sendEvent(canvas, event)


def _drag(window: MainWindow, *places: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
    canvas = window.canvas
    points = [_place(canvas, *place) for place in places]
    QTest.mousePress(canvas, LEFT, keys, points[0])
    for point in points[1:]:
        _move(canvas, point)
    QTest.mouseRelease(canvas, LEFT, NONE, points[-1])


def _click(window: MainWindow, *place: float) -> None:
    QTest.mouseClick(window.canvas, LEFT, NONE, _place(window.canvas, *place))


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_is_a_key_away_and_tells_how_it_is_used(window: MainWindow, tool: type) -> None:
    window.canvas.setFocus()
    QTest.keySequence(window, tool.key)

    assert type(window.canvas.tool) is tool
    assert window.commands[tool.id].isChecked()
    assert window.option_bar.toolTip() == tool.hint
    assert screen_is_true(window.canvas)


@pytest.mark.parametrize(
    ("tool", "inside", "outside"),
    [
        ("lasso", (70, 40), (30, 90)),
        ("marquee", (40, 60), (100, 100)),
        ("ellipse", (55, 50), (22, 22)),
    ],
)
def test_a_dragged_selection_masks(
    window: MainWindow, tool: str, inside: tuple[int, int], outside: tuple[int, int]
) -> None:
    window.tools.choose(tool)
    _drag(window, (20, 20), (90, 20), (90, 80))

    mask = document_of(window).mask.array
    assert mask[inside[1], inside[0]] == 255
    assert mask[outside[1], outside[0]] == 0
    assert window.panels.edit.run_button.isEnabled()
    assert screen_is_true(window.canvas)
    window.commands["undo"].trigger()
    assert not mask.any()
    assert screen_is_true(window.canvas)


def test_the_screen_is_true_all_through_a_drag(window: MainWindow) -> None:
    for tool in ("lasso", "marquee", "ellipse", "crop_frame"):
        window.tools.choose(tool)
        canvas = window.canvas
        QTest.mousePress(canvas, LEFT, NONE, _place(canvas, 20, 20))
        for place in ((60, 30), (90, 80), (50, 100), (30, 40)):
            _move(canvas, _place(canvas, *place))
            assert screen_is_true(canvas), tool
        canvas.pan_by(13, -7)
        assert screen_is_true(canvas), tool
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        assert screen_is_true(canvas), tool
    assert document_of(window).history.undo_label is None


def test_a_polygon_is_clicked_and_closed_by_a_double_click(window: MainWindow) -> None:
    window.tools.choose("polygon")
    for place in ((20, 20), (90, 20), (90, 80)):
        _click(window, *place)
    assert window.option_bar.apply.isVisible()
    QTest.mouseDClick(window.canvas, LEFT, NONE, _place(window.canvas, 20, 80))

    assert document_of(window).mask.array[50, 50] == 255
    assert not window.canvas.hand.open
    assert not window.option_bar.apply.isVisible()


def test_undo_takes_a_corner_back_before_it_takes_a_step_back(window: MainWindow) -> None:
    window.tools.choose("marquee")
    _drag(window, (20, 20), (90, 80))
    window.tools.choose("polygon")
    _click(window, 100, 20)
    _click(window, 110, 30)

    window.commands["undo"].trigger()
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace)
    assert not window.canvas.hand.open
    assert document_of(window).mask.array.any()
    window.commands["undo"].trigger()
    assert not document_of(window).mask.array.any()


def test_taking_another_tool_closes_a_polygon_and_forgets_a_crop(window: MainWindow) -> None:
    window.tools.choose("polygon")
    for place in ((20, 20), (90, 20), (90, 80)):
        _click(window, *place)
    window.tools.choose("crop_frame")
    assert document_of(window).history.undo_label == "Polygon lasso"

    before = document_of(window).size
    _drag(window, (20, 20), (90, 80))
    assert window.canvas.hand.open
    window.tools.choose("mask_brush")
    assert document_of(window).size == before


def test_a_polygon_left_open_belongs_to_its_own_picture(window: MainWindow) -> None:
    first = document_of(window)
    window.tools.choose("polygon")
    for place in ((20, 20), (90, 20), (90, 80)):
        _click(window, *place)
    assert window.option_bar.apply.isVisible()
    window.open_paths([Path("/pictures/other.png")])

    assert not window.option_bar.apply.isVisible()
    assert screen_is_true(window.canvas)
    window.workspace.select(0)
    assert screen_is_true(window.canvas)
    window.workspace.select(1)
    assert first.history.undo_label == "Polygon lasso"
    assert first.history.current.thumbnail is not None
    assert document_of(window).history.undo_label is None


def test_a_crop_is_applied_by_enter_and_by_its_button(window: MainWindow) -> None:
    window.tools.choose("crop_frame")
    _drag(window, (20, 20), (90, 80))
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert document_of(window).size == (70, 60)
    assert screen_is_true(window.canvas)

    window.option_bar.show_value("crop_angle", 10)
    window.option_bar.option_changed.emit("crop_angle", 10.0)
    window.option_bar.apply.click()
    assert document_of(window).history.undo_label == "Crop and straighten"
    assert window.option_bar.value("crop_angle") == 0
    window.commands["undo"].trigger()
    assert document_of(window).size == (70, 60)
    assert screen_is_true(window.canvas)
    assert window.canvas.hand.sketch.paths[0].places[2] == (70, 60), "the frame is round the picture again"
    assert window.canvas._sketch == window.canvas.hand.sketch


def test_object_select_masks_what_is_found_and_keys_combine(window: MainWindow) -> None:
    document = document_of(window)
    half = document.size[0] // 2
    window.tools.choose("marquee")
    _drag(window, (half - 20, 20), (half + 20, 60))
    window.tools.choose("object_select")
    QTest.mouseClick(window.canvas, LEFT, ALT, _place(window.canvas, 10, 10))

    assert not document.mask.array[:, :half].any()
    assert document.mask.array[40, half + 5] == 255
    assert window.status.sentence.startswith("The thing at this place is taken away from the mask")
    _drag(window, (10, 10), (60, 60))
    assert (document.mask.array[:, :half] == 255).all()
    assert not document.mask.array[:, half:].any()


def test_a_picked_colour_is_copied_and_becomes_the_background(window: MainWindow) -> None:
    document = document_of(window)
    document.pixels.array[30, 40, :3] = (10, 20, 200)
    window.tools.choose("colour_picker")
    _click(window, 40.5, 30.5)
    assert QGuiApplication.clipboard().text() == "#c8140a"
    assert window.status.sentence == "Copied #c8140a."

    window.panels.edit.choose(Operation.REPLACE_BACKGROUND)
    _click(window, 40.5, 30.5)
    assert window.panels.edit.options.background == (200, 20, 10)


def test_control_and_a_drag_resize_the_brush_and_paint_nothing(window: MainWindow) -> None:
    window.tools.choose("mask_brush")
    canvas, size = window.canvas, window.option_bar.number("brush_size")
    start = _place(canvas, 60, 60)
    QTest.mousePress(canvas, LEFT, CONTROL, start)
    _move(canvas, start + QPoint(20, 30))
    QTest.mouseRelease(canvas, LEFT, CONTROL, start + QPoint(20, 30))

    assert window.option_bar.number("brush_size") == size + round(40 / canvas.zoom)
    assert window.option_bar.number("brush_hardness") == 65
    assert canvas.tool is not None
    assert canvas.tool.diameter == window.option_bar.number("brush_size")
    assert not document_of(window).mask.array.any()


def test_esc_takes_back_what_a_drag_has_made_of_the_brush(window: MainWindow) -> None:
    window.tools.choose("mask_brush")
    canvas = window.canvas
    size, hardness = window.option_bar.number("brush_size"), window.option_bar.number("brush_hardness")
    start = _place(canvas, 60, 60)
    QTest.mousePress(canvas, LEFT, CONTROL, start)
    _move(canvas, start + QPoint(20, 30))
    assert window.option_bar.number("brush_size") != size
    QTest.keyClick(canvas, Qt.Key.Key_Escape, CONTROL)
    _move(canvas, start + QPoint(40, 30))
    QTest.mouseRelease(canvas, LEFT, NONE, start + QPoint(40, 30))

    assert (window.option_bar.number("brush_size"), window.option_bar.number("brush_hardness")) == (size, hardness)
    assert not document_of(window).mask.bounds


def test_the_magnifier_clicks_closer_and_shows_a_box(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.setFocus()
    QTest.keySequence(window, "Z")
    before = canvas.zoom
    _click(window, 60, 40)
    assert canvas.zoom == pytest.approx(1.5 * before, rel=1e-3)
    QTest.mouseClick(canvas, LEFT, ALT, _place(canvas, 60, 40))
    assert canvas.zoom == pytest.approx(before, rel=1e-3)
    _drag(window, (20, 20), (60, 40))
    shown = canvas.viewport.rect_to_screen(Rect(20, 20, 40, 20))
    assert shown.width == pytest.approx(canvas.width(), abs=canvas.zoom)
    assert screen_is_true(canvas)
    assert not document_of(window).mask.bounds
    assert len(document_of(window).history.entries) == 1


@pytest.mark.parametrize("view", MaskView)
def test_a_mask_is_seen_where_it_is_dragged_to(window: MainWindow, view: MaskView) -> None:
    canvas = window.canvas
    canvas.look.set_mask_view(view)
    canvas.zoom_at((60, 40), 0.83)
    window.tools.choose("marquee")
    _drag(window, (20, 20), (50, 60))
    before = canvas.grab().toImage()
    canvas.setFocus()
    QTest.keySequence(window, "V")
    assert canvas.cursor().shape() is Qt.CursorShape.SizeAllCursor

    start = _place(canvas, 10, 10)
    QTest.mousePress(canvas, LEFT, NONE, start)
    _move(canvas, _place(canvas, 40, 30))
    assert screen_is_true(canvas)
    dragged = canvas.grab().toImage()
    assert dragged != before
    _move(canvas, _place(canvas, -8, 13))
    assert screen_is_true(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert screen_is_true(canvas)
    assert canvas.grab().toImage() == before
    QTest.mouseRelease(canvas, LEFT, NONE, start)

    _drag(window, (10, 10), (40, 30))
    assert screen_is_true(canvas)
    assert document_of(window).mask.bounds == Rect(50, 40, 30, 40)
    assert pixels_of(canvas.grab().toImage()).mean() == pytest.approx(pixels_of(dragged).mean(), abs=1)
    assert document_of(window).history.undo_label == "Move mask"


def test_arrow_keys_move_the_mask_with_its_tool_and_else_the_view(window: MainWindow) -> None:
    canvas = window.canvas
    window.tools.choose("marquee")
    _drag(window, (20, 20), (50, 60))
    canvas.setFocus()
    origin = canvas.viewport.origin
    QTest.keyClick(canvas, Qt.Key.Key_Right, CONTROL)
    assert canvas.viewport.origin == origin
    window.tools.choose("move_mask")
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up, CONTROL)
    assert screen_is_true(canvas)
    assert canvas.viewport.origin == origin
    assert document_of(window).mask.bounds == Rect(21, 10, 30, 40)
    assert [entry.label for entry in document_of(window).history.entries][1:] == ["Marquee", "Move mask"]
    window.commands["undo"].trigger()
    assert document_of(window).mask.bounds == Rect(20, 20, 30, 40)
    assert screen_is_true(canvas)
    window.tools.choose("mask_brush")
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.viewport.origin != origin


def test_the_right_button_offers_a_menu_unless_it_takes_a_stroke_back(window: MainWindow) -> None:
    canvas = window.canvas
    place = _place(canvas, 30, 30)

    def menus() -> list[QMenu]:
        return [menu for menu in window.findChildren(QMenu) if menu.isVisible()]

    def press_right() -> None:
        QTest.mousePress(canvas, Qt.MouseButton.RightButton, NONE, place)
        QApplication.sendEvent(
            canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place))
        )

    QTest.mousePress(canvas, LEFT, NONE, place)
    press_right()
    assert not menus()
    assert not document_of(window).mask.bounds
    press_right()
    (menu,) = menus()
    assert menu.actions()[0] is window.commands[RUN]
    everything = next(action for action in menu.actions() if action.text() == "Mask everything")
    everything.trigger()
    assert document_of(window).mask.bounds == document_of(window).rect
    menu.close()


def test_the_tool_is_remembered(window: MainWindow, session: FakeSession, qtbot: QtBot) -> None:
    window.tools.choose("ellipse")
    again = MainWindow(session, FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(again)

    assert again.commands["ellipse"].isChecked()


def test_the_other_end_of_a_pen_erases(window: MainWindow) -> None:
    window.tools.choose("marquee")
    _drag(window, (0, 0), (100, 100))
    pen = QPointingDevice(
        "pen",
        2,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Eraser,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )
    at = QPointF(_place(window.canvas, 50, 50))
    for kind, held in (
        (QEvent.Type.TabletPress, LEFT),
        (QEvent.Type.TabletMove, LEFT),
        (QEvent.Type.TabletRelease, Qt.MouseButton.NoButton),
    ):
        event = QTabletEvent(kind, pen, at, window.canvas.mapToGlobal(at), 1.0, 0, 0, 0.0, 0.0, 0, NONE, LEFT, held)
        QApplication.sendEvent(window.canvas, event)

    assert document_of(window).mask.array[50, 50] == 0
    assert document_of(window).mask.array[5, 5] == 255
    assert window.canvas.tool is not None
    assert window.canvas.tool.id == "marquee"


def test_the_whole_erase_by_the_keyboard_alone(window: MainWindow, runner: FakeRunner) -> None:
    canvas = window.canvas
    canvas.setFocus()
    QTest.keySequence(window, "B")
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Left, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Up, SHIFT | CONTROL)
    QTest.keyClick(canvas, Qt.Key.Key_Space, SHIFT)
    assert canvas.stroking
    for _ in range(6):
        QTest.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Space, SHIFT)

    assert not canvas.stroking
    mask = document_of(window).mask.array
    columns = np.flatnonzero(mask.any(axis=0))
    assert np.ptp(columns) >= 6 * 16 / canvas.zoom
    assert window.status.sentence.startswith("Released at ")
    assert screen_is_true(canvas)
    QTest.keyClick(window, Qt.Key.Key_Return, CONTROL)
    assert len(runner.jobs) == 1


def test_space_let_go_while_shift_is_held_pans_no_more(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.cursor().shape() is Qt.CursorShape.OpenHandCursor
    QTest.keyRelease(canvas, Qt.Key.Key_Space, SHIFT)
    assert canvas.cursor().shape() is Qt.CursorShape.BlankCursor


def test_the_keyboard_clicks_a_polygon(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.setFocus()
    window.tools.choose("polygon")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        for _ in range(2):
            QTest.keyClick(canvas, Qt.Key.Key_Space, SHIFT)
        for _ in range(3):
            QTest.keyClick(canvas, key, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return)

    assert document_of(window).history.undo_label == "Polygon lasso"


def test_an_outpaint_is_dragged_on_the_canvas_and_typed_in_the_panel(window: MainWindow) -> None:
    width, height = document_of(window).size
    window.panels.edit.choose(Operation.OUTPAINT)
    canvas = window.canvas
    step = 1 / canvas.zoom
    _drag(window, (width, height / 2), (width + 20 * step, height / 2))
    right = window.panels.edit.options.expansion.right
    assert right == pytest.approx(20 * step, abs=1)
    assert not document_of(window).mask.array.any()

    _drag(window, (0, 0), (-10 * step, -5 * step))
    expansion = window.panels.edit.options.expansion
    assert expansion.left == pytest.approx(10 * step, abs=1)
    assert expansion.up == pytest.approx(5 * step, abs=1)
    window.panels.edit.form.take_expansion(Expansion(down=30))
    assert window.extend_handles.frame.expansion == Expansion(down=30)
    assert screen_is_true(canvas)
    _drag(window, (width / 2, height / 3), (width / 2 + 5, height / 3))
    assert document_of(window).mask.array.any(), "beside the handles the tool paints"
    window.panels.edit.choose(Operation.ERASE)
    assert canvas.hand.frame is None
    assert screen_is_true(canvas)


@pytest.mark.parametrize("keys", [NONE, SHIFT, ALT])
def test_esc_takes_a_drag_back_whatever_is_held(window: MainWindow, keys: Qt.KeyboardModifier) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, LEFT, NONE, _place(canvas, 30, 30))
    _move(canvas, _place(canvas, 60, 40), keys=keys)
    assert document_of(window).mask.bounds
    QTest.keyClick(canvas, Qt.Key.Key_Escape, keys)

    assert not document_of(window).mask.bounds
    assert not canvas.stroking


def test_the_handles_of_an_outpaint_stand_back_while_a_crop_has_its_own(window: MainWindow) -> None:
    window.panels.edit.choose(Operation.OUTPAINT)
    window.tools.choose("crop_frame")
    document = document_of(window)
    width, height = document.size
    _drag(window, (width, height / 2), (width - 30, height / 2))
    assert window.panels.edit.options.expansion == Expansion()
    window.option_bar.apply.click()

    assert document_of(window).size == (width - 30, height)


def test_after_a_number_was_typed_the_keys_are_the_canvass_again(window: MainWindow) -> None:
    window.tools.choose("mask_brush")
    number = window.option_bar._fields["brush_size"]._number
    number.setFocus()
    number.lineEdit().selectAll()
    QTest.keyClicks(number, "99999")
    QTest.keyClick(number, Qt.Key.Key_Return)

    assert window.canvas.hasFocus()
    assert window.option_bar.value("brush_size") == number.maximum()


def test_after_a_choice_was_pointed_at_the_keys_are_the_canvass_again(window: MainWindow, qtbot: QtBot) -> None:
    window.tools.choose("crop_frame")
    choices = window.option_bar._fields["crop_ratio"]._list
    choices.setFocus()
    QTest.keyClick(choices, Qt.Key.Key_Down)
    assert choices.hasFocus(), "arrows walk on"
    choices.showPopup()
    view = choices.view()
    place = view.visualRect(view.model().index(3, 0)).center()
    QTest.mouseMove(view.viewport(), place)
    QTest.mouseClick(view.viewport(), LEFT, NONE, place, 400)
    qtbot.waitUntil(lambda: window.canvas.hasFocus())

    assert window.option_bar.value("crop_ratio") == "5:4"


def test_a_field_that_goes_with_its_tool_leaves_the_keys_to_the_canvas(window: MainWindow) -> None:
    window.tools.choose("crop_frame")
    window.option_bar._fields["crop_ratio"]._list.setFocus()
    window.tools.choose("marquee")

    assert window.canvas.hasFocus()


def test_what_was_undone_is_told_until_there_is_another_step(window: MainWindow) -> None:
    _drag(window, (20, 20), (60, 20))
    window.commands["undo"].trigger()
    assert window.status.sentence == "Undone: mask stroke."
    _drag(window, (20, 40), (60, 40))

    assert window.status.sentence == ""


def test_that_nothing_is_masked_is_said_until_something_is(window: MainWindow) -> None:
    window.commands["grow_mask"].trigger()
    assert window.messages.notice is not None
    _drag(window, (20, 20), (60, 20))

    assert window.messages.notice is None


def test_a_mask_that_is_painted_is_shown(window: MainWindow) -> None:
    window.commands["show_mask"].trigger()
    assert not window.canvas.look.mask_shown
    _drag(window, (20, 20), (60, 20))

    assert window.canvas.look.mask_shown
    assert window.commands["show_mask"].isChecked()


def test_tools_that_share_a_button_take_turns_on_it(window: MainWindow) -> None:
    menus = [menu for menu in window.tool_bar.findChildren(QMenu) if menu.actions()]
    assert [[action.text() for action in menu.actions()] for menu in menus] == [
        ["Lasso", "Polygon lasso"],
        ["Marquee", "Ellipse"],
        ["Magic wand", "Select by color"],
    ]
    menus[0].actions()[1].trigger()
    assert window.canvas.tool is not None
    assert window.canvas.tool.id == "polygon"
    button = menus[0].parent()
    assert button.defaultAction().text() == "Polygon lasso"  # type: ignore[union-attr]


def test_options_are_remembered_but_not_an_angle(
    window: MainWindow, session: FakeSession, runner: FakeRunner, qtbot: QtBot
) -> None:
    window.tools.choose("mask_brush")
    for option, value in (("brush_flow", 40), ("pen_flow", True), ("select_combine", "add"), ("crop_angle", 5.0)):
        window.tools.set_option(option, value)
    again = MainWindow(session, runner)  # type: ignore[arg-type]
    qtbot.addWidget(again)

    assert [again.option_bar.value(id) for id in ("brush_flow", "pen_flow", "select_combine", "crop_angle")] == [
        40,
        True,
        "add",
        0,
    ]
    again.tools.choose("marquee")
    assert again.option_bar.value("select_combine") == "add"
    assert "crop_angle" not in session.settings.values


def test_the_view_turns_and_what_is_painted_stays_under_the_pointer(window: MainWindow) -> None:
    canvas = window.canvas
    window.tools.choose("mask_brush")
    window.tools.set_option("brush_size", 10)
    before = document_of(window).pixels.array.copy()
    upright = canvas.grab().toImage()
    canvas.setFocus()
    for _ in range(6):
        QTest.keySequence(window, "6")
    assert canvas.angle == 90
    assert window.status._zoom.text().endswith("· 90°")

    middle = canvas.rect().center()
    at = QPoint(middle.x() + 60, middle.y() + 20)
    place = canvas.to_picture(QPointF(at))
    QTest.mouseClick(canvas, LEFT, NONE, at)
    assert document_of(window).mask.array[int(place.y), int(place.x)] == 255
    # A quarter turn: 60 to the right on the screen is 60 up in the picture.
    centre = canvas.to_picture(QPointF(middle))
    assert place.y == pytest.approx(centre.y - 60 / canvas.zoom, abs=2)
    assert place.x == pytest.approx(centre.x + 20 / canvas.zoom, abs=2)
    colour = canvas.grab().toImage().pixelColor(at)
    assert colour.red() > colour.green(), "the tint stands where was painted"

    window.commands["undo"].trigger()
    QTest.keySequence(window, "5")
    canvas.place_pointer(QPointF(-500, -500))
    assert canvas.grab().toImage() == upright
    assert np.array_equal(document_of(window).pixels.array, before)


def test_a_turned_view_repaints_what_changed(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.turn_to(33)
    window.tools.choose("marquee")
    QTest.mousePress(canvas, LEFT, NONE, QPoint(300, 200))
    for at in ((350, 300), (420, 330), (380, 280)):
        _move(canvas, QPoint(*at))
        assert screen_is_nearly_true(canvas)
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(380, 280))
    assert document_of(window).mask.array.any()
    assert screen_is_nearly_true(canvas)
    window.tools.choose("mask_brush")
    QTest.mousePress(canvas, LEFT, NONE, QPoint(300, 200))
    _move(canvas, QPoint(360, 330))
    assert screen_is_nearly_true(canvas)
    canvas.pan_by(30, 10)
    canvas.zoom_by(1.3)
    assert screen_is_nearly_true(canvas)
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(360, 330))
    before = canvas.to_picture(QPointF(200, 200))
    canvas.pan_by(10, 0)
    after = canvas.to_picture(QPointF(210, 200))
    assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=1.5 / canvas.zoom)
