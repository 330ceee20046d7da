"""What a step of the history changed, kept so that it can be exchanged with what is there: once back, once forth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from editor.domain.geometry import Rect
from editor.domain.history import NOWHERE, Dirty, Target
from editor.domain.kept import Kept, KeptRaster, folded
from editor.domain.layer import Layer
from editor.domain.mask import Mask
from editor.domain.original import Original
from editor.domain.raster import Place, Raster
from editor.domain.samples import Samples

if TYPE_CHECKING:
    from editor.domain.document import Document


class TileChange:
    """The tiles of one raster on the other side of a step."""

    def __init__(self, target: Target, tiles: Mapping[Place, Samples] | Mapping[Place, Kept]) -> None:
        self.target = target
        self.tiles = {place: _kept(tile) for place, tile in tiles.items()}

    def kept(self) -> Iterator[Kept]:
        """Everything that is held."""
        return iter(tuple(self.tiles.values()))

    def copy(self) -> TileChange:
        """The same as it is now."""
        return TileChange(self.target, self.tiles)

    def touches(self, target: Target) -> bool:
        """Whether the raster that ``target`` names changes."""
        return target is self.target

    def swap(self, document: Document) -> Dirty:
        """Exchange the kept tiles with the document's. Raises KeptUnavailable, and has changed nothing then."""
        area = self.put(document.raster(self.target))
        return Dirty(pixels=area) if self.target is Target.PIXELS else Dirty(mask=area)

    def put(self, raster: Raster[Any]) -> Rect:
        """Exchange the kept tiles with the raster's and return the rectangle that changed."""
        area = NOWHERE
        # All are read before the first is written: a tile that is lost must not leave half a step behind.
        for place, array in [(place, tile.array) for place, tile in self.tiles.items()]:
            rect = raster.tile_rect(place)
            present = raster.array[rect.slices].copy()
            raster.write(rect, array)
            self.tiles[place] = Kept(folded(present))
            area = area.united(rect)
        return area


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """Everything of a document that changes with its size."""

    pixels: Raster[Any]
    mask: Mask
    original: Original
    layers: tuple[Layer, ...]


class SizeChange:
    """The document on the other side of a step that gave it another size."""

    def __init__(self, other: Extent) -> None:
        self._hold(other)

    @classmethod
    def stored(cls, pixels: Kept, mask: Kept, original: Mapping[Place, Kept], layers: tuple[Layer, ...]) -> SizeChange:
        """What lies on a disk already, as after a restart."""
        change = cls.__new__(cls)
        change.pixels, change.mask, change.layers = pixels, mask, layers
        change.original = dict(original)
        return change

    def kept(self) -> Iterator[Kept]:
        """Everything that is held."""
        yield from (self.pixels, self.mask, *tuple(self.original.values()))

    def copy(self) -> SizeChange:
        """The same as it is now."""
        return SizeChange.stored(self.pixels, self.mask, self.original, self.layers)

    def touches(self, target: Target) -> bool:
        """A new size changes everything."""
        return True

    def swap(self, document: Document) -> Dirty:
        """Exchange the kept document with the present one. Raises KeptUnavailable, and has changed nothing then."""
        pixels, mask = _raster(self.pixels), _mask(self.mask)
        present = document.extent
        document.extent = Extent(pixels, mask, Original(pixels, self.original), self.layers)
        self._hold(present)
        return Dirty(pixels=document.rect, mask=document.rect, resized=True)

    def _hold(self, extent: Extent) -> None:
        extent.original.close()
        self.pixels: Kept = KeptRaster(extent.pixels)
        self.mask: Kept = KeptRaster(extent.mask)
        self.original: dict[Place, Kept] = extent.original.kept
        self.layers: tuple[Layer, ...] = extent.layers


def _kept(tile: Samples | Kept) -> Kept:
    return tile if isinstance(tile, Kept) else Kept(folded(tile))


def _mask(kept: Kept) -> Mask:
    raster = _raster(kept)
    return raster if isinstance(raster, Mask) else Mask(raster.array)


def _raster(kept: Kept) -> Raster[Any]:
    return kept.raster if isinstance(kept, KeptRaster) else Raster(kept.array)
