"""The operation grid: a tile an operation, or a pair of them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from editor.domain.kinds import Operation
from editor.ui.edit_words import TILES, Tile
from editor.ui.icons import Icons

COLUMNS = 4
TILE_HEIGHT = 54
GAP = 6


class OperationGrid(QWidget):
    """Exactly one tile is chosen. ``chosen`` carries the tile; the arrow keys go from one to the next."""

    chosen = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setAccessibleName("Operations")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        self.tiles = {tile.text: OperationTile(icons, tile) for tile in TILES}
        for place, button in enumerate(self.tiles.values()):
            self._group.addButton(button, place)
            layout.addWidget(button, place // COLUMNS, place % COLUMNS)
        for column in range(COLUMNS):
            layout.setColumnStretch(column, 1)
        self._group.idToggled.connect(self._toggled)

    def show_operation(self, operation: Operation) -> None:
        """Choose the tile of an operation."""
        for button in self.tiles.values():
            if operation in button.tile.operations:
                button.setChecked(True)

    def _toggled(self, place: int, checked: bool) -> None:
        if not checked:
            return
        if any(tile.hasFocus() for tile in self.tiles.values()):
            # A click does not take the keys from the canvas, but the keys follow where they are in the grid already.
            self.tiles[TILES[place].text].setFocus()
        self.chosen.emit(TILES[place])


class OperationTile(QToolButton):
    """Icon over word; the chosen one stays pressed."""

    def __init__(self, icons: Icons, tile: Tile) -> None:
        super().__init__()
        self.tile = tile
        self._icons = icons
        self.setProperty("role", "operation")
        self.setText(tile.text)
        self.setAccessibleName(tile.text)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(18, 18))
        self.setCheckable(True)
        self.setMinimumWidth(56)
        self.setFixedHeight(TILE_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        icons.theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._icons.icon(self.tile.icon, size=18))
