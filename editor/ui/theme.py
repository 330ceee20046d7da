"""The colours, spacing and font of the window, dark and light, and which of the two is in use.

Widgets never name a colour: they take it from :class:`Tokens`, by way of the one :class:`Theme`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from editor.ui.stylesheet import stylesheet

FONT_PIXELS = 13
"""Height of the interface's font in device-independent pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One theme's colours as ``#rrggbb``. ``*_text`` are the colours of words in that meaning."""

    window: str
    panel: str
    bar: str
    well: str
    surround: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_quiet: str
    on_accent: str
    on_accent_quiet: str
    ok: str
    warn: str
    bad: str
    local: str


DARK = Tokens(
    window="#1b1c1f",
    panel="#1f2023",
    bar="#232428",
    well="#17181a",
    surround="#141517",
    raised="#292b30",
    hover="#32353b",
    line="#33363d",
    text="#e6e7ea",
    muted="#9a9ea8",
    faint="#62666f",
    accent="#3d7eff",
    accent_hover="#5a91ff",
    accent_quiet="#2f4a78",
    on_accent="#ffffff",
    on_accent_quiet="#ffffff",
    ok="#3fb27f",
    warn="#e5a50a",
    bad="#e5484d",
    local="#5b9dff",
)

LIGHT = Tokens(
    window="#f3f3f4",
    panel="#fafafa",
    bar="#ececee",
    well="#ffffff",
    surround="#d9dadd",
    raised="#ffffff",
    hover="#e2e3e7",
    line="#d3d5da",
    text="#1c1d20",
    muted="#62666f",
    faint="#9a9ea8",
    accent="#2563eb",
    accent_hover="#1d4fd0",
    accent_quiet="#dbe6ff",
    on_accent="#ffffff",
    on_accent_quiet="#1c3d8f",
    ok="#1b7a50",
    warn="#8a6100",
    bad="#c4262c",
    local="#1d5fd1",
)


class ThemeChoice(StrEnum):
    """What the user chose in the View menu."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


class Theme(QObject):
    """The theme in use. ``changed`` tells widgets that paint themselves, and icons, to take new colours."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = ThemeChoice.DARK
        self.tokens = DARK
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Put a theme on the whole application."""
        self._choice = choice
        self.tokens = self._resolved()
        self._dress()
        self.changed.emit()

    def colour(self, name: str) -> QColor:
        """The token ``name`` as a colour."""
        return QColor(getattr(self.tokens, name))

    def _resolved(self) -> Tokens:
        if self._choice is ThemeChoice.SYSTEM:
            light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
            return LIGHT if light else DARK
        return LIGHT if self._choice is ThemeChoice.LIGHT else DARK

    def _follow_system(self) -> None:
        if self._choice is ThemeChoice.SYSTEM:
            self.choose(ThemeChoice.SYSTEM)

    def _dress(self) -> None:
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        if application.style().objectName() != "fusion":
            application.setStyle("Fusion")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        font.setPixelSize(FONT_PIXELS)
        application.setFont(font)
        application.setPalette(palette(self.tokens))
        application.setStyleSheet(stylesheet(self.tokens))


def palette(tokens: Tokens) -> QPalette:
    """The tokens in the roles that Qt's own style paints with."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.well,
        QPalette.ColorRole.AlternateBase: tokens.panel,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Link: tokens.local,
        QPalette.ColorRole.LinkVisited: tokens.local,
        QPalette.ColorRole.Light: tokens.hover,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Dark: tokens.line,
    }
    result = QPalette()
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return result
