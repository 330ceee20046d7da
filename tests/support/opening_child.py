"""A process of its own that opens picture files, with a limit on its memory, for files that might break it.

Run as a program it answers every line on its standard input, a path, with a line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

PACKAGE = Path(__file__).resolve().parents[2]
FREE = 1 << 30
"""What the child says is free when the program asks."""
ADDRESSES = 4 << 30
"""What the child may take in all; the libraries map more than they use."""
PROCESSOR_SECONDS = 600
"""After so much work the child is ended: something loops."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What opening a file came to: the words of the refusal, or None with size and SHA-256 of the pixels.

    ``seconds`` are of work, not on the clock; ``peak`` is the most memory the child has held so far, in bytes.
    """

    refusal: str | None
    size: tuple[int, int] | None
    digest: str | None
    notes: tuple[str, ...]
    seconds: float
    peak: int


class OpeningChild:
    """Starts the process anew after one that ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._errors: list[str] = []

    def __enter__(self) -> OpeningChild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def open(self, path: Path) -> Answer:
        """Open a file over there. AssertionError where the process ends over it or an exception comes out."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._end()
            raise AssertionError(f"the process ended with {code} over {path.name}")
        answer = json.loads(line)
        assert "failure" not in answer, f"{path.name}: {answer['failure']}"
        size = answer["size"] and tuple(answer["size"])
        return Answer(
            refusal=answer["refusal"],
            size=size,
            digest=answer["digest"],
            notes=tuple(answer["notes"]),
            seconds=answer["seconds"],
            peak=answer["peak"],
        )

    def _end(self) -> None:
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()
        self._process = None


def serve() -> None:
    """Answer until the input ends."""
    import resource

    sys.path.insert(0, str(PACKAGE))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        begun = time.process_time()
        answer = _opened(Path(line.rstrip("\n")))
        answer["seconds"] = time.process_time() - begun
        answer["peak"] = _peak()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _peak() -> int:
    """The most memory held so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # What the system counts for a process on Linux begins with what the one that started it held.
        (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _opened(path: Path) -> dict[str, object]:
    from editor.domain.errors import InputError
    from editor.storage.picture_reader import read_picture

    answer: dict[str, object] = {"refusal": None, "size": None, "digest": None, "notes": ()}
    try:
        document = read_picture(path, free=lambda: FREE)
    except InputError as error:
        answer["refusal"] = error.message
    except BaseException as error:  # noqa: BLE001 - whatever comes out is what the test is about
        answer["failure"] = repr(error)
    else:
        answer["size"], answer["notes"] = document.size, document.metadata.notes
        answer["digest"] = hashlib.sha256(document.pixels.array.tobytes()).hexdigest()
    return answer


if __name__ == "__main__":
    serve()
