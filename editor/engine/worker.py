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
import time
import traceback
from collections.abc import Callable
from typing import BinaryIO

from editor.engine import protocol
from editor.engine.protocol import ByteSource, Message, ProtocolError, read_message, write_message

TICK_SECONDS = 0.2
GUESS_LIMIT = 0.95
"""Progress by the clock stops here: only the end is certain."""
NO_MEMORY = "This computer has not enough memory free for that. Close other programs or try a smaller area."
INTERNAL = "The engine on this computer failed. Try a smaller area, or mark it differently."


class Answers:
    """The way back; several threads may write."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Write one message whole."""
        with self._lock:
            write_message(self._stream, message)


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


def main() -> int:
    """Serve jobs until standard input closes. Returns the exit code."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    faulthandler.enable()
    # Ctrl+C goes to every process of a terminal; whether the engine ends is for the program to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _settle_down()
    jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, jobs), name="jobs", daemon=True).start()
    out = Answers(answers)
    while True:
        try:
            out.send(answer_to(jobs.get(), out))
        except OSError:
            return 0


def _receive(requests: ByteSource, jobs: queue.SimpleQueue[Message]) -> None:
    """Queue what comes. When the input closes nobody waits for an answer: end at once, whatever native code runs."""
    code = 0
    try:
        while (message := read_message(requests)) is not None:
            jobs.put(message)
    except (ProtocolError, OSError, MemoryError):
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def _settle_down() -> None:
    """Take no more cores, and no higher priority, than the environment grants."""
    niceness = int(os.environ.get(protocol.NICENESS_VARIABLE, "0"))
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    threads = os.environ.get(protocol.THREADS_VARIABLE)
    if threads:
        import cv2

        cv2.setNumThreads(int(threads))


def answer_to(job: Message, out: Answers) -> Message:
    """Do ``job``, sending its progress to ``out``. Returns the result or an error."""
    from editor.domain.errors import EditorError

    try:
        return _erase(job, out)
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


def _erase(job: Message, out: Answers) -> Message:
    from editor.engine.fill.erase import erase
    from editor.engine.fill.estimate import estimate_of
    from editor.engine.weights import Models

    if job.kind != protocol.ERASE:
        raise ProtocolError(f"a job of the kind {job.kind!r}")
    image, mask = job.arrays["image"], job.arrays["mask"]

    def tell(share: float) -> None:
        out.send(Message(protocol.PROGRESS, {"share": share}))

    with ClockProgress(estimate_of(mask), tell) as progress:
        filled = erase(image, mask, seed=job.fields["seed"], models=Models.none(), progress=progress)
    return Message(protocol.RESULT, {"method": filled.method}, {"image": filled.image})


def _error(reason: str, message: str, detail: str = "") -> Message:
    return Message(protocol.ERROR, {"reason": reason, "message": message, "detail": detail})


if __name__ == "__main__":
    raise SystemExit(main())
