"""What is known of a picture that was open when the program ended without a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """``folder`` is where it is kept, ``path`` its own file if it had one, ``size`` width and height in pixels,
    ``steps`` how many were done, ``saved`` when it was last kept, in UTC."""

    folder: Path
    name: str
    path: Path | None
    size: tuple[int, int]
    steps: int
    saved: datetime
