from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.repainting import pixels_of, screen_is_true

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty, EntryKind
from editor.imaging.picture import Picture
from editor.tools.mask_brush import MaskBrush
from editor.tools.mask_eraser import MaskEraser
from editor.tools.pan import Pan
from editor.tools.stroke import BrushSettings
from editor.ui.canvas import Canvas

LEFT = Qt.MouseButton.LeftButton
MIDDLE = Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier


def _picture(width: int = 900, height: int = 600) -> Picture:
    rows, columns = np.indices((height, width))
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2], pixels[..., 3] = (
        columns % 256,
        rows % 256,
        (rows + columns) % 251,
        255,
    )
    return Picture.of(Document(pixels, name="gradient.png"))


def _canvas(picture: Picture | None = None, width: int = 640, height: int = 480) -> Canvas:
    canvas = Canvas()
    canvas.resize(width, height)
    canvas.show_picture(picture)
    canvas.set_tool(MaskBrush(BrushSettings(size=40, hardness=1)))
    canvas.show()
    QTest.qWaitForWindowExposed(canvas)
    QApplication.processEvents()
    return canvas


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    shown = _canvas(_picture())
    qtbot.addWidget(shown)
    return shown


def _place(canvas: Canvas, x: float, y: float) -> QPoint:
    """Where a place of the picture is in the widget."""
    left, top = canvas.viewport.origin
    ratio = canvas.devicePixelRatioF()
    return QPoint(round((x * canvas.zoom + left) / ratio), round((y * canvas.zoom + top) / ratio))


def _drag(canvas: Canvas, *places: QPoint, button: Qt.MouseButton = LEFT, release: bool = True) -> None:
    QTest.mouseMove(canvas, places[0])
    QTest.mousePress(canvas, button, NONE, places[0])
    for place in places[1:]:
        _move(canvas, place, button)
        QApplication.processEvents()
    if release:
        QTest.mouseRelease(canvas, button, NONE, places[-1])
        QApplication.processEvents()


def _move(canvas: Canvas, place: QPoint, button: Qt.MouseButton) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), canvas.mapToGlobal(QPointF(place)), Qt.MouseButton.NoButton, button, NONE
    )
    QApplication.sendEvent(canvas, event)


def _scenario(canvas: Canvas) -> list[str]:
    """Paint, zoom and pan; returns the steps after which the screen did not equal a whole repaint."""
    wrong = []

    def check(step: str) -> None:
        if not screen_is_true(canvas):
            wrong.append(step)

    check("fitted")
    _drag(canvas, *(_place(canvas, x, y) for x, y in ((100, 100), (300, 220), (700, 180))))
    check("stroke")
    for zoom in (0.53, 0.9, 1.0, 1.7, 6.0):
        canvas.zoom_by(zoom / canvas.zoom, QPointF(211, 143))
        check(f"zoom {zoom} in the gesture")
        canvas._settle.stop()
        canvas._smooth()
        _drag(canvas, *(QPoint(x, y) for x, y in ((200, 100), (330, 260))))
        check(f"stroke at {zoom}")
        for way in ((13, -7), (-40, 22), (2, 3)):
            canvas.pan_by(*way)
            check(f"pan {way} at {zoom}")
        _drag(canvas, QPoint(300, 200), QPoint(341, 222), button=MIDDLE)
        check(f"drag at {zoom}")
        assert canvas.picture is not None
        dirty = canvas.picture.document.undo()
        assert dirty is not None
        canvas.refresh(dirty)
        check(f"undo at {zoom}")
    return wrong


def test_what_is_painted_bit_by_bit_equals_a_whole_repaint(canvas: Canvas) -> None:
    assert _scenario(canvas) == []


@pytest.mark.parametrize("ratio", ["1.5", "2"])
def test_the_same_on_a_scaled_desktop(ratio: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen"}
    environment["PYTHONPATH"] = os.pathsep.join(
        str(folder) for folder in (Path(__file__).parents[2], Path(__file__).parents[1])
    )
    run = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, text=True, timeout=60)

    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr


def test_a_stroke_paints_the_mask_where_the_mouse_went(canvas: Canvas, qtbot: QtBot) -> None:
    assert canvas.picture is not None
    document = canvas.picture.document
    canvas.actual_size()
    with qtbot.waitSignal(canvas.stroke_finished) as finished:
        _drag(canvas, _place(canvas, 300, 300), _place(canvas, 500, 300))

    mask = document.mask.array
    assert (mask[300, 282:518] == 255).all()
    assert not mask[:278].any()
    assert not mask[322:].any()
    assert finished.args[0] is document.history.current
    assert document.history.current.kind is EntryKind.STROKE
    assert document.effective.array[300, 277] > 0


def test_the_painted_mask_shows_in_the_tint(canvas: Canvas) -> None:
    canvas.actual_size()
    before = pixels_of(canvas.grab().toImage()).astype(int)
    place = _place(canvas, 400, 300)
    _drag(canvas, place, place + QPoint(5, 0))
    after = pixels_of(canvas.grab().toImage()).astype(int)

    row, column = place.y(), place.x() - 8
    expected = before[row, column] * 0.55 + np.array([0, 0, 255]) * 0.45
    assert after[row, column] == pytest.approx(expected, abs=2)


def test_undo_restores_mask_and_screen(canvas: Canvas) -> None:
    assert canvas.picture is not None
    document = canvas.picture.document
    QTest.mouseMove(canvas, QPoint(1, 1))
    before, effective = pixels_of(canvas.grab().toImage()), document.effective.array.copy()
    _drag(canvas, QPoint(200, 200), QPoint(300, 250))
    assert document.effective.array.any()

    dirty = document.undo()
    assert dirty is not None
    canvas.refresh(dirty)
    QTest.mouseMove(canvas, QPoint(1, 1))

    assert np.array_equal(document.effective.array, effective)
    assert np.array_equal(pixels_of(canvas.grab().toImage()), before)


def test_escape_takes_the_stroke_back(canvas: Canvas, qtbot: QtBot) -> None:
    assert canvas.picture is not None
    with qtbot.assertNotEmitted(canvas.stroke_finished):
        _drag(canvas, QPoint(200, 200), QPoint(300, 250), release=False)
        assert canvas.stroking
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, LEFT, NONE, QPoint(300, 250))

    assert not canvas.picture.document.mask.array.any()
    assert not canvas.picture.document.effective.array.any()
    assert screen_is_true(canvas)


def test_the_right_button_takes_the_stroke_back(canvas: Canvas) -> None:
    assert canvas.picture is not None
    _drag(canvas, QPoint(200, 200), QPoint(300, 250), release=False)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, NONE, QPoint(300, 250))

    assert not canvas.stroking
    assert not canvas.picture.document.mask.array.any()


def test_hiding_the_canvas_keeps_what_was_painted(canvas: Canvas) -> None:
    assert canvas.picture is not None
    _drag(canvas, QPoint(200, 200), QPoint(300, 250), release=False)
    canvas.hide()

    assert not canvas.stroking
    assert canvas.picture.document.history.current.kind is EntryKind.STROKE


def test_a_stroke_that_leaves_the_widget_goes_on(canvas: Canvas) -> None:
    assert canvas.picture is not None
    canvas.actual_size()
    _drag(canvas, QPoint(320, 240), QPoint(900, 240), QPoint(900, 2000), QPoint(320, 2000), QPoint(320, 260))

    assert not canvas.stroking
    assert len(canvas.picture.document.history.entries) == 2
    assert canvas.picture.document.mask.array[300, 450] == 255


def test_a_lost_release_ends_the_stroke(canvas: Canvas) -> None:
    _drag(canvas, QPoint(200, 200), QPoint(300, 250), release=False)
    _move(canvas, QPoint(310, 260), Qt.MouseButton.NoButton)

    assert not canvas.stroking


def test_a_double_click_paints_twice(canvas: Canvas) -> None:
    assert canvas.picture is not None
    QTest.mouseClick(canvas, LEFT, NONE, QPoint(300, 200))
    QTest.mouseDClick(canvas, LEFT, NONE, QPoint(320, 200))
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(320, 200))

    assert not canvas.stroking
    assert len(canvas.picture.document.history.entries) == 3


def test_another_tool_finishes_the_stroke_and_erases(canvas: Canvas) -> None:
    assert canvas.picture is not None
    _drag(canvas, QPoint(200, 200), QPoint(300, 250), release=False)
    canvas.set_tool(MaskEraser(BrushSettings(size=2000, hardness=1)))
    assert not canvas.stroking
    assert canvas.picture.document.mask.array.any()

    _drag(canvas, QPoint(300, 200), QPoint(301, 200))
    assert not canvas.picture.document.mask.array.any()


def _wheel(canvas: Canvas, place: QPointF, notches: float, *, pixels: QPoint | None = None) -> None:
    event = QWheelEvent(
        place,
        canvas.mapToGlobal(place),
        pixels or QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase if pixels is None else Qt.ScrollPhase.ScrollUpdate,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_the_wheel_zooms_about_the_pointer(canvas: Canvas, qtbot: QtBot) -> None:
    place = QPointF(200, 300)
    before, zoom = canvas.to_picture(place), canvas.zoom
    with qtbot.waitSignal(canvas.zoom_changed):
        _wheel(canvas, place, 3)

    after = canvas.to_picture(place)
    assert canvas.zoom == pytest.approx(zoom * 1.2**3, rel=1e-3)
    assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=1.5)
    assert not canvas._painter.smooth
    qtbot.waitUntil(lambda: canvas._painter.smooth, timeout=2000)


def test_a_trackpad_pans(canvas: Canvas) -> None:
    zoom, before = canvas.zoom, canvas.viewport.origin
    _wheel(canvas, QPointF(200, 300), 0.2, pixels=QPoint(-12, 7))

    assert canvas.zoom == zoom
    assert canvas.viewport.origin == (before[0] - 12, before[1] + 7)


@pytest.mark.parametrize("way", ["middle", "space", "tool"])
def test_dragging_pans(canvas: Canvas, way: str) -> None:
    assert canvas.picture is not None
    before = canvas.viewport.origin
    if way == "space":
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    if way == "tool":
        canvas.set_tool(Pan())
    _drag(canvas, QPoint(300, 200), QPoint(320, 230), QPoint(350, 220), button=MIDDLE if way == "middle" else LEFT)
    if way == "space":
        QTest.keyRelease(canvas, Qt.Key.Key_Space)

    assert canvas.viewport.origin == (before[0] + 50, before[1] + 20)
    assert not canvas.picture.document.mask.array.any()
    if way == "tool":
        QTest.mouseDClick(canvas, LEFT, NONE, QPoint(300, 200))
        assert canvas.viewport.fitted
    else:
        assert canvas.cursor().shape() is Qt.CursorShape.BlankCursor


def test_arrow_keys_pan(canvas: Canvas) -> None:
    before = canvas.viewport.origin
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up)

    assert canvas.viewport.origin == (before[0] - 64, before[1] + 64)


def test_a_pen_paints_by_pressure(canvas: Canvas) -> None:
    assert canvas.picture is not None
    pen = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )
    canvas.actual_size()

    def send(kind: QEvent.Type, place: QPoint, pressure: float, held: Qt.MouseButton) -> None:
        at = QPointF(place)
        event = QTabletEvent(kind, pen, at, canvas.mapToGlobal(at), pressure, 0, 0, 0.0, 0.0, 0, NONE, LEFT, held)
        QApplication.sendEvent(canvas, event)

    start, end = _place(canvas, 300, 300), _place(canvas, 500, 300)
    send(QEvent.Type.TabletPress, start, 0.1, LEFT)
    send(QEvent.Type.TabletMove, end, 1.0, LEFT)
    send(QEvent.Type.TabletRelease, end, 0.0, Qt.MouseButton.NoButton)

    mask = canvas.picture.document.mask.array
    assert 0 < np.count_nonzero(mask[:, 305]) < np.count_nonzero(mask[:, 490])
    assert len(canvas.picture.document.history.entries) == 2


def test_dropped_files_are_handed_on(canvas: Canvas, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    files = [tmp_path / "a.png", tmp_path / "c.jpg"]
    urls = [QUrl.fromLocalFile(str(files[0])), QUrl("https://example.org/b.png"), QUrl.fromLocalFile(str(files[1]))]
    data.setUrls(urls)
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    enter = QDragEnterEvent(QPoint(5, 5), both, data, LEFT, NONE)
    enter.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    assert enter.dropAction() is Qt.DropAction.CopyAction, "some programs go by what was said on the way"
    drop = QDropEvent(QPointF(5, 5), both, data, LEFT, NONE)
    drop.setDropAction(Qt.DropAction.MoveAction)
    with qtbot.waitSignal(canvas.dropped) as dropped:
        QApplication.sendEvent(canvas, drop)

    assert dropped.args is not None
    assert dropped.args[0].paths == tuple(files)
    assert drop.dropAction() is Qt.DropAction.CopyAction, "the file manager must not take it for moved"


def test_words_cannot_be_dropped(canvas: Canvas) -> None:
    data = QMimeData()
    data.setText("A line of words")
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(canvas, enter)
    assert not enter.isAccepted()


def test_an_edit_repaints_its_rectangle(canvas: Canvas) -> None:
    assert canvas.picture is not None
    document = canvas.picture.document
    rect = Rect(333, 200, 101, 77)
    document.pixels.write(rect, np.full((77, 101, 4), 255, np.uint8))

    canvas.refresh(Dirty(pixels=rect))

    assert screen_is_true(canvas)
    place = _place(canvas, 380, 240)
    assert (pixels_of(canvas.grab().toImage())[place.y(), place.x()] == 255).all()


def test_another_grow_is_followed(canvas: Canvas) -> None:
    assert canvas.picture is not None
    document = canvas.picture.document
    _drag(canvas, QPoint(300, 200), QPoint(310, 200))
    document.grow, document.feather = 60, 30

    canvas.refresh(Dirty(mask=document.rect))

    assert screen_is_true(canvas)


def test_without_a_picture_it_says_how_to_open_one(qtbot: QtBot) -> None:
    canvas = _canvas()
    qtbot.addWidget(canvas)
    _drag(canvas, QPoint(100, 100), QPoint(200, 200))
    _wheel(canvas, QPointF(5, 5), 1)
    canvas.refresh(Dirty(mask=Rect(0, 0, 5, 5)))

    shown = pixels_of(canvas.grab().toImage())
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 3
    assert canvas.accessibleDescription() == "No picture is open."
    assert not canvas.stroking


def test_it_tells_assistive_technology_what_it_shows(canvas: Canvas) -> None:
    canvas.actual_size()
    assert canvas.accessibleName() == "Canvas"
    assert canvas.accessibleDescription() == "gradient.png, 900 × 600 pixels, zoom 100%, mask 0.0%"


def test_pictures_come_and_go(canvas: Canvas) -> None:
    canvas.show_picture(_picture(50, 3000))
    assert screen_is_true(canvas)
    canvas.look.set_tint(QColor(0, 255, 0), 0.6)
    canvas.look.set_surround(QColor("#d9dadd"))
    assert screen_is_true(canvas)
    canvas.show_picture(None)
    assert screen_is_true(canvas)


def test_no_picture_library_is_loaded_before_a_picture_is_shown() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; application = QApplication([])\n"
        "from editor.ui.canvas import Canvas; import editor.tools.mask_brush, editor.tools.mask_eraser\n"
        "canvas = Canvas(); canvas.show(); application.processEvents()\n"
        "print([name for name in ('cv2', 'PIL', 'httpx') if name in sys.modules])"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)

    assert run.stdout.strip() == "[]", run.stderr


if __name__ == "__main__":
    application = QApplication([])
    shown = _canvas(_picture())
    print(_scenario(shown))  # noqa: T201
    shown.close()
