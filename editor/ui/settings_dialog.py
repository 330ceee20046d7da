"""AI settings: platforms, order, spending and retries. What is changed counts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from editor.ui.growing_dialog import GrowingDialog
from editor.ui.labels import button, label, row
from editor.ui.segments import Segments
from editor.ui.settings_money import MoneyPage
from editor.ui.settings_order import OrderPage
from editor.ui.settings_platforms import PlatformsPage
from editor.ui.settings_rules import RulesPage

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner

PAGES = ("Platforms", "Order", "Spending", "Retries")


class SettingsDialog(GrowingDialog):
    """``changed`` tells that edits may go another way, or cost other money, from now on."""

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("AI settings")
        self.setAccessibleName("AI settings")
        self.platforms = PlatformsPage(session)
        self.order = OrderPage(session)
        self.money = MoneyPage(session, runner)
        self.rules = RulesPage(session)
        self.tabs = Segments(PAGES, name="Page")
        self._pages = QStackedWidget()
        for page in (self.platforms, self.order, self.money, self.rules):
            self._pages.addWidget(page)
            page.changed.connect(self.changed)
        self.platforms.changed.connect(self.order.follow_order)
        self.tabs.chosen.connect(self._pages.setCurrentIndex)
        close = button("Close")
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(label("AI settings", "heading"))
        layout.addWidget(self.tabs)
        layout.addWidget(self._pages, 1)
        layout.addLayout(row(1, close))
        self.resize(620, 620)
