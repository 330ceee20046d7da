"""Kept pictures as files, byte for byte as the platform returned them. Blocking."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from editor.storage.output_file import OutputFile

_SUFFIXES = ((b"\x89PNG", ".png"), (b"\xff\xd8", ".jpg"), (b"RIFF", ".webp"), (b"GIF8", ".gif"))


def suffix_of(data: bytes) -> str:
    """The file suffix that fits the first bytes of ``data``."""
    return next((suffix for start, suffix in _SUFFIXES if data.startswith(start)), ".bin")


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """A name in ``folder`` that no file has: ``stem.png``, ``stem-2.png``, …"""
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{suffix}", number + 1
    return path


def write_kept(pictures: Sequence[bytes], path: Path) -> tuple[Path, ...]:
    """Write the first of ``pictures`` to ``path``, over a file that is there, and the others beside it.

    A name whose suffix does not fit the bytes gets the right one. Returns where they are; raises InputError.
    """
    written = []
    for number, data in enumerate(pictures):
        suffix = suffix_of(data)
        fits = number == 0 and path.suffix.lower().replace(".jpeg", ".jpg") == suffix
        target = path if fits else free_path(path.parent, path.stem, suffix)
        write_file(data, target)
        written.append(target)
    return tuple(written)


def write_file(data: bytes, path: Path) -> None:
    """Write ``data``, whole or not at all; raises InputError."""
    with OutputFile(path) as output:
        output.write(data)
        output.commit()
