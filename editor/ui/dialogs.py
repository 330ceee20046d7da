"""Opens the dialogs that are about platforms, keys, receipts and the program, and keeps the open ones fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from editor.domain.attempt import Attempt
from editor.domain.outgoing import Outgoing
from editor.domain.receipt import Receipt
from editor.domain.status import PlatformStatus
from editor.resource_files import resource
from editor.ui.actions import Actions
from editor.ui.command_palette import CommandPalette
from editor.ui.facts_dialogs import about_dialog, attempts_dialog, receipt_dialog, shortcuts_dialog
from editor.ui.file_settings import FileSettings
from editor.ui.help_dialog import HelpDialog
from editor.ui.key_dialog import KeyDialog
from editor.ui.models_page import ModelsDialog
from editor.ui.outgoing_dialog import OutgoingDialog
from editor.ui.platform_dialog import PlatformDialog
from editor.ui.settings_dialog import SettingsDialog
from editor.ui.theme import Theme

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.job_runner import JobRunner


class Dialogs(QObject):
    """None of them is modal. ``platforms_changed`` tells that a key or a platform's health may be another."""

    platforms_changed = Signal()

    def __init__(self, window: QWidget, session: Session, runner: JobRunner, *, actions: Actions, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._actions = actions
        self._theme = theme
        self._statuses: tuple[PlatformStatus, ...] = ()
        self._keys: KeyDialog | None = None
        self._settings: SettingsDialog | None = None
        self._models: ModelsDialog | None = None

    @property
    def names(self) -> dict[str, str]:
        """The platforms' names by id."""
        return {status.platform: status.name for status in self._statuses}

    def show_statuses(self, statuses: Sequence[PlatformStatus]) -> None:
        """Keep an open dialog fresh."""
        self._statuses = tuple(statuses)
        if self._keys is not None:
            self._keys.show_statuses(statuses)

    def show_keys(self, platform: str = "") -> None:
        """Open the keys, with the cursor at a platform."""
        if self._keys is None:
            self._keys = KeyDialog(self._session, self._runner, self._window)
            self._keys.changed.connect(self.platforms_changed)
            self._keys.destroyed.connect(self._forget_keys)
            self._keys.show_statuses(self._statuses)
        self._keys.show()
        self._keys.raise_()
        self._keys.activateWindow()
        self._keys.focus_platform(platform)

    def show_platform(self, platform: str) -> None:
        """Open a platform's details."""
        for status in self._statuses:
            if status.platform == platform:
                dialog = PlatformDialog(status, self._window)
                dialog.key_wanted.connect(self.show_keys)
                dialog.retry_wanted.connect(self._retry)
                dialog.show()

    def show_receipt(self, receipt: Receipt) -> None:
        """Open the record of an edit."""
        receipt_dialog(receipt, self.names, self._window).show()

    def show_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Open the list of what was tried."""
        attempts_dialog(attempts, self.names, self._window).show()

    def show_palette(self) -> None:
        """Open the list of all commands."""
        CommandPalette(self._actions, self._window).open_over(self._window)

    def show_shortcuts(self) -> None:
        """Open the list of all keys."""
        shortcuts_dialog(self._actions, self._window).show()

    def show_file_settings(self) -> None:
        """Open the settings of files."""
        FileSettings(self._session, self._window).show()

    def show_settings(self) -> None:
        """Open the AI settings, or bring them to the front."""
        if self._settings is None:
            self._settings = SettingsDialog(self._session, self._runner, self._window)
            self._settings.changed.connect(self.platforms_changed)
            self._settings.destroyed.connect(self._forget_settings)
        self._settings.show()
        self._settings.raise_()
        self._settings.activateWindow()

    def show_models(self) -> None:
        """Open the engine's models, where there are any to be had."""
        if self._session.model_downloads is None:
            return
        if self._models is None:
            self._models = ModelsDialog(self._session.model_downloads, self._runner, self._window)
            self._models.changed.connect(self.platforms_changed)
        self._models.refresh()
        self._models.show()
        self._models.raise_()
        self._models.activateWindow()

    def show_outgoing(self, orders: Sequence[Outgoing]) -> None:
        """Show what an edit would send."""
        OutgoingDialog(orders, self._window).show()

    def show_help(self, page: str) -> None:
        """Open a page of ``resources/help``."""
        HelpDialog(resource(f"help/{page}"), self._theme, self._window).show()

    def show_about(self) -> None:
        """Open name, version and licences."""
        about_dialog(self._window).show()

    def _retry(self, platform: str) -> None:
        self._session.topped_up(platform)
        self.platforms_changed.emit()

    def _forget_settings(self) -> None:
        self._settings = None

    def _forget_keys(self) -> None:
        self._keys = None
