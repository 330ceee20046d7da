"""The engine's own process: jobs come in on standard input, answers go out on standard output.

Lives until its input closes. Imports no Qt and opens no socket. What a library prints cannot mix with the answers:
they have a descriptor of their own, and standard output is turned to standard error before any library is loaded.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import queue
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import BinaryIO

from editor.engine import protocol
from editor.engine.arena import Arena
from editor.engine.protocol import ByteSource, Message, ProtocolError, read_message, write_message

NO_MEMORY = "This computer has not enough memory free for that. Close other programs or try a smaller area."
INTERNAL = "The engine on this computer failed. Try a smaller area, or mark it differently."
FIRST_TO_GO = "1000"
"""Linux: whose memory the system takes first when there is none left. The editor holds unsaved work; this does not."""


class Answers:
    """The way back; several threads may write."""

    def __init__(self, stream: BinaryIO, arena: Arena | None) -> None:
        self._stream = stream
        self._arena = arena
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Forget the answers to the job before: they have been fetched."""
        if self._arena is not None:
            self._arena.clear()

    def send(self, message: Message) -> None:
        """Write one message whole."""
        with self._lock:
            write_message(self._stream, message, self._arena)


def main() -> int:
    """Serve jobs until standard input closes. Returns the exit code."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    faulthandler.enable()
    # Ctrl+C goes to every process of a terminal; whether the engine ends is for the program to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _settle_down()
    coming, going = _arenas()
    jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, jobs, coming), name="jobs", daemon=True).start()
    bench = _Bench(Answers(stream, going))
    while True:
        try:
            bench.serve(jobs.get())
        except OSError:
            return 0


def _receive(requests: ByteSource, jobs: queue.SimpleQueue[Message], arena: Arena | None) -> None:
    """Queue what comes. When the input closes nobody waits for an answer: end at once, whatever native code runs."""
    code = 0
    try:
        while (message := read_message(requests, arena)) is not None:
            jobs.put(message)
    except (ProtocolError, OSError, MemoryError):
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def _settle_down() -> None:
    """Take no more cores, no higher priority and no more of a right to memory than the environment grants."""
    niceness = int(os.environ.get(protocol.NICENESS_VARIABLE, "0"))
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    with contextlib.suppress(OSError):  # other systems have no such file
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="ascii")
    threads = os.environ.get(protocol.THREADS_VARIABLE)
    if threads:
        import cv2

        cv2.setNumThreads(int(threads))


def _arenas() -> tuple[Arena | None, Arena | None]:
    """The memory that jobs lie in, and that for answers, as the environment tells."""
    descriptors = os.environ.get(protocol.ARENAS_VARIABLE)
    if not descriptors:
        return None, None
    coming, going = (Arena(int(descriptor)) for descriptor in descriptors.split(","))
    return coming, going


class _Bench:
    """Where jobs are done, one after another."""

    def __init__(self, out: Answers) -> None:
        from editor.engine.jobs import Memory
        from editor.engine.weights import Models

        folders = os.environ.get(protocol.MODELS_VARIABLE, "")
        self._models = Models([Path(folder) for folder in folders.split(os.pathsep) if folder])
        self._out = out
        self._memory = Memory()

    def serve(self, job: Message) -> None:
        """Do ``job`` and send its answer, or why there is none. Raises OSError where nobody listens any more."""
        self._out.begin()
        try:
            self._out.send(self._answer(job))
        except MemoryError:
            # There was no room for the answer itself.
            self._out.send(_error(protocol.OUT_OF_MEMORY, NO_MEMORY))

    def _answer(self, job: Message) -> Message:
        from editor.domain.errors import EditorError
        from editor.engine.jobs import Bench, done

        try:
            return done(job, Bench(self._models, self._tell, self._out.send, self._memory))
        except EditorError as error:
            return _error(protocol.REFUSED, error.message, error.detail)
        except MemoryError:
            return _error(protocol.OUT_OF_MEMORY, NO_MEMORY)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - the process outlives a job; the traceback goes to the log
            if "insufficient memory" in str(error).lower() or "bad_alloc" in str(error):
                return _error(protocol.OUT_OF_MEMORY, NO_MEMORY)
            return _error(protocol.FAILED, INTERNAL, "".join(traceback.format_exception(error))[-4000:])

    def _tell(self, share: float) -> None:
        self._out.send(Message(protocol.PROGRESS, {"share": share}))


def _error(reason: str, message: str, detail: str = "") -> Message:
    return Message(protocol.ERROR, {"reason": reason, "message": message, "detail": detail})


if __name__ == "__main__":
    raise SystemExit(main())
