"""How a help page is set: air between paragraphs, quiet tables, links in the theme's colour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import (
    QBrush,
    QFont,
    QImageReader,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextBrowser

from editor.ui.theme import Theme

_MARGIN = 24.0
_LINE_HEIGHT = 135.0
"""Per cent of the font's own."""
_WIDEST = 560
"""Of a picture, in device-independent pixels."""
_HEADING_STEPS = (2, 1, 0)
"""Steps of size above the text, by level."""


def set_page(text: QTextBrowser, theme: Theme) -> None:
    """Set the Markdown that ``text`` shows."""
    document = text.document()
    document.setDocumentMargin(_MARGIN)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        cursor.setBlockFormat(_block_format(block.blockFormat(), in_list=block.textList() is not None))
        level = block.blockFormat().headingLevel()
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(_heading_format(level))
        block = block.next()
    for table in _tables(text):
        table.setFormat(_table_format(table, theme))
    _colour_links(text, theme)
    _fit_pictures(text)
    cursor.endEditBlock()


def _block_format(found: QTextBlockFormat, *, in_list: bool) -> QTextBlockFormat:
    result = QTextBlockFormat(found)
    level = found.headingLevel()
    result.setLineHeight(_LINE_HEIGHT, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
    result.setTopMargin(0 if level == 1 else 22 if level == 2 else 14 if level else 0)
    result.setBottomMargin(6 if level else 3 if in_list else 8)
    result.setNonBreakableLines(False)
    return result


def _heading_format(level: int) -> QTextCharFormat:
    result = QTextCharFormat()
    step = _HEADING_STEPS[min(level, len(_HEADING_STEPS)) - 1]
    result.setProperty(int(QTextCharFormat.Property.FontSizeAdjustment.value), step)
    result.setFontWeight(QFont.Weight.DemiBold)
    return result


def _table_format(table: QTextTable, theme: Theme) -> QTextTableFormat:
    result = table.format()
    result.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    result.setBorder(1)
    result.setBorderBrush(QBrush(theme.colour("line")))
    result.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    result.setBorderCollapse(True)
    result.setCellPadding(6)
    result.setTopMargin(4)
    result.setBottomMargin(14)
    return result


def _tables(text: QTextBrowser) -> Iterator[QTextTable]:
    for frame in text.document().rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            yield frame


def _colour_links(text: QTextBrowser, theme: Theme) -> None:
    look = QTextCharFormat()
    look.setForeground(QBrush(theme.colour("accent")))
    block = text.document().begin()
    while block.isValid():
        fragments = block.begin()
        spans = []
        while not fragments.atEnd():
            fragment = fragments.fragment()
            if fragment.charFormat().isAnchor():
                spans.append((fragment.position(), fragment.length()))
            fragments += 1
        for start, length in spans:
            cursor = QTextCursor(text.document())
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(look)
        block = block.next()


def _fit_pictures(text: QTextBrowser) -> None:
    """Show no picture wider than a page is in a small window, and each without the air between lines."""
    block = text.document().begin()
    while block.isValid():
        fragments = block.begin()
        if not fragments.atEnd() and fragments.fragment().charFormat().isImageFormat():
            fragment, cursor = fragments.fragment(), QTextCursor(block)
            picture = fragment.charFormat().toImageFormat()
            natural = QImageReader(str(Path(text.searchPaths()[0]) / picture.name())).size()
            picture.setWidth(min(_WIDEST, natural.width()))
            cursor.setPosition(fragment.position())
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(picture)
            plain = block.blockFormat()
            plain.setLineHeight(0, int(QTextBlockFormat.LineHeightTypes.SingleHeight.value))
            cursor.setBlockFormat(plain)
        block = block.next()
