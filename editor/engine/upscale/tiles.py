"""A picture cut into tiles, each enlarged by itself with some of its surroundings, so that no seam shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.upscale.resampling import Levels, Span


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of the source and the part of the enlargement that it becomes. Tiles touch, and do not overlap."""

    rows: Span
    columns: Span
    rows_out: Span
    columns_out: Span

    @property
    def area(self) -> int:
        """Pixels of the source."""
        return len(self.rows) * len(self.columns)

    @property
    def place(self) -> tuple[slice, slice]:
        """Where the tile lies in the enlargement."""
        return slice(self.rows_out.start, self.rows_out.stop), slice(self.columns_out.start, self.columns_out.stop)

    def reaching(self, by: int) -> Tile:
        """The same part of the source for ``by`` more pixels of the enlargement on every side that has any."""
        return replace(self, rows_out=_within(self.rows_out.grown(by)), columns_out=_within(self.columns_out.grown(by)))

    def with_surroundings(self, by: int) -> Tile:
        """The same part of the enlargement with ``by`` more pixels of the source on every side."""
        return replace(self, rows=self.rows.grown(by), columns=self.columns.grown(by))


def tiles_of(source: tuple[int, int], target: tuple[int, int], *, side: int) -> Iterator[Tile]:
    """The tiles of a picture of ``source`` height and width, at most ``side`` long and about equally large.

    ``target`` is the enlargement's height and width.
    """
    for rows, rows_out in _spans(source[0], target[0], side):
        for columns, columns_out in _spans(source[1], target[1], side):
            yield Tile(rows, columns, rows_out, columns_out)


def window(image: Pixels, rows: Span, columns: Span) -> Levels:
    """Part of ``image`` (h, w, channels) as planes; beyond the picture's frame lies its mirror image."""
    part = image[_mirrored(rows)][:, _mirrored(columns)]
    return np.ascontiguousarray(part.transpose(2, 0, 1), np.float32)


def _spans(length: int, length_out: int, side: int) -> list[tuple[Span, Span]]:
    count = -(-length // side)
    ends = [length * number // count for number in range(count + 1)]
    ends_out = [round(end * length_out / length) for end in ends]
    pairs = zip(pairwise(ends), pairwise(ends_out), strict=True)
    return [(Span(*inside, length), Span(*outside, length_out)) for inside, outside in pairs]


def _mirrored(span: Span) -> NDArray[np.intp]:
    places = np.arange(span.start, span.stop)
    last = span.length - 1
    if last == 0:
        return np.zeros(len(places), np.intp)
    places = np.abs(places) % (2 * last)
    return np.asarray(np.where(places > last, 2 * last - places, places), np.intp)


def _within(span: Span) -> Span:
    return Span(max(0, span.start), min(span.length, span.stop), span.length)
