"""A virtual screen for programs with windows."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 60


@contextmanager
def screen(*, manager: str = "") -> Iterator[str]:
    """The name of an X display of Xvfb's own, with the window ``manager`` where one is named; gone afterwards."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    processes = [subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)]
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            name = f":{answer.readline().strip()}"
        if manager:
            surroundings = {**os.environ, "DISPLAY": name}
            processes.append(subprocess.Popen([manager], env=surroundings, stderr=subprocess.DEVNULL))
        yield name
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(PATIENCE)


def window_named(display: str, name: str) -> str:
    """The visible window with this name (a pattern), once there is one.

    The search ends early where another window goes while it looks, as an opening screen does: then it looks again.
    """
    search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", name]
    surroundings, end = {**os.environ, "DISPLAY": display}, time.monotonic() + PATIENCE
    while True:
        done = subprocess.run(search, env=surroundings, timeout=PATIENCE, capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split()[0]
        if time.monotonic() > end:
            raise TimeoutError(f"no window {name}: {done.stderr}")
