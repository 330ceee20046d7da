"""What a program was told is safe, written where its death does not reach: a line each, on the disk before going on."""

from __future__ import annotations

import json
import os
from pathlib import Path


class Promises:
    """A thing's states in the order in which they were begun to be kept, and which of them are promised.

    ``kept`` is of open documents and ``saved`` of files; both are (name, state). A document that is ``closed`` is not
    promised any more from when that begins.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self._possible: dict[tuple[str, str], list[str]] = {}
        self._promised: set[tuple[str, str]] = set()
        self._known: dict[str, set[str]] = {}
        for line in path.read_bytes().split(b"\n")[:-1]:
            self._learn(*json.loads(line))

    def begin(self, what: str, name: str, state: str) -> None:
        """From now on ``state`` may be found."""
        self._write("begin", what, name, state)

    def give(self, what: str, name: str, state: str) -> None:
        """From now on no state before ``state`` may be found."""
        self._write("give", what, name, state)

    def require_open(self, states: dict[str, str]) -> None:
        """AssertionError where a document is lost, or is not as promised."""
        lost = {name for what, name in self._promised if what == "kept"} - states.keys()
        assert not lost, f"lost: {lost}"
        for name, state in states.items():
            assert state in self._possible["kept", name], f"{name} is as it never was, or was long ago"

    def require_file(self, name: str, content: str, path: Path) -> None:
        """AssertionError where a file or its backup (``path``) is not a version whole, or older than promised."""
        possible = self._possible["saved", name] if path.name == name else self._known[name]
        assert content in possible, f"{path.name} is no whole version, or an old one"

    def _write(self, step: str, what: str, name: str, state: str) -> None:
        line = json.dumps([step, what, name, state]).encode() + b"\n"
        assert os.write(self._handle, line) == len(line)
        os.fsync(self._handle)
        self._learn(step, what, name, state)

    def _learn(self, step: str, what: str, name: str, state: str) -> None:
        if what == "closed":
            self._promised.discard(("kept", name))
        elif step == "begin":
            self._possible.setdefault((what, name), []).append(state)
            self._known.setdefault(name, set()).add(state)
        else:
            possible = self._possible[what, name]
            self._possible[what, name] = possible[possible.index(state) :]
            self._promised.add((what, name))
