"""The program's help pages: a page of text with its headings beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QTextBlock, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget

from editor.ui.growing_dialog import GrowingDialog
from editor.ui.help_page import set_page
from editor.ui.theme import Theme

_DEEPEST = 3
"""The lowest level of headings that are listed."""
_BLOCK = Qt.ItemDataRole.UserRole


class HelpDialog(GrowingDialog):
    """Shows the Markdown file ``page``; links to other pages of its folder open here, all others in a browser."""

    def __init__(self, page: Path, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._folder = page.parent
        self._page = page
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find in this page")
        self.search.setAccessibleName("Find in this page")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find_first)
        self.search.returnPressed.connect(self._find_next)
        self.headings = QListWidget()
        self.headings.setAccessibleName("Headings")
        self.headings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.headings.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.headings.currentItemChanged.connect(self._go_to)
        self.text = QTextBrowser()
        self.text.setAccessibleName("Help")
        self.text.setOpenLinks(False)
        self.text.setSearchPaths([str(page.parent)])
        self.text.anchorClicked.connect(self._follow)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self.search)
        side.addWidget(self.headings, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addLayout(side, 2)
        layout.addWidget(self.text, 5)
        self.resize(960, 680)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        theme.changed.connect(self._restyle)
        self._show(page)

    def _show(self, page: Path) -> None:
        self._page = page
        self.text.setMarkdown(page.read_text(encoding="utf-8"))
        set_page(self.text, self._theme)
        self.headings.blockSignals(True)
        self.headings.clear()
        title = ""
        for block, level in _headings(self.text):
            title = title or block.text()
            if not 1 < level <= _DEEPEST:
                continue
            item = QListWidgetItem("    " * (level - 2) + block.text())
            item.setToolTip(block.text())
            item.setData(_BLOCK, block.blockNumber())
            self.headings.addItem(item)
        self.headings.blockSignals(False)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _restyle(self) -> None:
        place = self.text.verticalScrollBar().value()
        self._show(self._page)
        self.text.verticalScrollBar().setValue(place)

    def _go_to(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        block = self.text.document().findBlockByNumber(item.data(_BLOCK))
        bounds = self.text.document().documentLayout().blockBoundingRect(block)
        self.text.verticalScrollBar().setValue(int(bounds.top()))

    def _find_first(self, words: str) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        found = not words or self.text.find(words)
        self.search.setProperty("bad", not found)
        self.search.style().polish(self.search)

    def _find_next(self) -> None:
        words = self.search.text()
        if words and not self.text.find(words):
            self._find_first(words)

    def _follow(self, address: QUrl) -> None:
        page = self._folder / address.path()
        if address.isRelative() and address.path().endswith(".md") and page.is_file():
            self._show(page)
        elif address.scheme() in ("https", "http"):
            QDesktopServices.openUrl(address)


def _headings(text: QTextBrowser) -> Iterator[tuple[QTextBlock, int]]:
    """Every heading and its level, 1 for the page's title."""
    block = text.document().begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            yield block, level
        block = block.next()
