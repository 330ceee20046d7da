from __future__ import annotations

import ctypes
import ctypes.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot
from support.fake_window import FakeRunner, FakeSession
from support.profiles import matrix_profile
from support.screen import screen

from editor.ui import screen_profile
from editor.ui.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MISSING = ["Xvfb"] if shutil.which("Xvfb") is None else []
MISSING += ["libX11"] if ctypes.util.find_library("X11") is None else []
CARDINAL = 6
"""X's own number for the type, as in Xatom.h."""


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession) -> Iterator[MainWindow]:
    made = MainWindow(session, FakeRunner())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.panels.platforms.rows))
    made.open_paths([Path("/pictures/photo.png")])
    yield made


def _middle(window: MainWindow) -> tuple[int, int, int]:
    canvas = window.canvas
    colour = canvas.grab().toImage().pixelColor(QPoint(canvas.width() // 2, canvas.height() // 2))
    return colour.red(), colour.green(), colour.blue()


def test_a_profile_from_a_file_is_shown_through_and_remembered(
    window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    picture = window.workspace.current
    assert picture is not None
    picture.document.pixels.array[..., :3] = (40, 90, 200)
    window.workspace.show_on(None)
    plain = _middle(window)
    path = tmp_path / "screen.icc"
    path.write_bytes(matrix_profile(gamma=1.5))
    window.screen_colours.choose_file(str(path))

    assert window.commands["screen_file"].isChecked()
    assert session.settings.values["screen_profile"] == str(path)
    assert _middle(window) != plain
    window.open_paths([Path("/pictures/other.png")])
    assert window.workspace.current is not None
    assert window.workspace.current.screen == path.read_bytes()
    window.workspace.select(0)
    window.commands["screen_srgb"].trigger()
    assert _middle(window) == plain
    assert session.settings.values["screen_profile"] == "srgb"


@pytest.mark.parametrize("data", [None, b"no profile"])
def test_a_file_that_is_no_profile_is_told(window: MainWindow, tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "screen.icc"
    if data is not None:
        path.write_bytes(data)
    window.screen_colours.choose_file(str(path))

    assert window.messages.notice is not None
    assert "screen.icc" in window.messages.notice.words
    assert window.commands["screen_system"].isChecked()


@pytest.mark.xvfb
@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_the_profile_of_an_x_screen_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = matrix_profile()
    with screen() as display:
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        assert screen_profile.system_profile() is None
        with _root_property(display, b"_ICC_PROFILE", profile):
            assert screen_profile.system_profile() == profile
        assert screen_profile.system_profile() is None


@contextmanager
def _root_property(display: str, name: bytes, data: bytes) -> Iterator[None]:
    """A property of the root window, as a colour manager sets it. Xvfb forgets it with the last connection."""
    x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XDefaultRootWindow.restype = ctypes.c_ulong
    handle = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    root = ctypes.c_ulong(x11.XDefaultRootWindow(handle))
    atom = ctypes.c_ulong(x11.XInternAtom(handle, name, False))
    x11.XChangeProperty(handle, root, atom, ctypes.c_ulong(CARDINAL), 8, 0, data, len(data))
    x11.XSync(handle, False)
    try:
        yield
    finally:
        x11.XCloseDisplay(handle)
