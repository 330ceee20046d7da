"""The plot of a year as SVG: how long edits took, beside what the year cost and what of that was for nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log10

from editor.cli.year_books import Year

WIDTH, HEIGHT = 1200, 620
TOP, BOTTOM = 96, 540
CURVES_LEFT, CURVES_RIGHT = 76, 640
BARS_LEFT, BAR_WIDTH, BAR_GAP = 808, 96, 34
SHORTEST, LONGEST = 1.0, 300.0
"""Seconds at the two ends of the axis."""
RAREST = 1e-3
"""The smallest share on the other axis."""
_COLOURS = ("#9a9a9a", "#5c5c5c", "#1b6ca8", "#d1641b", "#2f8f4e", "#8a4fa3", "#c0392b")
_DASHES = ("none", "6 4", "none", "none", "none", "none", "none")
_SHARES = ((1.0, "100 %", ""), (0.1, "10 %", "p90"), (0.01, "1 %", "p99"), (RAREST, "0.1 %", ""))
_STEPS = 160
_INK, _QUIET, _GRID = "#222222", "#666666", "#e6e6e6"


@dataclass(frozen=True, slots=True)
class _Column:
    """One small bar chart: its heading, the figure of a year, and that figure in words."""

    heading: str
    figure: Callable[[Year], float]
    words: Callable[[Year], str]


_COLUMNS = (
    _Column("Spent", lambda year: year.spent, lambda year: f"${year.spent:,.0f}"),
    _Column("Edits that failed", lambda year: len(year.failed), lambda year: f"{len(year.failed)}"),
    _Column("Paid pictures lost", lambda year: year.lost, lambda year: f"{year.lost}"),
)


def drawn(years: Sequence[Year]) -> str:
    """The whole picture. Edits that nobody served count as longer than anything."""
    first = years[0]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="13" fill="{_INK}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            _text(
                CURVES_LEFT,
                32,
                f"{first.edits:,} edits and {first.outages} outages, simulated at assumed rates of trouble",
                size=18,
            ),
            *_axes(),
            *(line for place, year in enumerate(years) for line in _curve(year, place)),
            *(line for place, column in enumerate(_COLUMNS) for line in _bars(years, column, place)),
            *_names(years),
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 13, colour: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{words}</text>'


# --- how long edits took


def _x(seconds: float) -> float:
    return CURVES_LEFT + (CURVES_RIGHT - CURVES_LEFT) * log10(seconds / SHORTEST) / log10(LONGEST / SHORTEST)


def _y(share: float) -> float:
    return TOP + (BOTTOM - TOP) * log10(max(share, RAREST)) / log10(RAREST)


def _axes() -> Iterator[str]:
    yield _text(CURVES_LEFT, TOP - 24, "Share of edits that took longer, or failed", size=14)
    for seconds in (1, 3, 10, 30, 100, 300):
        x = _x(seconds)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{BOTTOM}" stroke="{_GRID}"/>'
        yield _text(x, BOTTOM + 20, f"{seconds} s", anchor="middle", colour=_QUIET)
    for share, words, percentile in _SHARES:
        y = _y(share)
        yield f'<line x1="{CURVES_LEFT}" y1="{y:.1f}" x2="{CURVES_RIGHT}" y2="{y:.1f}" stroke="{_GRID}"/>'
        yield _text(CURVES_LEFT - 8, y + 4, words, anchor="end", colour=_QUIET)
        yield _text(CURVES_RIGHT - 4, y - 5, percentile, anchor="end", size=11, colour=_QUIET)
    middle = (CURVES_LEFT + CURVES_RIGHT) / 2
    yield _text(middle, BOTTOM + 44, "Time until the picture was there", anchor="middle", colour=_QUIET)


def _curve(year: Year, place: int) -> Iterator[str]:
    ordered = sorted(year.served)
    points = []
    for step in range(_STEPS + 1):
        seconds = SHORTEST * (LONGEST / SHORTEST) ** (step / _STEPS)
        share = 1 - bisect_right(ordered, seconds) / year.edits
        points.append(f"{_x(seconds):.1f},{_y(share):.1f}")
        if share < RAREST:
            break
    yield f'<polyline points="{" ".join(points)}" fill="none" stroke-width="2" {_stroke(place)}/>'


def _colour(place: int) -> str:
    return _COLOURS[place % len(_COLOURS)]


def _stroke(place: int) -> str:
    return f'stroke="{_colour(place)}" stroke-dasharray="{_DASHES[place % len(_DASHES)]}"'


# --- what the year cost


def _row(place: int, count: int) -> float:
    """The middle of a row of bars."""
    return TOP + (BOTTOM - TOP) * (place + 0.5) / count


def _names(years: Sequence[Year]) -> Iterator[str]:
    """The legend of the curves, which names the rows of bars, with what share of all edits was served."""
    for place, year in enumerate(years):
        y = _row(place, len(years))
        x = CURVES_RIGHT + 26
        yield f'<line x1="{x}" y1="{y:.1f}" x2="{x + 18}" y2="{y:.1f}" stroke-width="3" {_stroke(place)}/>'
        yield _text(x + 26, y - 2, year.name)
        yield _text(x + 26, y + 14, f"{year.availability:.2%} served", size=11, colour=_QUIET)


def _bars(years: Sequence[Year], column: _Column, place: int) -> Iterator[str]:
    left = BARS_LEFT + place * (BAR_WIDTH + BAR_GAP)
    most = max([column.figure(year) for year in years] + [1e-9])
    height = min(26.0, (BOTTOM - TOP) / len(years) * 0.5)
    yield _text(left, TOP - 24, column.heading, size=14)
    yield f'<line x1="{left}" y1="{TOP}" x2="{left}" y2="{BOTTOM}" stroke="#bbbbbb"/>'
    for row, year in enumerate(years):
        y, width = _row(row, len(years)), (BAR_WIDTH - 42) * column.figure(year) / most
        yield (
            f'<rect x="{left}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{_colour(row)}" fill-opacity="0.85"/>'
        )
        yield _text(left + width + 6, y + 4.5, column.words(year))
