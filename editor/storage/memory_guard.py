"""Compares what a picture needs with the memory that is free, so that a sentence comes instead of the program's end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil

from editor.domain.errors import InputError

FreeMemory = Callable[[], int]
"""Tells how many bytes may still be taken."""

_GROUPS = Path("/sys/fs/cgroup")
_RESERVE = 128 << 20
"""What the rest of the program needs meanwhile."""
_BEFORE_AND_AFTER = 1.25
"""Levels for the screen and what is copied on the way, over the pixels themselves."""


def free_memory() -> int:
    """Bytes that can be taken without others being pushed out, within what this process is allowed."""
    available = int(psutil.virtual_memory().available)
    left = left_in_group(_own_group())
    return available if left is None else min(available, left)


def require_memory(name: str, size: tuple[int, int], *, depth: int, working: int, free: int) -> None:
    """Raise InputError where ``free`` bytes do not hold a document of ``size`` while it is opened.

    ``name`` is the file's in a sentence; ``working`` is what its decoder takes besides.
    """
    pixels = size[0] * size[1]
    # Four samples a pixel, what Pillow decodes into where it does, the mask and its effective form.
    bytes_each = 8 + 2 if depth > 8 else 4 + 4 + 2
    needed = int(pixels * bytes_each * _BEFORE_AND_AFTER) + working + _RESERVE
    if needed > free:
        raise InputError(
            f"{name} is {size[0]} × {size[1]} pixels and takes about {_gigabytes(needed)} of memory to open; "
            f"{_gigabytes(free)} are free. Close other programs, or reduce its size in another program first."
        )


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


def left_in_group(folder: Path) -> int | None:
    """What the limit of a control group leaves (Linux, cgroup v2: "Memory interface files"); None without a limit."""
    try:
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = int((folder / "memory.current").read_text(encoding="ascii"))
        facts = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
        # Files kept for speed are given back when memory is wanted.
        return None if limit == "max" else max(0, int(limit) - used + int(facts.get("inactive_file", 0)))
    except (OSError, ValueError):
        return None


def _own_group() -> Path:
    try:
        words = Path("/proc/self/cgroup").read_text(encoding="ascii")
    except (OSError, ValueError):
        return _GROUPS
    return _GROUPS / words.strip().rpartition("::")[2].lstrip("/")
