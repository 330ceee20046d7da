"""The History panel: every step with a small picture; for edits who served them, how long it took and what it cost."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from editor.domain.history import EntryKind, History, HistoryEntry
from editor.domain.receipt import Receipt
from editor.ui.history_model import ENTRY_ROLE, UNDONE_ROLE, HistoryModel, figures_words, served_words
from editor.ui.icons import Icons
from editor.ui.labels import button, label
from editor.ui.theme import Theme

ROW_HEIGHT = 42
THUMBNAIL = QSize(44, 32)
ICONS = {
    EntryKind.OPENED: "image",
    EntryKind.STROKE: "brush",
    EntryKind.MASK: "contrast",
    EntryKind.EDIT: "eraser",
    EntryKind.CROP: "crop",
    EntryKind.TURN: "rotate-cw-square",
}

_Index = QModelIndex | QPersistentModelIndex


class HistoryDelegate(QStyledItemDelegate):
    """Paints a row: picture, label, who served it, seconds and cost."""

    def __init__(self, theme: Theme, icons: Icons, model: HistoryModel) -> None:
        super().__init__(model)
        self._theme = theme
        self._icons = icons
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Every row is equally high."""
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one row."""
        entry: HistoryEntry = index.data(ENTRY_ROLE)
        undone: bool = index.data(UNDONE_ROLE)
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, area, option, current=index.row() == self._model.row)
        painter.setOpacity(0.45 if undone else 1.0)
        picture = QRect(area.left() + 6, area.center().y() - 15, THUMBNAIL.width(), THUMBNAIL.height())
        self._picture(painter, picture, entry)
        self._words(painter, area.adjusted(picture.right() - area.left() + 11, 5, -8, -5), entry)
        painter.restore()

    def _ground(self, painter: QPainter, area: QRect, option: QStyleOptionViewItem, *, current: bool) -> None:
        state: QStyle.StateFlag = option.state
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if current or hovered:
            painter.fillPath(shape, self._theme.colour("hover" if hovered and not current else "raised"))
        if current:
            # In the light theme raised and panel are almost one colour.
            painter.strokePath(shape, self._theme.colour("line"))
        if focused:
            painter.strokePath(shape, self._theme.colour("accent"))

    def _picture(self, painter: QPainter, area: QRect, entry: HistoryEntry) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(area), 3, 3)
        thumbnail = entry.thumbnail
        if thumbnail is None:
            painter.fillPath(shape, self._theme.colour("well"))
            icon = self._icons.pixmap(ICONS[entry.kind], tint="muted", size=16)
            painter.drawPixmap(area.center().x() - 7, area.center().y() - 7, icon)
            return
        height, width = thumbnail.shape[:2]
        image = QImage(thumbnail.data, width, height, thumbnail.strides[0], QImage.Format.Format_ARGB32)
        scale = max(area.width() / width, area.height() / height)
        source = QRectF(0, 0, area.width() / scale, area.height() / scale)
        source.moveCenter(QRectF(0, 0, width, height).center())
        painter.save()
        painter.setClipPath(shape)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(area), image, source)
        painter.restore()

    def _words(self, painter: QPainter, area: QRect, entry: HistoryEntry) -> None:
        text, muted = self._theme.colour("text"), self._theme.colour("muted")
        figures = figures_words(entry.receipt)
        served = served_words(entry.receipt, self._model.names)
        upper = QRect(area.left(), area.top(), area.width(), area.height() // 2 if served else area.height())
        lower = area.adjusted(0, upper.height(), 0, 0)
        room = upper.adjusted(0, 0, -(painter.fontMetrics().horizontalAdvance(figures) + 8 if figures else 0), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        _write(painter, room, entry.label, text, middle)
        small = painter.font()
        small.setPixelSize(max(small.pixelSize() - 1, 9))
        painter.setFont(small)
        _write(painter, upper, figures, muted, middle | Qt.AlignmentFlag.AlignRight)
        _write(painter, lower, served, muted, middle)


def _write(painter: QPainter, area: QRect, text: str, colour: QColor, alignment: Qt.AlignmentFlag) -> None:
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(alignment), shown)


class HistoryPanel(QFrame):
    """The steps of the picture, newest first. ``travelled`` carries a place in the history."""

    travelled = Signal(int)
    receipt_wanted = Signal(object)
    again_wanted = Signal(object, bool)
    """The :class:`HistoryEntry` that is to be run again, and whether on another platform."""
    shown_part_wanted = Signal(object)
    """The :class:`HistoryEntry` of which more or less is to be shown."""
    candidates_wanted = Signal(object)
    """The :class:`HistoryEntry` whose candidates are to be shown again."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.setAccessibleName("History panel")
        self._model = HistoryModel()
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(HistoryDelegate(theme, icons, self._model))
        self._list.setAccessibleName("History")
        self._list.setMouseTracking(True)
        self._list.setUniformItemSizes(True)
        self._list.setSpacing(0)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMinimumHeight(ROW_HEIGHT * 3 // 2)
        # It takes what the other panels leave, and asks for no more: it scrolls by itself.
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._list.clicked.connect(self._travel)
        self._list.activated.connect(self._travel)
        self._list.selectionModel().currentChanged.connect(self._offer_receipt)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._list.viewport().setBackgroundRole(QPalette.ColorRole.NoRole)
        self._receipt = button("Receipt…", "quiet")
        self._receipt.clicked.connect(self.show_receipt)
        self._candidates = button("Candidates…", "quiet")
        self._candidates.setToolTip("Show the results of this step side by side")
        self._candidates.clicked.connect(self.show_candidates)
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 2, 4)
        head.addWidget(label("History", "title"))
        head.addStretch(1)
        head.addWidget(self._candidates)
        head.addWidget(self._receipt)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        theme.changed.connect(self._list.viewport().update)
        self._offer_receipt()

    @property
    def model(self) -> HistoryModel:
        """The rows."""
        return self._model

    def show_history(self, history: History | None, names: dict[str, str]) -> None:
        """Show a history as it is now; ``names`` gives platforms their names."""
        self._model.names = names
        self._model.show(history)
        if history is not None:
            index = self._model.index(self._model.row)
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)
        self._offer_receipt()

    def show_receipt(self) -> None:
        """Ask for the receipt of the chosen step."""
        receipt = self._chosen_receipt()
        if receipt is not None:
            self.receipt_wanted.emit(receipt)

    def run_again(self, *, elsewhere: bool = False) -> None:
        """Ask for the newest edit once more, from another platform where that is said."""
        if self.newest_edit is not None:
            self.again_wanted.emit(self.newest_edit, elsewhere)

    def choose_shown_part(self) -> None:
        """Ask for the choice of what the newest edit shows."""
        if self.newest_edit is not None:
            self.shown_part_wanted.emit(self.newest_edit)

    @property
    def newest_edit(self) -> HistoryEntry | None:
        """The newest step of those done that laid a result over the picture: what the menu's commands are about."""
        return next((one for one in reversed(self._model.done) if one.layer is not None), None)

    def show_candidates(self) -> None:
        """Ask for the candidates of the chosen step."""
        entry = self._chosen
        if entry is not None and entry.candidates:
            self.candidates_wanted.emit(entry)

    @property
    def _chosen(self) -> HistoryEntry | None:
        index = self._list.currentIndex()
        return self._model.entry(index.row()) if index.isValid() else None

    def _chosen_receipt(self) -> Receipt | None:
        entry = self._chosen
        return None if entry is None else entry.receipt

    def _offer_receipt(self) -> None:
        self._receipt.setEnabled(self._chosen_receipt() is not None)
        entry = self._chosen
        self._candidates.setVisible(entry is not None and bool(entry.candidates))

    def _show_menu(self, place: QPoint) -> None:
        index = self._list.indexAt(place)
        if not index.isValid():
            return
        entry, menu = self._model.entry(index.row()), QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go to this step", lambda: self._travel(index))
        if entry.layer is not None and entry in self._model.done:
            menu.addSeparator()
            menu.addAction("Run again", lambda: self.again_wanted.emit(entry, False))
            menu.addAction("Run again on another platform", lambda: self.again_wanted.emit(entry, True))
        if entry.receipt is not None:
            menu.addAction("Receipt…", lambda: self.receipt_wanted.emit(entry.receipt))
        if entry.layer is not None and entry.layer.whole is not None:
            menu.addAction("Choose what is shown…", lambda: self.shown_part_wanted.emit(entry))
        if entry.candidates:
            menu.addAction("Candidates…", lambda: self.candidates_wanted.emit(entry))
        menu.popup(self._list.viewport().mapToGlobal(place))

    def _travel(self, index: QModelIndex) -> None:
        self.travelled.emit(self._model.position(index.row()))
