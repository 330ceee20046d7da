"""The list of kept results, over a real vault."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.fakes import FakeClock

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.vault import Intent, Place
from editor.fallback.collector import Found
from editor.imaging.codec import encode_png
from editor.session.results import Results
from editor.storage.database import Database
from editor.storage.vault import StoredVault
from editor.storage.vault_records import SCHEMA
from editor.ui.results_dialog import ResultsDialog

# What Qt's offscreen platform says of a question.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PLACE = Place(region=Rect(0, 0, 8, 6), result_size=(8, 6), sent=(8, 6), inner=(8, 6), answer=(8, 6))


class PlayedCollector:
    """Says what the test says."""

    found: tuple[Found, ...] = ()

    async def collect(self, on_found, *, looks: int, may_ask) -> int:
        for one in self.found:
            on_found(one)
        return len(self.found)


class Shelf:
    """A vault that the test fills."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.folder = folder
        self.database = Database(folder / "records.sqlite", [SCHEMA], clock=self.clock)
        self.vault = StoredVault(self.database, folder, clock=self.clock)

    def keep(self, job: str, *, platform: str = "replicate", fetched: bool = True, delivered: bool = False) -> None:
        intent = Intent(
            platform=platform, model="Model", endpoint="x", operation=Operation.ERASE, way=Way.MASK, place=PLACE
        )
        self.clock.seconds += 60

        async def write() -> None:
            entry = self.vault.recorder(job, document=f"{job}.png").begin()
            await entry.intended(intent)
            await entry.running("run")
            if fetched:
                shade = len(job) * 10
                await entry.fetched(encode_png(np.full((6, 8, 3), shade, np.uint8)))
                await entry.complete()
            if delivered:
                await self.vault.delivered(job)
            await self.vault.released(job)

        asyncio.run(write())


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    (tmp_path / "vault").mkdir()
    made = Shelf(tmp_path / "vault")
    yield made
    asyncio.run(made.database.close())


@pytest.fixture
def collector() -> PlayedCollector:
    return PlayedCollector()


@pytest.fixture
def session(tmp_path: Path, shelf: Shelf, collector: PlayedCollector) -> FakeSession:
    session = FakeSession(tmp_path)
    platforms = {"replicate": SimpleNamespace(name="Replicate")}
    services = SimpleNamespace(vault=shelf.vault, collector=collector, platforms=platforms, table=())
    session.results = Results(
        lambda: services,  # type: ignore[arg-type, return-value]
        session.settings,
        local_only=lambda: session.local_only,
        now=shelf.clock.now,
    )
    return session


@pytest.fixture
def dialog(qtbot: QtBot, session: FakeSession) -> Iterator[ResultsDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ResultsDialog(session, FakeRunner(), parent)  # type: ignore[arg-type]
    made.refresh()
    made.show()
    yield made
    made.close()


def rows(dialog: ResultsDialog) -> list[list[str]]:
    items = [dialog.list.topLevelItem(number) for number in range(dialog.list.topLevelItemCount())]
    return [[item.text(column) for column in (0, 1, 2, 4)] for item in items if item is not None]


def answer(dialog: ResultsDialog, text: str) -> QMessageBox:
    """Press a button of the question that is open."""
    (box,) = [box for box in dialog.findChildren(QMessageBox) if box.isVisible()]
    next(button for button in box.buttons() if button.text().replace("&", "") == text).click()
    return box


def test_nothing_is_kept(dialog: ResultsDialog) -> None:
    assert dialog.empty.isVisible()
    assert not dialog.list.isVisible()
    assert not any(one.isEnabled() for one in (dialog.open_button, dialog.save_button, dialog.discard_button))
    assert dialog.collect_button.isEnabled()
    assert dialog.sum.text() == ""


def test_everything_is_listed_the_newest_first(dialog: ResultsDialog, shelf: Shelf) -> None:
    shelf.keep("old", delivered=True)
    shelf.keep("gone", platform="plug-in")
    shelf.keep("owed", fetched=False)
    dialog.refresh()
    assert rows(dialog) == [
        ["owed.png", "Erase", "Replicate", "may still be running"],
        ["gone.png", "Erase", "plug-in", "ready"],
        ["old.png", "Erase", "Replicate", "delivered"],
    ]
    assert dialog.sum.text() == "3 results, 1 kB of 500 MB"
    assert [one.document for one in dialog.chosen] == ["owed.png"]
    assert not dialog.open_button.isEnabled(), "there is nothing to open yet"
    assert dialog.discard_button.isEnabled()


def test_open_is_asked_for(dialog: ResultsDialog, shelf: Shelf, qtbot: QtBot) -> None:
    shelf.keep("one")
    dialog.refresh()
    with qtbot.waitSignal(dialog.open_wanted) as wanted:
        dialog.open_button.click()
    assert wanted.args[0].document == "one.png"


def test_saved_as_it_came(dialog: ResultsDialog, shelf: Shelf, tmp_path: Path) -> None:
    shelf.keep("one")
    dialog.refresh()
    dialog.save(dialog.chosen[0], tmp_path / "saved.png")
    assert (tmp_path / "saved.png").read_bytes() == encode_png(np.full((6, 8, 3), 30, np.uint8))
    assert dialog.answer.text() == "Saved saved.png."
    assert rows(dialog)[0][3] == "delivered"
    dialog.save(dialog.chosen[0], tmp_path / "nowhere" / "saved.png")
    assert "does not exist" in dialog.answer.text()


def test_discarding_is_asked_about_once(dialog: ResultsDialog, shelf: Shelf) -> None:
    shelf.keep("one")
    shelf.keep("owed", fetched=False)
    dialog.refresh()
    dialog.list.selectAll()
    dialog.discard_button.click()
    box = answer(dialog, "Cancel")
    assert box.text() == "Discard 2 kept results?"
    assert "will not be collected" in box.informativeText()
    assert len(rows(dialog)) == 2
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))
    dialog.discard_button.click()
    box = next(one for one in dialog.findChildren(QMessageBox) if one.isVisible())
    assert box.text() == "Discard what Replicate made of one.png?"
    assert box.informativeText() == "It was paid for and is in no picture. It cannot be had again."
    answer(dialog, "Discard")
    assert [row[0] for row in rows(dialog)] == ["owed.png"]
    assert dialog.answer.text() == "The kept result was deleted, 1 kB."
    assert not [path for path in (shelf.folder / "results").rglob("*") if path.is_file()]


def test_what_an_edit_is_working_on_stays(dialog: ResultsDialog, shelf: Shelf) -> None:
    shelf.keep("one")
    asyncio.run(taken(shelf))
    dialog.refresh()
    working = next(
        item for item in (dialog.list.topLevelItem(0), dialog.list.topLevelItem(1)) if item.text(0) != "one.png"
    )
    dialog.list.setCurrentItem(working)
    dialog.discard(dialog.chosen)
    assert dialog.answer.text() == "What is being worked on stays."
    assert len(rows(dialog)) == 2


async def taken(shelf: Shelf) -> None:
    """An edit under way in this very program."""
    intent = Intent(platform="replicate", model="M", endpoint="x", operation=Operation.ERASE, way=Way.MASK, place=PLACE)
    await shelf.vault.recorder("under way", document="under way.png").begin().intended(intent)


def test_collecting(dialog: ResultsDialog, shelf: Shelf, session: FakeSession, collector: PlayedCollector) -> None:
    shelf.keep("one")
    dialog.collect_button.click()
    assert dialog.answer.text() == "Nothing new has come."
    collector.found = (Found(asyncio.run(shelf.vault.records())[0], "Replicate finished an edit."),)
    dialog.collect_button.click()
    assert dialog.answer.text() == "1 result came."
    session.local_only = True
    dialog.refresh()
    assert not dialog.collect_button.isEnabled()
    assert "Local only" in dialog.collect_button.toolTip()


def test_a_vault_that_cannot_be_read_is_told(dialog: ResultsDialog, shelf: Shelf) -> None:
    asyncio.run(shelf.database.close())
    dialog.refresh()
    assert dialog.answer.text().startswith("Results cannot be kept: ")
