"""The progress line of a terminal."""

from __future__ import annotations

from typing import TextIO

from editor.domain.attempt import AttemptEnded, AttemptProgress, AttemptStarted, CycleFailed, JobEvent

WIDTH = 78


class ProgressLine:
    """Shows on one line what a job is doing; silent where ``stream`` is not a terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None

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

    def clear(self) -> None:
        """Make the line free for something else."""
        self._write("")

    def _write(self, words: str) -> None:
        if self._stream is not None:
            self._stream.write(f"\r{words[:WIDTH]:<{WIDTH}}\r{words[:WIDTH]}")
            self._stream.flush()
