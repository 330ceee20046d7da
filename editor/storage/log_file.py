"""Where log records go: a rotating file, and the standard error stream."""

from __future__ import annotations

import io
import logging
import re
import sys
from copy import copy
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

FILE_NAME = "image-editor.log"
LOGGER_NAME = "editor"
"""The parent of every logger of the program; other packages' records are not taken."""

_MAX_BYTES = 1_000_000
_OLDER_FILES = 2
_FILE_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_STREAM_FORMAT = "%(levelname)s:%(message)s"
_REMOVED = "[removed]"

_SECRETS = re.compile(
    r"data:[\w.+-]+/[\w.+-]+(?:;[\w=.+-]+)*,[^\s\"'<>)]*"
    r"|\b(?:Bearer|Basic)\s+[^\s\"',]+"
    r"|\bKey\s+[^\s\"',:]+:[^\s\"',]+"
    r"|\bsk-[\w-]{6,}"
    r"|\br8_\w{6,}"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{16,}",
    re.IGNORECASE,
)


def configure_logging(*, stderr: bool, folder: Path) -> Path:
    """Send INFO and up to ``image-editor.log`` in ``folder`` and, with ``stderr``, to the error stream.

    Called once at the start; what an earlier call set up is replaced. Returns the log file's path. A folder that
    cannot be written is no error: it is said once on the error stream.
    """
    logger = logging.getLogger(LOGGER_NAME)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    close_logging()
    path = folder / FILE_NAME
    stream = _stream_handler()
    if stderr:
        logger.addHandler(stream)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        logger.addHandler(_file_handler(path))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        stream.handle(
            logger.makeRecord(
                logger.name, logging.WARNING, __file__, 0, "The log file %s cannot be written: %s", (path, reason), None
            )
        )
    if not logger.handlers:
        # Else the standard library would print warnings by itself.
        logger.addHandler(logging.NullHandler())
    return path


def close_logging() -> None:
    """Take the handlers off again and close the file."""
    logger = logging.getLogger(LOGGER_NAME)
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def redacted(text: str) -> str:
    """``text`` without what looks like a key or a picture.

    The second line of defence: whoever writes a message leaves them out in the first place.
    """
    return _SECRETS.sub(_REMOVED, text)


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes out what looks like a secret."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, redacted."""
        return redacted(super().format(record))


class _LineFormatter(RedactingFormatter):
    """One line a record: a traceback is for the file, not for whoever sits at the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line without its traceback."""
        line = copy(record)
        line.exc_info = line.exc_text = line.stack_info = None
        return super().format(line)


def _file_handler(path: Path) -> logging.Handler:
    handler = RotatingFileHandler(
        path, maxBytes=_MAX_BYTES, backupCount=_OLDER_FILES, encoding="utf-8", errors="backslashreplace"
    )
    handler.setFormatter(RedactingFormatter(_FILE_FORMAT))
    return handler


def _stream_handler() -> logging.Handler:
    handler = _StandardErrorHandler()
    handler.setFormatter(_LineFormatter(_STREAM_FORMAT))
    return handler


class _StandardErrorHandler(logging.StreamHandler[TextIO]):
    """Writes UTF-8 to whatever ``sys.stderr`` is at the time, whatever encoding it was opened with."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        stream = sys.stderr
        # A windowed build has no error stream at all.
        if stream is None:
            return
        spoken = stream.encoding.lower().replace("-", "") if isinstance(stream, io.TextIOWrapper) else ""
        if isinstance(stream, io.TextIOWrapper) and (spoken, stream.errors) != ("utf8", "backslashreplace"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        self.setStream(stream)
        super().emit(record)
