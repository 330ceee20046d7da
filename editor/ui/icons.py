"""Icons drawn from the program's SVG files in the theme's colours, sharp at the pixel ratio of every screen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from editor.resource_files import resource
from editor.ui.theme import Theme

SIZE = 20
"""Side of an icon on a button, in device-independent pixels."""


class Icons:
    """Draws icons by name. ``tint`` names the token that colours them."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._sources: dict[str, str] = {}
        self._drawn: dict[tuple[str, str, int], QIcon] = {}
        self._scales = {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
        theme.changed.connect(self._drawn.clear)

    def sharpen(self, scale: float) -> None:
        """Have icons sharp at this device pixel ratio too, and all shown ones drawn anew where they are not yet."""
        if scale not in self._scales:
            self._scales.add(scale)
            self.theme.changed.emit()

    def icon(self, name: str, *, tint: str = "text", size: int = SIZE) -> QIcon:
        """The icon with a faint form for disabled controls."""
        key = (name, tint, size)
        if key not in self._drawn:
            icon = QIcon()
            for scale in self._scales:
                icon.addPixmap(self.pixmap(name, tint=tint, size=size, scale=scale))
                icon.addPixmap(self.pixmap(name, tint="faint", size=size, scale=scale), QIcon.Mode.Disabled)
                if tint == "text":
                    chosen = self.pixmap(name, tint="on_accent_quiet", size=size, scale=scale)
                    icon.addPixmap(chosen, QIcon.Mode.Normal, QIcon.State.On)
            self._drawn[key] = icon
        return self._drawn[key]

    def pixmap(self, name: str, *, tint: str = "text", size: int = SIZE, scale: float = 2.0) -> QPixmap:
        """The icon as a picture of ``size`` device-independent pixels for a screen of ratio ``scale``."""
        coloured = self._source(name).replace("currentColor", getattr(self.theme.tokens, tint))
        renderer = QSvgRenderer(QByteArray(coloured.encode()))
        side = round(size * scale)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def _source(self, name: str) -> str:
        if name not in self._sources:
            self._sources[name] = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
        return self._sources[name]


class IconButton(QToolButton):
    """A button that shows one icon, follows the theme, and is reached by the Tab key but not by a click."""

    def __init__(self, icons: Icons, name: str, *, tint: str = "text", size: int = SIZE, parent: QWidget | None = None):
        super().__init__(parent)
        self._icons = icons
        self._name = name
        self._tint = tint
        self._size = size
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.draw()
        icons.theme.changed.connect(self.draw)

    def show_icon(self, name: str, *, tint: str = "text") -> None:
        """Show another icon."""
        self._name, self._tint = name, tint
        self.draw()

    def draw(self) -> None:
        """Take the icon in the theme's present colours."""
        self.setIcon(self._icons.icon(self._name, tint=self._tint, size=self._size))


class IconLabel(QLabel):
    """A small picture beside words; it follows the theme and says nothing to a screen reader."""

    def __init__(self, icons: Icons, name: str, *, tint: str = "text", size: int = SIZE) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._tint = tint
        self._size = size
        self.setFixedSize(size, size)
        self.draw()
        icons.theme.changed.connect(self.draw)

    def show_icon(self, name: str, *, tint: str = "text") -> None:
        """Show another icon."""
        if (name, tint) != (self._name, self._tint):
            self._name, self._tint = name, tint
            self.draw()

    def event(self, event: QEvent) -> bool:
        """Draw anew for a screen with another pixel ratio."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.draw()
        return super().event(event)

    def draw(self) -> None:
        """Take the icon in the theme's present colours."""
        scale = self.devicePixelRatioF()
        self.setPixmap(self._icons.pixmap(self._name, tint=self._tint, size=self._size, scale=scale))
