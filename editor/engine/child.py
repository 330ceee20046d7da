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
from editor.engine.arena import Arena
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


def child_environment(
    environment: Mapping[str, str], *, threads: int | None, low_priority: bool, models: Sequence[Path] = ()
) -> dict[str, str]:
    """``environment`` with what the engine must know: where the package and the folders of networks are, its cores and
    its priority."""
    package_folder = str(Path(__file__).resolve().parents[2])
    result = dict(environment)
    result["PYTHONPATH"] = os.pathsep.join(part for part in (package_folder, result.get("PYTHONPATH")) if part)
    if threads is not None:
        result[protocol.THREADS_VARIABLE] = result["OMP_NUM_THREADS"] = str(threads)
    # NumPy's own threads wait for one another on busy cores: enlarging then takes ten times as long.
    result["OPENBLAS_NUM_THREADS"] = "1"
    if low_priority:
        result[protocol.NICENESS_VARIABLE] = str(NICENESS)
    result[protocol.MODELS_VARIABLE] = os.pathsep.join(map(str, models))
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
        self._jobs, self._answers = Arena.create(), Arena.create()
        arenas = [one.descriptor for one in (self._jobs, self._answers) if one is not None]
        told = {protocol.ARENAS_VARIABLE: ",".join(map(str, arenas))} if arenas else {}
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**environment, **told},
                creationflags=flags,
                pass_fds=arenas,
            )
        except OSError:
            self._close_memory()
            raise

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def converse(self, job: Message, on_message: Callable[[Message], None]) -> Message:
        """Give ``job`` and wait for its result or error; what comes before it goes to ``on_message``.

        The arrays of what is returned, and of what was passed on, are the caller's own. Raises ChildGone, and has ended
        the process then; MessageTooLarge or MemoryError where the job cannot be sent at all.
        """
        if self._jobs is not None:
            self._jobs.clear()
        try:
            write_message(cast(BinaryIO, self._process.stdin), job, self._jobs)
        except MessageTooLarge:
            raise
        except OSError as error:
            raise ChildGone(f"{error}; {self.end()}") from error
        try:
            return self._answer(on_message)
        except (OSError, ProtocolError, LookupError) as error:
            raise ChildGone(f"{error}; {self.end()}") from error

    def _answer(self, on_message: Callable[[Message], None]) -> Message:
        source = cast(BufferedReader, self._process.stdout)
        while True:
            answer = read_message(source, self._answers)
            if answer is None:
                raise ProtocolError("the stream ended")
            own = Message(answer.kind, answer.fields, {name: a.copy() for name, a in answer.arrays.items()})
            if answer.kind not in (protocol.PROGRESS, protocol.PREVIEW):
                return own
            on_message(own)

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
        errors = self._errors
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - LAST_WORDS))
        words = errors.read().decode("utf-8", "replace").strip()
        self._close_memory()
        return f"exit code {code}: {words}"

    def _close_memory(self) -> None:
        """Give up the file of last words and what was shared."""
        self._errors.close()
        for arena in (self._jobs, self._answers):
            if arena is not None:
                arena.close()
