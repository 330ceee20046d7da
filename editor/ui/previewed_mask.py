"""A mask as it would be, to be painted in place of the one there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from editor.domain.geometry import Rect
from editor.domain.raster import Snapshot
from editor.imaging.picture import Picture
from editor.imaging.pyramid import Pyramid

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class PreviewedMask:
    """The effective mask of ``picture`` as it would be: its ``levels``, and the smallest rectangle around it.
    ``made_from`` is what was painted when it was made."""

    picture: Picture
    levels: Pyramid
    bounds: Rect
    made_from: Snapshot[np.uint8]

    @property
    def current(self) -> bool:
        """Whether nothing was painted since."""
        return self.made_from.of(self.picture.document.mask) and not self.made_from.tiles
