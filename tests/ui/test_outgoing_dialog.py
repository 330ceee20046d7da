"""What will be sent: the pictures, the values, and the files on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from editor.domain.outgoing import Outgoing, OutgoingPicture
from editor.imaging.codec import encode_png
from editor.ui.outgoing_dialog import NOTHING, OutgoingDialog

# What Qt says of every window on its offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PNG = encode_png(np.zeros((12, 16, 3), np.uint8))


def order(platform: str, name: str) -> Outgoing:
    picture = OutgoingPicture(field="image", file_name="image.png", media_type="image/png", data=PNG)
    values = {"prompt": "a wooden bench", "steps": 20, "safe": True}
    return Outgoing(
        platform=platform,
        name=name,
        model="fill",
        host=f"{platform}.example",
        pictures=(picture,),
        values=values,
        notes=("The seed is not honoured.",),
    )


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[OutgoingDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    yield OutgoingDialog([order("stability", "Stability AI"), order("fal", "FAL")], parent)


def texts(dialog: OutgoingDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_first_platform_is_shown_with_all_that_leaves(dialog: OutgoingDialog) -> None:
    assert dialog.shown.platform == "stability"
    shown = texts(dialog)
    for words in (
        "stability.example",
        "16 × 12",
        "prompt: a wooden bench",
        "steps: 20",
        "safe: true",
        "The seed is not",
    ):
        assert words in shown
    assert "key" in shown


def test_the_others_are_a_press_away_and_their_files_can_be_saved(dialog: OutgoingDialog, tmp_path: Path) -> None:
    assert dialog.choice is not None
    dialog.choice.choose(1)
    dialog.save_to(tmp_path)
    assert (tmp_path / "fal-image.png").read_bytes() == PNG
    assert "Saved fal-image.png." in texts(dialog)


def test_a_folder_that_refuses_is_told(dialog: OutgoingDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "nowhere")
    assert "could not be written" in texts(dialog) and "Choose another folder" in texts(dialog)


def test_nothing_leaves_where_this_computer_does_it(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = OutgoingDialog([], parent)
    assert NOTHING in texts(made)
    assert not made.save.isVisibleTo(made)
