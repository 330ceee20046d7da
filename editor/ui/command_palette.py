"""Every command by name: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from editor.ui.labels import column

_ACTION = Qt.ItemDataRole.UserRole


def matches(text: str, query: str) -> bool:
    """Whether every word of ``query`` begins a word of ``text``, or stands in it."""
    lower = text.lower()
    return all(word in lower for word in query.lower().split())


class CommandPalette(QDialog):
    """A list of commands that closes when one is taken or something else is clicked."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName("Commands")
        self._query = QLineEdit()
        self._query.setPlaceholderText("Find a command")
        self._query.setAccessibleName("Find a command")
        self._query.installEventFilter(self)
        self._list = self._made_list()
        self._items: list[QTreeWidgetItem] = []
        for action in actions:
            self._add(action)
        frame = QFrame()
        frame.setObjectName("palette")
        frame.setLayout(column(self._query, self._list, spacing=8, margins=(8, 8, 8, 8)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self._query.textChanged.connect(self._filter)
        self._query.returnPressed.connect(self._take)
        self._list.itemClicked.connect(self._take)
        self._filter("")
        self.resize(460, 380)

    @property
    def shown(self) -> tuple[str, ...]:
        """The commands that fit what was typed."""
        return tuple(item.text(0) for item in self._items if not item.isHidden())

    def open_over(self, window: QWidget) -> None:
        """Show below the window's upper edge, in the middle."""
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 72)
        self.show()
        self._query.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the words are being typed."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _made_list(self) -> QTreeWidget:
        result = QTreeWidget()
        result.setColumnCount(2)
        result.setHeaderHidden(True)
        result.setRootIsDecorated(False)
        result.setIndentation(0)
        result.setIconSize(QSize(16, 16))
        result.setAccessibleName("Commands")
        result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        result.header().setStretchLastSection(False)
        result.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        result.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        return result

    def _add(self, action: QAction) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        item = QTreeWidgetItem([action.data() or action.text(), keys])
        item.setIcon(0, action.icon())
        item.setData(0, _ACTION, action)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setSizeHint(0, QSize(0, 30))
        item.setDisabled(not action.isEnabled())
        self._items.append(item)
        self._list.addTopLevelItem(item)

    def _filter(self, query: str) -> None:
        for item in self._items:
            item.setHidden(not matches(item.text(0), query))
        first = next((item for item in self._items if _may_be_taken(item)), None)
        if first is None:
            self._list.clearSelection()
        else:
            self._list.setCurrentItem(first)

    def _move(self, step: int) -> None:
        item = self._list.currentItem()
        while item is not None:
            item = self._list.itemBelow(item) if step > 0 else self._list.itemAbove(item)
            if item is not None and _may_be_taken(item):
                self._list.setCurrentItem(item)
                return

    def _take(self) -> None:
        item = self._list.currentItem()
        if item is None or not _may_be_taken(item):
            return
        action: QAction = item.data(0, _ACTION)
        self.close()
        action.trigger()


def _may_be_taken(item: QTreeWidgetItem) -> bool:
    return not item.isHidden() and not item.isDisabled()
