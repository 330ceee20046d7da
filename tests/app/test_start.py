"""The program's start: what is loaded when the window first shows, and that it ends in order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.screen import screen

FIRST_SHOW = """
import os, sys
from PySide6.QtWidgets import QApplication
from editor.app.composition import make_session
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow

application = QApplication(sys.argv[:1])
session = make_session(environment=os.environ, with_window=True)
runner = JobRunner(session)
window = MainWindow(session, runner)
window.show()
print(",".join(name for name in ("cv2", "httpx", "PIL", "onnxruntime", "keyring") if name in sys.modules))
window.close()
runner.shut_down()
"""


def in_process(code: str, home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "IMAGE_EDITOR_HOME": str(home), **variables}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_nothing_heavy_is_loaded_when_the_window_first_shows(tmp_path: Path) -> None:
    done = in_process(FIRST_SHOW, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_the_command_line_works_with_qt_out_of_reach(tmp_path: Path) -> None:
    code = "import sys; sys.modules['PySide6'] = None; from editor.__main__ import main; sys.exit(main(['platforms']))"
    done = in_process(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "stability" in done.stdout


CTRL_C = """
import os, signal, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from editor.app.window import show_window

application = QApplication(sys.argv[:1])
shown = threading.Event()
timer = QTimer(interval=5)

def look() -> None:
    if any(type(widget).__name__ == "MainWindow" and widget.isVisible() for widget in application.topLevelWidgets()):
        shown.set()

timer.timeout.connect(look)
timer.start()

def press() -> None:
    shown.wait()
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=press, daemon=True).start()
sys.exit(show_window([], os.environ, use_keyring=False))
"""


LOOKED_AT = """
import os, sys
from PySide6.QtWidgets import QApplication
from editor.app.window import show_window
from editor.ui.opening_screen import OpeningScreen

application = QApplication(sys.argv[:1])
seen = []
appear, close = OpeningScreen.appear, OpeningScreen.close

def look_at_first(self) -> None:
    appear(self)
    window = {"numpy", "cv2", "asyncio", "editor.session", "editor.ui.main_window"} & set(sys.modules)
    print("opening", self.isVisible(), self.grab().toImage().pixelColor(50, 50).name(), sorted(window))

def look_at_last(self) -> None:
    close(self)
    print([type(widget).__name__ for widget in application.topLevelWidgets() if widget.isVisible()])
    sys.stdout.flush()
    os._exit(0)

OpeningScreen.appear, OpeningScreen.close = look_at_first, look_at_last
show_window([], os.environ, use_keyring=False)
"""


def test_there_is_something_to_look_at_before_the_editor_is_loaded(tmp_path: Path) -> None:
    done = in_process(LOOKED_AT, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["opening True #2f4a78 []", "['MainWindow']"]


@pytest.mark.skipif(os.name != "posix", reason="a signal of its own is a Unix matter")
def test_ctrl_c_in_the_terminal_closes_the_window_in_order(tmp_path: Path) -> None:
    done = in_process(CTRL_C, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.xvfb
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="not installed: Xvfb")
def test_no_place_of_a_quick_pointer_is_dropped(tmp_path: Path) -> None:
    """Qt's part for X11 turns the compression of mouse moves on when it begins: strokes would have corners."""
    code = """
from PySide6.QtCore import QCoreApplication, Qt
from editor.app.window import _application
application = _application()
print(application.platformName(), application.testAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents))
"""
    with screen() as display:
        done = in_process(code, tmp_path, QT_QPA_PLATFORM="xcb", DISPLAY=display)
    assert done.stdout.split() == ["xcb", "False"], done.stderr
