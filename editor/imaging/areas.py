"""The separate areas of a mask, and which of them go out in one edit.

One edit of all areas needs a picture around all of them: where they lie far apart it is mostly what nobody wants
changed, and a model that takes a megapixel sees the areas small. An edit each is sharper, and each is paid for.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.kinds import Areas, Context
from editor.domain.mask import Mask
from editor.domain.raster import TILE
from editor.domain.samples import Pixels
from editor.imaging.crop import context_region
from editor.imaging.effective_mask import bounds

CELL = 8
"""Side in pixels of the squares in which areas are told apart: a gap of less is none to the eye, nor to a brush."""
MOST_CELLS = 1024
"""Along a picture's longer side; in a larger picture the squares are twice as large, or four times."""
MOST_PARTS = 200
"""A mask in more pieces than this is a texture, such as a chosen colour leaves, and one area."""
MOST_AREAS = 8
"""One press starts no more edits than this; what is more goes with its neighbour."""
ONE_REGION = 1024 * 1024
"""Pixels of a region that every model takes as it is: areas in one so small lose nothing, and cost one edit."""
RATIO = 2.0
"""An edit each has to save half of the pixels. Measured on two squares of 200 to 800 pixels with the usual context: the
one region has 2.8 times the pixels of the two as soon as neither square lies in the other's context (3.6 where they
lie diagonally), 4.2 at a gap of one and a half sides, 8 at three. Below 2 stay areas so large for their picture that
most of it goes out either way (1.5 for squares of 800 in 4000 × 3000)."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The connected parts of a mask: ``labels`` tells for every square of ``cell`` pixels which part it belongs to,
    counted from 1, or 0 where nothing is masked; ``holes`` are the smallest rectangles around each part."""

    cell: int
    labels: NDArray[np.int32]
    holes: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Parts that go out in one edit, by their numbers, and the smallest rectangle around them."""

    parts: frozenset[int]
    hole: Rect

    def joined(self, other: Area) -> Area:
        """Both as one."""
        return Area(self.parts | other.parts, self.hole.united(other.hole))


def find_parts(mask: Mask) -> Parts:
    """The connected parts of an effective mask: what is above 0. Diagonal neighbours connect.

    Pixels are looked at only where a tile is neither empty nor full.
    """
    import cv2

    pixels = mask.array
    cell = CELL
    while cell * MOST_CELLS < max(pixels.shape):
        cell *= 2
    filled = _filled(mask, cell)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(filled, connectivity=8, ltype=cv2.CV_32S)
    found = np.asarray(labels, np.int32)
    if count == 1:
        return Parts(cell, found, ())
    if not 2 < count <= MOST_PARTS + 1:
        return Parts(cell, filled.astype(np.int32), (mask.bounds,))
    whole = Parts(cell, found, ())
    cells = [Rect(*(int(edge) for edge in row[:4])) for row in stats[1:]]
    return Parts(cell, found, tuple(_hole(pixels, whole, number, place) for number, place in enumerate(cells, start=1)))


def areas_of(parts: Parts, picture: Rect, *, areas: Areas = Areas.AUTO, context: Context = Context.AUTO) -> list[Area]:
    """Which parts go out together, none for an empty mask; ``picture`` is the whole one.

    Left to itself an area is joined with another one that its context would show, and with one so near that an edit
    each would not save half of the pixels, see :data:`RATIO`.
    """
    separate = [Area(frozenset({number}), hole) for number, hole in enumerate(parts.holes, start=1)]
    if areas is Areas.TOGETHER:
        return _at_most(separate, 1)
    if areas is Areas.AUTO:
        separate = _worth_an_edit(separate, picture, context)
    return _at_most(separate, MOST_AREAS)


def mask_of(parts: Parts, area: Area, mask: Pixels) -> Pixels:
    """The part of ``mask`` that belongs to ``area``, in an array of the same size; 0 elsewhere."""
    result: Pixels = np.zeros(mask.shape, np.uint8)
    cells = _cells_of(area.hole, parts.cell)
    result[_pixels_of(cells, parts.cell, mask).slices] = _only(mask, parts, area.parts, cells)
    return result


def _worth_an_edit(separate: list[Area], picture: Rect, context: Context) -> list[Area]:
    """Join the two for which an edit each saves least, until every edit saves enough."""

    def region(area: Area) -> Rect:
        return context_region(area.hole, picture, context=context)

    # Many pieces lie close to one another; few are left to be weighed.
    separate = _at_most(separate, 2 * MOST_AREAS)
    while len(separate) > 1:
        sent = [(area, region(area)) for area in separate]
        weighed = [
            (_ratio(region(one[0].joined(two[0])), one, two), one[0], two[0]) for one, two in combinations(sent, 2)
        ]
        ratio, first, second = min(weighed, key=lambda pair: pair[0])
        if ratio > RATIO:
            break
        separate = _with_joined(separate, first, second)
    return separate


def _ratio(around: Rect, one: tuple[Area, Rect], two: tuple[Area, Rect]) -> float:
    """How many times the pixels of two regions the one around both has; 0 where they go together in any case.

    ``one`` and ``two`` are areas with their regions.
    """
    shown = one[1].intersected(two[0].hole) or two[1].intersected(one[0].hole)
    return 0.0 if shown or around.area <= ONE_REGION else around.area / (one[1].area + two[1].area)


def _at_most(separate: list[Area], most: int) -> list[Area]:
    """Join the two that get the least rectangle together, until there are no more than ``most``."""
    while len(separate) > most:
        edges = np.array([(area.hole.x, area.hole.y, area.hole.right, area.hole.bottom) for area in separate], np.int64)
        low = np.minimum(edges[:, np.newaxis, :2], edges[:, :2])
        high = np.maximum(edges[:, np.newaxis, 2:], edges[:, 2:])
        sizes = (high - low).prod(axis=2)
        np.fill_diagonal(sizes, np.iinfo(np.int64).max)
        one, two = divmod(int(sizes.argmin()), len(separate))
        separate = _with_joined(separate, separate[one], separate[two])
    return separate


def _with_joined(separate: list[Area], one: Area, two: Area) -> list[Area]:
    """``separate`` with one area for ``one`` and ``two``, from the top down and from left to right."""
    areas = [area for area in separate if area is not one and area is not two]
    return sorted([*areas, one.joined(two)], key=lambda area: (area.hole.y, area.hole.x))


def _cells_of(hole: Rect, cell: int) -> Rect:
    """The squares that ``hole`` touches, in squares."""
    return Rect.from_edges(hole.x // cell, hole.y // cell, -(-hole.right // cell), -(-hole.bottom // cell))


def _pixels_of(cells: Rect, cell: int, mask: Pixels) -> Rect:
    """The pixels of a rectangle of squares."""
    whole = Rect(cells.x * cell, cells.y * cell, cells.width * cell, cells.height * cell)
    return whole.intersected(Rect(0, 0, mask.shape[1], mask.shape[0]))


def _filled(mask: Mask, cell: int) -> Pixels:
    """1 for every square of the whole mask that holds anything above 0; tiles are whole squares."""
    height, width = mask.array.shape
    each = TILE // cell
    rows, columns = -(-height // cell), -(-width // cell)
    filled = (mask.counts > 0).astype(np.uint8).repeat(each, axis=0).repeat(each, axis=1)[:rows, :columns]
    for row, column in zip(*((mask.counts > 0) & (mask.counts < TILE * TILE)).nonzero(), strict=True):
        tile = mask.array[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
        squares = (_strips(_strips(tile, cell).T, cell).T > 0).astype(np.uint8)
        filled[row * each : (row + 1) * each, column * each : (column + 1) * each] = squares
    return np.ascontiguousarray(filled)


def _hole(mask: Pixels, parts: Parts, number: int, cells: Rect) -> Rect:
    """The smallest rectangle around a part that lies in ``cells``: only the outermost squares tell where its edges
    are."""

    def edges(line: Rect) -> Rect:
        corner = _pixels_of(line, parts.cell, mask)
        return bounds(_only(mask, parts, frozenset({number}), line)).moved(corner.x, corner.y)

    top, bottom = edges(cells._replace(height=1)), edges(cells._replace(y=cells.bottom - 1, height=1))
    left, right = edges(cells._replace(width=1)), edges(cells._replace(x=cells.right - 1, width=1))
    return Rect.from_edges(left.x, top.y, right.right, bottom.bottom)


def _strips(pixels: Pixels, cell: int) -> Pixels:
    """The maximum over every ``cell`` rows; the last ones may be fewer. Ten times as fast as ``reduceat``."""
    result: Pixels = pixels[::cell].copy()
    for offset in range(1, cell):
        rows = pixels[offset::cell]
        np.maximum(result[: len(rows)], rows, out=result[: len(rows)])
    return result


def _only(mask: Pixels, parts: Parts, numbers: frozenset[int], cells: Rect) -> Pixels:
    """The pixels of ``cells`` that belong to the parts with these numbers; 0 for others."""
    place = _pixels_of(cells, parts.cell, mask)
    chosen = np.isin(parts.labels[cells.slices], list(numbers)).astype(np.uint8)
    spread = chosen.repeat(parts.cell, axis=0).repeat(parts.cell, axis=1)
    return mask[place.slices] * spread[: place.height, : place.width]
