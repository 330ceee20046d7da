"""Masks that are kept under a name, to be used again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.kept import Kept, folded
from editor.domain.mask import Mask
from editor.domain.raster import TILE, Place
from editor.domain.samples import Pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RememberedMask:
    """``size`` is width and height of the picture that it was painted on; ``tiles`` are those in which something is
    painted."""

    name: str
    size: tuple[int, int]
    tiles: Mapping[Place, Kept]

    @classmethod
    def of(cls, mask: Mask, name: str) -> RememberedMask:
        """What is painted now; ``mask`` may be painted on afterwards."""
        tiles: dict[Place, Kept] = {}
        for row, column in zip(*mask.counts.nonzero(), strict=True):
            place = int(column), int(row)
            tiles[place] = Kept(folded(mask.array[mask.tile_rect(place).slices].copy()))
        return cls(name=name, size=(mask.rect.width, mask.rect.height), tiles=tiles)

    @property
    def mask(self) -> Pixels:
        """A new array, (height, width). Raises KeptUnavailable."""
        width, height = self.size
        whole = Rect(0, 0, width, height)
        result = np.zeros((height, width), np.uint8)
        for (column, row), kept in self.tiles.items():
            result[Rect(column * TILE, row * TILE, TILE, TILE).intersected(whole).slices] = kept.array
        return result
