"""A picture that is being read is shown at once, smaller, where it will lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.repainting import pixels_of

from editor.domain.document import Document
from editor.imaging.picture import Picture
from editor.imaging.preview import Preview
from editor.ui.canvas import Canvas
from editor.ui.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LARGE = Path("/pictures/large.png")


BROKEN = Path("/pictures/broken.jpg")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    session = FakeSession(tmp_path)
    for path in (LARGE, BROKEN):
        session.pictures.previews[path.name] = Preview(np.full((90, 120, 4), (0, 200, 0, 255), np.uint8), (160, 120))
    made = MainWindow(session, FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def _seen(window: MainWindow) -> list[bool]:
    """Whether the canvas shows the preview's green, each time that a preview comes or goes."""
    seen: list[bool] = []

    def look() -> None:
        middle = pixels_of(window.canvas.grab().toImage())
        middle = middle[middle.shape[0] // 2, middle.shape[1] // 2]
        seen.append(tuple(middle) == (0, 200, 0))

    window.files.previewed.connect(look)
    return seen


def test_a_preview_is_shown_until_the_picture_is_there(window: MainWindow) -> None:
    seen = _seen(window)

    window.open_paths([LARGE])

    assert seen == [True, False]
    assert len(window.workspace.pictures) == 1


def test_a_picture_that_is_open_stays_in_sight(window: MainWindow) -> None:
    window.open_paths([Path("/pictures/first.png")])
    seen = _seen(window)

    window.open_paths([LARGE])

    assert not any(seen)


def test_a_file_that_cannot_be_read_leaves_no_preview(window: MainWindow) -> None:
    seen = _seen(window)

    window.open_paths([BROKEN])

    assert seen == [True, False]


@pytest.mark.parametrize("size", [(400, 300), (331, 517)])
def test_the_preview_lies_where_the_picture_will(qtbot: QtBot, size: tuple[int, int]) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    canvas.show()
    width, height = size
    canvas.look.show_opening(Preview(np.full((height // 2, width // 2, 4), 255, np.uint8), size))
    early = pixels_of(canvas.grab().toImage())

    canvas.look.show_opening(None)
    canvas.show_picture(Picture.of(Document(np.full((height, width, 4), 255, np.uint8), name="white")))

    assert np.array_equal(early, pixels_of(canvas.grab().toImage()))
