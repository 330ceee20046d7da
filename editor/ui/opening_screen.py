"""What is seen while the editor is being loaded: its sign and its name, painted from next to nothing."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel

from editor import DISPLAY_NAME, __version__
from editor.resource_files import resource
from editor.ui.theme import Tokens

SIZE = QSize(380, 132)
"""In device-independent pixels."""
SIGN = QRectF(28, 28, 76, 76)
WORDS = QRectF(128, 28, 232, 76)


class OpeningScreen(QLabel):
    """Stays until it is closed. Qt's own splash screen is not used: its ``show`` waits for up to a second."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{DISPLAY_NAME} is opening")
        screen = QGuiApplication.primaryScreen()
        self.setPixmap(_painted(tokens, screen.devicePixelRatio()))
        self.setFixedSize(SIZE)
        self.move(screen.availableGeometry().center() - self.rect().center())

    def appear(self) -> None:
        """Be on the screen when this returns, as far as the desktop lets it."""
        self.show()
        self.stay()

    def stay(self) -> None:
        """Answer the desktop between two long steps, or it would call the program dead."""
        QApplication.processEvents()


def _painted(tokens: Tokens, ratio: float) -> QPixmap:
    pixmap = QPixmap(SIZE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(tokens.window))
    painter = QPainter(pixmap)
    painter.setPen(QColor(tokens.line))
    painter.drawRect(0, 0, SIZE.width() - 1, SIZE.height() - 1)
    QSvgRenderer(QByteArray(resource("app-icon.svg").read_bytes())).render(painter, SIGN)
    font = painter.font()
    font.setPixelSize(24)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    painter.drawText(WORDS, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, DISPLAY_NAME)
    font.setPixelSize(13)
    painter.setFont(font)
    painter.setPen(QColor(tokens.muted))
    painter.drawText(WORDS, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, f"Version {__version__}")
    painter.end()
    return pixmap
