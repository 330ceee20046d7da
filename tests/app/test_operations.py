"""Every operation from the real window, through the real session, against the simulated platforms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from editor.app.composition import make_session
from editor.domain.kinds import Operation
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.simulator.simulated import SimulatedPlatforms
from editor.tools.base import PointerEvent
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow

# What Qt's offscreen platform says of every window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PATIENCE_MS = 15_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    path = tmp_path / "disc.png"
    picture = Image.new("RGB", (240, 160), (200, 190, 170))
    ImageDraw.Draw(picture).ellipse((90, 50, 150, 110), fill=(220, 30, 30))
    picture.save(path)
    with SimulatedPlatforms(polls=0) as simulated:
        environment = {**os.environ, **simulated.environment(), "IMAGE_EDITOR_HOME": str(tmp_path / "home")}
        # Stability's slow operations are asked for every ten seconds only.
        session = make_session(environment=environment, chain=["fal"], with_window=True, use_keyring=False)
        runner = JobRunner(session)
        made = MainWindow(session, runner)
        made.show()
        made.open_paths([path])
        qtbot.waitUntil(lambda: bool(made.workspace.pictures and made.panels.platforms.rows), timeout=PATIENCE_MS)
        yield made
        for each in made.workspace.pictures:
            each.document.modified = False
        made.close()
        runner.shut_down()
        made.deleteLater()


def current(window: MainWindow) -> Picture:
    picture = window.workspace.current
    assert picture is not None
    return picture


def write(window: MainWindow, **words: str) -> None:
    for name, value in words.items():
        control = window.panels.edit.form.fields[name].control
        if isinstance(control, QLineEdit):
            control.setText(value)
        else:
            assert isinstance(control, QPlainTextEdit)
            control.setPlainText(value)


def run(window: MainWindow, qtbot: QtBot, operation: Operation, fill: Callable[[], None] = lambda: None) -> Pixels:
    """Choose an operation, fill its fields in, press the button, wait; the current picture's pixels."""
    window.commands[operation.value].trigger()
    fill()
    assert window.panels.edit.run_button.isEnabled(), window.panels.edit.line
    with qtbot.waitSignal(window._runner.idle, timeout=PATIENCE_MS):
        window.panels.edit.run_button.click()
    assert window.edits.last_attempts == ()
    return current(window).document.pixels.array


def test_what_is_masked(window: MainWindow, qtbot: QtBot) -> None:
    before = current(window).document.pixels.array.copy()
    for operation, label in ((Operation.ERASE, "Erase"), (Operation.INPAINT, "Inpaint")):
        window.canvas.begin_stroke(PointerEvent(x=120, y=80))
        window.canvas.finish_stroke()
        fill = (lambda: write(window, prompt="a green leaf")) if operation is Operation.INPAINT else (lambda: None)
        after = run(window, qtbot, operation, fill)
        assert current(window).document.history.current.label == label
        assert not np.array_equal(after[70:90, 110:130], before[70:90, 110:130])
        assert np.array_equal(after[:20], before[:20])


def test_by_words(window: MainWindow, qtbot: QtBot) -> None:
    before = current(window).document.pixels.array.copy()
    after = run(
        window, qtbot, Operation.SEARCH_AND_REPLACE, lambda: write(window, search="disc", prompt="a blue ball")
    ).copy()
    assert not np.array_equal(after, before)
    again = run(window, qtbot, Operation.SEARCH_AND_RECOLOR, lambda: write(window, search="disc", prompt="green"))
    assert not np.array_equal(again, after)
    document = current(window).document
    assert [entry.label for entry in document.history.entries] == ["Opened disc.png", "Replace", "Recolor"]
    edit, shown = document.history.current, document.pixels.array.copy()
    window.commands["shown_part"].trigger()
    mask = document.effective.array
    assert mask[80, 120] == 255, "the disc is what changed"
    window.tools.choose("mask_eraser")
    window.canvas.begin_stroke(PointerEvent(x=120, y=80))
    window.canvas.finish_stroke()
    next(button for button in window.messages.buttons if button.text() == "Show this much").click()
    qtbot.waitUntil(lambda: len(edit.candidates) == 2, timeout=PATIENCE_MS)
    assert np.array_equal(document.pixels.array[80, 120], after[80, 120]), "there, the picture before it shows"
    assert not np.array_equal(document.pixels.array, shown)
    assert window.candidates.isVisible()
    assert all(tile.height() > 90 for tile in window.candidates.tiles), "their pictures can be seen"


def test_the_background(window: MainWindow, qtbot: QtBot) -> None:
    transparent = run(window, qtbot, Operation.REMOVE_BACKGROUND)
    assert transparent[0, 0, 3] == 0
    assert transparent[80, 120, 3] == 255
    assert not current(window).opaque
    filled = run(window, qtbot, Operation.REPLACE_BACKGROUND, lambda: write(window, prompt="a green meadow"))
    assert filled[..., 3].min() == 255


def test_another_size(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["outpaint"].trigger()
    window.panels.edit.form.fields["left"].control.setValue(32)  # type: ignore[attr-defined]
    run(window, qtbot, Operation.OUTPAINT)
    assert current(window).document.size == (272, 160)
    window.commands["upscale"].trigger()
    window.panels.edit.form.fields["scale"].control.setValue(2)  # type: ignore[attr-defined]
    run(window, qtbot, Operation.UPSCALE)
    assert current(window).document.size == (544, 320)
    assert current(window).document.name == "disc.png"
    receipt = current(window).document.history.current.receipt
    assert receipt is not None
    assert receipt.served_by is not None
    assert receipt.served_by.platform == "fal"
    for size in ((272, 160), (240, 160)):
        window.commands["undo"].trigger()
        assert current(window).document.size == size
        assert f"{size[0]} × {size[1]}" in window.canvas.accessibleDescription()
