"""How long the window ever stands still: opening, painting on and erasing from a 100-megapixel photo.

A timer of one millisecond runs in the UI thread; the longest gap between two of its ticks is the stall. The window is
the real one, drawn into memory; the engine is the real one, in its own process. Run alone: the machine's other work
shows as stalls.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from editor.app.composition import make_session
from editor.resource_files import resource
from editor.storage.paths import Paths
from editor.ui.job_runner import JobRunner
from editor.ui.main_window import MainWindow

MEGAPIXELS = 100
TARGET_MS = 50.0
PAINTING_MS = 16.0
"""The target while nothing but the brush is at work."""
PATIENCE = 240.0


class Watch:
    """The gaps between the ticks of a fast timer in the UI thread."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def take(self) -> float:
        """The longest gap since the last call, in milliseconds."""
        longest, self.longest, self._last = self.longest, 0.0, time.perf_counter()
        return longest * 1000


def photo(folder: Path) -> Path:
    """The sample photo enlarged to 100 megapixels, with grain."""
    small = cv2.imread(str(resource("sample/rocket.jpg")))
    width = int((MEGAPIXELS * 1e6 * 1.5) ** 0.5)
    large = cv2.resize(small, (width, int(MEGAPIXELS * 1e6 / width)), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).integers(-6, 7, (1024, 1024, 3), dtype=np.int8)
    for top in range(0, large.shape[0], 1024):
        band = large[top : top + 1024].astype(np.int16)
        tiled = np.tile(grain, (1, -(-band.shape[1] // 1024), 1))[: band.shape[0], : band.shape[1]]
        large[top : top + 1024] = (band + tiled).clip(0, 255)
    path = folder / "hundred.jpg"
    cv2.imwrite(str(path), large, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def wait(application: QApplication, until: Callable[[], bool]) -> None:
    """Run the event loop until something is true."""
    end = time.monotonic() + PATIENCE
    while not until():
        application.processEvents()
        if time.monotonic() > end:
            raise TimeoutError("the benchmark waited too long")


def stroke(application: QApplication, window: MainWindow, points: list[tuple[float, float]]) -> None:
    """Press, drag and release on the canvas, in widget coordinates."""
    canvas = window.canvas
    kinds = [QEvent.Type.MouseButtonPress] + [QEvent.Type.MouseMove] * len(points) + [QEvent.Type.MouseButtonRelease]
    for kind, (x, y) in zip(kinds, [points[0], *points, points[-1]], strict=True):
        place = QPointF(x, y)
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, place, canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
        application.sendEvent(canvas, event)
        application.processEvents()


def measure(folder: Path) -> list[tuple[str, float]]:
    """Each phase and its longest stall in milliseconds."""
    application = QApplication(sys.argv[:1])
    path = photo(folder)
    session = make_session(environment={}, chain=["local"], paths=Paths.under(folder / "home"), with_window=True)
    runner = JobRunner(session)
    window = MainWindow(session, runner)
    window.resize(1920, 1080)
    window.show()
    wait(application, lambda: bool(session.platform_statuses()))
    watch, rows = Watch(), []
    window.open_paths([path])
    wait(application, lambda: window.workspace.current is not None)
    wait_idle(application)
    rows.append(("open", watch.take()))
    middle = window.canvas.rect().center()
    points = [(middle.x() + 4.0 * step, middle.y() + 20 * np.sin(step / 3)) for step in range(30)]
    stroke(application, window, points)
    wait_idle(application)
    rows.append(("paint", watch.take()))
    done: list[object] = []
    runner.finished.connect(lambda *_: done.append(True))
    runner.failed.connect(lambda _, error: done.append(error))
    window.handlers.run_edit()
    rows.append(("press Erase", watch.take()))
    painted = 0
    while not done:
        if painted < 20:
            stroke(application, window, [(300.0 + 10 * painted + i, 200.0 + 5 * i) for i in range(10)])
            painted += 1
        application.processEvents()
    if done != [True]:
        raise RuntimeError(str(done[0]))
    rows.append(("while the edit runs, painting", watch.take()))
    wait_idle(application)
    rows.append(("the result lands", watch.take()))
    window.commands["undo"].trigger()
    wait_idle(application)
    rows.append(("undo", watch.take()))
    runner.shut_down()
    return rows


def wait_idle(application: QApplication, seconds: float = 0.6) -> None:
    """Let everything that was put off happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder))
    print(f"{MEGAPIXELS} megapixels, 1920 × 1080\n{'phase':<32}{'longest stall':>14}{'target':>10}")
    for phase, stall in rows:
        target = PAINTING_MS if phase == "paint" else TARGET_MS
        print(f"{phase:<32}{stall:>11.1f} ms{target:>7.0f} ms{'' if stall <= target else '  over'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
