"""Timing within one run, and the table of ratios that the benchmarks of the canvas and of files print."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

FRAME_120_HZ = 1000 / 120
WIDTH = 42


@dataclass(frozen=True)
class Row:
    """One line of the table: ours and the reference, and the ratio that should not be exceeded.

    Milliseconds, or of memory megabytes; a target of None is not set. ``why`` is said where the target is missed.
    """

    case: str
    ours: float
    reference: float
    target: float | None = None
    why: str = ""

    def __str__(self) -> str:
        ratio = self.ours / self.reference
        line = f"{self.case:{WIDTH}}{self.ours:10.3f}{self.reference:12.3f}{ratio:9.2f}"
        if self.target is None:
            return line
        missed = f"  missed: {self.why}" if self.why else "  missed"
        return f"{line}{self.target:9.2f}{'' if ratio <= self.target else missed}"


def show(title: str, rows: Iterable[Row]) -> None:
    """Print the table, each row as soon as it is measured."""
    sys.stdout.write(f"{title}\n{'case':{WIDTH}}{'ours':>10}{'reference':>12}{'ratio':>9}{'target':>9}\n")
    for row in rows:
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
    sys.stdout.write("\n")


def timed(work: Callable[[], object], repeats: int = 15) -> list[float]:
    """Milliseconds of every repeat, sorted."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def best(work: Callable[[], object], repeats: int = 15) -> float:
    """Milliseconds of the quickest repeat."""
    return timed(work, repeats)[0]
