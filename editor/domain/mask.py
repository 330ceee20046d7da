"""A mask that knows where it is above 0 without looking at all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.raster import TILE, Raster
from editor.domain.samples import Pixels


class Mask(Raster[np.uint8]):
    """A raster (height, width) uint8. What is above 0 in it is counted tile by tile, and only tiles that were written
    since are counted again: a stroke on 100 megapixels costs what a stroke on one does.

    Every write has to follow its :meth:`about_to_change` at once; nothing may be asked between the two.
    """

    def __init__(self, array: Pixels) -> None:
        super().__init__(array)
        height, width = array.shape
        self._counts = np.zeros((-(-height // TILE), -(-width // TILE)), np.int32)
        self._stale = np.ones(self._counts.shape, bool)

    def about_to_change(self, rect: Rect) -> None:
        """See :meth:`Raster.about_to_change`."""
        super().about_to_change(rect)
        left, top = max(0, rect.x), max(0, rect.y)
        self._stale[top // TILE : -(-rect.bottom // TILE), left // TILE : -(-rect.right // TILE)] = True

    @property
    def counts(self) -> NDArray[np.int32]:
        """How many pixels of each tile are above 0, (rows, columns) of tiles. Not to be written."""
        if self._stale.any():
            for row, column in zip(*self._stale.nonzero(), strict=True):
                top, left = row * TILE, column * TILE
                self._counts[row, column] = np.count_nonzero(self.array[top : top + TILE, left : left + TILE])
            self._stale.fill(False)
        return self._counts

    @property
    def coverage(self) -> float:
        """The share of pixels above 0, from 0 to 1."""
        return float(self.counts.sum()) / self.array.size if self.array.size else 0.0

    @property
    def bounds(self) -> Rect:
        """The smallest rectangle around everything above 0; empty for an empty mask."""
        rows, columns = (np.flatnonzero(self.counts.max(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return Rect(0, 0, 0, 0)
        tiles = Rect.from_edges(
            int(columns[0]) * TILE, int(rows[0]) * TILE, (int(columns[-1]) + 1) * TILE, (int(rows[-1]) + 1) * TILE
        ).intersected(self.rect)
        # Only the outermost tiles tell where exactly the edges are.
        inside = self.array[tiles.slices]
        last_row, last_column = (tiles.height - 1) // TILE * TILE, (tiles.width - 1) // TILE * TILE
        top = _first(inside[:TILE].max(axis=1))
        bottom = last_row + _last(inside[last_row:].max(axis=1))
        left = _first(inside[:, :TILE].max(axis=0))
        right = last_column + _last(inside[:, last_column:].max(axis=0))
        return Rect.from_edges(left, top, right, bottom).moved(tiles.x, tiles.y)


def _first(line: Pixels) -> int:
    """The place of the first sample above 0, of which there is one."""
    return int(line.nonzero()[0][0])


def _last(line: Pixels) -> int:
    """One more than the place of the last sample above 0, of which there is one."""
    return int(line.nonzero()[0][-1]) + 1
