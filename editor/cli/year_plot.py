"""The plot of a year as SVG: which share of edits took longer than so many seconds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import log10

from editor.cli.year_run import Year

WIDTH, HEIGHT = 880, 520
LEFT, RIGHT, TOP, BOTTOM = 80, 190, 50, 70
SHORTEST, LONGEST = 1.0, 300.0
"""Seconds at the two ends of the axis."""
RAREST = 1e-4
"""The smallest share on the other axis."""
_COLOURS = ("#8a8a8a", "#1b6ca8", "#c2571a", "#3a8f4d", "#8a4fa3", "#b8961c")
_STEPS = 160


def drawn(years: Sequence[Year]) -> str:
    """The whole picture. Edits that nobody served count as longer than anything."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" font-family="sans-serif" font-size="13" fill="#222">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="28" font-size="16">Share of {years[0].edits} edits that took longer</text>',
            *_axes(),
            *(line for place, year in enumerate(years) for line in _curve(year, place)),
            "</svg>\n",
        ]
    )


def _x(seconds: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * log10(seconds / SHORTEST) / log10(LONGEST / SHORTEST)


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * log10(max(share, RAREST)) / log10(RAREST)


def _axes() -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for seconds in (1, 3, 10, 30, 100, 300):
        x = _x(seconds)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{seconds} s</text>'
    for share, words in ((1.0, "100 %"), (0.1, "10 %"), (0.01, "1 %"), (0.001, "0.1 %"), (RAREST, "0.01 %")):
        y = _y(share)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{words}</text>'
    middle = (LEFT + right) / 2
    yield f'<text x="{middle:.0f}" y="{HEIGHT - 22}" text-anchor="middle">Time until the picture was there</text>'


def _curve(year: Year, place: int) -> Iterator[str]:
    colour = _COLOURS[place % len(_COLOURS)]
    ordered = sorted(year.seconds)
    points = []
    for step in range(_STEPS + 1):
        seconds = SHORTEST * (LONGEST / SHORTEST) ** (step / _STEPS)
        share = 1 - bisect_right(ordered, seconds) / year.edits
        points.append(f"{_x(seconds):.1f},{_y(share):.1f}")
        if share < RAREST:
            break
    yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
    y = TOP + 12 + 22 * place
    x = WIDTH - RIGHT + 20
    yield f'<line x1="{x}" y1="{y - 4}" x2="{x + 24}" y2="{y - 4}" stroke="{colour}" stroke-width="3"/>'
    yield f'<text x="{x + 32}" y="{y}">{year.name}</text>'
