"""A virtual screen for programs with windows."""

from __future__ import annotations

import os
import subprocess
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
