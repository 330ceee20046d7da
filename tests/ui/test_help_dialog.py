"""The help pages in their window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QWidget

from editor.resource_files import resource
from editor.ui.help_dialog import HelpDialog
from editor.ui.theme import Theme


@pytest.fixture
def dialog(qtbot):  # type: ignore[no-untyped-def]
    parent = QWidget()
    qtbot.addWidget(parent)
    made = HelpDialog(resource("help/ai-platforms.md"), Theme(), parent)
    # Inside its parent: a window of its own makes the offscreen platform complain about sizes.
    made.setWindowFlags(Qt.WindowType.Widget)
    parent.resize(1000, 700)
    parent.show()
    yield made


def test_the_page_is_shown_with_its_headings(dialog: HelpDialog) -> None:
    assert dialog.windowTitle() == "How the AI platforms stand in for one another"
    headings = [dialog.headings.item(row).text().strip() for row in range(dialog.headings.count())]
    assert {"How rotation works", "Keys", "Troubleshooting by message"} <= set(headings)
    assert "Stability AI, then Replicate, then FAL" in dialog.text.toPlainText()


def test_a_heading_leads_to_its_place(dialog: HelpDialog) -> None:
    bar = dialog.text.verticalScrollBar()
    places = []
    for row in range(dialog.headings.count()):
        dialog.headings.setCurrentRow(row)
        places.append(bar.value())
    assert places == sorted(places)
    assert places[-1] > places[0]


def test_words_are_found_one_after_the_other(dialog: HelpDialog, qtbot) -> None:  # type: ignore[no-untyped-def]
    dialog.search.setText("receipt")
    first = dialog.text.textCursor().position()
    dialog.search.returnPressed.emit()
    second = dialog.text.textCursor().position()
    assert 0 < first < second
    dialog.search.setText("no such words anywhere")
    assert dialog.search.property("bad") is True


def test_links_to_other_pages_open_here(dialog: HelpDialog) -> None:
    dialog.text.anchorClicked.emit(QUrl("adding-a-platform.md"))
    assert dialog.windowTitle() == "Adding a platform"
    dialog.text.anchorClicked.emit(QUrl("no-such-page.md"))
    assert dialog.windowTitle() == "Adding a platform"


def test_pictures_are_shown_no_wider_than_the_page(dialog: HelpDialog) -> None:
    dialog.text.anchorClicked.emit(QUrl("on-this-computer.md"))
    assert dialog.windowTitle() == "What this computer does by itself"
    widths, block = [], dialog.text.document().begin()
    while block.isValid():
        fragments = block.begin()
        if not fragments.atEnd() and fragments.fragment().charFormat().isImageFormat():
            widths.append(fragments.fragment().charFormat().toImageFormat().width())
            bounds = dialog.text.document().documentLayout().blockBoundingRect(block)
            assert bounds.height() > 50, "the picture is found and drawn"
        block = block.next()
    assert len(widths) == 4
    assert max(widths) <= dialog.text.viewport().width()
