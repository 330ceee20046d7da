"""Asks what is to be behind the subject: a colour, a picture, or neither where words describe it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QFileDialog, QHBoxLayout, QWidget

from editor.domain.options import Colour
from editor.domain.samples import Pixels
from editor.operations.parameters import Parameter
from editor.ui.edit_fields import Field
from editor.ui.icons import IconButton, Icons
from editor.ui.labels import button

FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif);;All files (*)"
SWATCH = 14


class BackgroundPicker(QWidget):
    """Two buttons that open a dialog each, and one that takes the choice back.

    ``picture_wanted`` carries the path of a file that somebody is to read and give to :meth:`show_picture`.
    """

    changed = Signal()
    picture_wanted = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.value: Colour | Pixels | None = None
        self._colour = button("Color…")
        self._picture = button("Picture…")
        self._clear = IconButton(icons, "x", tint="muted", size=14)
        self._clear.setAccessibleName("No background")
        self._clear.setToolTip("Take the background back")
        self._colour.clicked.connect(self._ask_colour)
        self._picture.clicked.connect(self._ask_picture)
        self._clear.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._colour, 1)
        layout.addWidget(self._picture, 1)
        layout.addWidget(self._clear)
        self.clear()

    def show_colour(self, colour: QColor) -> None:
        """Take a colour."""
        self._take((colour.red(), colour.green(), colour.blue()))
        self._colour.setText(colour.name())
        self._colour.setAccessibleName(f"Color {colour.name()}")
        self._colour.setIcon(_swatch(colour))
        self._colour.setIconSize(QSize(SWATCH, SWATCH))

    def show_picture(self, pixels: Pixels, name: str) -> None:
        """Take a picture, (height, width, 3) uint8 sRGB; ``name`` is its file's."""
        self._take(pixels)
        shown = self._picture.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, self._picture.width() - 26)
        self._picture.setText(shown.replace("&", "&&"))
        self._picture.setToolTip(name)
        self._picture.setAccessibleName(f"Picture {name}")

    def clear(self) -> None:
        """No colour and no picture."""
        self._take(None)

    def _take(self, value: Colour | Pixels | None) -> None:
        self.value = value
        self._clear.setVisible(value is not None)
        for part, words in ((self._colour, "Color…"), (self._picture, "Picture…")):
            part.setText(words)
            part.setAccessibleName(words)
            part.setIcon(QIcon())
            part.setToolTip("")
        self.changed.emit()

    def _ask_colour(self) -> None:
        start = QColor(*self.value) if isinstance(self.value, tuple) else QColor(Qt.GlobalColor.white)
        dialog = QColorDialog(start, self)
        dialog.setWindowTitle("Background color")
        dialog.colorSelected.connect(self.show_colour)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_picture(self) -> None:
        dialog = QFileDialog(self, "Background picture", "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.picture_wanted.emit(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def background_field(parameter: Parameter, icons: Icons) -> tuple[Field, BackgroundPicker]:
    """The field for a background, and what is in it."""
    picker = BackgroundPicker(icons)
    field = Field(parameter, picker, lambda: picker.value)
    picker.changed.connect(field.changed)
    return field, picker


def _swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(2 * SWATCH, 2 * SWATCH)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(128, 128, 128))
    painter.setBrush(colour)
    painter.drawRoundedRect(1, 1, 2 * SWATCH - 2, 2 * SWATCH - 2, 6, 6)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return QIcon(pixmap)
