"""``image-editor simulate --year``: how each order of platforms fares over a year, beside a naive chain."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from editor.cli.main import DONE, Surroundings, answer
from editor.cli.year_plot import drawn
from editor.cli.year_run import Year, run_year
from editor.domain.errors import InputError
from editor.fallback.ordering import Strategy
from editor.simulator.weather import DAY, YEAR, Weather

EDITS = 30_000
_HEADINGS = ("ORDER", "SERVED", "UNSERVED", "P50", "P95", "P99", "SPENT", "LOST TO AN OUTAGE")


def simulate_year(options: Namespace, surroundings: Surroundings) -> int:
    """Run the year, print the table, write the plot where one is wanted."""
    strategies = [Strategy(options.strategy)] if options.strategy else list(Strategy)
    years = run_years(strategies, seed=options.seed, days=options.days)
    answer("\n".join(table(years)))
    if options.plot:
        target = Path(options.plot)
        try:
            target.write_text(drawn(years), encoding="utf-8")
        except OSError as error:
            raise InputError(f"“{target}” cannot be written: {error.strerror}.") from error
    return DONE


def run_years(strategies: Sequence[Strategy], *, seed: int, days: float) -> list[Year]:
    """The naive chain's year, then one a strategy, all under the same weather."""
    edits = max(1, round(EDITS * days * DAY / YEAR))
    weather = Weather(seed=seed, edits=edits, days=days)
    return [run_year(weather, strategy, seed=seed) for strategy in (None, *strategies)]


def table(years: Sequence[Year]) -> list[str]:
    """A line of what was simulated, then one line an order, in columns."""
    first = years[0]
    rows = [_HEADINGS, *(_row(year) for year in years)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [
        f"{first.edits} edits, {first.outages} outages; Stability AI, Replicate and FAL simulated, "
        "without this computer, at assumed rates of trouble.",
        *lines,
    ]


def _row(year: Year) -> tuple[str, ...]:
    return (
        year.name,
        f"{len(year.seconds) / year.edits:.3%}",
        str(year.unserved),
        *(f"{year.percentile(share):.1f} s" for share in (50, 95, 99)),
        f"${year.spent:.2f}",
        f"{year.dead / max(1, year.outages):.1f} s",
    )
