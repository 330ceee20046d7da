"""The program with a window: something to look at at once, and the editor as soon as it is loaded."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from editor import APPLICATION_ID, DISPLAY_NAME, __version__
from editor.resource_files import resource
from editor.storage.paths import Paths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from editor.ui.opening_screen import OpeningScreen


def show_window(files: Sequence[str], environment: Mapping[str, str], *, use_keyring: bool = True) -> int:
    """Open the window and run until it is closed; returns the exit code. Raises InputError without a display."""
    _require_display(environment)
    application = _application()
    opening = _opening_screen(paths := Paths.of_system(environment))

    from editor.app.composition import make_session

    opening.stay()

    from PySide6.QtGui import QIcon

    from editor.ui.job_runner import JobRunner
    from editor.ui.main_window import MainWindow

    opening.stay()
    application.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
    session = make_session(environment=environment, with_window=True, use_keyring=use_keyring)
    runner = JobRunner(session)
    window = MainWindow(session, runner, log_folder=paths.logs)
    window.show()
    opening.close()
    if files:
        window.open_paths([Path(name) for name in files])
    elif not session.settings.get("welcomed", False):
        # The first start only: whoever comes back has pictures of their own. The Help menu shows it again.
        window.show_sample()
    session.settings.set("welcomed", True)
    try:
        with _closed_by_ctrl_c(window):
            return application.exec()
    finally:
        runner.shut_down()


def _application() -> QApplication:
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    # On X11 Qt would drop places of a quick pointer, and strokes would have corners. Only now: its part for X11 sets
    # this when it begins, whatever was set before.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application.setApplicationName("image-editor")
    application.setApplicationDisplayName(DISPLAY_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APPLICATION_ID)
    return application


def _opening_screen(paths: Paths) -> OpeningScreen:
    """Something to look at, in the theme that was chosen, before the rest is imported."""
    from editor.storage.settings import Settings
    from editor.ui.opening_screen import OpeningScreen
    from editor.ui.theme import DARK, LIGHT

    chosen = Settings(paths.settings).get("theme", "dark")
    screen = OpeningScreen(LIGHT if chosen == "light" else DARK)
    screen.appear()
    return screen


@contextmanager
def _closed_by_ctrl_c(window: QWidget) -> Iterator[None]:
    """Inside, Ctrl-C in the terminal closes ``window``, which may still ask about changes; a second one ends at once.

    Python itself runs no handler while Qt waits for events, so the signal comes through a socket that Qt watches.
    """
    from PySide6.QtCore import QSocketNotifier

    before = signal.getsignal(signal.SIGINT)
    if not callable(before):  # ignored, as for a program that a script starts in the background
        yield
        return
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def close() -> None:
        notifier.setEnabled(False)
        window.close()

    notifier.activated.connect(close)
    signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, signal.SIG_DFL))
    wakened = signal.set_wakeup_fd(writer.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakened)
        signal.signal(signal.SIGINT, before)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def _require_display(environment: Mapping[str, str]) -> None:
    # Qt would end the process on the spot, with advice that leads nowhere.
    if os.name != "posix" or sys.platform == "darwin":
        return
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        from editor.domain.errors import InputError

        raise InputError(
            "There is no display to open a window on. Start from a desktop, or use “image-editor edit erase”, "
            "which needs none."
        )
