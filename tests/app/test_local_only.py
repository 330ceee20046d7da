"""Local only: over a whole run of the window no process of ours touches the internet or looks a name up.

A guard in every process writes down what Python's own audit events say of sockets; the engine's child process inherits
it with the environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GUARD = """
import os, socket, sys

def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        note(f"{event} {arguments[0]}")
    elif event in ("socket.connect", "socket.bind", "socket.sendto"):
        if arguments[0].family in (socket.AF_INET, socket.AF_INET6):
            note(f"{event} {arguments[1]}")

def note(words):
    with open(os.environ["GUARD_NOTES"], "a") as notes:
        print(os.getpid(), words, file=notes)

sys.addaudithook(watch)
with open(os.environ["GUARD_PROCESSES"], "a") as processes:
    print(os.getpid(), *sys.orig_argv[-2:], file=processes)
"""

WINDOW = """
import os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from editor.app.composition import make_session
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow

application = QApplication(sys.argv[:1])
session = make_session(environment=os.environ, with_window=True, use_keyring=False)
session.local_only = os.environ["STAYS"] == "all"
runner = JobRunner(session)
window = MainWindow(session, runner)
window.show()
window.show_sample()

def when(ready, then):
    timer = QTimer(window, interval=20)
    timer.timeout.connect(lambda: ready() and (timer.stop(), then()))
    timer.start()

def masked():
    return bool(window.workspace.pictures) and window.panels.edit.run_button.isEnabled()

def receipts():
    entries = window.workspace.current.document.history.entries
    return [entry.receipt for entry in entries if entry.receipt is not None]

def end():
    print(*(receipt.served_by.platform for receipt in receipts()))
    application.exit()  # quit() would ask about the unsaved edit

def begin():
    if os.environ["STAYS"] == "picture":
        window.commands["keep_here"].trigger()
    window.panels.edit.run_button.click()
    when(receipts, end)

when(masked, begin)
application.exec()
runner.shut_down()
"""


def guarded(code: str, folder: Path, *, stays: str = "all") -> tuple[str, str, str]:
    """Run ``code`` under the guard: its output, what the guard noted, and which processes it watched.

    ``stays`` is what stays on this computer: ``all`` pictures, or the ``picture`` that is edited.
    """
    (folder / "sitecustomize.py").write_text(GUARD)
    notes, processes = folder / "notes", folder / "processes"
    notes.touch()
    environment = {
        **os.environ,
        # Keys are there: it is the setting that keeps everything at home, not the want of a key.
        "STABILITY_API_KEY": "sk-made-up-key-of-this-test",
        "REPLICATE_API_TOKEN": "r8_made_up_key_of_this_test",
        "QT_QPA_PLATFORM": "offscreen",
        "IMAGE_EDITOR_HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[2])]),
        "STAYS": stays,
        "GUARD_NOTES": str(notes),
        "GUARD_PROCESSES": str(processes),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, notes.read_text(), processes.read_text()


@pytest.mark.parametrize("stays", ["all", "picture"])
def test_a_whole_run_of_the_window_stays_on_this_computer(tmp_path: Path, stays: str) -> None:
    output, notes, processes = guarded(WINDOW, tmp_path, stays=stays)
    assert output.strip() == "local"
    assert "editor.engine.worker" in processes, "the engine's process was watched too"
    assert notes == ""


def test_the_guard_would_have_noticed(tmp_path: Path) -> None:
    code = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
"""
    _, notes, _ = guarded(code, tmp_path)
    assert "socket.bind" in notes
    assert "socket.connect" in notes
    assert "socket.getaddrinfo" in notes
