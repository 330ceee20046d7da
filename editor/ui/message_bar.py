"""A card over the canvas that says what went wrong, or what is new, and offers the remedies as buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from editor.ui.icons import IconButton, IconLabel, Icons
from editor.ui.labels import button, label
from editor.ui.remedies import Notice, RemedyKind


class MessageBar(QFrame):
    """One notice at a time; it never blocks. ``remedy_chosen`` carries the :class:`RemedyKind`."""

    remedy_chosen = Signal(object)
    resized = Signal()
    dismissed = Signal(object)
    """The :class:`Notice` that was taken away, by the user or because it is settled; the bar is free."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Message")
        self._notice: Notice | None = None
        self._icon = IconLabel(icons, "triangle-alert", tint="warn")
        self._words = label("", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        self._close = IconButton(icons, "x", tint="muted", size=16)
        self._close.setAccessibleName("Close the message")
        self._close.setToolTip("Close the message")
        self._close.clicked.connect(self.dismiss)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(14, 12, 10, 12)
        self._layout.setSpacing(12)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        words = self._column = QVBoxLayout()
        words.setSpacing(10)
        words.addWidget(self._words, 1)
        words.addLayout(self._row)
        top = Qt.AlignmentFlag.AlignTop
        self._layout.addWidget(self._icon, 0, top)
        self._layout.addLayout(words, 1)
        self._layout.addWidget(self._close, 0, top)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown, or None."""
        return self._notice

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The remedies' buttons."""
        return tuple(self._buttons)

    def tell(self, notice: Notice) -> None:
        """Show a notice in place of the one before."""
        self._clear()
        self._notice = notice
        self._words.setText(notice.words)
        name, tint = ("triangle-alert", "warn") if notice.bad else ("info", "local")
        self._icon.show_icon(name, tint=tint)
        for remedy in notice.remedies:
            self._add(remedy.kind, remedy.text)
        self.show()
        self.raise_()
        self.resized.emit()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.words))

    def heightForWidth(self, width: int) -> int:
        """The height that the words need at a width."""
        # A nested layout keeps its old height until the next turn of the loop; the words are new already.
        self._column.invalidate()
        self._layout.invalidate()
        return self._layout.totalHeightForWidth(width)

    def dismiss(self) -> None:
        """Take the notice away."""
        notice = self._notice
        self._clear()
        self.hide()
        if notice is not None:
            self.dismissed.emit(notice)

    def settle(self, kind: RemedyKind) -> None:
        """Take the notice away if it offers ``kind``: what it asked for was done."""
        if self._notice is not None and any(remedy.kind is kind for remedy in self._notice.remedies):
            self.dismiss()

    def let_pass(self) -> None:
        """Take the notice away if it was true only until now."""
        if self._notice is not None and self._notice.passing:
            self.dismiss()

    def _add(self, kind: RemedyKind, text: str) -> None:
        remedy = button(text)
        remedy.clicked.connect(lambda: self._choose(kind))
        self._buttons.append(remedy)
        self._row.insertWidget(len(self._buttons) - 1, remedy)
        # The layout would show it only at the next turn of the loop, and count no height for it until then.
        remedy.show()

    def _choose(self, kind: RemedyKind) -> None:
        self.dismiss()
        self.remedy_chosen.emit(kind)

    def _clear(self) -> None:
        self._notice = None
        for old in self._buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons.clear()
