"""AI settings, platforms: who may be sent pictures, and in which order they are tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from editor.domain.kinds import Operation
from editor.domain.status import KeySource
from editor.ui.labels import button, label, row

if TYPE_CHECKING:
    from editor.session import Session

_ID = Qt.ItemDataRole.UserRole
ALL = "All edits"


class PlatformsPage(QWidget):
    """``changed`` tells that edits may go another way now."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.edits = QComboBox()
        self.edits.setAccessibleName("Order for")
        self.edits.addItem(ALL, "")
        for operation in Operation:
            self.edits.addItem(operation.caption, operation.value)
        self.list = QListWidget()
        self.list.setObjectName("choices")
        self.list.setAccessibleName("Platforms in the order of trying")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.installEventFilter(self)
        self.follow = button("Use the order of all edits", "link")
        self.up, self.down = button("Move up"), button("Move down")
        self.up.setToolTip("Alt+Up")
        self.down.setToolTip("Alt+Down")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        words = "Platforms are tried from top to bottom. A platform without a tick is never sent anything."
        layout.addWidget(label(words, "muted", wrap=True))
        layout.addLayout(row(label("Order for"), self.edits, 1, self.follow))
        layout.addWidget(self.list)
        layout.addLayout(row(self.up, self.down, 1))
        layout.addStretch(1)
        self.edits.currentIndexChanged.connect(self.show_order)
        self.list.model().rowsMoved.connect(self._keep_order)
        self.list.itemChanged.connect(self._switch)
        self.list.currentRowChanged.connect(self._offer)
        self.follow.clicked.connect(self._follow_all)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.show_order()

    @property
    def operation(self) -> Operation | None:
        """The operation whose order is shown; None for all of them."""
        word = self.edits.currentData()
        return Operation(word) if word else None

    @property
    def names(self) -> tuple[str, ...]:
        """The platforms as they stand in the list."""
        return tuple(self.list.item(place).data(_ID) for place in range(self.list.count()))

    def show_order(self) -> None:
        """Show the order of the chosen edits."""
        statuses = {status.platform: status for status in self._session.platform_statuses()}
        self.list.blockSignals(True)
        self.list.clear()
        for name in self._shown(tuple(statuses)):
            item = QListWidgetItem(statuses[name].name)
            item.setData(_ID, name)
            is_here = statuses[name].key_source is KeySource.NOT_NEEDED
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
            if is_here:
                item.setText(f"{statuses[name].name} – nothing leaves it")
            else:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
                used = self._session.chains.is_used(name)
                item.setCheckState(Qt.CheckState.Checked if used else Qt.CheckState.Unchecked)
            item.setFlags(flags)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(self.list.sizeHintForRow(0) * min(self.list.count(), 8) + 14)
        self._offer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt with the arrow keys moves the chosen platform."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _shown(self, known: Sequence[str]) -> tuple[str, ...]:
        """The order, with platforms that it leaves out at its end."""
        order = self._session.order(self.operation)
        return (*order, *(name for name in known if name not in order))

    def _move(self, step: int) -> None:
        place = self.list.currentRow()
        target = place + step
        if place < 0 or not 0 <= target < self.list.count():
            return
        self.list.insertItem(target, self.list.takeItem(place))
        self.list.setCurrentRow(target)
        self._keep_order()

    def _keep_order(self) -> None:
        self._session.chains.set_order(self.names, self.operation)
        self._offer()
        self.changed.emit()

    def _follow_all(self) -> None:
        if self.operation is not None:
            self._session.chains.forget_order(self.operation)
            self.show_order()
            self.changed.emit()

    def _switch(self, item: QListWidgetItem) -> None:
        self._session.chains.use(item.data(_ID), item.checkState() is Qt.CheckState.Checked)
        self.changed.emit()

    def _offer(self) -> None:
        place, operation = self.list.currentRow(), self.operation
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < self.list.count() - 1)
        self.follow.setVisible(operation is not None)
        self.follow.setEnabled(operation is not None and self._session.chains.has_own_order(operation))
