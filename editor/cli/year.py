"""``image-editor simulate --year``: how each order of platforms fares over a year, beside a naive chain."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from editor.cli.main import DONE, Surroundings, answer
from editor.cli.year_books import Year
from editor.cli.year_naive import NAIVE, NAIVE_RETRYING, ROUNDS, TIME_LIMIT
from editor.cli.year_plot import drawn
from editor.cli.year_run import OnProgress, run_managed, run_naive
from editor.domain.errors import InputError
from editor.fallback.ordering import Strategy
from editor.simulator.weather import DAY, YEAR, Weather

EDITS = 30_000
_HEADINGS = (
    "ORDER",
    "SERVED",
    "ERASED",
    "IF ANY IS UP",
    "FAILED",
    "P50",
    "P95",
    "P99",
    "SPENT",
    "PAID TWICE",
    "LOST",
    "IN OUTAGES",
)
_LEGEND = (
    "SERVED and ERASED are shares of all edits and of those that erase, IF ANY IS UP of those that somebody could have",
    "served. PAID TWICE counts edits with two charged runs, LOST good pictures that were paid for and never arrived.",
    "IN OUTAGES is what calls of platforms that were down took of a served edit while any was, on average.",
    f"The {NAIVE} tries every platform anew for each edit, for {TIME_LIMIT:.0f} s at most, remembers nothing and never",
    f"looks for a lost answer; “{NAIVE_RETRYING}” goes through the chain up to {ROUNDS} times.",
)


class YearProgress:
    """Says on a line how far the years have come; silent where ``stream`` is not a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None

    def of(self, name: str) -> OnProgress:
        """Shows the share done, 0–1, of the year called ``name``."""

        def show(share: float) -> None:
            if self._stream is not None:
                self._stream.write(f"\r{name}: {share:4.0%}\033[K")
                self._stream.flush()

        return show

    def clear(self) -> None:
        """Make the line free."""
        if self._stream is not None:
            self._stream.write("\r\033[K")
            self._stream.flush()


def simulate_year(options: Namespace, surroundings: Surroundings) -> int:
    """Run the year, print the table, write the plot where one is wanted."""
    strategies = [Strategy(options.strategy)] if options.strategy else list(Strategy)
    progress = YearProgress(sys.stderr)
    try:
        years = run_years(strategies, seed=options.seed, days=options.days, progress=progress)
    finally:
        progress.clear()
    answer("\n".join(table(years)))
    if options.plot:
        target = Path(options.plot)
        try:
            target.write_text(drawn(years), encoding="utf-8")
        except OSError as error:
            raise InputError(f"“{target}” cannot be written: {error.strerror}.") from error
    return DONE


def run_years(
    strategies: Sequence[Strategy], *, seed: int, days: float, progress: YearProgress | None = None
) -> list[Year]:
    """The two naive chains' years, then one a strategy, all under the same weather."""
    progress = progress or YearProgress(sys.stderr)
    edits = max(1, round(EDITS * days * DAY / YEAR))
    weather = Weather(seed=seed, edits=edits, days=days)
    return [
        run_naive(weather, retrying=False, on_progress=progress.of(NAIVE)),
        run_naive(weather, retrying=True, on_progress=progress.of(NAIVE_RETRYING)),
        *(run_managed(weather, one, seed=seed, on_progress=progress.of(one.value)) for one in strategies),
    ]


def table(years: Sequence[Year]) -> list[str]:
    """A line of what was simulated, one line an order, in columns, and what the columns mean."""
    first = years[0]
    rows = [_HEADINGS, *(_row(year) for year in years)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [
        f"{first.edits} edits, {first.outages} outages; Stability AI, Replicate, FAL and this computer, simulated at "
        "assumed rates of trouble.",
        *lines,
        *_LEGEND,
    ]


def _row(year: Year) -> tuple[str, ...]:
    return (
        year.name,
        f"{year.availability:.2%}",
        f"{year.erase_availability:.2%}",
        f"{year.reach:.2%}",
        str(len(year.failed)),
        *(f"{year.percentile(share):.1f} s" for share in (50, 95, 99)),
        f"${year.spent:.2f}",
        str(year.paid_twice),
        str(year.lost),
        f"{year.extra_in_outages:.1f} s",
    )
