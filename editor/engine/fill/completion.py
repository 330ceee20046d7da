"""Completion by the native library: PatchMatch (Barnes et al. 2009).

It agrees on the structure of a small hole in a blink. Of a large one its texture is smeared and its seams show, which
does not matter where it only proposes shifts; where a hole is thin neither has room to.
"""

from __future__ import annotations

import numpy as np

from editor.domain.request import Pixels
from editor.engine.fill.levels import Flags, Floats
from editor.engine.fill.shifts import whole_patches

RADIUS = 5
THIN_RADIUS = 3
"""Of the compared patch."""
GUIDE_WEIGHT = 0.15
"""Of the position map, which keeps sky with sky and ground with ground."""
ROW_REACH, COLUMN_REACH = 0.49, 0.3
"""Greatest coordinates of the map; the library's metric wraps at 1."""


def native_completion(picture: Pixels, hole: Flags, seed: int, *, radius: int = RADIUS) -> Pixels | None:
    """``picture`` (h, w, 3) with ``hole`` (h, w) filled by the native library; None where it does not load, and where
    no whole patch is known."""
    try:
        import patchmatch
    except ImportError:
        return None
    if not patchmatch.patchmatch_available or not whole_patches(hole, 2 * radius + 1).any():
        return None
    patchmatch.set_random_seed(seed % 2**32)
    marked = hole.astype(np.uint8)
    filled = patchmatch.inpaint_regularity(
        picture, marked, _positions(marked.shape), patch_size=radius, guide_weight=GUIDE_WEIGHT
    )
    return np.asarray(filled, np.uint8)


def _positions(shape: tuple[int, ...]) -> Floats:
    """Where each pixel is: (h, w, 3) with rows, columns and nothing, as shares of the longer side."""
    height, width = shape
    longer = max(height, width)
    positions = np.zeros((height, width, 3), np.float32)
    positions[..., 0] = (np.arange(height, dtype=np.float32) * (ROW_REACH / longer))[:, None]
    positions[..., 1] = (np.arange(width, dtype=np.float32) * (COLUMN_REACH / longer))[None, :]
    return positions
