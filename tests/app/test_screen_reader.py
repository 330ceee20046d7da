"""A screen reader's way into the real program: over AT-SPI, the bus of assistive technology on Linux."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.screen import screen, window_named

jeepney = pytest.importorskip("jeepney")

from jeepney import DBusAddress, Properties, new_method_call  # noqa: E402 - only where it is installed
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # noqa: E402

PROGRAMS = ("Xvfb", "openbox", "xdotool", "dbus-daemon")
SERVICE = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
MISSING = [program for program in PROGRAMS if shutil.which(program) is None]
MISSING += [] if SERVICE.exists() else ["at-spi2-core"]

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

PATIENCE = 60
ACCESSIBLE = "org.a11y.atspi.Accessible"
ROOT = "/org/a11y/atspi/accessible/root"
Node = tuple[str, str]
"""Bus name and path."""


@pytest.fixture
def session_bus(tmp_path: Path) -> Iterator[str]:
    """The address of a message bus of its own, with its files where they trouble nobody."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


class Reader:
    """Asks what a screen reader asks."""

    def __init__(self, session_bus: str) -> None:
        with open_dbus_connection(session_bus) as connection:
            bus = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
            (address,) = _answer(connection, new_method_call(bus, "GetAddress"))
        self._connection = open_dbus_connection(address)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def children(self, node: Node) -> list[Node]:
        (found,) = _answer(self._connection, new_method_call(_place(node), "GetChildren"))
        return [(name, path) for name, path in found]

    def role(self, node: Node) -> str:
        (found,) = _answer(self._connection, new_method_call(_place(node), "GetRoleName"))
        return str(found)

    def text(self, node: Node, what: str) -> str:
        ((_signature, found),) = _answer(self._connection, Properties(_place(node)).get(what))
        return str(found)

    def program(self) -> Node:
        """The program's own root, once it is there."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for node in self.children(("org.a11y.atspi.Registry", ROOT)):
                if self.children(node):
                    return node
        raise AssertionError("the program did not come to the bus")

    def find(self, name: str, *roles: str) -> Node:
        """The first node of this name in one of these roles."""
        waiting = deque([self.program()])
        while waiting:
            node = waiting.popleft()
            if self.text(node, "Name") == name and self.role(node) in roles:
                return node
            waiting.extend(self.children(node))
        raise AssertionError(f"no {name} that is a {' or a '.join(roles)}")


def _place(node: Node) -> DBusAddress:
    return DBusAddress(node[1], bus_name=node[0], interface=ACCESSIBLE)


def _answer(connection: DBusConnection, message: Any) -> tuple[Any, ...]:
    reply = connection.send_and_get_reply(message, timeout=PATIENCE)
    assert reply.header.message_type.name == "method_return", reply.body
    return tuple(reply.body)


def test_a_screen_reader_finds_the_canvas_and_the_run_button(session_bus: str, tmp_path: Path) -> None:
    with screen(manager="openbox") as display:
        surroundings = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_TOKEN"))}
        surroundings |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "IMAGE_EDITOR_HOME": str(tmp_path)}
        surroundings |= {"DBUS_SESSION_BUS_ADDRESS": session_bus, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        surroundings |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        program = subprocess.Popen([sys.executable, "-m", "editor"], env=surroundings, stderr=subprocess.DEVNULL)
        try:
            window_named(surroundings["DISPLAY"], "^rocket.jpg – Image Editor")
            with Reader(session_bus) as reader:
                canvas = reader.find("Canvas", "canvas")
                assert "640 × 427 pixels" in reader.text(canvas, "Description")
                assert reader.find("Erase masked area", "push button", "button")
        finally:
            program.terminate()
            program.wait(PATIENCE)
