"""The bar at the lower edge: the last event in one sentence, and what the picture is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QToolButton, QWidget

from editor.ui.actions import Actions
from editor.ui.jobs_list import JobsButton
from editor.ui.labels import ElidedLabel, label


class StatusBar(QStatusBar):
    """Words only; every sentence is announced to a screen reader."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._sentence = ElidedLabel("", "muted")
        self._facts = label("", "muted")
        self._mask = label("", "muted")
        self._zoom = label("", "strong")
        self._zoom.setMinimumWidth(44)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        content = QWidget()
        layout = QHBoxLayout(content)
        layout.setContentsMargins(14, 0, 10, 0)
        layout.setSpacing(16)
        layout.addWidget(self._sentence, 1)
        self.jobs = JobsButton()
        for part in (self.jobs, self._facts, self._mask, self._zoom, _lock(actions)):
            layout.addWidget(part)
        self.addWidget(content, 1)

    @property
    def sentence(self) -> str:
        """The last event."""
        return self._sentence.whole

    def tell(self, sentence: str) -> None:
        """Show an event and announce it."""
        if sentence == self.sentence:
            return
        self._sentence.show_text(sentence)
        if sentence and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def show_facts(self, facts: str) -> None:
        """Show size, colour profile and megapixels of the picture."""
        self._facts.setText(facts)

    def show_mask(self, share: float | None) -> None:
        """Show the share of the picture that is masked, 0–1; None hides it."""
        self._mask.setText("" if share is None else _mask_words(share))

    def show_zoom(self, zoom: float | None, angle: float = 0) -> None:
        """Show the zoom, 1 = a pixel of the picture on one of the screen, and by how many degrees the view is turned;
        None hides both."""
        words = "" if zoom is None else f"{zoom * 100:.3g} %" if zoom < 1 else f"{zoom * 100:.0f} %"
        self._zoom.setText(f"{words} · {angle:.0f}°" if words and angle else words)


def _mask_words(share: float) -> str:
    if share == 0:
        return "No mask"
    return "Mask < 0.1 %" if share < 0.001 else f"Mask {share * 100:.1f} %"


def _lock(actions: Actions) -> QToolButton:
    action = actions["local_only"]
    result = QToolButton()
    result.setProperty("role", "status")
    result.setDefaultAction(action)
    result.setIconSize(QSize(14, 14))
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAccessibleName("Local only")
    return result
