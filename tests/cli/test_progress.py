"""The progress line of a terminal makes way for the log."""

from __future__ import annotations

import io
import logging

from editor.cli.progress import ProgressLine
from editor.domain.attempt import AttemptStarted, CycleFailed, Link


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(text: str) -> list[str]:
    """What a terminal shows in the end, line by line: a return goes to the line's start."""
    lines = []
    for line in text.split("\n"):
        cells: list[str] = []
        for part in line.split("\r"):
            cells[: len(part)] = part
        lines.append("".join(cells).rstrip())
    return lines


def started(platform: str) -> AttemptStarted:
    return AttemptStarted(job="j", cycle=1, link=Link(platform, "label"), model="model")


def test_a_record_of_the_log_has_its_line_for_itself() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    logger = logging.getLogger("editor")
    handler = logging.StreamHandler(terminal)
    logger.addHandler(handler)
    try:
        with line.beside_the_log():
            line.show(started("stability"))
            logging.getLogger("editor.anything").warning("a failure")
            line.show(CycleFailed(job="j", cycle=1, cycles=5, pause=0.5))
            logging.getLogger("editor.anything").warning("another one")
    finally:
        logger.removeHandler(handler)
    line.clear()
    assert shown(terminal.getvalue()) == ["a failure", "another one", ""]
    assert not handler.filters


def test_nothing_is_written_where_nobody_looks() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    line.show(started("stability"))
    line.clear()
    assert stream.getvalue() == ""
