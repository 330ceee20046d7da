"""Finds the program's own pictures and files, wherever it was started from."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(relative: str) -> Path:
    """The path of a file or folder of ``resources/``, such as ``icons/erase.svg``.

    Works alike from a checkout, an installed wheel and a frozen build.
    Raises FileNotFoundError where it is in none of them, which is a fault of the build.
    """
    for folder in _folders():
        path = folder / relative
        if path.exists():
            return path
    raise FileNotFoundError(f"the program’s own file {relative!r} is missing")


def _folders() -> list[Path]:
    package = Path(__file__).resolve().parent
    folders = [package / "_resources", package.parent / "resources"]
    # Set by the program that makes frozen builds: where it unpacked what belongs to them.
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        folders[:0] = [Path(frozen) / "editor" / "_resources", Path(frozen) / "resources"]
    return folders
