"""A tab a picture, above the one canvas."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar

from editor.ui.icons import IconButton, Icons
from editor.ui.picture_words import title
from editor.ui.workspace import Workspace


class DocumentTabs(QFrame):
    """Follows a workspace. ``close_wanted`` carries the picture."""

    close_wanted = Signal(object)

    def __init__(self, icons: Icons, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("tabStrip")
        self._icons = icons
        self._workspace = workspace
        self._bar = QTabBar()
        self._bar.setAccessibleName("Open pictures")
        self._bar.setDrawBase(False)
        self._bar.setIconSize(QSize(14, 14))
        self._bar.setExpanding(False)
        self._bar.setUsesScrollButtons(True)
        self._bar.setDocumentMode(True)
        self._bar.currentChanged.connect(workspace.select)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self._bar)
        layout.addStretch(1)
        self.setFixedHeight(33)
        workspace.added.connect(self._add)
        workspace.removed.connect(self._bar.removeTab)
        workspace.current_changed.connect(self._select)
        workspace.titled.connect(self.draw)
        icons.theme.changed.connect(self.draw)

    @property
    def bar(self) -> QTabBar:
        """The tabs."""
        return self._bar

    def draw(self) -> None:
        """Renew every title."""
        for index, picture in enumerate(self._workspace.pictures):
            document = picture.document
            self._bar.setTabText(index, title(document).replace("&", "&&"))
            stays = document.stays_here
            self._bar.setTabIcon(index, self._icons.icon("lock", tint="muted", size=14) if stays else QIcon())
            where = str(document.path or document.name)
            self._bar.setTabToolTip(index, f"{where}\nStays on this computer" if stays else where)
            self._bar.setAccessibleTabName(index, f"{title(document)}, stays on this computer" if stays else "")

    def _add(self, index: int) -> None:
        picture = self._workspace.pictures[index]
        self._bar.insertTab(index, title(picture.document))
        close = IconButton(self._icons, "x", tint="muted", size=14)
        close.setProperty("role", "tab-close")
        close.setAccessibleName(f"Close {picture.document.name}")
        close.setToolTip("Close (Ctrl+W)")
        close.clicked.connect(lambda: self.close_wanted.emit(picture))
        self._bar.setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
        self.draw()

    def _select(self) -> None:
        self._bar.setCurrentIndex(self._workspace.index)
