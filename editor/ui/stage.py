"""The canvas with the cards that float over its lower edge."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from editor.ui.candidate_bar import CandidateBar
from editor.ui.message_bar import MessageBar
from editor.ui.route_strip import RouteStrip

GAP = 20
MESSAGE_WIDTH = 680


class Stage(QFrame):
    """Gives the canvas all the room and keeps the cards centred over it.

    The cards are the canvas's neighbours, not its children: scrolling the canvas must not move them.
    """

    def __init__(self, canvas: QWidget, strip: RouteStrip, messages: MessageBar, candidates: CandidateBar) -> None:
        super().__init__()
        self.setObjectName("stage")
        self._canvas = canvas
        self._strip = strip
        self._messages = messages
        self._candidates = candidates
        for part in (canvas, candidates, strip, messages):
            part.setParent(self)
        strip.resized.connect(self._place)
        messages.resized.connect(self._place)
        candidates.resized.connect(self._place)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a small window."""
        return QSize(240, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the window."""
        super().resizeEvent(event)
        self._canvas.setGeometry(self.rect())
        self._strip.fit(self.width() - 2 * GAP)
        self._candidates.fit(self.width() - 2 * GAP)
        self._place()

    def _place(self) -> None:
        bottom = self.height() - GAP
        for card in (self._candidates, self._strip):
            size = card.sizeHint()
            card.setGeometry((self.width() - size.width()) // 2, bottom - size.height(), size.width(), size.height())
            if card.isVisibleTo(self):
                bottom -= size.height() + 12
        width = min(MESSAGE_WIDTH, self.width() - 2 * GAP)
        height = self._messages.heightForWidth(width)
        self._messages.setGeometry((self.width() - width) // 2, bottom - height, width, height)
