"""Runs pytest with PySide6 out of reach: the rooms below the window have to pass without it."""

from __future__ import annotations

import sys

import pytest


def main(arguments: list[str]) -> int:
    """Run the tests that ``arguments`` name; returns pytest's exit code."""
    if "PySide6" in sys.modules:
        raise RuntimeError("PySide6 was imported before it could be blocked")
    sys.modules["PySide6"] = None  # type: ignore[assignment] - an import of it now raises ImportError
    return int(pytest.main(["-p", "no:pytest-qt", *arguments]))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
