"""Progress where a method tells little of it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

TICK_SECONDS = 0.2
GUESS_LIMIT = 0.95
"""Progress by the clock stops here: only the end is certain."""


class ClockProgress:
    """Progress where a method tells none: the time passed as a share of the time estimated, up to ``GUESS_LIMIT``.

    A guess, made so that a window can show that something moves and about how long it will. Use as a context; call
    it with what the method does tell. The share never falls.
    """

    def __init__(self, seconds: float, tell: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._tell = tell
        self._told = 0.0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> ClockProgress:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, share: float) -> None:
        """Tell ``share`` unless more was told before."""
        with self._lock:
            if share > self._told:
                self._told = share
                self._tell(share)

    def _run(self) -> None:
        begun = time.monotonic()
        # The reader of the answers may be gone; then the process ends with its input.
        with contextlib.suppress(OSError, ValueError):
            while not self._over.wait(TICK_SECONDS):
                self(min(GUESS_LIMIT, (time.monotonic() - begun) / self._seconds))
