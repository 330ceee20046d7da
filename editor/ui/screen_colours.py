"""View › Screen colors: which colour profile pictures are shown through."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.domain.errors import EditorError, InputError
from editor.ui.remedies import Notice
from editor.ui.screen_profile import is_profile, system_profile
from editor.ui.workspace import Workspace

if TYPE_CHECKING:
    from editor.session import Session
    from editor.ui.actions import Actions
    from editor.ui.job_runner import JobRunner

SETTING = "screen_profile"
SYSTEM, SRGB = "system", "srgb"
"""Values of the setting; any other is the path of a profile file."""
FILTER = "Color profiles (*.icc *.icm);;All files (*)"


class ScreenColours(QObject):
    """Pictures are converted off the hot path: once when they open, and where an edit changed them."""

    told = Signal(str)
    noticed = Signal(object)

    def __init__(
        self, window: QWidget, session: Session, runner: JobRunner, workspace: Workspace, *, commands: Actions
    ) -> None:
        super().__init__(window)
        self._window = window
        self._settings = session.settings
        self._runner = runner
        self._workspace = workspace
        self._commands = commands
        self._tick()

    def start(self) -> None:
        """Show pictures through the profile that was chosen before; the system's at first."""
        self._take(str(self._settings.get(SETTING, SYSTEM)))

    def follow(self) -> None:
        """Another of the commands is on."""
        chosen = SRGB if self._commands["screen_srgb"].isChecked() else SYSTEM
        self._settings.set(SETTING, chosen)
        self._take(chosen)

    def ask(self) -> None:
        """Ask for the file of a profile."""
        dialog = QFileDialog(self._window, "Color profile of the screen", "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.choose_file)
        dialog.rejected.connect(self._tick)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose_file(self, name: str) -> None:
        """Show pictures through the profile in a file, from now on."""
        self._runner.background(lambda: _read(name), lambda profile: self._chosen(name, profile), self._failed)

    def _chosen(self, name: str, profile: bytes) -> None:
        self._settings.set(SETTING, name)
        self._show(profile)
        self.told.emit(f"Pictures are shown through {Path(name).name}.")

    def _take(self, choice: str) -> None:
        if choice == SRGB:
            self._show(None)
        elif choice == SYSTEM:
            self._runner.background(system_profile, self._show, self._failed)
        else:
            self._runner.background(lambda: _read(choice), self._show, self._failed)

    def _show(self, profile: bytes | None) -> None:
        self._tick()
        self._workspace.show_on(profile)

    def _failed(self, error: EditorError) -> None:
        self._tick()
        self.noticed.emit(Notice(words=error.message))

    def _tick(self) -> None:
        choice = self._settings.get(SETTING, SYSTEM)
        id = {SYSTEM: "screen_system", SRGB: "screen_srgb"}.get(str(choice), "screen_file")
        self._commands[id].setChecked(True)


def _read(name: str) -> bytes:
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise InputError(
            f"The color profile {Path(name).name} cannot be read. Choose another under View › Screen colors.",
            detail=str(error),
        ) from error
    if not is_profile(data):
        raise InputError(f"{Path(name).name} is no color profile of a screen. Choose an .icc or .icm file.")
    return data
