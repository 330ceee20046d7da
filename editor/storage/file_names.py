"""How a file is named in a sentence. Knows no library, so that settings load before any of them."""

from __future__ import annotations

from pathlib import Path


def quoted(path: Path) -> str:
    """The file's name as it stands in a sentence: in quotation marks and without its folder."""
    return f"“{path.name or path}”"
