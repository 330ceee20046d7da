"""“Show what will be sent”: the very pictures and values that an edit would send, and to whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from editor.domain.outgoing import Outgoing, OutgoingPicture
from editor.ui.facts_dialogs import FactsDialog
from editor.ui.labels import button, column, label
from editor.ui.segments import Segments

NOTHING = "Nothing leaves this computer for this edit."
WORDS = (
    "These are the very files and values that would leave: of a masked edit only the part around the mask, never the "
    "file’s metadata. Your key goes along in a header and is not shown. A platform gets them when its turn comes, and "
    "the next one only where it could not serve."
)
_PREVIEW = QSize(260, 200)


class OutgoingDialog(FactsDialog):
    """One page a platform, in the order of trying; the first is shown."""

    def __init__(self, orders: Sequence[Outgoing], parent: QWidget) -> None:
        super().__init__("What will be sent", parent)
        self._orders = tuple(orders)
        self.save = button("Save these files…")
        self.save.clicked.connect(self._ask_folder)
        self._answer = label("", "muted", wrap=True)
        if not orders:
            self.body.addWidget(label(NOTHING, wrap=True))
            self.save.setVisible(False)
        self.choice: Segments | None = None
        if orders:
            self._show()
        self.body.addWidget(self._answer)
        self.body.addStretch(1)
        self.finish(self.save)
        self.setMinimumWidth(620)

    @property
    def shown(self) -> Outgoing:
        """The order that is shown."""
        return self._orders[0 if self.choice is None else self.choice.place]

    def _show(self) -> None:
        self.body.addWidget(label(WORDS, "muted", wrap=True))
        pages = QStackedWidget()
        for order in self._orders:
            pages.addWidget(_page(order))
        if len(self._orders) > 1:
            self.choice = Segments([order.name for order in self._orders], name="Platform")
            self.choice.chosen.connect(pages.setCurrentIndex)
            self.body.addWidget(self.choice)
        self.body.addWidget(pages)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, "Folder for the files")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.save_to(Path(folder)))
        dialog.open()

    def save_to(self, folder: Path) -> None:
        """Write the shown pictures into ``folder``; tells how that went."""
        order = self.shown
        try:
            for picture in order.pictures:
                (folder / f"{order.platform}-{picture.file_name}").write_bytes(picture.data)
        except OSError as error:
            self._answer.setText(f"The files could not be written: {error.strerror}. Choose another folder.")
            return
        names = ", ".join(f"{order.platform}-{picture.file_name}" for picture in order.pictures)
        self._answer.setText(f"Saved {names}.")


def _page(order: Outgoing) -> QWidget:
    result = QWidget()
    layout = QVBoxLayout(result)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    layout.addWidget(label(f"{order.name} · {order.model}, at {order.host}", "strong"))
    pictures = QHBoxLayout()
    pictures.setSpacing(16)
    for picture in order.pictures:
        pictures.addLayout(_picture(picture))
    pictures.addStretch(1)
    layout.addLayout(pictures)
    for name, value in order.values.items():
        shown = label(f"{name}: {value_words(value)}", wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(shown)
    for note in order.notes:
        layout.addWidget(label(note, "muted", wrap=True))
    layout.addStretch(1)
    return result


def _picture(picture: OutgoingPicture) -> QVBoxLayout:
    pixmap = QPixmap()
    pixmap.loadFromData(picture.data)
    shown = QLabel()
    shown.setAccessibleName(f"Picture for {picture.field}")
    shown.setAccessibleDescription(picture.meaning)
    smooth, whole = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
    shown.setPixmap(pixmap.scaled(_PREVIEW, whole, smooth))
    facts = f"{pixmap.width()} × {pixmap.height()} pixels, {size_words(len(picture.data))}"
    if picture.meaning:
        facts = f"{facts}; {picture.meaning}"
    return column(shown, label(picture.field, "strong"), label(facts, "small"), spacing=3)


def size_words(count: int) -> str:
    """``84,123 bytes``."""
    return "1 byte" if count == 1 else f"{count:,} bytes"


def value_words(value: Any) -> str:
    """A value as it stands in a form or a JSON document; words as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
