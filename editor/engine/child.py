"""The engine's process as the program holds it: started, spoken with, and ended. Blocking; bound to no event loop."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from editor.engine import protocol
from editor.engine.protocol import Message, MessageTooLarge, ProtocolError, read_message, write_message

NICENESS = 10
LAST_WORDS = 2000
"""Bytes of standard error that are kept for the log."""


class ChildGone(Exception):
    """The process ended, or spoke nonsense, before it answered. The text is for the log."""


def default_command() -> list[str]:
    """How the engine is started: by this interpreter, or, in a frozen program, by the program itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-worker"]
    # -P keeps the working folder, and whatever modules lie there, off the path.
    return [sys.executable, "-P", "-m", "editor.engine.worker"]


def child_environment(environment: Mapping[str, str], *, threads: int | None, low_priority: bool) -> dict[str, str]:
    """``environment`` with what the engine must know: where the package is, its cores and its priority."""
    package_folder = str(Path(__file__).resolve().parents[2])
    result = dict(environment)
    result["PYTHONPATH"] = os.pathsep.join(part for part in (package_folder, result.get("PYTHONPATH")) if part)
    if threads is not None:
        result[protocol.THREADS_VARIABLE] = result["OMP_NUM_THREADS"] = str(threads)
    if low_priority:
        result[protocol.NICENESS_VARIABLE] = str(NICENESS)
    return result


class Child:
    """One running engine process. ``converse`` from one thread at a time; ``kill`` from any."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, low_priority: bool) -> None:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
            flags |= subprocess.BELOW_NORMAL_PRIORITY_CLASS if low_priority else 0
        # A file, not a pipe: nobody has to empty it while the engine works.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=dict(environment),
                creationflags=flags,
            )
        except OSError:
            self._errors.close()
            raise

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def converse(self, job: Message, progress: Callable[[float], None]) -> Message:
        """Give ``job`` and wait for its result or error.

        Raises ChildGone, and has ended the process then; MessageTooLarge where the job cannot be sent at all.
        """
        source = cast(BufferedReader, self._process.stdout)
        try:
            write_message(cast(BinaryIO, self._process.stdin), job)
            while True:
                answer = read_message(source)
                if answer is None:
                    raise ProtocolError("the stream ended")
                if answer.kind != protocol.PROGRESS:
                    return answer
                progress(float(answer.fields["share"]))
        except MessageTooLarge:
            raise
        except (OSError, ProtocolError, LookupError) as error:
            raise ChildGone(f"{error}; {self.end()}") from error

    def kill(self) -> None:
        """End it at once. Whoever converses with it gets ChildGone and tidies up."""
        self._process.kill()

    def end(self) -> str:
        """Kill, wait, and close everything. Returns the exit code and last words, for the log."""
        if self._errors.closed:
            return "ended"
        code = self._process.poll()
        self._process.kill()
        if code is None:
            code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            # What could not be written before the process went is of no use to anybody now.
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        with self._errors as errors:
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - LAST_WORDS))
            words = errors.read().decode("utf-8", "replace").strip()
        return f"exit code {code}: {words}"
