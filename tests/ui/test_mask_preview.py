"""Previews of masks: one at a time, and only the newest that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.ui.mask_preview import MaskPreview
from editor.ui.previewed_mask import PreviewedMask


@dataclass
class Runner:
    """Keeps the work until it is to be done."""

    jobs: list[Callable[[], None]] = field(default_factory=list)

    def background(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[EditorError], None]
    ) -> None:
        def run() -> None:
            try:
                result = work()
            except EditorError as error:
                failed(error)
            else:
                done(result)

        self.jobs.append(run)


@dataclass
class Look:
    shown: PreviewedMask | None = None

    def show_mask_preview(self, preview: PreviewedMask | None) -> None:
        self.shown = preview


@pytest.fixture
def runner() -> Runner:
    return Runner()


@pytest.fixture
def look() -> Look:
    return Look()


@pytest.fixture
def preview(qtbot: QtBot, runner: Runner, look: Look) -> MaskPreview:
    parent = QObject()
    made = MaskPreview(parent, runner, look)  # type: ignore[arg-type]
    made.kept = parent  # type: ignore[attr-defined]
    return made


@pytest.fixture
def picture() -> Picture:
    return Picture.of(Document(np.zeros((40, 60, 4), np.uint8), name="black", grow=0, feather=0))


def full(mask: Pixels) -> Pixels:
    return np.full_like(mask, 255)


def corner(mask: Pixels) -> Pixels:
    result = np.zeros_like(mask)
    result[:5, :7] = 255
    return result


def impossible(mask: Pixels) -> Pixels:
    raise InputError("That would leave nothing.")


def test_only_the_newest_is_made_while_one_is_at_work(
    qtbot: QtBot, preview: MaskPreview, runner: Runner, look: Look, picture: Picture
) -> None:
    preview.ask(picture, full)
    qtbot.waitUntil(lambda: len(runner.jobs) == 1)
    preview.ask(picture, impossible)
    preview.ask(picture, corner)
    runner.jobs[0]()
    assert look.shown is None
    assert len(runner.jobs) == 2
    runner.jobs[1]()

    assert look.shown is not None
    assert (look.shown.bounds.width, look.shown.bounds.height) == (7, 5)


def test_what_fails_does_not_keep_the_next_from_being_made(
    qtbot: QtBot, preview: MaskPreview, runner: Runner, look: Look, picture: Picture
) -> None:
    preview.ask(picture, impossible)
    qtbot.waitUntil(lambda: len(runner.jobs) == 1)
    preview.ask(picture, corner)
    runner.jobs[0]()
    assert len(runner.jobs) == 2
    runner.jobs[1]()

    assert look.shown is not None


def test_nothing_is_shown_that_fails_or_comes_after_the_stop(
    qtbot: QtBot, preview: MaskPreview, runner: Runner, look: Look, picture: Picture
) -> None:
    preview.ask(picture, corner)
    qtbot.waitUntil(lambda: len(runner.jobs) == 1)
    runner.jobs[0]()
    assert look.shown is not None
    preview.ask(picture, impossible)
    qtbot.waitUntil(lambda: len(runner.jobs) == 2)
    runner.jobs[1]()
    assert look.shown is None

    preview.ask(picture, full)
    qtbot.waitUntil(lambda: len(runner.jobs) == 3)
    preview.stop()
    runner.jobs[2]()
    assert look.shown is None
    assert len(runner.jobs) == 3
