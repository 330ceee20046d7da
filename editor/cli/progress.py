"""The progress line of a terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from editor.domain.attempt import AttemptEnded, AttemptProgress, AttemptStarted, CycleFailed, JobEvent

WIDTH = 78
_LOGGER = "editor"


class ProgressLine:
    """Shows on one line what a job is doing; silent where ``stream`` is not a terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._shown = ""

    def show(self, event: JobEvent) -> None:
        """Fold one event of the job into the line."""
        match event:
            case AttemptStarted():
                self._write(f"{event.link.platform}: {event.model}")
            case AttemptProgress(progress=progress):
                share = "" if progress.fraction is None else f" {progress.fraction:.0%}"
                self._write(f"{event.platform}: {progress.words or progress.phase}{share}")
            case CycleFailed():
                self._write(f"cycle {event.cycle} of {event.cycles} failed; again in {event.pause:.1f} s")
            case AttemptEnded():
                self.clear()

    def tell(self, words: str) -> None:
        """Show ``words`` in place of what was there."""
        self._write(words)

    def clear(self) -> None:
        """Make the line free for something else."""
        self._write("")

    @contextmanager
    def beside_the_log(self) -> Iterator[None]:
        """Inside, the line makes way for every record of the log, which may go to the same terminal."""

        def make_way(record: logging.LogRecord) -> bool:
            self.clear()
            return True

        handlers = tuple(logging.getLogger(_LOGGER).handlers)
        for handler in handlers:
            handler.addFilter(make_way)
        try:
            yield
        finally:
            for handler in handlers:
                handler.removeFilter(make_way)

    def _write(self, words: str) -> None:
        words = words[:WIDTH]
        if self._stream is not None and words != self._shown:
            self._stream.write(f"\r{' ' * len(self._shown)}\r{words}")
            self._stream.flush()
            self._shown = words
