"""What lies below all layers: the picture as it was opened, in so far as it was painted over since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.kept import Kept, folded
from editor.domain.raster import TILE, Place, Raster, Snapshot
from editor.domain.samples import Samples


class Original(Snapshot[Any]):
    """A raster as it was before any layer lay on it. It follows the raster for good; only the UI thread changes it.

    ``kept`` holds the tiles that were written since, or that differed from the beginning.
    """

    def __init__(self, raster: Raster[Any], kept: Mapping[Place, Kept] | None = None) -> None:
        super().__init__(raster)
        self.kept: dict[Place, Kept] = dict(kept or {})
        raster.follow(self)

    def tile(self, place: Place) -> Samples | None:
        """The pixels of a tile that differs from the raster; None for one that does not."""
        kept = self.kept.get(place)
        if kept is None:
            return None
        rect = self._raster.tile_rect(place)
        array = kept.array
        return np.broadcast_to(array, (rect.height, rect.width, *array.shape[2:]))

    def keep(self, rect: Rect) -> None:
        """Keep the tiles of ``rect`` that were not written yet."""
        for place in rect.tiles(TILE):
            if place not in self.kept:
                self.kept[place] = Kept(folded(self._raster.array[self._raster.tile_rect(place).slices].copy()))
